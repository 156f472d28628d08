"""How a phrase of a few bars becomes a table of small numbers and notes again. Torch-free.

A beat has six slots: in simple metres (a beat is a quarter) the four sixteenths and the two further places of a
triplet, in compound metres (a beat is a dotted quarter) six sixteenths. A slot says HOLD (what sounds or rests goes
on), REST (silence begins) or a pitch (a note begins). Pitches count from a base, the tonic in an octave near the notes.
Invariant: decode(encode(notes)) gives back one voice whose notes lie on the slots; what was lost is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from studio.core.score import TICKS_PER_QUARTER, Note
from studio.engines.music.events import nearest

Tokens = NDArray[np.int8]

SLOTS = 6
HOLD, REST, FIRST_PITCH = 0, 1, 2
LOWEST, HIGHEST = -24, 36
PITCHES = HIGHEST - LOWEST + 1
VOCABULARY = FIRST_PITCH + PITCHES
SIMPLE = (0, 120, 160, 240, 320, 360)
COMPOUND = (0, 120, 240, 360, 480, 600)
TRIPLET_SLOTS, SIXTEENTH_SLOTS = (2, 4), (1, 5)
HOME = 7  # semitones above the base where a phrase's middle lies in the data


@dataclass(frozen=True, slots=True)
class Grid:
    """The slots of some bars of one metre."""

    numerator: int = 4
    denominator: int = 4
    bars: int = 2

    @property
    def bar_ticks(self) -> int:
        return self.numerator * 4 * TICKS_PER_QUARTER // self.denominator

    @property
    def compound(self) -> bool:
        """Whether a beat is a dotted quarter."""
        return self.denominator == 8 and self.numerator % 3 == 0

    @property
    def beat_ticks(self) -> int:
        return TICKS_PER_QUARTER * 3 // 2 if self.compound else TICKS_PER_QUARTER

    @property
    def beats_per_bar(self) -> int:
        return -(-self.bar_ticks // self.beat_ticks)

    @property
    def beats(self) -> int:
        return self.bars * self.beats_per_bar

    @property
    def total_ticks(self) -> int:
        return self.bars * self.bar_ticks

    def slot_ticks(self) -> NDArray[np.int64]:
        """When each slot begins, (beats * SLOTS,), from the phrase's start."""
        in_beat = np.array(COMPOUND if self.compound else SIMPLE)
        in_bar = (np.arange(self.beats_per_bar)[:, None] * self.beat_ticks + in_beat).ravel()
        return (np.arange(self.bars)[:, None] * self.bar_ticks + in_bar).ravel()

    def live_slots(self) -> NDArray[np.bool_]:
        """Which slots exist, (beats * SLOTS,): those of a last half beat, as in 7/8, do not all."""
        in_bar = self.slot_ticks()[: self.beats_per_bar * SLOTS]
        return np.tile(in_bar < self.bar_ticks, self.bars)


@dataclass(frozen=True, slots=True)
class Loss:
    """What the table could not say of the notes: how many were moved, cut, dropped for another voice or for a place,
    or folded by octaves."""

    moved: int = 0
    other_voices: int = 0
    too_close: int = 0
    folded: int = 0
    cut: int = 0

    def sentences(self) -> list[str]:
        """For people, one for each kind of loss."""
        told = (
            (self.moved, "moved to the grid of sixteenths and triplets"),
            (self.too_close, "left out, being too close to another for that grid"),
            (self.other_voices, "left out: this model hears one voice, the highest"),
            (self.folded, "folded into reach by octaves"),
            (self.cut, "cut at the phrase's ends"),
        )
        return [f"{count} note{'s' * (count > 1)} {what}." for count, what in told if count]


@dataclass(frozen=True, slots=True)
class Written:
    """A phrase as tokens (beats, SLOTS), and what was lost."""

    tokens: Tokens
    loss: Loss


def base_near(notes: Sequence[Note], tonic: int) -> int:
    """The tonic's MIDI pitch in the octave that puts the phrase's middle near HOME."""
    middle = float(np.median([note.pitch for note in notes])) if notes else 60.0 + HOME
    return round((middle - HOME - tonic) / 12) * 12 + tonic


def encode(notes: Iterable[Note], start_ticks: int, grid: Grid, base: int) -> Written:
    """One voice on the slots; of notes that start together the highest stays."""
    slots = grid.slot_ticks()
    usable = np.flatnonzero(grid.live_slots())
    places = tuple(slots[usable].tolist())
    tokens = np.full(len(slots), HOLD, np.int8)
    ends: dict[int, int] = {}
    lost = dict.fromkeys(("moved", "other_voices", "too_close", "folded", "cut"), 0)
    top, lost["other_voices"] = _one_voice(notes)
    for note in top:
        begin, end = note.start_ticks - start_ticks, note.end_ticks - start_ticks
        if end <= 0 or begin >= grid.total_ticks:
            continue
        lost["cut"] += begin < 0 or end > grid.total_ticks
        slot = int(usable[nearest(places, max(begin, 0))])
        lost["moved"] += begin > 0 and int(slots[slot]) != begin
        lost["too_close"] += slot in ends
        pitch = _folded(note.pitch - base)
        lost["folded"] += pitch != note.pitch - base
        tokens[slot] = pitch - LOWEST + FIRST_PITCH
        ends[slot] = end
    _write_rests(tokens, ends, grid)
    return Written(tokens.reshape(grid.beats, SLOTS), Loss(**lost))


def _one_voice(notes: Iterable[Note]) -> tuple[list[Note], int]:
    """(of notes that start together the highest, how many others there were)."""
    tops: dict[int, Note] = {}
    count = 0
    for note in sorted(notes, key=lambda note: note.sort_key):
        count += note.start_ticks in tops
        tops[note.start_ticks] = note
    return list(tops.values()), count


def _folded(pitch: int) -> int:
    while pitch < LOWEST:
        pitch += 12
    while pitch > HIGHEST:
        pitch -= 12
    return pitch


def _write_rests(tokens: Tokens, ends: dict[int, int], grid: Grid) -> None:
    """REST where a note ends before the next begins, at the nearest slot; and at the start, where nothing begins."""
    if tokens[0] == HOLD:
        tokens[0] = REST
    slots, usable = grid.slot_ticks(), np.flatnonzero(grid.live_slots())
    for slot, following in pairwise([*sorted(ends), len(tokens)]):
        between = [int(i) for i in usable[(usable > slot) & (usable < following)]]
        until = int(slots[following]) if following < len(slots) else grid.total_ticks
        places = (*(int(slots[i]) for i in between), until)
        rest = nearest(places, ends[slot])
        if rest < len(between):
            tokens[between[rest]] = REST


def decode(tokens: Tokens, start_ticks: int, grid: Grid, base: int, velocity: int = 80) -> tuple[Note, ...]:
    """The notes of a table (beats, SLOTS); a pitch outside 0 to 127 is folded by octaves."""
    slots, flat = grid.slot_ticks(), tokens.reshape(-1)
    marks = [int(i) for i in np.flatnonzero((flat != HOLD) & grid.live_slots())]
    ends = [int(slots[i]) for i in marks[1:]] + [grid.total_ticks]
    notes = []
    for slot, end in zip(marks, ends, strict=True):
        if flat[slot] >= FIRST_PITCH:
            pitch = int(flat[slot]) - FIRST_PITCH + LOWEST + base
            pitch += 12 * (pitch < 0) - 12 * max(0, -(-(pitch - 127) // 12))
            begin = int(slots[slot])
            notes.append(Note(start_ticks + begin, end - begin, pitch, velocity))
    return tuple(notes)
