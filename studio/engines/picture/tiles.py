"""Large pictures in tiles: each is read with mirrored surroundings, so that no seam shows and memory stays bounded.

Invariant: where `reach` covers all that an output pixel looks at, the result is that of the whole picture at once.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.core.picture import Pixels

Steps = Generator[tuple[int, int], None, Pixels]
"""Yields (done, total) after each tile and returns the picture: between two tiles a caller may stop."""


@dataclass(frozen=True)
class Tiling:
    """side: px of a tile, even; reach: px around it that are read too, even; factor: how much larger the result is."""

    side: int = 256
    reach: int = 16
    factor: int = 1


def tiled(pixels: Pixels, tiling: Tiling, work: Callable[[Tensor], Tensor], device: torch.device) -> Steps:
    """work: (1, 3, h, w) in 0..1, even sides -> (1, 3, factor h, factor w) in about 0..1, tile by tile."""
    height, width = pixels.shape[:2]
    factor = tiling.factor
    result = np.empty((height * factor, width * factor, 3), dtype=np.uint8)
    places = [(t, s) for t in range(0, height, tiling.side) for s in range(0, width, tiling.side)]
    for done, (top, left) in enumerate(places):
        yield done, len(places)
        rows, columns = min(tiling.side, height - top), min(tiling.side, width - left)
        made = work(_read(pixels, (top, left), (rows, columns), tiling.reach, device))
        first = tiling.reach * factor
        inner = made[
            0, :, first : first + rows * factor, first : first + columns * factor
        ]  # (3, f rows, f columns)
        place = (slice(top * factor, (top + rows) * factor), slice(left * factor, (left + columns) * factor))
        result[place] = to_levels(inner)
    yield len(places), len(places)
    return result


def to_levels(picture: Tensor) -> Pixels:
    """(3, H, W) in about 0..1 -> (H, W, 3) uint8."""
    levels = picture.float().mul(255).add(0.5).clamp_(0, 255).to(torch.uint8)
    return np.ascontiguousarray(levels.permute(1, 2, 0).cpu().numpy())


def mirrored(first: int, last: int, length: int) -> NDArray[np.intp]:
    """The places first..last-1 of a line of `length`, mirrored at both ends as often as it takes."""
    places = np.arange(first, last) % (2 * length)
    return np.where(places < length, places, 2 * length - 1 - places)


def corners(length: int, side: int, stride: int) -> Iterator[int]:
    """Where windows of `side` begin that cover a line of `length`, the last one ending with it where it can."""
    start = 0
    while start + side < length:
        yield start
        start += stride
    yield max(0, length - side)


def _read(
    pixels: Pixels, corner: tuple[int, int], size: tuple[int, int], reach: int, device: torch.device
) -> Tensor:
    """A tile and its surroundings: (1, 3, rows + 2 reach, columns + 2 reach) in 0..1, sides rounded up to even."""
    lines = [
        mirrored(start - reach, start + count + count % 2 + reach, length)
        for start, count, length in zip(corner, size, pixels.shape[:2], strict=True)
    ]
    tile = torch.from_numpy(pixels[np.ix_(*lines)]).to(device)  # (h, w, 3)
    return tile.permute(2, 0, 1)[None].float() / 255
