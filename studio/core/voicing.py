"""Chord symbols as notes: close positions that move as little as they can from chord to chord. Pure functions.

Invariant: all notes of a chord but its bass lie within LOWEST to HIGHEST, and each pitch class sounds once.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations
from typing import TypeAlias

from studio.core.chords import QUALITIES, Chord
from studio.core.score import Note

LOWEST, HIGHEST = 48, 67  # C3 to G4
BASS_LOWEST = 36  # an octave from here on for a bass that the chord does not stand on
MOST = 4  # voices; a ninth goes without its fifth
MIDDLE = 57.5
VELOCITY = 62

Voices: TypeAlias = tuple[int, ...]


def voiced(chords: Iterable[Chord], velocity: int = VELOCITY) -> tuple[Note, ...]:
    """Every chord held for its length, in the position nearest to the one before."""
    notes = list[Note]()
    before: Voices = ()
    for chord in chords:
        before = nearest(chord, before)
        low = () if chord.bass is None else (BASS_LOWEST + (chord.bass - BASS_LOWEST) % 12,)
        notes += [Note(chord.start_ticks, chord.duration_ticks, pitch, velocity) for pitch in (*low, *before)]
    return tuple(notes)


def nearest(chord: Chord, before: Voices) -> Voices:
    """The close position, lowest first, whose voices move least from `before` (from the middle where it is empty)."""
    return min(positions(chord), key=lambda voices: (distance(voices, before), abs(_mean(voices) - MIDDLE)))


def positions(chord: Chord) -> list[Voices]:
    """Every inversion of the chord in close position, in every octave that has room for it."""
    steps = QUALITIES[chord.quality]
    tones = [(chord.root + step) % 12 for step in (steps if len(steps) <= MOST else steps[:2] + steps[3:])]
    found = set[Voices]()
    for lowest in range(LOWEST, HIGHEST + 1):
        if lowest % 12 in tones:
            voices = tuple(sorted(lowest + (tone - lowest) % 12 for tone in tones))
            if voices[-1] <= HIGHEST:
                found.add(voices)
    return sorted(found)


def distance(voices: Voices, before: Voices) -> float:
    """Semitones that the voices move in all, each to its own place; a voice that comes or goes counts as two."""
    if not before:
        return 0.0
    few, many = sorted((voices, before), key=len)
    ways = (
        sum(abs(a - b) for a, b in zip(few, chosen, strict=True)) for chosen in permutations(many, len(few))
    )
    return min(ways) + 2.0 * (len(many) - len(few))


def _mean(voices: Voices) -> float:
    return sum(voices) / len(voices)
