"""The bucket's search: connected, within the tolerance, whatever the shape."""

import numpy as np
import pytest

from studio.core.flooding import flooded


def test_it_stops_at_another_colour_and_does_not_jump() -> None:
    pixels = np.full((20, 30, 3), 200, np.uint8)
    pixels[:, 10] = 0
    bits = flooded(pixels, 3, 3, 0.1)
    assert bits[:, :10].all()
    assert not bits[:, 10:].any()


def test_it_finds_its_way_through_a_maze() -> None:
    pixels = np.zeros((21, 21, 3), np.uint8)
    for wall in range(1, 21, 4):
        pixels[wall, :-1] = 255
    for wall in range(3, 21, 4):
        pixels[wall, 1:] = 255
    bits = flooded(pixels, 0, 0, 0.2)
    assert np.array_equal(bits, pixels[..., 0] == 0)


def test_the_tolerance_counts_from_the_point_itself() -> None:
    pixels = np.repeat(np.arange(0, 200, 10, dtype=np.uint8)[None, :, None], 3, axis=2)
    assert flooded(pixels, 10, 0, 20 / 255).sum() == 5
    assert flooded(pixels, 10, 0, 0).sum() == 1
    assert flooded(pixels, 10, 0, 1).all()


def test_corners_do_not_connect() -> None:
    pixels = np.zeros((4, 4, 3), np.uint8)
    pixels[:2, 2:] = pixels[2:, :2] = 255
    assert flooded(pixels, 0, 0, 0.1).sum() == 4


def test_a_point_beside_the_picture_is_refused() -> None:
    with pytest.raises(IndexError):
        flooded(np.zeros((4, 4, 3), np.uint8), 4, 0, 0.1)
