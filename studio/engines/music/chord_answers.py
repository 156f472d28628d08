"""From the choices made slot by slot to an answer in chords; torch-free.

Invariant: the chords of an answer follow each other without gaps or overlaps, the fixed ones among them as they were.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from studio.core.chords import Chord
from studio.core.music_messages import ALTERNATIVES, ChordsCandidate, ChordsRequest
from studio.core.theory import Key
from studio.engines.music import chord_slots as cs

Floats = NDArray[np.float64]


def softmax(logits: Floats) -> Floats:
    """Over the last axis; -inf gives 0."""
    raised: Floats = np.exp(logits - logits.max(-1, keepdims=True))
    return raised / raised.sum(-1, keepdims=True)


def choose(odds: Floats, temperature: float, top_p: float, random: np.random.RandomState) -> int:
    """A symbol or HOLD from the odds of one slot (CHOICES,). Whether the chord goes on is drawn as it is: temperature
    and top-p (Holtzman 2020) say how daring the chords are, and leave the harmonic rhythm alone."""
    goes_on, which = random.random_sample(2)
    chords = odds[: cs.HOLD]
    if goes_on < odds[cs.HOLD] or not chords.any():
        return cs.HOLD
    with np.errstate(divide="ignore"):
        tempered = softmax(np.log(chords) / temperature)
    order = np.argsort(-tempered, kind="stable")
    summed = tempered[order].cumsum()
    kept = int((summed < top_p * summed[-1]).sum()) + 1
    place = int((summed[:kept] <= which * summed[kept - 1]).sum())
    return int(order[min(place, kept - 1)])


@dataclass
class Writing:
    """One answer in the making, with its own random numbers. stood: the chord of every slot so far, those before the
    region too; chosen and odds: the choice of each slot of the region, and what was thought of all choices."""

    random: np.random.RandomState = field(default_factory=np.random.RandomState)
    now: int = cs.NO_CHORD
    age: int = 0
    stood: list[int] = field(default_factory=list)
    chosen: list[int] = field(default_factory=list)
    odds: list[Floats] = field(default_factory=list)

    def stand(self, symbol: int) -> None:
        """The next slot has this chord, or NO_CHORD."""
        goes_on = symbol == self.now != cs.NO_CHORD
        self.age = min(cs.OLDEST, self.age + 1) if goes_on else int(symbol != cs.NO_CHORD)
        self.now = symbol
        self.stood.append(symbol)

    def take(self, choice: int, odds: Floats) -> None:
        """The next slot of the region has this symbol, or goes on with HOLD."""
        self.stand(self.now if choice == cs.HOLD else choice)
        self.chosen.append(choice)
        self.odds.append(odds)


def most_agreeing(lines: Sequence[Sequence[int]], lengths: Sequence[int]) -> int:
    """Which line of symbols has most in common with the others, slot by slot, weighted by length: roots, and again
    whole chords (the answer of least expected loss, Kumar and Byrne 2004)."""
    symbols, roots = np.array(lines), np.array(lines) // len(cs.KINDS)  # (L, T)
    same = (roots[:, None] == roots[None]).astype(float) + (symbols[:, None] == symbols[None])
    return int((same @ np.array(lengths, float)).sum(1).argmax())


class Fixed:
    """The fixed chords of a request, to be looked up by tick."""

    def __init__(self, request: ChordsRequest) -> None:
        self.chords = tuple(sorted(request.fixed, key=lambda chord: chord.start_ticks))
        self.before, self._scale = self.at(request.region_start - 1), request.scale

    def gone_on(self, chord: Chord, slot: cs.Slot, tonic: int) -> Chord:
        """A chord once more, in a slot; plainer where it has notes that new chords may not have."""
        if self._scale is None or chord.pitch_classes <= self._scale:
            return replace(chord, start_ticks=slot.start, duration_ticks=slot.end - slot.start)
        return cs.chord_of(cs.symbol_of(chord, tonic), tonic, slot.start, slot.end)

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
            found = fixed.gone_on(before, slot, key.tonic)
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
