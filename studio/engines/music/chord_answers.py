"""From the choices made slot by slot to an answer in chords; torch-free.

Invariant: the chords of an answer follow each other without gaps or overlaps, the fixed ones among them as they were.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from studio.core.chords import Chord
from studio.core.music_messages import ALTERNATIVES, ChordsCandidate, ChordsRequest
from studio.core.theory import Key
from studio.engines.music import chord_slots as cs
from studio.engines.music.sampling import Floats


@dataclass
class Writing:
    """One answer in the making: the choice of each slot so far, and what was thought of it."""

    now: int = cs.NO_CHORD
    age: int = 0
    chosen: list[int] = field(default_factory=list)
    odds: list[Floats] = field(default_factory=list)

    def take(self, choice: int, odds: Floats) -> None:
        """`choice`: a symbol, or HOLD."""
        goes_on = choice in (cs.HOLD, self.now) and self.now != cs.NO_CHORD
        self.now, self.age = (self.now, min(cs.OLDEST, self.age + 1)) if goes_on else (choice, 1)
        self.chosen.append(choice)
        self.odds.append(odds)


class Fixed:
    """The fixed chords of a request, to be looked up by tick."""

    def __init__(self, request: ChordsRequest) -> None:
        self.chords = tuple(sorted(request.fixed, key=lambda chord: chord.start_ticks))
        self.before = self.at(request.region_start - 1)

    def at(self, ticks: int) -> Chord | None:
        index = bisect_right(self.chords, ticks, key=lambda chord: chord.start_ticks) - 1
        return self.chords[index] if index >= 0 and self.chords[index].end_ticks > ticks else None


def answer_of(slots: Sequence[cs.Slot], line: Writing, fixed: Fixed, key: Key, seed: int) -> ChordsCandidate:
    """The chords of a line; slots that hold are joined to the one before."""
    chords, odds = list[Chord](), list[Floats]()
    for slot, choice, own in zip(slots, line.chosen, line.odds, strict=True):
        before = chords[-1] if chords else fixed.at(slot.start - 1)
        found = fixed.at(slot.start)
        if found is not None and found is before and chords:
            continue
        if found is None and choice == cs.HOLD and chords and before not in fixed.chords:
            chords[-1] = replace(chords[-1], duration_ticks=slot.end - chords[-1].start_ticks)
            continue
        if found is None and choice == cs.HOLD and before is not None:
            found = replace(before, start_ticks=slot.start, duration_ticks=slot.end - slot.start)
        chords.append(found or cs.chord_of(choice, key.tonic, slot.start, slot.end))
        odds.append(own)
    return _candidate(chords, odds, fixed, key, seed)


def _candidate(chords: list[Chord], odds: list[Floats], fixed: Fixed, key: Key, seed: int) -> ChordsCandidate:
    others, probabilities, before = list[tuple[tuple[Chord, float], ...]](), list[float](), fixed.before
    for chord, own in zip(chords, odds, strict=True):
        others.append(_alternatives(chord, before, own, key.tonic))
        held = before is not None and cs.symbol_of(chord, 0) == cs.symbol_of(before, 0)
        own_odds = float(own[cs.HOLD if held else cs.symbol_of(chord, key.tonic)])
        probabilities.append(1.0 if chord in fixed.chords else own_odds)
        before = chord
    return ChordsCandidate(tuple(chords), tuple(probabilities), seed, tuple(others), key.signature)


def _alternatives(
    chord: Chord, before: Chord | None, odds: Floats, tonic: int
) -> tuple[tuple[Chord, float], ...]:
    """The likeliest chords for the place of `chord`; to hold is the chord before."""
    best, found = np.argsort(-odds, kind="stable")[:ALTERNATIVES].tolist(), list[tuple[Chord, float]]()
    for symbol in best:
        if symbol != cs.HOLD:
            other = cs.chord_of(symbol, tonic, chord.start_ticks, chord.end_ticks)
            found.append((other, float(odds[symbol])))
        elif before is not None:
            goes_on = replace(before, start_ticks=chord.start_ticks, duration_ticks=chord.duration_ticks)
            found.append((goes_on, float(odds[symbol])))
    return tuple(found)
