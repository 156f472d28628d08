"""Segments: the stretches of a tune of which a network is told the attributes, as a composer asks for a few bars.

Invariant: what is told of a segment is what its notes measure, in quantiles of the training tunes' windows.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.core.attributes import ATTRIBUTES, LENGTHS, Quantiles, Window, measure
from studio.core.score import TICKS_PER_QUARTER, MeterChange, Note
from studio.engines.music.conditions import ATTRIBUTE_COLUMNS, attribute_weights
from studio.training.music.tunes import NamedTune

BARS = (1, 2, 2, 4, 4, 4, 8, 8, 16)
MOST_BARS = 512
TOLD = (0, 1, 1, 1, 2, 3, len(ATTRIBUTES))  # how many of the attributes, each as likely


@dataclass(frozen=True, slots=True)
class Segments:
    """Where segments begin, in bars, and the attributes that are told of each. The last lasts until the tune's end.
    Before the first nothing is told."""

    starts: tuple[int, ...] = ()
    names: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def random(cls, rng: np.random.Generator, named: NamedTune) -> Segments:
        bars, starts = -(-named.tune.end_ticks // bar_ticks(named)), list[int]()
        at = int(rng.integers(0, 4)) if rng.random() < 0.5 else 0
        while at < bars:
            starts.append(at)
            at += int(rng.choice(BARS))
        names = tuple(tuple(rng.permutation(ATTRIBUTES)[: rng.choice(TOLD)]) for _ in starts)
        return cls(tuple(starts), names)

    @classmethod
    def every(cls, bars: int) -> Segments:
        """All attributes of each `bars` bars."""
        starts = tuple(range(0, MOST_BARS, bars))
        return cls(starts, (ATTRIBUTES,) * len(starts))

    def index(self, bar: int) -> int:
        """The row of `told` for a note of that bar; 0 before the first segment."""
        return bisect_right(self.starts, bar)

    def told(self, named: NamedTune, quantiles: Quantiles) -> NDArray[np.float32]:
        """(1 + segments, ATTRIBUTE_COLUMNS): the first row is all zeros."""
        told = np.zeros((1 + len(self.starts), ATTRIBUTE_COLUMNS), np.float32)
        bar, close = bar_ticks(named), named.tune.end_ticks
        ends = [start * bar for start in (*self.starts, -(-close // bar))[1:]]
        for index, (start, end, names) in enumerate(zip(self.starts, ends, self.names, strict=True)):
            if names and start * bar < close:
                ranks = quantiles.ranks(*_content(named, start * bar, min(end, close)))
                told[index + 1] = attribute_weights({name: ranks[name] for name in names if name in ranks})
        return told


def bar_ticks(named: NamedTune) -> int:
    return named.tune.meter[0] * 4 * TICKS_PER_QUARTER // named.tune.meter[1]


def _content(named: NamedTune, start: int, end: int) -> tuple[list[Note], Window]:
    notes = [note for note in named.tune.notes if start <= note.start_ticks < end]
    return notes, Window(start, end, MeterChange(0, *named.tune.meter), 60 + named.tune.tonic)


def quantiles_of(tunes: Sequence[NamedTune], shares: NDArray[np.float64], draws: int, seed: int) -> Quantiles:
    """What is usual in windows of each length of tunes drawn by their shares."""
    rng = np.random.default_rng([seed, 2])
    drawn = rng.choice(len(tunes), draws, p=shares)
    return Quantiles.of(found for index in drawn.tolist() for found in _windows(tunes[index], rng))


def _windows(named: NamedTune, rng: np.random.Generator) -> Iterator[tuple[int, dict[str, float]]]:
    """One window of each length that the tune has, at a random bar."""
    bar = bar_ticks(named)
    bars = named.tune.end_ticks // bar
    for length in LENGTHS:
        if length <= bars:
            start = int(rng.integers(0, bars - length + 1)) * bar
            yield length, measure(*_content(named, start, start + length * bar))
