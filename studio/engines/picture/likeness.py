"""How like two pictures are: what projection makes small, and the two numbers that are shown to people.

The perceptual part compares unit-length features of an eye at several depths, as LPIPS does (Zhang et al., 2018), but
with no learned weights and on other features: those of the eye that is given.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from studio.core.picture import Pixels
from studio.core.projection import Likeness
from studio.engines.picture.pixels import from_pixels

LEVELS = 4  # of the pyramid, each half as large
EDGES = 1.0  # what a difference of neighbours counts beside one of levels
SEEN = 3.0  # what the perceptual distance counts
CLOSEST_DB = 100.0  # shown for pictures without any difference


@runtime_checkable
class Eye(Protocol):
    """Sees pictures (B, 3, H, W) in 0..1 as feature maps of several depths."""

    def features(self, pictures: Tensor) -> list[Tensor]: ...


class Target:
    """A picture to come near to; its pyramid and its features are computed once."""

    def __init__(self, picture: Tensor, eye: Eye | None) -> None:
        """picture (1, 3, S, S) in -1..1."""
        self.picture = picture
        self._eye = eye
        self._pyramid = pyramid(picture)
        self._seen = self._look(picture)

    def loss(self, picture: Tensor) -> Tensor:
        """What is to become small: levels and edges at every scale, and what the eye sees."""
        loss = sum(
            (scale_loss(a, b) for a, b in zip(pyramid(picture), self._pyramid, strict=True)), torch.zeros(())
        )
        return loss / LEVELS + SEEN * self._distance(picture)

    def likeness(self, pixels: Pixels) -> Likeness:
        """How near a picture (S, S, 3) came."""
        mine = np.asarray(((self.picture[0].permute(1, 2, 0).cpu() + 1) * 127.5).clamp(0, 255))
        error = float(np.square(pixels.astype(np.float64) - mine).mean())
        psnr = CLOSEST_DB if error < 1e-9 else min(CLOSEST_DB, 10 * math.log10(255**2 / error))
        if self._eye is None:
            return Likeness(psnr)
        with torch.no_grad():
            seen = self._distance(from_pixels(pixels, pixels.shape[0], self.picture.device))
        return Likeness(psnr, float(seen))

    def _distance(self, picture: Tensor) -> Tensor:
        return perceptual_distance(self._look(picture), self._seen)

    def _look(self, picture: Tensor) -> list[Tensor]:
        return self._eye.features(picture / 2 + 0.5) if self._eye is not None else []


def perceptual_distance(a: Sequence[Tensor], b: Sequence[Tensor]) -> Tensor:
    """The mean over depths of the squared distance of unit features; 0 where there is no eye."""
    parts = [(unit(x) - unit(y)).square().sum(dim=1).mean() for x, y in zip(a, b, strict=True)]
    return torch.stack(parts).mean() if parts else torch.zeros(())


def unit(features: Tensor) -> Tensor:
    """(B, C, H, W) with a length of 1 at every place."""
    return features * torch.rsqrt(features.square().sum(dim=1, keepdim=True) + 1e-6)


def pyramid(picture: Tensor) -> list[Tensor]:
    """The picture and its halves, largest first."""
    levels = [picture]
    while len(levels) < LEVELS and levels[-1].shape[-1] >= 8:
        levels.append(F.avg_pool2d(levels[-1], 2))
    return levels


def scale_loss(a: Tensor, b: Tensor) -> Tensor:
    """Squares and absolute values of the difference, and of its steps to the right and down."""
    difference = a - b
    edges = difference.diff(dim=-1).abs().mean() + difference.diff(dim=-2).abs().mean()
    return difference.square().mean() + difference.abs().mean() + EDGES * edges
