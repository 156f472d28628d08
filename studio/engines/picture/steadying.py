"""Keeps a painted clip from flickering: statistics that change slowly, and a blend along the motion of the input.

A network that paints frame by frame answers grain in the film with another touch in every frame, and anything that
passes through the picture shifts the statistics, and with them the colours, of all the rest. So a clip's statistics
follow what is measured slowly, and where the input only moved, the last painting moves with it and mostly stays
(block matching; in the spirit of Ruder 2016, without optical flow). Invariant: after a cut
nothing of the old shot is left.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from studio.core.picture import Pixels
from studio.engines.picture.style_painting import Moments

FOLLOW = 0.15  # how far the statistics go towards a new frame's
KEEP = 0.85  # how much of the last painting stays where the input did nothing but move
SAME_LEVELS, OTHER_LEVELS = (
    8.0,
    24.0,
)  # input differences up to which it is the same, and from which another thing
CUT_SHARE = 0.6  # another shot: so much of the frame is new
LEVELS = ((4, 6), (2, 2), (1, 1))  # of the search for motion: the scale, and how far to look at it, px
BLOCK_PX, WINDOW_PX = 8, 16  # motion is told for blocks, by what a window around each shows
STILLNESS = 0.3  # levels that a motion must be better by for each px


@dataclass
class SlowStatistics:
    """The moments that a clip's normalisations use: those of its first frame, then following slowly."""

    known: dict[int, Moments] = field(default_factory=dict)

    def __call__(self, number: int, now: Moments) -> Moments:
        past = self.known.get(number, now)
        mean = past.mean + (now.mean - past.mean) * FOLLOW
        variance = past.variance + (now.variance - past.variance) * FOLLOW
        self.known[number] = Moments(mean, variance, now.count)
        return self.known[number]

    def forget(self) -> None:
        self.known.clear()


class Steadier:
    """Remembers the last frame and its painting. `look` at each frame, then `steady` its painting; one thread."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._frame: Tensor | None = None
        self._painted: Tensor | None = None
        self._motion: Tensor | None = None
        self._kept: Tensor | None = None

    def look(self, pixels: Pixels) -> bool:
        """Compare a frame (H, W, 3) with the last one; returns whether it goes on from there."""
        frame = self._tensor(pixels)
        self._motion, self._kept = None, None
        if self._frame is not None:
            self._motion = motion_between(frame, self._frame)
            self._kept = sameness(frame, moved(self._frame, self._motion))
        self._frame = frame
        return self._kept is not None and float((self._kept == 0).float().mean()) < CUT_SHARE

    def steady(self, pixels: Pixels, goes_on: bool) -> Pixels:
        """The painting (H, W, 3) of the frame that was looked at last."""
        painted = self._tensor(pixels)
        if goes_on and self._painted is not None and self._motion is not None and self._kept is not None:
            last = moved(self._painted, self._motion)
            painted += (last - painted) * (self._kept * KEEP)
        self._painted = painted
        levels = painted[0].round().to(torch.uint8).permute(1, 2, 0)
        return np.ascontiguousarray(levels.cpu().numpy())

    def _tensor(self, pixels: Pixels) -> Tensor:
        """(1, 3, H, W) levels."""
        return torch.from_numpy(np.array(pixels)).to(self._device).permute(2, 0, 1)[None].float()


def sameness(frame: Tensor, expected: Tensor) -> Tensor:
    """(1, 1, H, W): 1 where a frame is what was expected, but for grain; 0 where it shows another thing."""
    apart = (frame - expected).abs().mean(1, keepdim=True)
    apart = F.avg_pool2d(apart, 5, 1, 2, count_include_pad=False)
    return ((OTHER_LEVELS - apart) / (OTHER_LEVELS - SAME_LEVELS)).clamp(0, 1)


@torch.inference_mode()
def motion_between(now: Tensor, before: Tensor) -> Tensor:
    """(2, H, W): for each pixel of `now` (1, 3, H, W) how far down and right in `before` it stood, whole px."""
    height, width = now.shape[2:]
    grey = [_padded(x.mean(1, keepdim=True)) for x in (now, before)]
    motion = torch.zeros(2, 1, 1, device=now.device)
    for scale, reach in LEVELS:
        a, b = (F.avg_pool2d(x, scale) for x in grey)
        guess = F.interpolate(motion[None], size=a.shape[2:])[0] * (2 if motion.numel() > 2 else 1)
        motion = _refined(a, b, guess, reach)
    return motion[:, :height, :width]


def _refined(now: Tensor, before: Tensor, guess: Tensor, reach: int) -> Tensor:
    """The best motion (2, h, w) within `reach` of a guess, block by block; both pictures (1, 1, h, w)."""
    offsets = list(_offsets(reach))
    costs = torch.stack([_cost(now, before, guess, offset) for offset in offsets])  # (N, h/8, w/8)
    steps = torch.tensor(offsets, device=now.device, dtype=guess.dtype).T  # (2, N)
    chosen = steps[:, costs.argmin(0)]  # (2, h/8, w/8)
    return guess + F.interpolate(chosen[None], scale_factor=float(BLOCK_PX))[0]


def _cost(now: Tensor, before: Tensor, guess: Tensor, offset: tuple[int, int]) -> Tensor:
    step = torch.tensor(offset, device=now.device, dtype=guess.dtype)[:, None, None]
    apart = (now - moved(before, guess + step)).abs()
    border = (WINDOW_PX - BLOCK_PX) // 2
    mean = F.avg_pool2d(apart, WINDOW_PX, BLOCK_PX, border, count_include_pad=False)[0, 0]
    return mean + STILLNESS * (abs(offset[0]) + abs(offset[1]))


def _offsets(reach: int) -> Iterator[tuple[int, int]]:
    around = range(-reach, reach + 1)
    return product(around, around)


def moved(picture: Tensor, motion: Tensor) -> Tensor:
    """What stands at each pixel of (1, C, H, W) once it is moved by (2, H, W) whole px; borders repeat."""
    height, width = picture.shape[2:]
    rows = torch.arange(height, device=picture.device)[:, None] + motion[0].long()
    columns = torch.arange(width, device=picture.device)[None] + motion[1].long()
    return picture[:, :, rows.clamp(0, height - 1), columns.clamp(0, width - 1)]


def _padded(grey: Tensor) -> Tensor:
    """To sides of whole blocks at the coarsest scale."""
    whole = BLOCK_PX * LEVELS[0][0]
    return F.pad(grey, (0, -grey.shape[3] % whole, 0, -grey.shape[2] % whole), mode="replicate")
