"""Inpainting: a gated U-Net paints what a mask has taken out of a picture, coarse to fine around the hole.

Gated convolutions (Yu et al., 2019, "Free-Form Image Inpainting with Gated Convolution") and dilations for a wide
view. The network never starts from nothing: it corrects a smooth fill (push-pull, Gortler et al., 1996) or, on a
finer level, what it painted on the coarser one. Invariant: pixels outside the mask stay as they are, bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from studio.core.picture import Pixels
from studio.engines.picture.tiles import Steps, corners, mirrored, to_levels

MULTIPLE = 8  # px: the network halves three times
WINDOW, STRIDE = 256, 192  # px that the network sees at once, and from one window to the next
THICK = 4  # a hole as wide as 2**THICK to 4 * 2**THICK px is the widest that one level paints
MARGIN = 64  # px around a hole that take part, on the coarsest level
SOFT = 9  # px: how far inside the edge the painting leans to the colours outside


class Gated(nn.Module):
    """A convolution whose channels are opened or closed, place by place, by gates of the same size."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, 2 * outputs, kernel, stride, padding=kernel // 2)

    def forward(self, x: Tensor) -> Tensor:
        value, gate = self.conv(x).chunk(2, dim=1)
        return even(F.silu(value) * gate.sigmoid())


def even(x: Tensor) -> Tensor:
    """Every pixel of x (B, C, H, W) scaled to a mean square of 1 over its channels (Karras et al., 2018): without it
    the gates let less and less through from layer to layer, until one closes for good."""
    return x * torch.rsqrt(x.float().square().mean(dim=1, keepdim=True) + 1e-6).to(x.dtype)


class Dilated(nn.Module):
    """Two convolutions beside a shortcut, the first one wide; starts as the identity."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.wide = nn.Conv2d(channels, channels, 3, padding=dilation, dilation=dilation)
        self.near = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.near.weight)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.near(F.silu(self.wide(F.silu(even(x)))))


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
        nn.init.zeros_(self.write.bias)  # type: ignore[arg-type]

    def forward(self, fill: Tensor, mask: Tensor, rough: Tensor) -> Tensor:
        """fill (B, 3, H, W) in -1..1, H and W multiples of 8: the picture, inside the mask a first guess;
        mask (B, 1, H, W): 1 where to paint; rough (B, 1, 1, 1): 1 where the guess is a coarser painting, 0
        where it is only smooth. Returns (B, 3, H, W), painted everywhere: the caller keeps what was known."""
        x = self.read(torch.cat([fill, mask, mask * rough], dim=1))  # (B, C0, H, W)
        skips = []
        for down in self.down:
            skips.append(x)
            x = down(x)  # (B, C, H/2, W/2), then 1/4, 1/8
        x = even(self.think(x))
        for up, merge, skip in zip(self.up[::-1], self.merge[::-1], skips[::-1], strict=True):
            x = merge(F.interpolate(up(x), scale_factor=2.0) + skip)
        return fill + self.write(x)


# ---------------------------------------------------------------- smooth fills


def halved(picture: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Half as large, of known pixels only; a hole is where none is known. (B, 3, H, W), (B, 1, H, W)."""
    known = F.avg_pool2d(1 - mask, 2, ceil_mode=True)  # (B, 1, H/2, W/2)
    small = F.avg_pool2d(picture * (1 - mask), 2, ceil_mode=True) / known.clamp(min=1e-6)
    return small, (known == 0).to(picture.dtype)


def enlarged(picture: Tensor, like: Tensor) -> Tensor:
    return F.interpolate(picture, size=like.shape[2:], mode="bilinear", align_corners=False)


def spread(picture: Tensor, mask: Tensor) -> Tensor:
    """Push-pull: holes take the colours around them, smoothly. picture (B, C, H, W), mask (B, 1, H, W), 1 in holes."""
    if max(picture.shape[2:]) == 1:
        return picture * (1 - mask)
    coarse = spread(*halved(picture, mask))
    return picture * (1 - mask) + enlarged(coarse, picture) * mask


# ---------------------------------------------------------------- any size, coarse to fine


@dataclass(frozen=True)
class Level:
    """One size of the part of the picture around the hole: picture (1, 3, H, W) in -1..1 and mask (1, 1, H, W)."""

    picture: Tensor
    mask: Tensor

    def windows(self) -> list[tuple[int, int]]:
        """The corners of the windows that see a part of the hole."""
        height, width = self.mask.shape[2:]
        grid = product(corners(height, WINDOW, STRIDE), corners(width, WINDOW, STRIDE))
        return [(t, s) for t, s in grid if self.mask[:, :, t : t + WINDOW, s : s + WINDOW].any()]


