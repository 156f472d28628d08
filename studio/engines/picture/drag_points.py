"""Drag points: what lies under a handle moves to its target, by moving the code of the picture.

Written from "Drag Your GAN" (Pan et al., 2023): motion supervision pushes the features around a handle one step towards
its target, here partly as they were at first (as in FreeDrag, Ling et al., 2023); then the handle is found again
where the features are most like those that it began with. Only the layers that decide the forms move; what a mask
leaves out is held where it was.

Invariant: the same latent, points and mask give the same bytes on one device.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from studio.core.errors import StudioError
from studio.core.latent import WCode
from studio.core.projection import MAX_POINTS, MAX_STEPS, Dragged, DragWish, Point
from studio.core.restyle import Mask
from studio.engines.base import Dragging
from studio.engines.picture.code_space import CodeSpace

RATE = 0.04  # standard deviations a step
FEATURE_PX = 4  # pixels of the picture to one of the features
LARGEST_GRID = 256  # px on which points move; larger pictures are looked at in this size
PATCH = 3  # px around a handle that are pushed
SEARCH = 3  # px around a handle in which it is found again
STAY = 0.2  # what the mean square distance from the first code costs, in standard deviations
MEMORY = 0.3  # the share of what lay under a handle at first in what is pushed on: else it is soon forgotten
HELD = 10.0  # what a change outside the mask costs
ARRIVED = 1.5  # px


def drag(space: CodeSpace, start: WCode, wish: DragWish) -> Dragging:
    """Drag until every handle has arrived, or for as many steps as are wished for.

    Raises StudioError where the model has no features to hold on to, or there is nothing to drag.
    """
    if space.features is None:
        raise StudioError(
            "Points of this model's pictures cannot be dragged.", hint="Choose a generator (GAN)."
        )
    check(wish)
    pull = Pull(space, start, wish)
    step, total = 0, wish.steps
    now = pull.shown(0)
    yield 0, total, now
    while step < total and not pull.has_arrived:
        pull.step()
        step += 1
        now = pull.shown(step)
        yield step, total, now
    return now


def check(wish: DragWish) -> None:
    """Raises StudioError unless there are points, not too many, and all of them on the picture."""
    if not 0 < len(wish.points) <= MAX_POINTS:
        raise StudioError(
            f"Put down between 1 and {MAX_POINTS} points to drag.", f"{len(wish.points)} points"
        )
    if not 1 <= wish.steps <= MAX_STEPS:
        raise StudioError(f"Dragging takes between 1 and {MAX_STEPS} steps.", f"{wish.steps} steps")
    for point in wish.points:
        if not all(0 <= x <= 1 for x in (*point.handle, *point.target)):
            raise StudioError("A point to drag lies beside the picture.", f"{point}")


class Pull:
    """One drag: the code, the optimiser, the handles and what they looked like at the beginning."""

    def __init__(self, space: CodeSpace, start: WCode, wish: DragWish) -> None:
        self._space = space
        self._grid = min(space.size, LARGEST_GRID)
        self._feature_size = max(4, space.size // FEATURE_PX)
        self._handles = self._to_px([point.handle for point in wish.points])  # (n, 2): x, y
        self._targets = self._to_px([point.target for point in wish.points])
        code = space.unpacked(start)
        with torch.inference_mode(False), torch.no_grad():
            self._place = space.place(code).clone()  # (rows, width)
            moving = min(space.rows, 2 * (self._feature_size.bit_length() - 3))
            self._moving = self._place[:moving].clone().requires_grad_()
            self._adam = torch.optim.Adam([self._moving], lr=RATE)
            self._first = self._features()  # (1, C, G, G)
            self._known = sample(self._first, self._handles)  # (n, C)
            patch = self._handles[:, None] + square(PATCH, code.device)
            self._template = sample(self._first, patch.flatten(0, 1))  # (n k, C)
            self._held = held(wish.mask, self._grid, code.device)  # (1, 1, G, G) or None

    @property
    def has_arrived(self) -> bool:
        """Whether every handle lies on its target."""
        return bool(((self._targets - self._handles).norm(dim=1) <= ARRIVED).all())

    def step(self) -> None:
        """Push once, then look where the handles are."""
        with torch.inference_mode(False):
            with torch.enable_grad():
                self._adam.zero_grad()
                self._loss(self._features()).backward()
            self._adam.step()
            with torch.no_grad():
                self._handles = track(self._features(), self._known, self._handles)

    def shown(self, step: int) -> Dragged:
        """What people get to see."""
        place = self._whole().detach()
        last = self._grid - 1
        handles = tuple((float(x) / last, float(y) / last) for x, y in self._handles)
        return Dragged(step, self._space.packed(place), self._space.frame(place), handles)

    def _loss(self, features: Tensor) -> Tensor:
        away = self._targets - self._handles  # (n, 2)
        length = away.norm(dim=1, keepdim=True)
        push = away / length.clamp(min=1.0)  # at most 1 px
        patch = self._handles[:, None] + square(PATCH, features.device)  # (n, k, 2)
        there = sample(features, (patch + push[:, None]).flatten(0, 1))
        here = MEMORY * self._template + (1 - MEMORY) * sample(features.detach(), patch.flatten(0, 1))
        waiting = (length > ARRIVED).float().repeat_interleave(patch.shape[1], dim=0)  # (n k, 1)
        loss = ((there - here).abs() * waiting).mean()
        loss = loss + STAY * (self._moving - self._place[: len(self._moving)]).square().mean()
        if self._held is not None:
            loss = loss + HELD * ((features - self._first).abs() * self._held).mean()
        return loss

    def _whole(self) -> Tensor:
        return torch.cat([self._moving, self._place[len(self._moving) :]])

    def _features(self) -> Tensor:
        """(1, C, G, G)."""
        assert self._space.features is not None
        features = self._space.features(self._space.code(self._whole()), self._feature_size)
        return F.interpolate(features, size=(self._grid,) * 2, mode="bilinear", align_corners=True)

    def _to_px(self, points: Sequence[Point]) -> Tensor:
        return torch.tensor(points, dtype=torch.float32, device=self._space.mean.device) * (self._grid - 1)


def track(features: Tensor, known: Tensor, handles: Tensor) -> Tensor:
    """Where features (1, C, G, G) are most like the known ones (n, C), near where each handle (n, 2) was: (n, 2)."""
    last = features.shape[-1] - 1
    spots = (handles[:, None] + square(SEARCH, features.device)).clamp(0, last)  # (n, k, 2)
    seen = sample(features, spots.flatten(0, 1)).view(*spots.shape[:2], -1)  # (n, k, C)
    nearest = (seen - known[:, None]).abs().sum(dim=2).argmin(dim=1)  # (n,)
    return spots[torch.arange(len(spots)), nearest]


def sample(features: Tensor, points: Tensor) -> Tensor:
    """Features (1, C, G, G) at points (n, 2) in px, between pixels by bilinear mixing: (n, C)."""
    grid = points * (2 / (features.shape[-1] - 1)) - 1
    found = F.grid_sample(
        features, grid[None, None], mode="bilinear", padding_mode="border", align_corners=True
    )
    return found[0, :, 0].T  # (n, C)


def square(radius: int, device: torch.device | None = None) -> Tensor:
    """The steps (k, 2) to all pixels at most `radius` away to either side."""
    side = torch.arange(-radius, radius + 1, dtype=torch.float32, device=device)
    return torch.cartesian_prod(side, side)


def held(mask: Mask | None, side: int, device: torch.device) -> Tensor | None:
    """Where nothing may move, from 0 to 1: (1, 1, side, side)."""
    if mask is None:
        return None
    levels = torch.from_numpy(mask.levels.copy())[None, None].float() / 255
    return 1 - F.interpolate(levels, size=(side, side), mode="area").to(device)
