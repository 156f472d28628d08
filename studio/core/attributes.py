"""Six measures of a melody that a composer may ask for: density, register, range, syncopation, leaps, repetition.

Raw measures have units of their own; a model is asked in quantiles, 0 to 1, among the windows of its training tunes
that are as long: 0.9 means "more than nine tunes in ten". Invariant: both directions are monotone, so that more asked
is never less told.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from studio.core.score import TICKS_PER_QUARTER, MeterChange, Note

ATTRIBUTES = ("density", "register", "range", "syncopation", "leaps", "repetition")
LENGTHS = (1, 2, 4, 8, 16)  # bars: windows of about these lengths are compared with each other
LEVELS = 33  # entries of a quantile table
STEP_TICKS = 20
WIDEST = 12  # a leap counts an octave at most


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch that is measured: ticks [start, end), its metre, and the pitch of the tonic that the melody lies
    around. Register counts from there: one network writes in all keys, so a register is a place in the key."""

    start_ticks: int
    end_ticks: int
    meter: MeterChange = MeterChange(0, 4, 4)
    tonic_pitch: int = 60

    @property
    def bars(self) -> int:
        """Whole bars, rounded, at least one."""
        return max(1, round((self.end_ticks - self.start_ticks) / self.meter.bar_ticks))


def measure(notes: Iterable[Note], window: Window) -> dict[str, float]:
    """The raw measures of one voice's notes that start in the window; empty where fewer than two do.

    density: onsets a quarter note; register: mean pitch in semitones above the tonic; range: from the 5th to the 95th
    percentile of the pitches, in semitones; syncopation: see `syncopation`; leaps: mean interval in semitones, each an
    octave at most; repetition: see `repetition` (left out for a single bar)."""
    inside = sorted(
        (note.start_ticks, note.pitch)
        for note in notes
        if window.start_ticks <= note.start_ticks < window.end_ticks
    )
    if len(inside) < 2:
        return {}
    starts, pitches = np.array(inside, np.int64).T  # (N,) each
    low, high = np.percentile(pitches, (5, 95))
    found = {
        "density": len(starts) * TICKS_PER_QUARTER / (window.end_ticks - window.start_ticks),
        "register": float(pitches.mean()) - window.tonic_pitch,
        "range": float(high - low),
        "syncopation": syncopation(starts, window),
        "leaps": float(np.minimum(np.abs(np.diff(pitches)), WIDEST).mean()),
    }
    return found if window.bars < 2 else {**found, "repetition": repetition(starts, pitches, window)}


def syncopation(starts: NDArray[np.int64], window: Window) -> float:
    """How much longer the notes on weak places are than those on strong ones, in metrical levels.

    0 for even notes, below it where long notes lie on the beat (dotted rhythm), above it where they begin off the beat
    and are held over it: the mean metrical level of the onsets weighted by the time to the next, less the plain mean
    (levels as in Longuet-Higgins and Lee 1984, the weighting by length as in agogic accents)."""
    bar = window.meter.bar_ticks
    lengths = np.minimum(np.diff(np.append(starts, window.end_ticks)), bar)  # (N,)
    places = (starts - window.meter.ticks) % bar // STEP_TICKS
    weakness = _weakness(window.meter.numerator, window.meter.denominator)[places]  # (N,)
    return float((weakness * lengths).sum() / max(1, lengths.sum()) - weakness.mean())


