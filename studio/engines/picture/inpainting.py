"""Inpainting: a gated U-Net paints what a mask has taken out of a picture, coarse to fine around the hole.

Gated convolutions (Yu et al., 2019, "Free-Form Image Inpainting with Gated Convolution") and dilations for a wide
view. The network never starts from nothing: it corrects a smooth fill (push-pull, Gortler et al., 1996) or, on a
finer level, what it painted on the coarser one. Invariant: pixels outside the mask stay as they are, bit for bit.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

MULTIPLE = 8  # the network halves three times


class Gated(nn.Module):
    """A convolution whose channels are opened or closed, place by place, by gates of the same size."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, 2 * outputs, kernel, stride, padding=kernel // 2)

    def forward(self, x: Tensor) -> Tensor:
        value, gate = self.conv(x).chunk(2, dim=1)
        return F.silu(value) * gate.sigmoid()


class Dilated(nn.Module):
    """Two convolutions beside a shortcut, the first one wide; starts as the identity."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.wide = nn.Conv2d(channels, channels, 3, padding=dilation, dilation=dilation)
        self.near = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.near.weight)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.near(F.silu(self.wide(F.silu(x))))


class Inpainter(nn.Module):
    """Fill, mask and trust -> the picture. widths: channels at 1/1, 1/2, 1/4 and 1/8 of the size."""

    def __init__(self, widths: tuple[int, ...], dilations: tuple[int, ...]) -> None:
        super().__init__()
        self.read = Gated(5, widths[0], 5)
        self.down = nn.ModuleList(Gated(a, b, stride=2) for a, b in pairwise(widths))
        self.think = nn.Sequential(*(Dilated(widths[-1], dilation) for dilation in dilations))
        self.up = nn.ModuleList(nn.Conv2d(b, a, 1) for a, b in pairwise(widths))
        self.merge = nn.ModuleList(Gated(a, a) for a in widths[:-1])
        self.write = nn.Conv2d(widths[0], 3, 3, padding=1)
        nn.init.zeros_(self.write.weight)
        nn.init.zeros_(self.write.bias)

    def forward(self, fill: Tensor, mask: Tensor, rough: Tensor) -> Tensor:
        """fill (B, 3, H, W) in -1..1, H and W multiples of 8: the picture, inside the mask a first guess;
        mask (B, 1, H, W): 1 where to paint; rough (B, 1, 1, 1): 1 where the guess is a coarser painting, 0
        where it is only smooth. Returns (B, 3, H, W), painted everywhere: the caller keeps what was known."""
        x = self.read(torch.cat([fill, mask, mask * rough], dim=1))  # (B, C0, H, W)
        skips = []
        for down in self.down:
            skips.append(x)
            x = down(x)  # (B, C, H/2, W/2), then 1/4, 1/8
        x = self.think(x)
        for up, merge, skip in zip(self.up[::-1], self.merge[::-1], skips[::-1], strict=True):
            x = merge(F.interpolate(up(x), scale_factor=2.0) + skip)
        return fill + self.write(x)


def spread(picture: Tensor, mask: Tensor) -> Tensor:
    """Push-pull: holes take the colours around them, smoothly. picture (B, 3, H, W), mask (B, 1, H, W), 1 in holes."""
    known = 1 - mask
    if max(picture.shape[2:]) == 1:
        return picture * known
    weight = F.avg_pool2d(known, 2, ceil_mode=True)  # (B, 1, H/2, W/2)
    small = F.avg_pool2d(picture * known, 2, ceil_mode=True) / weight.clamp(min=1e-6)
    coarse = spread(small, (weight == 0).to(picture.dtype))
    wide = F.interpolate(coarse, size=picture.shape[2:], mode="bilinear", align_corners=False)
    return picture * known + wide * mask
