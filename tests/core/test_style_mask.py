"""A selection as the mask of a restyle: the place of the picture that is selected, wherever the picture lies."""

from dataclasses import replace

import numpy as np
import pytest

from studio.core import stack
from studio.core.layers import Artboard, Placement, Region
from studio.core.painting import laid_out
from studio.core.project import PictureDocument
from studio.core.restyle import Mask
from studio.core.style_mask import style_mask

FULL = Mask.of(np.full((1, 1), 255, np.uint8))
LAID = laid_out(PictureDocument("gan"), 1024, 1024, "Picture")
LEFT = Region(FULL, 0, 0, 512, 1024)


def shares(mask: Mask | None) -> list[float]:
    """How much of the left, right, upper and lower half is in the mask."""
    assert mask is not None
    levels = mask.levels / 255
    half = levels.shape[1] // 2, levels.shape[0] // 2
    parts = levels[:, : half[0]], levels[:, half[0] :], levels[: half[1]], levels[half[1] :]
    return [round(float(part.mean()), 1) for part in parts]


def test_a_picture_alone() -> None:
    document = PictureDocument("gan", selection=Region(FULL, 0, 0, 64, 128))
    assert shares(style_mask(document, 128, 128)) == [1, 0, 0.5, 0.5]
    assert style_mask(PictureDocument("gan"), 128, 128) is None


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Placement(0, 0, 1024, 1024), [1, 0, 0.5, 0.5]),
        (Placement(0, 0, 1024, 1024, flip_x=True), [0, 1, 0.5, 0.5]),
        (Placement(0, 0, 1024, 1024, turn_deg=90), [0.5, 0.5, 0, 1]),
        (Placement(-512, 0, 1024, 1024), [0, 1, 0.5, 0.5]),
    ],
)
def test_the_mask_follows_the_live_layer(place: Placement, expected: list[float]) -> None:
    document = replace(stack.changed(LAID, 0, place=place), selection=LEFT)
    assert shares(style_mask(document, 1, 1)) == expected


def test_nothing_of_the_picture_is_selected() -> None:
    beside = replace(stack.changed(LAID, 0, place=Placement(600, 0, 100, 100)), selection=LEFT)
    assert style_mask(replace(beside, artboard=Artboard(1024, 1024)), 1, 1) is None
