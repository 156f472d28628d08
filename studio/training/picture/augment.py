"""Differentiable augmentation (Zhao et al., 2020): the same colour, shift and cutout families for real and fake.

Discriminators then cannot learn the few training pictures by heart, and gradients pass to the generator.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def augment(x: Tensor, seed: int, part: int = 0, parts: int = 1, *, tints: bool = True) -> Tensor:
    """x (B, 3, S, S) in -1..1 -> the same shape; the same seed gives the same changes, and nothing else is drawn.

    part, parts: x is every `parts`-th picture, from number `part` on, of the batch that the changes are drawn for;
    tints: change brightness, saturation and contrast too.
    """
    random = torch.Generator().manual_seed(seed)
    count, size = len(x) * parts, x.shape[-1]
    tones = torch.rand(3, count, 1, 1, 1, generator=random)[:, part::parts].to(x.device)
    reach, side = int(size * 0.125), int(size * 0.4)
    moves = torch.randint(0, 2 * reach + 1, (count, 2), generator=random)[part::parts]
    corners = torch.randint(-side // 2, size - side // 2, (count, 2), generator=random)[part::parts]
    return _cutout(_shift(_colour(x, tones) if tints else x, moves, reach), corners, side)


def _colour(x: Tensor, tones: Tensor) -> Tensor:
    """tones: (3, B, 1, 1, 1) in 0..1, for brightness, saturation and contrast."""
    x = x + (tones[0] - 0.5) * 0.5
    grey = x.mean(dim=1, keepdim=True)
    x = grey + (x - grey) * (tones[1] + 0.5)  # 0.5 to 1.5
    mean = x.mean(dim=(1, 2, 3), keepdim=True)
    return mean + (x - mean) * (tones[2] * 0.8 + 0.6)  # 0.6 to 1.4


def _shift(x: Tensor, moves: Tensor, reach: int) -> Tensor:
    """moves: (B, 2) of 0 to 2 reach, down and right."""
    padded = F.pad(x, (reach,) * 4, mode="reflect")  # (B, 3, S + 2 reach, S + 2 reach)
    size = x.shape[-1]
    pairs = zip(padded, moves.tolist(), strict=True)
    return torch.stack([p[:, t : t + size, s : s + size] for p, (t, s) in pairs])


def _cutout(x: Tensor, corners: Tensor, side: int) -> Tensor:
    """corners: (B, 2), top and left of the square that turns grey; it may hang over the edge."""
    size = x.shape[-1]
    mask = torch.ones(len(x), 1, size, size, device="cpu")
    for m, (top, left) in zip(mask, corners.tolist(), strict=True):
        m[:, max(top, 0) : top + side, max(left, 0) : left + side] = 0
    return x * mask.to(x.device)
