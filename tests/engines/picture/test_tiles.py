"""Tiles: no seams, whatever their size; a caller may stop between two of them."""

import numpy as np
import pytest
import torch
from torch import nn

from studio.core.picture import Pixels
from studio.engines.picture.tiles import Steps, Tiling, corners, mirrored, tiled

CPU = torch.device("cpu")


def picture(height: int, width: int) -> Pixels:
    return np.random.RandomState(0).randint(0, 256, (height, width, 3), dtype=np.uint8)


def finish(steps: Steps) -> Pixels:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return np.asarray(end.value)


@pytest.mark.parametrize(("height", "width"), [(70, 45), (1, 1), (3, 97), (64, 64)])
def test_tiles_make_what_the_whole_makes(height: int, width: int) -> None:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 3, 5, padding=2))
    net.requires_grad_(False)
    pixels = picture(height, width)
    small = finish(tiled(pixels, Tiling(side=16, reach=4), lambda x: net(x) + 0.5, CPU))
    whole = finish(tiled(pixels, Tiling(side=128, reach=4), lambda x: net(x) + 0.5, CPU))
    assert small.shape == pixels.shape
    assert np.abs(small.astype(int) - whole).max() <= 1  # the sums of a convolution may round otherwise
    assert (small == whole).mean() > 0.999


def test_the_result_may_be_larger() -> None:
    pixels = picture(21, 33)
    large = finish(
        tiled(pixels, Tiling(8, 2, factor=4), lambda x: nn.functional.interpolate(x, scale_factor=4.0), CPU)
    )
    assert (large == pixels.repeat(4, axis=0).repeat(4, axis=1)).all()


def test_progress_is_told_and_work_stops_between_tiles() -> None:
    seen = []
    steps = tiled(picture(32, 32), Tiling(16, 2), lambda x: seen.append(x) or x, CPU)  # type: ignore[func-returns-value]
    assert [next(steps), next(steps)] == [(0, 4), (1, 4)]
    steps.close()
    assert len(seen) == 1


def test_mirrored_places() -> None:
    assert mirrored(-3, 6, 3).tolist() == [2, 1, 0, 0, 1, 2, 2, 1, 0]
    assert mirrored(-2, 3, 1).tolist() == [0, 0, 0, 0, 0]


@pytest.mark.parametrize("length", [5, 16, 17, 31, 32, 100])
def test_windows_cover_the_line(length: int) -> None:
    starts = list(corners(length, 16, 12))
    covered = set().union(*(range(s, min(s + 16, length)) for s in starts))
    assert covered == set(range(length))
    assert max(starts) + 16 <= max(length, 16)