def inpainted(net: Inpainter, pixels: Pixels, hole: NDArray[np.bool_]) -> Steps:
    """The picture (H, W, 3) with the pixels painted anew where `hole` (H, W) is true; all others keep their bytes.

    A wide hole is first painted on a smaller picture, then finer and finer, each level correcting the one before.
    """
    device = net.write.weight.device
    depth = halvings(hole)
    box = _box(hole, MARGIN << depth)
    levels = _levels(pixels[box], hole[box], depth, device)
    total, done = sum(len(level.windows()) for level in levels), 0
    painted: Tensor | None = None
    for level in reversed(levels):
        guess = spread(level.picture, level.mask) if painted is None else enlarged(painted, level.picture)
        canvas = _Canvas(net, level, guess, rough=painted is not None)
        for corner in level.windows():
            yield done, total
            canvas.paint(corner)
            done += 1
        painted = canvas.finished()
    yield done, total
    result = pixels.copy()
    if painted is not None:
        result[box][hole[box]] = to_levels(painted[0] / 2 + 0.5)[hole[box]]
    return result


def halvings(hole: NDArray[np.bool_]) -> int:
    """How often the picture is halved until its widest hole is small enough to be painted at once."""
    mask = torch.tensor(hole, dtype=torch.float32)[None, None]  # (1, 1, H, W)
    count = 0
    while mask.any() and max(mask.shape[2:]) > 1:
        mask = (F.avg_pool2d(mask, 2, ceil_mode=True) == 1).float()
        count += 1
    return max(0, count - THICK - 1)


def _levels(pixels: Pixels, hole: NDArray[np.bool_], depth: int, device: torch.device) -> list[Level]:
    picture = torch.from_numpy(pixels.copy()).to(device).permute(2, 0, 1)[None].float() / 127.5 - 1
    levels = [Level(picture, torch.from_numpy(hole.copy()).to(device)[None, None].float())]
    for _ in range(depth):
        levels.append(Level(*halved(levels[-1].picture, levels[-1].mask)))
    return levels


def _box(hole: NDArray[np.bool_], margin: int) -> tuple[slice, slice]:
    """The rows and columns that hold the hole, and `margin` px around them; all of the picture for no hole."""
    sides = []
    for axis, length in enumerate(hole.shape):
        places = np.flatnonzero(hole.any(axis=1 - axis))
        first, last = (places[0], places[-1] + 1) if len(places) else (0, length)
        sides.append(slice(max(0, int(first) - margin), min(length, int(last) + margin)))
    return sides[0], sides[1]


class _Canvas:
    """Collects the windows of one level; where they overlap, the nearer to a window's middle the more it counts."""

    def __init__(self, net: Inpainter, level: Level, guess: Tensor, rough: bool) -> None:
        self._net, self._level, self._guess = net, level, guess
        self._rough = guess.new_full((1, 1, 1, 1), float(rough))
        self._sum = torch.zeros_like(guess)
        self._weight = torch.zeros_like(level.mask)

    def paint(self, corner: tuple[int, int]) -> None:
        """Let the network see one window."""
        height, width = self._guess.shape[2:]
        rows, columns = _lines(corner[0], height), _lines(corner[1], width)
        picture, mask, guess = (
            x[:, :, rows][:, :, :, columns] for x in (self._level.picture, self._level.mask, self._guess)
        )
        made = self._net(picture * (1 - mask) + guess * mask, mask, self._rough)  # (1, 3, h, w)
        made = softened(made, picture, mask)
        place = (..., slice(corner[0], corner[0] + WINDOW), slice(corner[1], corner[1] + WINDOW))
        h, w = self._sum[place].shape[2:]
        weight = _hat(h, made)[:, None] * _hat(w, made)
        self._sum[place] += made[:, :, :h, :w] * weight
        self._weight[place] += weight

    def finished(self) -> Tensor:
        """The level with its hole painted, (1, 3, H, W)."""
        painted = self._sum.div_(self._weight.clamp_(min=1e-6)).clamp_(-1, 1)
        return torch.where(self._level.mask > 0, painted, self._level.picture)


def softened(made: Tensor, picture: Tensor, mask: Tensor) -> Tensor:
    """What was made, just inside the edge of the hole brought over to the colours that are known outside."""
    gap = spread((picture - made) * (1 - mask), mask)
    near = F.avg_pool2d(
        1 - mask, SOFT, 1, SOFT // 2, count_include_pad=False
    )  # 1 outside, 0 from SOFT / 2 px on
    return made + gap * (2 * near).clamp(max=1)


def _lines(start: int, length: int) -> NDArray[np.intp]:
    """The rows or columns of a window, up to a multiple of 8 where the picture is smaller than it."""
    count = min(WINDOW, length)
    return mirrored(start, start + -(-count // MULTIPLE) * MULTIPLE, length)


def _hat(count: int, like: Tensor) -> Tensor:
    """Weights that fall towards both ends, never to 0."""
    places = torch.arange(count, device=like.device)
    return torch.minimum(places + 1, count - places).clamp(max=WINDOW - STRIDE).to(like.dtype)
