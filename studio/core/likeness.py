"""How alike two phrases are, 0 to 1: rhythm, contour, motives, harmony, register and density, weighed together.

Invariant: symmetric; 1 for a phrase and itself, wherever in time both lie. Simple measures of the kinds that
Müllensiefen and Frieler (2004, "Cognitive adequacy in the measurement of melodic similarity") found to agree with what
experts hear.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from studio.core.melody import GRID_TICKS, top_line
from studio.core.score import Note

Floats = NDArray[np.float64]
WEIGHTS = {
    "rhythm": 0.3,
    "contour": 0.25,
    "motives": 0.2,
    "harmony": 0.1,
    "register": 0.1,
    "density": 0.05,
}
CURVE_TICKS = 120  # a contour is read every sixteenth
FAR_SEMITONES = 6  # contours that lie so far apart on the whole have nothing in common
SAME = 0.94  # beyond this, one is as good as the other


@dataclass(frozen=True, slots=True)
class Phrase:
    """What of a phrase is compared. onsets: grid steps from its start; curve: (T,) pitch at each sixteenth, less its
    mean; motives: pairs of intervals that follow each other; classes: (12,) share of the time of each pitch class."""

    onsets: frozenset[int]
    curve: Floats
    motives: Mapping[tuple[int, int], int]
    classes: Floats
    height: float
    count: int

    @classmethod
    def of(cls, notes: Iterable[Note], region: tuple[int, int]) -> Phrase:
        """The notes that begin in the ticks [start, end)."""
        start, end = region
        inside = sorted(
            (n for n in notes if start <= n.start_ticks < end), key=lambda n: (n.start_ticks, n.pitch)
        )
        pitches = np.array([note.pitch for note in inside], np.int64)
        lengths = np.array([note.duration_ticks for note in inside], np.float64)
        classes = np.bincount(pitches % 12, lengths, 12) / max(1.0, lengths.sum())
        line = top_line(inside)
        steps = [after.pitch - before.pitch for before, after in pairwise(line)]
        return cls(
            frozenset(round((note.start_ticks - start) / GRID_TICKS) for note in inside),
            _curve(line, region),
            Counter(pairwise(steps)),
            classes,
            float(pitches.mean()) if len(pitches) else 0.0,
            len(inside),
        )


def likeness(one: Phrase, other: Phrase) -> float:
    """0 (nothing in common) to 1 (the same)."""
    found = parts(one, other)
    return sum(weight * found[name] for name, weight in WEIGHTS.items())


def parts(one: Phrase, other: Phrase) -> dict[str, float]:
    """Each of WEIGHTS by itself, 0 to 1. Two silences are the same; silence is like nothing else.

    rhythm: common onsets (twice them over all, Dice 1945); contour: the area between the pitch curves, both moved to
    the same height (Ó Maidín 1998); motives: common pairs of intervals (n-grams, Downie 1999), wherever they stand;
    harmony: the time that both give to each pitch class; register: an octave apart is 0; density: fewer notes over
    more."""
    if not one.count or not other.count:
        return dict.fromkeys(WEIGHTS, float(one.count == other.count))
    length = min(len(one.curve), len(other.curve))
    apart = float(np.abs(one.curve[:length] - other.curve[:length]).mean()) if length else 0.0
    return {
        "rhythm": 2 * len(one.onsets & other.onsets) / (len(one.onsets) + len(other.onsets)),
        "contour": max(0.0, 1 - apart / FAR_SEMITONES),
        "motives": _common(one.motives, other.motives),
        "harmony": min(1.0, float(np.minimum(one.classes, other.classes).sum())),
        "register": max(0.0, 1 - abs(one.height - other.height) / 12),
        "density": min(one.count, other.count) / max(one.count, other.count),
    }


def most_like(
    liked: Phrase, pools: Sequence[Sequence[Phrase]], count: int, known: Sequence[Phrase] = ()
) -> list[tuple[int, int]]:
    """The `count` phrases (pool, index) that are most like one without being the same as it, as each other or as one
    that is known already. The pools take turns, so that no way of being alike crowds out the others; fewer are found
    where there are no more."""
    worth = [[likeness(liked, one) for one in pool] for pool in pools]
    order = [sorted(range(len(each)), key=each.__getitem__, reverse=True) for each in worth]
    taken, found = [liked, *known], list[tuple[int, int]]()
    while len(found) < count and any(order):
        for number, waiting in enumerate(order):
            index = _next_unlike(pools[number], waiting, taken)
            if index is not None and len(found) < count:
                taken.append(pools[number][index])
                found.append((number, index))
    return found


def _next_unlike(pool: Sequence[Phrase], waiting: list[int], taken: Sequence[Phrase]) -> int | None:
    """Takes the first from those waiting that is the same as none taken; what stood before it is given up."""
    while waiting:
        index = waiting.pop(0)
        if pool[index].count and all(likeness(pool[index], other) < SAME for other in taken):
            return index
    return None


def _curve(line: Sequence[Note], region: tuple[int, int]) -> Floats:
    """(T,): the pitch that sounds, or sounded last, at each sixteenth; before the first note, the first."""
    if not line:
        return np.zeros(0)
    times = np.arange(region[0], max(region[1], region[0] + CURVE_TICKS), CURVE_TICKS)
    starts = np.array([note.start_ticks for note in line])
    pitches = np.array([note.pitch for note in line], np.float64)
    curve = pitches[np.maximum(np.searchsorted(starts, times, "right") - 1, 0)]
    return np.asarray(curve - curve.mean(), np.float64)


def _common(one: Mapping[tuple[int, int], int], other: Mapping[tuple[int, int], int]) -> float:
    """Twice the common ones over all, counted as often as they come; two phrases too short for any have all of it."""
    total = sum(one.values()) + sum(other.values())
    return 2 * sum(min(n, other.get(key, 0)) for key, n in one.items()) / total if total else 1.0
