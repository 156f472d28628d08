"""Projection: the code whose picture is nearest to a given one, found step by step.

After Karras et al. 2020 (appendix D: Adam with a ramp up and down, the noise fixed) and Image2StyleGAN (Abdal et al.,
2019: an own w for every layer). One w for all layers moves first, then each layer its own. The search goes in standard
deviations along the principal axes of the codes, so that a prior (places beyond where the codes lie cost, layers far
from each other cost) keeps the sliders working.

Invariant: the same picture, steps and start give the same bytes on one device; nothing is drawn at random.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from studio.core.errors import StudioError
from studio.core.projection import MAX_STEPS, Likeness, Projection
from studio.engines.base import Projecting
from studio.engines.picture.code_space import CodeSpace
from studio.engines.picture.likeness import Target

RATE = 0.3  # standard deviations a step
WARM_UP, RAMP_DOWN = 0.05, 0.3  # shares of the steps
SHARED = 0.25  # the share of the steps in which all layers have one w
NEAR = 0.003  # what the mean square distance from the middle costs
TOGETHER = 0.003  # what the mean square distance of a layer from the average of all costs
PREVIEW_EVERY = 5
PATIENCE, LEAST_GAIN = 20, 0.01  # ramp down early once the loss fell by less than this share in so many steps


@dataclass
class Best:
    """The best place until now."""

    loss: float
    place: Tensor


def project(space: CodeSpace, starts: Sequence[Tensor], target: Target, steps: int) -> Projecting:
    """Come near to a target from the best of several codes (rows, width).

    Raises StudioError for a number of steps that is none.
    """
    if not 1 <= steps <= MAX_STEPS:
        raise StudioError(f"A search takes between 1 and {MAX_STEPS} steps.", f"{steps} steps")
    best = min((look(space, space.place(start), target) for start in starts), key=lambda one: one.loss)
    found = shown(space, best, target, 0)
    begun = found.likeness
    yield 0, steps, found
    search = Search(space, target, best, steps)
    step = 0
    while step < search.steps:
        search.step(step)
        step += 1
        if step % PREVIEW_EVERY == 0 or step == search.steps:
            found = shown(space, search.best, target, step, begun)
            yield step, search.steps, found
        else:
            yield step, search.steps
    return found


class Search:
    """One search: where it is, the optimiser, and the best that it has seen."""

    def __init__(self, space: CodeSpace, target: Target, start: Best, steps: int) -> None:
        """steps: how many there will be; fewer once little is gained."""
        self._space, self._target, self.steps = space, target, steps
        self._warming, self._alone = max(1, round(WARM_UP * steps)), round(SHARED * steps)
        self._slowing = max(1, round(RAMP_DOWN * steps))
        self.best = start
        self._marks = [start.loss]
        with torch.inference_mode(False):
            self._shared = start.place.mean(dim=0, keepdim=True).clone().requires_grad_()  # (1, width)
            self._own = (start.place - self._shared.detach()).clone().requires_grad_()  # (rows, width)
        self._adam = torch.optim.Adam(
            [{"params": [self._shared]}, {"params": [self._own]}], betas=(0.9, 0.99)
        )

    def step(self, done: int) -> None:
        """Move once, with gradients, which nobody else on this thread gets to see."""
        if done + self._slowing < self.steps and self._gains_little():
            self.steps = done + self._slowing
        rate = RATE * min(1.0, (done + 1) / self._warming) * slowed((self.steps - done) / self._slowing)
        self._adam.param_groups[0]["lr"] = rate
        self._adam.param_groups[1]["lr"] = rate if done >= self._alone else 0.0
        with torch.inference_mode(False), torch.enable_grad():
            self._adam.zero_grad()
            place = self._shared + self._own
            loss = self._target.loss(self._space.draw(self._space.code(place)))
            (loss + self._prior()).backward()
        self._note(float(loss), place.detach())
        self._adam.step()

    def _gains_little(self) -> bool:
        if len(self._marks) <= PATIENCE + self._alone:
            return False
        return self.best.loss > (1 - LEAST_GAIN) * self._marks[-PATIENCE - 1]

    def _prior(self) -> Tensor:
        return NEAR * (self._shared + self._own).square().mean() + TOGETHER * self._own.square().mean()

    def _note(self, loss: float, place: Tensor) -> None:
        if loss < self.best.loss:
            self.best = Best(loss, place.clone())
        self._marks.append(self.best.loss)


def slowed(left: float) -> float:
    """The share of the rate when that share of the ramp down is left: a half cosine (Karras 2020)."""
    return 0.5 - 0.5 * math.cos(math.pi * min(1.0, left))


@torch.no_grad()
def look(space: CodeSpace, place: Tensor, target: Target) -> Best:
    """A place and how far its picture is."""
    return Best(float(target.loss(space.draw(space.code(place)))), place)


def shown(
    space: CodeSpace, best: Best, target: Target, step: int, begun: Likeness | None = None
) -> Projection:
    """What people get to see of a place."""
    frame = space.frame(best.place)
    likeness = target.likeness(frame.pixels)
    return Projection(step, space.packed(best.place), frame, likeness, begun or likeness)
