"""Finer grids and back: the filters of StyleGAN3 around its activation (Karras et al., 2021, figure 4b).

Invariant: in pieces or at once, the numbers are the same up to rounding. Where no gradients are kept, a picture is
worked on some channels and rows at a time, since the finer grid would not fit into the cache.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

CHANNELS = 16  # that a CPU filters together
NUMBERS = 1 << 20  # of the finer grid, at a time
Sides = tuple[int, int, int, int]


@dataclass(frozen=True)
class Filters:
    """up, down: how much finer the grid is, and how much coarser again; padding: left, right, above, below, on it."""

    up_filter: Tensor | None
    down_filter: Tensor | None
    up: int
    down: int
    padding: Sides

    def activated(self, x: Tensor, slope: float, gain: float, limit: float) -> Tensor:
        """x (B, C, H, W) -> (B, C, H', W'): a leaky ReLU with a gain, and a clamp, on the finer grid."""
        if (
            torch.is_grad_enabled()
            or x.device.type != "cpu"
            or self.up_filter is None
            or self.down_filter is None
        ):
            fine = enlarged(x, self.up_filter, self.up, self.padding)
            return reduced(
                (F.leaky_relu(fine, slope) * gain).clamp(-limit, limit), self.down_filter, self.down
            )
        parts = []
        for some in x.split(CHANNELS, dim=1):
            parts.append(self._in_strips(some, self.up_filter, self.down_filter, (slope, gain, limit)))
        return torch.cat(parts, dim=1)

    def _in_strips(self, x: Tensor, up: Tensor, down: Tensor, curve: tuple[float, float, float]) -> Tensor:
        """The gain waits for the filter after it."""
        slope, gain, limit = curve
        down = down * (gain if down.dim() == 2 else gain**0.5)
        height, width = (self._fine(x.shape[axis], self.padding[i : i + 2]) for axis, i in ((2, 2), (3, 0)))
        taps = len(down)
        total = (height - taps) // self.down + 1
        step = max(1, (NUMBERS // (x.shape[1] * width) - taps) // self.down)
        parts = []
        for start in range(0, total, step):
            rows = (start * self.down, (min(start + step, total) - 1) * self.down + taps)
            fine = enlarged(x, up, self.up, self.padding, rows)
            parts.append(
                reduced(F.leaky_relu_(fine, slope).clamp_(-limit / gain, limit / gain), down, self.down)
            )
        return torch.cat(parts, dim=2)

    def _fine(self, size: int, padding: tuple[int, ...]) -> int:
        """The side of the finer grid."""
        assert self.up_filter is not None
        return size * self.up + sum(padding) - len(self.up_filter) + 1


def enlarged(
    x: Tensor, taps: Tensor | None, up: int, padding: Sides, rows: tuple[int, int] | None = None
) -> Tensor:
    """x (B, C, H, W) with zeros between, padded on the finer grid, and filtered; a filter with one axis along both.

    rows: only those of the result, from and to.
    """
    if taps is None:
        return F.pad(x, padding)
    height, width = x.shape[2:]
    last = len(taps) - 1
    low, high = rows or (0, height * up + padding[2] + padding[3] - last)
    shift = last - padding[2]  # the transposed filter gives rows on its own, before the first
    first = max(0, -((last - shift - low) // up))  # the first row of x that reaches row `low`
    beyond = min(height, (high - 1 + shift) // up + 1)
    if beyond <= first:
        return x.new_zeros(*x.shape[:2], high - low, width * up + padding[0] + padding[1] - last)
    full = _transposed(x[:, :, first:beyond], taps, up)
    above = first * up - shift - low
    below = (high - low) - above - full.shape[2]
    left = padding[0] - last
    return F.pad(full, (left, padding[1] - last + up - 1, above, below))


def reduced(x: Tensor, taps: Tensor | None, down: int) -> Tensor:
    """x (B, C, H, W) filtered, and every `down`-th number of it."""
    if taps is None:
        return x[:, :, ::down, ::down]
    channels = x.shape[1]
    if taps.dim() == 2:
        return F.conv2d(x, taps.flip(0, 1).expand(channels, 1, -1, -1), stride=down, groups=channels)
    kernel = taps.flip(0).view(1, 1, 1, -1).expand(channels, -1, -1, -1)
    x = F.conv2d(x, kernel, stride=(1, down), groups=channels)
    return F.conv2d(x, kernel.transpose(2, 3), stride=(down, 1), groups=channels)


def _transposed(x: Tensor, taps: Tensor, up: int) -> Tensor:
    """Every number of x (B, C, H, W) spread out as the filter: (B, C, (H - 1) up + taps, (W - 1) up + taps)."""
    channels = x.shape[1]
    if taps.dim() == 2:
        kernel = (taps * up**2).expand(channels, 1, -1, -1)
        return F.conv_transpose2d(x, kernel, stride=up, groups=channels)
    kernel = (taps * up).view(1, 1, 1, -1).expand(channels, -1, -1, -1)
    x = F.conv_transpose2d(x, kernel, stride=(1, up), groups=channels)
    return F.conv_transpose2d(x, kernel.transpose(2, 3), stride=(up, 1), groups=channels)