def repetition(starts: NDArray[np.int64], pitches: NDArray[np.int64], window: Window) -> float:
    """How much of each bar stood in an earlier bar of the window: the share of notes (twice the common ones over all)
    with the same place and pitch as in the bar most like it, a mean over all bars but the first; 0 to 1."""
    bars, places = np.divmod(starts - window.meter.ticks, window.meter.bar_ticks)
    found: dict[int, set[tuple[int, int]]] = {}
    for bar, place, pitch in zip(bars.tolist(), places.tolist(), pitches.tolist(), strict=True):
        found.setdefault(bar, set()).add((place // STEP_TICKS, pitch))
    contents = list(found.values())
    alike = [
        max(2 * len(bar & earlier) / (len(bar) + len(earlier)) for earlier in contents[:index])
        for index, bar in enumerate(contents)
        if index
    ]
    return sum(alike) / len(alike) if alike else 0.0


@lru_cache(maxsize=64)
def _weakness(numerator: int, denominator: int) -> NDArray[np.float64]:
    """The metrical level of each step of a bar: 0 on the bar line, 1 more for each division down to it."""
    bar = MeterChange(0, numerator, denominator).bar_ticks
    compound = numerator % 3 == 0 and numerator > 3
    beats = numerator // 3 if compound else numerator
    beat = bar // beats
    levels: list[tuple[int, ...]] = [(bar,), *([(bar // 2,)] if beats % 4 == 0 else []), (beat,)]
    levels += [(beat // (2 * parts), beat // (3 * parts)) for parts in (1, 2, 4)]
    ticks = np.arange(0, bar, STEP_TICKS)
    weakness = np.full(len(ticks), float(len(levels)))
    for level in range(len(levels) - 1, -1, -1):
        for division in levels[level]:
            weakness[ticks % max(1, division) == 0] = level
    weakness.setflags(write=False)
    return weakness


@dataclass(frozen=True, slots=True)
class Quantiles:
    """What is usual: for each attribute, and each of LENGTHS, LEVELS raw values from the least to the most."""

    tables: Mapping[str, Sequence[Sequence[float]]]

    @classmethod
    def of(cls, measured: Iterable[tuple[int, Mapping[str, float]]]) -> Quantiles:
        """From the (bars, raw measures) of many windows; a length that has none borrows from the nearest that has."""
        values: dict[str, list[list[float]]] = {name: [[] for _ in LENGTHS] for name in ATTRIBUTES}
        for bars, raw in measured:
            for name, value in raw.items():
                values[name][_length(bars)].append(value)
        return cls({name: _tables(of_lengths) for name, of_lengths in values.items() if any(of_lengths)})

    def rank(self, name: str, raw: float, bars: int) -> float:
        """The quantile, 0 to 1, of a raw value; the middle one where many tunes have just this value."""
        table = self.tables[name][_length(bars)]
        left, right = bisect_left(table, raw), bisect_right(table, raw)
        if right > left:
            at = (left + right - 1) / 2
        elif left in (0, len(table)):
            at = min(left, len(table) - 1)
        else:
            at = left - 1 + (raw - table[left - 1]) / (table[left] - table[left - 1])
        return at / (len(table) - 1)

    def raw(self, name: str, rank: float, bars: int) -> float:
        """The raw value at a quantile."""
        table = self.tables[name][_length(bars)]
        return float(np.interp(rank * (len(table) - 1), np.arange(len(table)), table))

    def ranks(self, notes: Iterable[Note], window: Window) -> dict[str, float]:
        """The quantiles of some notes; an attribute that cannot be measured in them is left out."""
        raw = measure(notes, window)
        return {name: self.rank(name, raw[name], window.bars) for name in raw if name in self.tables}

    def distance(self, asked: Mapping[str, float], notes: Iterable[Note], window: Window) -> float:
        """How far some notes are from what was asked for: the mean over its attributes, 0 to 1. What cannot be measured
        in them is as far as can be."""
        found = self.ranks(notes, window)
        apart = [abs(value - found[name]) if name in found else 1.0 for name, value in asked.items()]
        return sum(apart) / len(apart) if apart else 0.0


def _length(bars: int) -> int:
    """Index of the nearest of LENGTHS, by ratio."""
    return min(range(len(LENGTHS)), key=lambda i: abs(np.log(LENGTHS[i] / max(1, bars))))


def _tables(of_lengths: list[list[float]]) -> list[list[float]]:
    heard = [index for index, values in enumerate(of_lengths) if values]
    nearest = (min(heard, key=lambda other: abs(other - index)) for index in range(len(LENGTHS)))
    levels = np.linspace(0, 1, LEVELS)
    return [np.round(np.quantile(of_lengths[index], levels), 4).tolist() for index in nearest]
