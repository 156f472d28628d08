"""Finds the slider of each attribute: the way that moves it in every picture, and the others in none.

An attribute's slope along w, averaged over pictures, is what a linear regression of it on w converges to for a
normal w (Stein's lemma), without the noise of a regression. Rows are then made conditional on the other attributes
(InterFaceGAN, Shen et al., 2020) as a beamformer is (Capon, 1969; Frost, 1972): of all rows with mean slope 1 on
their own attribute and 0 on the others, the one whose slopes vary least from picture to picture and that leaves
the natural spread of w least. What else moves on the way to the ends is measured and taken out again: what grows
from one end to the other by the row, what grows towards both by a bend.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from studio.training.picture.attributes import Attribute
from studio.training.picture.space import Effects, Scale, Space, Ways, effects

FAINT = 0.005  # deviation, in any unit, below which an attribute does not vary: colours in grey pictures
NATURAL = 0.1  # weight of staying natural, against the variance of slopes
REACHES = (
    1.0,
    0.8,
    0.65,
    0.5,
    0.4,
)  # what 1 on a slider may be worth, in standard deviations of its attribute
LOST = 0.2  # share of a picture's values that the end of a slider may clip
ROUNDS = 3
STEP = 0.3  # how much of another slider a round may mix in
SHRINK = 0.85  # of a slider that moves others too far; one with room to spare grows by as much
SHORTEST = 1.0  # standard deviations that a slider's end must reach, or it is of no use
HOPELESS = (0.4, 0.7)  # below this an attribute is left out, before anything is taken out of its way
DOUBTFUL = 2.0  # and below this after it was
APART = 3.0  # how many times as far an attribute must go as any other
MARGIN = 1.2  # above APART, where sliders are made, so that fresh pictures agree


@dataclass(frozen=True)
class Counts:
    """How many pictures each step looks at."""

    samples: int = 400
    slopes: int = 112
    settle: int = 20
    judged: int = 200


@dataclass(frozen=True)
class Found:
    """Attributes, the way of each, and what the ways did to fresh pictures."""

    attributes: tuple[Attribute, ...]
    ways: Ways
    effects: Effects

    def only(self, kept: list[int]) -> Found:
        """Some of the attributes, which are then no longer moved by the rest."""
        return Found(
            tuple(self.attributes[i] for i in kept), self.ways.only(kept), self.effects.only(kept, kept)
        )


def find_attributes(
    space: Space, attributes: tuple[Attribute, ...], seed: int, counts: Counts | None = None
) -> Found:
    """The ways of those attributes that come apart; none of colours where the model draws in grey."""
    counts = counts or Counts()
    deviations = space.measure(space.sample(counts.samples, seed), attributes)[0].std(dim=0)  # (A,)
    alive = [i for i, deviation in enumerate(deviations.tolist()) if deviation > FAINT]
    attributes, deviations = tuple(attributes[i] for i in alive), deviations[alive]
    points = space.sample(counts.slopes, seed + 1)
    slopes = space.slopes(points, attributes) / deviations[:, None]  # (n, A, D)
    points = space.sample(counts.settle, seed + 2)
    everything = Scale(attributes, deviations)
    ways, scale = _chosen(space, slopes, points, everything)
    for other in range(len(attributes)):
        if attributes[other] not in scale.attributes:
            ways, scale = _joined(space, (slopes, everything, other), points, (ways, scale))
    judged = effects(space, ways, space.sample(counts.judged, seed + 3), scale)
    found = Found(scale.attributes, ways, judged)
    return found.only(apart(judged, APART))


def _chosen(space: Space, slopes: Tensor, points: Tensor, scale: Scale) -> tuple[Ways, Scale]:
    """Leave out what would only disturb the rest, settle the rest and keep what came apart."""
    for wanted in HOPELESS:
        kept = apart(effects(space, _straight(space, slopes, points, scale), points, scale), wanted)
        slopes, scale = slopes[:, kept], scale.only(kept)
    ways = _straight(space, slopes, points, scale)
    for wanted in (DOUBTFUL, APART):
        ways, seen = settle(space, ways, points, scale)
        kept = apart(seen, wanted)
        ways, scale = ways.only(kept), scale.only(kept)
    return ways, scale


def _joined(
    space: Space, other: tuple[Tensor, Scale, int], points: Tensor, chosen: tuple[Ways, Scale]
) -> tuple[Ways, Scale]:
    """Those chosen and one more, where all of them then come apart; else those chosen as they were."""
    slopes, everything, index = other
    members = [everything.attributes.index(a) for a in chosen[1].attributes] + [index]
    scale = everything.only(members)
    alone = _straight(space, slopes[:, members], points, scale, only=len(members) - 1)
    moved = effects(space, alone, points, scale).moved[0]
    if moved[-1] < HOPELESS[0] * moved[:-1].max():
        return chosen
    ways, seen = settle(space, chosen[0].joined(alone), points, scale)
    return (ways, scale) if len(apart(seen, APART)) == len(members) else chosen


def _straight(space: Space, slopes: Tensor, points: Tensor, scale: Scale, only: int | None = None) -> Ways:
    """The ways that the slopes alone ask for (of one attribute only), as far as pictures keep their values."""
    rows = solve(slopes).unflatten(1, points.shape[1:]) @ space.root.T  # (A, *shape)
    rows = rows if only is None else rows[only : only + 1]
    return useful(space, Ways(rows, torch.zeros_like(rows)), points, scale)


def solve(slopes: Tensor) -> Tensor:
    """Slopes (n, A, D) along white axes -> rows (A, D): row i has mean slope 1 on attribute i and 0 on the others."""
    mean = slopes.mean(dim=0).double()  # (A, D)
    each = slopes.double().flatten(0, 1)  # (n A, D)
    energy = each.T @ each / len(slopes)  # (D, D)
    energy += NATURAL * energy.diagonal().mean() * torch.eye(len(energy))
    pulled = torch.linalg.solve(energy, mean.T)  # (D, A)
    mixed = torch.linalg.pinv(mean @ pulled, rtol=1e-8, hermitian=True)  # (A, A)
    return (mixed @ pulled.T).to(slopes.dtype)


def useful(space: Space, ways: Ways, points: Tensor, scale: Scale) -> Ways:
    """Every way at the largest of REACHES at which neither end clips more than LOST."""
    lengths = torch.full((len(ways.rows),), REACHES[-1])
    waiting = list(range(len(ways.rows)))
    for reach in REACHES[:-1]:
        shorter = ways.only(waiting).scaled(torch.full((len(waiting),), reach))
        clipped = effects(space, shorter, points[:12], scale).clipped.amax(dim=1)
        lengths[[i for i, lost in zip(waiting, clipped, strict=True) if lost <= LOST]] = reach
        waiting = [i for i, lost in zip(waiting, clipped, strict=True) if lost > LOST]
        if not waiting:
            break
    return ways.scaled(lengths)


def settle(space: Space, ways: Ways, points: Tensor, scale: Scale) -> tuple[Ways, Effects]:
    """Take out of every way, as measured at its ends, what it does to other attributes; shorten it where that stays.

    A way that a round made worse goes back to its best.
    """
    seen = effects(space, ways, points, scale)
    for _ in range(ROUNDS):
        trial = _purer(ways, seen)
        tried = effects(space, trial, points, scale)
        better = tried.merit > seen.merit
        ways, seen = ways.where(better, trial), seen.where(better, tried)
    return ways, seen


def _purer(ways: Ways, seen: Effects) -> Ways:
    """One step: rows lose what others do from end to end, bends what they do at both."""
    own = seen.slope.diagonal().clamp(min=0.3)  # (A,)
    off = 1 - torch.eye(len(own))
    odd, even = ((x / own * off).clamp(-STEP, STEP) for x in (seen.slope, seen.curve))  # (A, A)
    purer = Ways(ways.rows - _mix(odd, ways.rows), ways.bends - _mix(even, ways.rows) / ways.reach)
    far, lost = seen.moved.diagonal(), seen.clipped.amax(dim=1)
    long = (seen.ratios < APART * MARGIN) & (far > SHORTEST / SHRINK)
    short = (seen.ratios > 2 * APART * MARGIN) & (far < SHRINK * ways.reach) & (lost < SHRINK * LOST)
    return purer.scaled(torch.where(long, SHRINK, torch.where(short, 1 / SHRINK, 1.0)))


def _mix(shares: Tensor, rows: Tensor) -> Tensor:
    """shares (k, A) of rows (A, *shape) -> (k, *shape)."""
    return torch.tensordot(shares, rows, dims=1)


def apart(seen: Effects, wanted: float) -> list[int]:
    """Which attributes to keep so that each goes `wanted` times as far as any other: the worst is dropped first."""
    kept = list(range(len(seen.change)))
    while len(kept) > 1:
        ratios = seen.only(kept, kept).ratios
        if ratios.min() >= wanted:
            break
        kept.pop(int(ratios.argmin()))
    return kept
