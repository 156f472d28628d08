"""Texture for a mended hole, taken from the rest of the picture: it is laid out of patches that are there already.

After "Space-Time Completion of Video" (Wexler, Shechtman, Irani, 2007): two steps take turns at every size of the
picture, coarse to fine: find for each patch that touches the hole the most similar known one, then let all patches vote
on the colours. The search is exhaustive once, on principal components at the coarsest size; from then on it looks
around what was found, so that what lies together stays together. Few turns: each one makes the surface flatter.

Invariant: pixels outside the hole keep their bytes; the same picture and hole give the same bytes (all work is done on
the CPU, in one order).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from studio.core.picture import Pixels
from studio.engines.picture.tiles import Steps

REACH = 3  # a patch is 7 x 7 px
SIDE = 2 * REACH + 1
COMPONENTS = 20
RING_CHUNK = 512
GUESSED = 0.05  # how much a pixel counts that was only filled in
SMALLEST_HOLE = 10  # px: how wide the hole is at the coarsest size
MOST_SOURCES = 24_000
CHUNK = 16_000_000  # distances at once
TURNS = (3, 2, 1, 1)  # of search and vote, at the coarsest size and on
MARGIN = 48  # px around the hole that patches may come from, at least
CLOSE_SHARE = 0.3  # of the patches count as close when they vote
INWARD = 1.3  # how much less each px further inside the hole is to be trusted
DEEPEST, FAINTEST = (
    40,
    1e-6,
)  # beyond these a vote would be too faint for a float: the middle of a hole went black
CLOSE = ((0, 0), (0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (-1, -1), (2, 0), (0, 2))


@dataclass
class Size:
    """The picture at one size: (3, H, W) in 0..1 with its hole (H, W) filled for now, and what decides the votes."""

    picture: Tensor
    hole: Tensor

    def __post_init__(self) -> None:
        near = _grown(self.hole, REACH)
        inside = torch.zeros_like(self.hole)
        inside[REACH:-REACH, REACH:-REACH] = True
        self.targets = near.flatten().nonzero()[:, 0]  # (t,) places of patches that touch the hole
        self.sources = (inside & ~near).flatten().nonzero()[:, 0]  # (s,) places of patches that are known
        depth = _depth(self.hole).flatten()[self.targets].clamp(max=DEEPEST)
        self.trust = INWARD**-depth  # (t,)

    @property
    def width(self) -> int:
        return self.picture.shape[2]

    @property
    def colours(self) -> Tensor:
        """(H W, 3)."""
        return self.picture.flatten(1).T.contiguous()

    def patches(self, places: Tensor) -> Tensor:
        """(n, 147) around places."""
        return patches_of(self.picture, places)


def patches_of(picture: Tensor, places: Tensor) -> Tensor:
    """What lies around places of a picture (C, H, W): (n, 49 C); beyond the edge it goes on with its last pixels."""
    padded = F.pad(picture[None], (REACH,) * 4, mode="replicate")[0]  # (C, H + 6, W + 6)
    width, inner = padded.shape[2], picture.shape[2]
    corner = places // inner * width + places % inner  # the patch's first pixel
    offsets = (torch.arange(SIDE)[:, None] * width + torch.arange(SIDE)).flatten()
    rows = padded.flatten(1).T.contiguous()[corner[:, None] + offsets]  # (n, 49, C)
    return rows.flatten(1)


def textured(filled: Pixels, hole: NDArray[np.bool_]) -> Steps:
    """The filled picture (H, W, 3) with its hole (H, W) laid out of patches; yields (done, total) between turns.

    A picture without enough known patches around the hole stays as it was filled."""
    if not hole.any():
        return filled
    box = _box(hole)
    sizes = _sizes(filled[box], hole[box])
    if not sizes:
        return filled
    outside_in(sizes[0])
    turns = [TURNS[min(i, len(TURNS) - 1)] for i in range(len(sizes))]
    found: Tensor | None = None
    done = 0
    for index, (size, count) in enumerate(zip(sizes, turns, strict=True)):
        if found is not None:
            found = _carried(found, sizes[index - 1], size)
            vote(size, found, torch.ones(len(found)))
        for _ in range(count):
            yield done, sum(turns)
            done += 1
            found = _turn(size, found)
    yield done, sum(turns)
    result = filled.copy()
    levels = (sizes[-1].picture * 255).round().clamp(0, 255).to(torch.uint8).permute(1, 2, 0).numpy()
    result[box][hole[box]] = levels[hole[box]]
    return result


def outside_in(size: Size) -> None:
    """A first, textured guess for the coarsest hole, ring by ring: each pixel takes the middle of the known patch that
    is most like what is known around it so far. What only the fill says counts little: a smooth guess would find
    nothing but smooth patches, and so a flat spot."""
    height, width = size.hole.shape
    sources = _thinned(size.sources)
    known = size.patches(sources)  # (s, 147)
    settled, depth = ~size.hole, _depth(size.hole)
    for ring in range(1, int(depth.max()) + 1):
        places = (depth == ring).flatten().nonzero()[:, 0]
        wanted = size.patches(places)  # (n, 147)
        sure = settled.float().clamp(min=GUESSED)[None].expand(3, -1, -1)
        weight = patches_of(sure, places)  # (n, 147)
        best = []
        for part, w in zip(wanted.split(RING_CHUNK), weight.split(RING_CHUNK), strict=True):
            distance = (
                w @ known.square().T - 2 * (w * part) @ known.T
            )  # (n, s), less what does not depend on s
            best.append(sources[distance.argmin(dim=1)])
        colours = size.colours
        colours[places] = colours[torch.cat(best)]
        size.picture = colours.T.reshape(3, height, width)
        settled = settled | (depth == ring)


def _turn(size: Size, found: Tensor | None) -> Tensor:
    """Search, then vote; returns the places found for the targets."""
    wanted = size.patches(size.targets)
    found = _nearest(size, wanted) if found is None else _nearest_around(size, wanted, found)
    distances = (size.patches(found) - wanted).square().sum(dim=1)
    vote(size, found, distances)
    return found


def vote(size: Size, found: Tensor, distances: Tensor) -> None:
    """Colour the hole: each patch found for a target (t,) says how its pixels look, the closer one the louder."""
    spread = distances.kthvalue(max(1, int(CLOSE_SHARE * len(distances)))).values
    weights = size.trust * torch.exp(-distances / (2 * spread.clamp(min=1e-6))).clamp(min=FAINTEST)  # (t,)
    height, width = size.hole.shape
    rows, columns = size.targets // width, size.targets % width
    colours = size.colours
    total, weight = torch.zeros_like(colours), torch.zeros(height * width)
    for down in range(-REACH, REACH + 1):
        for across in range(-REACH, REACH + 1):
            lies = (
                (rows + down >= 0)
                & (rows + down < height)
                & (columns + across >= 0)
                & (columns + across < width)
            )
            step = down * width + across
            places = (size.targets + step)[lies]
            total.index_add_(0, places, colours[(found + step)[lies]] * weights[lies, None])
            weight.index_add_(0, places, weights[lies])
    hole = size.hole.flatten()
    colours[hole] = total[hole] / weight[hole, None].clamp(min=1e-12)
    size.picture = colours.T.reshape(3, height, width)


def _nearest(size: Size, wanted: Tensor) -> Tensor:
    """The most similar known patch of each wanted one (t, 147) -> places (t,)."""
    sources = _thinned(size.sources)
    known = size.patches(sources)  # (s, 147)
    centre, axes = _components(known)
    known, wanted = (known - centre) @ axes, (wanted - centre) @ axes  # (s, c), (t, c)
    squares = known.square().sum(dim=1)
    rows = max(1, CHUNK // len(sources))
    best = [torch.addmm(squares, part, known.T, alpha=-2).argmin(dim=1) for part in wanted.split(rows)]
    return sources[torch.cat(best)]


def _nearest_around(size: Size, wanted: Tensor, found: Tensor) -> Tensor:
    """The best of what was found, its neighbours, and what the target's neighbours found."""
    height, width = size.hole.shape
    known = torch.zeros(height * width, dtype=torch.bool)
    known[size.sources] = True
    where = torch.full((height * width,), -1, dtype=torch.long)
    where[size.targets] = found
    best, least = found, (size.patches(found) - wanted).square().sum(dim=1)
    for down, across in CLOSE:
        step = down * width + across
        theirs = where[(size.targets - step).clamp(0, height * width - 1)]
        for candidate in (found + step, torch.where(theirs >= 0, theirs + step, found)):
            candidate = candidate.clamp(0, height * width - 1)
            candidate = torch.where(known[candidate], candidate, best)
            distance = (size.patches(candidate) - wanted).square().sum(dim=1)
            best = torch.where(distance < least, candidate, best)
            least = torch.minimum(distance, least)
    return best


