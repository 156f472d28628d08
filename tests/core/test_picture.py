"""Pixels as values: read-only, compared by content."""

import numpy as np
import pytest

from studio.core.picture import Frame, Picture


def pixels(value: int = 7, height: int = 3, width: int = 5) -> np.ndarray:  # type: ignore[type-arg]
    return np.full((height, width, 3), value, dtype=np.uint8)


def test_a_frame_knows_its_size_and_cannot_be_written() -> None:
    frame = Frame(pixels())
    assert (frame.width, frame.height) == (5, 3)
    with pytest.raises(ValueError):
        frame.pixels[0, 0, 0] = 1


def test_a_view_becomes_contiguous() -> None:
    assert Frame(pixels()[:, ::-1]).pixels.flags.c_contiguous


@pytest.mark.parametrize("shape", [(3, 5), (3, 5, 4), (1, 3, 5, 3)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError):
        Frame(np.zeros(shape, dtype=np.uint8))


def test_other_types_are_refused() -> None:
    with pytest.raises(ValueError):
        Frame(np.zeros((3, 5, 3), dtype=np.float32))  # type: ignore[arg-type]


def test_pictures_are_equal_by_content() -> None:
    assert Picture(pixels(), "a") == Picture(pixels().copy(), "a")
    assert hash(Picture(pixels(), "a")) == hash(Picture(pixels().copy(), "a"))
    assert Picture(pixels(), "a") != Picture(pixels(8), "a")
    assert Picture(pixels(7, 3, 5)) != Picture(pixels(7, 5, 3))
