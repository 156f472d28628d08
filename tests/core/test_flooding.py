"""The bucket's search: connected, within the tolerance, whatever the shape."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def spread_by_hand(alike: np.ndarray, x: int, y: int) -> set[tuple[int, int]]:
    """One px after another."""
    found, left = set(), [(x, y)]
    while left:
        x, y = left.pop()
        inside = 0 <= x < alike.shape[1] and 0 <= y < alike.shape[0]
        if inside and alike[y, x] and (x, y) not in found:
            found.add((x, y))
            left += [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)]
    return found


@given(st.integers(0, 2**32 - 1), st.integers(1, 24), st.integers(1, 24), st.floats(0.2, 0.9))
def test_it_finds_what_a_patient_search_finds(seed: int, width: int, height: int, share: float) -> None:
    bright = np.random.RandomState(seed).rand(height, width) < share
    bright[0, 0] = True
    pixels = np.repeat(bright[..., None] * np.uint8(200), 3, axis=2)
    bits = flooded(pixels, 0, 0, 0.1)
    assert {(int(x), int(y)) for y, x in np.argwhere(bits)} == spread_by_hand(bright, 0, 0)