def _carried(found: Tensor, small: Size, large: Size) -> Tensor:
    """What was found at half the size, as places of the larger one, each on its own pixel of four."""
    height, width = large.hole.shape
    rows, columns = large.targets // width, large.targets % width
    where = torch.full((small.hole.numel(),), -1, dtype=torch.long)
    where[small.targets] = found
    half = (rows // 2).clamp(max=small.hole.shape[0] - 1) * small.width + (columns // 2).clamp(
        max=small.width - 1
    )
    theirs = where[half]
    theirs = torch.where(theirs >= 0, theirs, found[0])
    place = (theirs // small.width * 2 + rows % 2) * width + theirs % small.width * 2 + columns % 2
    known = torch.zeros(height * width, dtype=torch.bool)
    known[large.sources] = True
    place = place.clamp(0, height * width - 1)
    nearest = large.sources[torch.searchsorted(large.sources, place).clamp(max=len(large.sources) - 1)]
    return torch.where(known[place], place, nearest)


def _thinned(sources: Tensor) -> Tensor:
    """Not more than MOST_SOURCES, spread evenly."""
    if len(sources) <= MOST_SOURCES:
        return sources
    return sources[torch.linspace(0, len(sources) - 1, MOST_SOURCES).long()]


def _components(patches: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and principal axes (147, c) of patches."""
    centre = patches.mean(dim=0)
    covariance = (patches - centre).T @ (patches - centre)
    axes = torch.linalg.eigh(covariance.double()).eigenvectors[:, -COMPONENTS:]
    return centre, axes.float()


def _sizes(filled: Pixels, hole: NDArray[np.bool_]) -> list[Size]:
    """From the coarsest size to the full one; sizes without enough known patches are left out."""
    picture = torch.from_numpy(filled.copy()).permute(2, 0, 1).float() / 255  # (3, H, W)
    mask = torch.from_numpy(hole.copy())
    sizes: list[Size] = []
    while True:
        size = Size(picture, mask)
        if len(size.sources) < SIDE * SIDE:
            break
        sizes.insert(0, size)
        if min(mask.any(dim=0).sum(), mask.any(dim=1).sum()) <= SMALLEST_HOLE or min(mask.shape) < 4 * SIDE:
            break
        picture = F.avg_pool2d(picture[None], 2, ceil_mode=True)[0]
        mask = F.max_pool2d(mask[None, None].float(), 2, ceil_mode=True)[0, 0] > 0
    return sizes


def _box(hole: NDArray[np.bool_]) -> tuple[slice, slice]:
    """The hole and what may be taken from: as much again on every side."""
    rows, columns = np.flatnonzero(hole.any(axis=1)), np.flatnonzero(hole.any(axis=0))
    margin = max(MARGIN, rows[-1] - rows[0], columns[-1] - columns[0])
    return tuple(  # type: ignore[return-value]
        slice(max(0, int(places[0]) - int(margin)), int(places[-1]) + 1 + int(margin))
        for places in (rows, columns)
    )


def _grown(mask: Tensor, by: int) -> Tensor:
    return F.max_pool2d(mask[None, None].float(), 2 * by + 1, 1, by)[0, 0] > 0


def _depth(hole: Tensor) -> Tensor:
    """How many px inside the hole each pixel lies, 0 outside (H, W)."""
    depth, left = torch.zeros(hole.shape), hole
    while left.any():
        depth += left
        left = ~_grown(~left, 1)
        if depth.max() > 200:
            break
    return depth
