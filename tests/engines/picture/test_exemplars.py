"""A hole is laid out of patches of the picture itself: patterns go on, nothing else changes."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from studio.core.picture import Pixels
from studio.engines.base import at_once
from studio.engines.picture.exemplars import Size, textured, vote


def stripes(side: int = 96) -> Pixels:
    wave = (np.sin(np.arange(side) / 3.0) * 100 + 128).astype(np.uint8)
    picture = np.empty((side, side, 3), dtype=np.uint8)
    picture[...] = wave[None, :, None]
    picture[..., 1] //= 2
    return picture


def box(side: int = 96) -> NDArray[np.bool_]:
    hole = np.zeros((side, side), dtype=bool)
    hole[34:60, 30:62] = True
    return hole


def greyed(picture: Pixels, hole: NDArray[np.bool_]) -> Pixels:
    filled = picture.copy()
    filled[hole] = filled[~hole].mean(axis=0).astype(np.uint8)
    return filled


def test_a_pattern_goes_on_through_the_hole() -> None:
    picture, hole = stripes(), box()
    filled = greyed(picture, hole)
    mended = at_once(textured(filled, hole))
    before, after = (np.abs(p[hole].astype(float) - picture[hole]).mean() for p in (filled, mended))
    assert after < 0.25 * before
    assert np.array_equal(mended[~hole], picture[~hole])


def test_the_same_hole_gives_the_same_bytes_and_steps_are_counted() -> None:
    picture = np.random.RandomState(4).randint(0, 256, (70, 90, 3)).astype(np.uint8)
    hole = np.zeros((70, 90), dtype=bool)
    hole[0:20, 60:90] = True  # at a corner
    work = textured(picture, hole)
    counted = []
    while True:
        try:
            counted.append(next(work))
        except StopIteration as end:
            once = end.value
            break
    assert counted[-1][0] == counted[-1][1] == len(counted) - 1
    assert np.array_equal(at_once(textured(picture, hole)), once)


@pytest.mark.parametrize("side", [3, 8, 20])
def test_a_picture_with_too_little_around_stays_as_it_was_filled(side: int) -> None:
    picture = np.random.RandomState(1).randint(0, 256, (side, side, 3)).astype(np.uint8)
    hole = np.zeros((side, side), dtype=bool)
    hole[1:-1, 1:-1] = True
    assert np.array_equal(at_once(textured(picture, hole)), picture)


def test_no_hole_changes_nothing() -> None:
    picture = stripes(40)
    assert at_once(textured(picture, np.zeros((40, 40), dtype=bool))) is picture


def test_a_large_hole_is_mended_too() -> None:
    picture, hole = stripes(128), np.zeros((128, 128), dtype=bool)
    hole[40:90, 30:80] = True
    mended = at_once(textured(greyed(picture, hole), hole))
    assert np.abs(mended[hole].astype(float) - picture[hole]).mean() < 20


def test_the_middle_of_a_deep_hole_gets_a_colour_too() -> None:
    picture = torch.full((3, 300, 300), 0.5)
    hole = torch.zeros(300, 300, dtype=torch.bool)
    hole[10:290, 10:290] = True
    picture[:, hole] = 0.0
    size = Size(picture, hole)
    found = size.sources[:1].repeat(len(size.targets))
    vote(size, found, torch.rand(len(found), generator=torch.Generator().manual_seed(1)) * 30)
    assert float(size.picture[:, 150, 150].min()) == pytest.approx(0.5, abs=1e-3)


def test_the_surface_stays_as_rough_as_what_lies_around() -> None:
    """A hole in noise is not a flat spot."""
    random = np.random.RandomState(6)
    picture = np.repeat(np.repeat(random.randint(0, 256, (48, 48, 3)), 2, axis=0), 2, axis=1).astype(np.uint8)
    hole = box()
    mended = at_once(textured(greyed(picture, hole), hole)).astype(float)
    rough = np.abs(np.diff(mended, axis=1)).mean(axis=2)
    assert rough[36:58, 32:60].mean() > 0.5 * rough[:30].mean()
