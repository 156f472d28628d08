"""How pictures are seen by the network that measures: at which size, which maps, averaged over which places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from studio.core.messages import Progress
from studio.training.picture.vgg import Sight

Tell = Callable[[Progress], None]


def quietly(progress: Progress) -> None:
    """For those who do not show progress."""


@dataclass(frozen=True)
class Look:
    """How pictures are seen: at `side` px at most, which maps, averaged over each place of a `grid` x `grid`."""

    side: int
    grid: int
    maps: slice


DISTANCES = Look(128, 1, slice(-3, None))  # for distances between sets
PLACES = Look(64, 2, slice(-2, -1))  # for neighbours: it matters what lies where, and fine brushwork does not
FEW = Look(128, 1, slice(2, 3))  # a few hundred pictures are enough for the 256 numbers of one map


@torch.no_grad()
def see(sight: Sight, pictures: Tensor, look: Look, title: str = "", tell: Tell = quietly) -> Tensor:
    """(n, 3, S, S) -> (n, d): the features that this way of looking takes in."""
    rows = []
    for i, batch in enumerate(pictures.split(16)):
        maps = sight.maps(shrink(batch, look.side))[look.maps]
        rows.append(torch.cat([F.adaptive_avg_pool2d(m, look.grid).flatten(1) for m in maps], dim=1))
        tell(Progress(0, title, min(16 * (i + 1), len(pictures)), len(pictures)))
    return torch.cat(rows)


def shrink(pictures: Tensor, side: int) -> Tensor:
    """Pictures at `side` px where they are larger."""
    if pictures.shape[-1] <= side:
        return pictures
    return F.interpolate(pictures, size=(side, side), mode="bilinear", antialias=True, align_corners=False)
