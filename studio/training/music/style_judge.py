"""A judge of styles: logistic regression on the rhythms and intervals of a few bars, learned from real tunes.

Invariant: it learns from training tunes alone; how often it is right is measured on held-out ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from studio.core.score import Note
from studio.engines.music import events as ev
from studio.training.music.segments import bar_ticks
from studio.training.music.tunes import NamedTune

WINDOW_BARS = 8
PLACE_TICKS = 60
FEATURES = 640
WEIGHT_DECAY = 2e-2
ROUNDS = 400

Floats = NDArray[np.float64]


def features(notes: Sequence[Note], bar: int) -> Floats:
    """(FEATURES,): how often each place in the bar, length, pair of lengths, interval and pair of intervals comes, each
    kind of them as shares; key-free. Rare kinds share a number."""
    ordered = sorted(notes, key=lambda note: note.start_ticks)
    places = [("place", note.start_ticks % bar // PLACE_TICKS) for note in ordered]
    lengths = [("length", ev.nearest(ev.DURATIONS, note.duration_ticks)) for note in ordered]
    steps = [("step", max(-12, min(12, b.pitch - a.pitch))) for a, b in pairwise(ordered)]
    kinds: list[list[object]] = [[*places], [*lengths], [*steps], [*pairwise(lengths)], [*pairwise(steps)]]
    found = np.zeros(FEATURES)
    for kind in kinds:
        for item, count in Counter(kind).items():
            found[_number(item)] += count / len(kind)
    return np.sqrt(found)


def _number(item: object) -> int:
    """The same for the same item in every run, which hash() is not."""
    value = 7
    for sign in repr(item):
        value = (value * 31 + ord(sign)) % 1_000_003
    return value % FEATURES


def windows(named: NamedTune) -> list[Floats]:
    """The features of each WINDOW_BARS bars of a tune."""
    bar = bar_ticks(named)
    size = WINDOW_BARS * bar
    parts = (
        [n for n in named.tune.notes if at <= n.start_ticks < at + size]
        for at in range(0, max(1, named.tune.end_ticks - size // 2), size)
    )
    return [features(part, bar) for part in parts if len(part) > 7]


@dataclass(frozen=True, slots=True)
class Judge:
    """Tells style A (1) from style B (0)."""

    weights: Floats
    bias: float
    mean: Floats
    scale: Floats

    @classmethod
    def of(cls, a: Iterable[Floats], b: Iterable[Floats]) -> Judge:
        """Learned from windows of both styles, each style weighing the same, by gradient descent."""
        one, other = np.array(list(a)), np.array(list(b))
        x, y = np.concatenate([one, other]), np.repeat([1.0, 0.0], [len(one), len(other)])
        share = np.where(y == 1, 0.5 / len(one), 0.5 / len(other))
        mean, scale = x.mean(0), x.std(0) + 0.02
        x = (x - mean) / scale
        weights, bias = np.zeros(x.shape[1]), 0.0
        for _ in range(ROUNDS):
            error = (_sigmoid(x @ weights + bias) - y) * share
            weights -= 0.1 * (x.T @ error + WEIGHT_DECAY * weights)
            bias -= 0.1 * float(error.sum())
        return cls(weights, bias, mean, scale)

    def probability(self, window: Floats) -> float:
        """That a window is of style A."""
        return float(_sigmoid((window - self.mean) / self.scale @ self.weights + self.bias))

    def accuracy(self, a: Sequence[Floats], b: Sequence[Floats]) -> float:
        """The mean over both styles of the share that is told rightly."""
        right = [self.probability(w) > 0.5 for w in a], [self.probability(w) < 0.5 for w in b]
        return sum(sum(part) / max(1, len(part)) for part in right) / 2


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-x)))
