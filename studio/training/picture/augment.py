"""Differentiable augmentation (Zhao et al., 2020): the same colour, shift and cutout families for real and fake.

Discriminators then cannot learn the few training pictures by heart, and gradients pass to the generator.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def augment(x: Tensor, seed: int) -> Tensor:
    """x (B, 3, S, S) in -1..1 -> the same shape; the same seed gives the same changes, and nothing else is drawn."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return _cutout(_shift(_colour(x), share=0.125), share=0.4)


def _colour(x: Tensor) -> Tensor:
    b = len(x)
    x = x + (torch.rand(b, 1, 1, 1) - 0.5) * 0.5  # brightness
    grey = x.mean(dim=1, keepdim=True)
    x = grey + (x - grey) * (torch.rand(b, 1, 1, 1) + 0.5)  # saturation 0.5 to 1.5
    mean = x.mean(dim=(1, 2, 3), keepdim=True)
    return mean + (x - mean) * (torch.rand(b, 1, 1, 1) * 0.8 + 0.6)  # contrast 0.6 to 1.4


def _shift(x: Tensor, share: float) -> Tensor:
    reach = int(x.shape[-1] * share)
    padded = F.pad(x, (reach,) * 4, mode="reflect")  # (B, 3, S + 2 reach, S + 2 reach)
    size = x.shape[-1]
    moves = torch.randint(0, 2 * reach + 1, (len(x), 2)).tolist()
    return torch.stack([p[:, t : t + size, s : s + size] for p, (t, s) in zip(padded, moves, strict=True)])


def _cutout(x: Tensor, share: float) -> Tensor:
    size = x.shape[-1]
    side = int(size * share)
    mask = torch.ones(len(x), 1, size, size)
    corners = torch.randint(-side // 2, size - side // 2, (len(x), 2)).tolist()
    for m, (top, left) in zip(mask, corners, strict=True):
        m[:, max(top, 0) : top + side, max(left, 0) : left + side] = 0
    return x * mask
