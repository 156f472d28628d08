"""Masks: small enough for a recipe, exact, and refused where they are none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from studio.core.errors import StudioError
from studio.core.restyle import MAX_MASK_PX, Mask


@given(arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9))))
def test_a_mask_keeps_every_level(levels: "np.ndarray[tuple[int, int], np.dtype[np.uint8]]") -> None:
    mask = Mask.of(levels)
    assert (mask.height, mask.width) == levels.shape
    np.testing.assert_array_equal(mask.levels, levels)
    assert mask == Mask.of(levels.copy())
    assert hash(mask) == hash(Mask.of(levels.copy()))


def test_a_soft_mask_is_small() -> None:
    y, x = np.mgrid[0:1024, 0:1024]
    soft = (255 / (1 + np.exp((np.hypot(x - 500, y - 400) - 300) / 20))).astype(np.uint8)
    assert len(Mask.of(soft).packed) < 60_000


@pytest.mark.parametrize(
    "levels",
    [
        np.zeros((4, 4, 3), np.uint8),
        np.zeros((4, 4)),
        np.zeros((0, 4), np.uint8),
        np.zeros((1, MAX_MASK_PX + 1), np.uint8),
    ],
    ids=["colour", "float", "empty", "wide"],
)
def test_what_is_no_mask_is_refused(levels: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]") -> None:
    with pytest.raises(StudioError, match="no mask"):
        Mask.of(levels)


@pytest.mark.parametrize("width", [3, 5, 2048])
def test_a_damaged_mask_says_so(width: int) -> None:
    good = Mask.of(np.zeros((4, 4), np.uint8))
    with pytest.raises(StudioError, match="damaged"):
        _ = Mask(width, 4, good.packed).levels
    with pytest.raises(StudioError, match="damaged"):
        _ = Mask(4, 4, b"junk").levels
