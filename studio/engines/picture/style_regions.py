"""Regions: where each of several paintings of one picture shows, and where the picture itself stays.

A region is a painting with a mask; where masks overlap the paintings blend by their shares, where none reaches the
picture shows through. Invariant: what no mask covers is the picture, level for level.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.core.picture import Pixels
from studio.core.restyle import Mask, StyleMix

BAND_ROWS = 256
Levels = NDArray[np.uint8]


def regions(mix: StyleMix) -> tuple[tuple[StyleMix, Mask | None], ...]:
    """The mix apart by the masks of its weighted parts, in the order of the parts; one without a mask where
    no part has weight."""
    weighted = [part for part in mix.parts if part.weight > 0]
    masks = list(dict.fromkeys(part.mask for part in weighted)) or [None]
    return tuple(
        (replace(mix, parts=tuple(part for part in weighted if part.mask == mask)), mask) for mask in masks
    )


class Overlay:
    """Lays paintings over each other, then over their picture (H, W, 3). One thread."""

    def __init__(self, picture: Pixels) -> None:
        self._picture = picture
        self._painted: Pixels | None = None
        self._cover = np.zeros(picture.shape[:2], np.uint16)  # the sum of all levels so far

    @property
    def painted(self) -> Pixels:
        """All paintings, each where it has its share; without any, the picture."""
        return self._picture if self._painted is None else self._painted

    def lay(self, painted: Pixels, mask: Mask | None) -> None:
        """Add a painting (H, W, 3) where its mask says."""
        levels = fitted_levels(mask, painted.shape[1], painted.shape[0])  # (H, W)
        if self._painted is not None:
            self._mix_in(painted, levels)
        else:
            self._painted = painted
        self._cover += levels

    def over(self, painted: Pixels, mask: Mask | None) -> Pixels:
        """`painted` over the picture, where the laid paintings reach and the mask of all allows it."""
        levels = fitted_levels(mask, painted.shape[1], painted.shape[0])
        if self._cover.min() >= 255 and levels.min() == 255:
            return painted
        result = self._picture.copy()
        for band in bands(result.shape[0]):
            share = levels[band].astype(np.float32) * self._cover[band].clip(max=255) / 255**2
            result[band] = between(result[band], painted[band], share)
        return result

    def _mix_in(self, painted: Pixels, levels: Levels) -> None:
        assert self._painted is not None
        result = self._painted.copy()
        for band in bands(result.shape[0]):
            total = self._cover[band].astype(np.float32) + levels[band]
            share = np.divide(levels[band], total, out=np.zeros_like(total), where=total > 0)
            result[band] = between(result[band], painted[band], share)
        self._painted = result


def fitted_levels(mask: Mask | None, width: int, height: int) -> Levels:
    """A mask stretched to a picture, (height, width); no mask is white all over."""
    if mask is None:
        return np.full((height, width), 255, np.uint8)
    return np.asarray(Image.fromarray(mask.levels).resize((width, height), Image.Resampling.BILINEAR))


def bands(height: int) -> Iterator[slice]:
    """Slices of BAND_ROWS rows: sums of large pictures never stand in memory as floats whole."""
    return (slice(top, top + BAND_ROWS) for top in range(0, height, BAND_ROWS))


def between(low: Pixels, high: Pixels, share: NDArray[np.float32]) -> Pixels:
    """From `low` (share 0) to `high` (share 1), both (h, W, 3); share (h, W)."""
    mixed = low + (high.astype(np.float32) - low) * share[..., None]
    return np.asarray(mixed.round(), np.uint8)
