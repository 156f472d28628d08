"""What restoration learns to undo, made from whole pictures: holes, noise and small sizes.

Invariant: everything drawn comes from the generator handed in or from torch's own, which the caller has seeded.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from studio.engines.picture.inpainting import spread
from studio.engines.picture.restoration import MAX_SIGMA, UP
from studio.training.picture.masks import random_masks

ROUGH = 0.3  # share of the holes that start from a coarser painting instead of a smooth fill
WINDOW = 64  # px; noise is a matter of near neighbours
SMALL_NOISE = 3.0  # levels: small pictures are never quite clean


def holes(random: np.random.Generator, real: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Pictures (B, 3, S, S) -> filled pictures, masks (B, 1, S, S) and whether the fill is rough (B, 1, 1, 1)."""
    masks = random_masks(random, len(real), real.shape[-1])
    rough = torch.from_numpy(random.random(len(real)) < ROUGH).float().view(-1, 1, 1, 1)
    guess = rough * _blurred(real, int(random.integers(2, 5))) + (1 - rough) * spread(real, masks)
    return real * (1 - masks) + guess * masks, masks, rough


def noisy_windows(random: np.random.Generator, real: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """A window of each picture, clean and with noise of 0 to MAX_SIGMA levels, and its level (B, 1, 1, 1)."""
    side = min(real.shape[-1], WINDOW)
    corners = random.integers(0, real.shape[-1] - side + 1, (len(real), 2))
    clean = torch.stack([p[:, t : t + side, s : s + side] for p, (t, s) in zip(real, corners, strict=True)])
    sigma = torch.from_numpy(random.uniform(0, MAX_SIGMA, len(real))).float().view(-1, 1, 1, 1)
    return clean, with_noise(clean, sigma), sigma


def with_noise(clean: Tensor, sigma: Tensor) -> Tensor:
    """White noise of `sigma` levels (B, 1, 1, 1) on pictures in -1..1, cut off where a file would cut it."""
    return (clean + torch.randn_like(clean) * sigma / 127.5).clamp(-1, 1)


def shrunk(real: Tensor, noise: float = SMALL_NOISE) -> Tensor:
    """Pictures (B, 3, S, S) in -1..1 at a quarter of their size, in 0..1, with up to `noise` levels of noise."""
    size = (real.shape[-2] // UP, real.shape[-1] // UP)
    small = F.interpolate(real, size=size, mode="bicubic", antialias=True, align_corners=False)
    sigma = torch.rand(len(real), 1, 1, 1) * noise
    return with_noise(small, sigma) / 2 + 0.5


def _blurred(real: Tensor, factor: int) -> Tensor:
    small = F.interpolate(real, scale_factor=1 / factor, mode="area")
    return F.interpolate(small, size=real.shape[2:], mode="bilinear", align_corners=False)
