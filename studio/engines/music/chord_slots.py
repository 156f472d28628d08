"""How a melody becomes slots in which the harmony may change, and chords become numbers; torch-free.

All is relative to the tonic, so that one network plays in all keys. Invariant: the slots of a region cover it without
gaps or overlaps.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from studio.core.chords import QUALITIES, Chord
from studio.core.score import MeterChange, Note

# The kinds of chord that are told apart, and the kind that each other quality counts as.
KINDS = ("", "m", "7", "m7", "maj7", "6", "m6", "dim7", "m7b5", "aug", "7sus4")
_NEAREST = {
    "dim": "dim7",
    "7#5": "aug",
    "sus4": "7sus4",
    "sus2": "7sus4",
    "9": "7",
    "7b9": "7",
    "7b5": "7",
    "7#9": "7",
    "m9": "m7",
    "maj9": "maj7",
    "mmaj7": "m",
    "5": "",
}
KIND_OF = {quality: KINDS.index(_NEAREST.get(quality, quality)) for quality in QUALITIES}
SYMBOLS = 12 * len(KINDS)  # root * len(KINDS) + kind
HOLD = SYMBOLS  # the answer "the chord goes on"
NO_CHORD = SYMBOLS  # where a chord is looked up and there is none
CHOICES = SYMBOLS + 1

METERS = ("duple", "triple", "compound", "other")
MODES = ("major", "minor", "unknown")
PLACES = 24  # of a bar, for positions and lengths
PHRASE_BARS = 8
OLDEST = 8  # slots that a chord may have lasted before they are no longer counted
PITCH_ROWS = 5  # first half, second half, first note, last note, longest note
NUMBERS = PITCH_ROWS * 12 + 3
LIKENESSES = (
    0.3,
    0.5,
    0.65,
    0.8,
    0.9,
    0.97,
)  # of two bars of melody, as classes; class 0 is "nothing like it"
NO_ECHO = -1
BARS_LEFT = 10  # the last bar, the one before ..., and "far from the end"
PLACE, LENGTH, PHRASE, METER, MODE, LEFT = range(6)
SIZES = (PLACES, PLACES + 1, PHRASE_BARS, len(METERS), len(MODES), BARS_LEFT)

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Slot:
    """The ticks [start, end), in which there is one chord."""

    start: int
    end: int


def symbol_of(chord: Chord, tonic: int) -> int:
    """0 to SYMBOLS - 1: a chord as seen from the tonic."""
    return (chord.root - tonic) % 12 * len(KINDS) + KIND_OF[chord.quality]


def chord_of(symbol: int, tonic: int, start_ticks: int, end_ticks: int) -> Chord:
    root, kind = divmod(symbol, len(KINDS))
    return Chord(start_ticks, end_ticks - start_ticks, (root + tonic) % 12, KINDS[kind])


def within(scale: frozenset[int] | None, tonic: int) -> NDArray[np.bool_]:
    """(SYMBOLS + 1,): which symbols have all their pitches in a scale, and True for NO_CHORD."""
    every = [scale is None or chord_of(s, tonic, 0, 1).pitch_classes <= scale for s in range(SYMBOLS)]
    return np.array([*every, True])


def meter_class(meter: MeterChange) -> int:
    """What a metre counts as, an index into METERS."""
    if meter.denominator >= 8 and meter.numerator % 3 == 0 and meter.numerator > 3:
        return METERS.index("compound")
    return {2: 0, 4: 0, 8: 0, 3: 1, 6: 1, 9: 1}.get(meter.numerator, METERS.index("other"))


def bar_cuts(meter: MeterChange, a_bar: int) -> list[int]:
    """Where in a bar the harmony may change, in ticks: on `a_bar` beats as evenly as they lie, never between beats."""
    beat = meter.beat_ticks * (3 if METERS[meter_class(meter)] == "compound" else 1)
    beats = max(1, meter.bar_ticks // beat)
    often = max(1, min(a_bar, beats))
    return [-(-k * beats // often) * beat for k in range(often)]


def slots_between(start: int, end: int, meters: Sequence[MeterChange], a_bar: int) -> list[Slot]:
    """The slots of [start, end). Bars are counted from each change of metre, from the first one also backwards."""
    ends = [*(meter.ticks for meter in meters[1:]), end]
    slots = list[Slot]()
    for index, (meter, stop) in enumerate(zip(meters, ends, strict=True)):
        begin = max(start, meter.ticks) if index else start
        slots += _slots_of_one_meter(begin, min(stop, end), meter, a_bar)
    return slots


def _slots_of_one_meter(start: int, end: int, meter: MeterChange, a_bar: int) -> list[Slot]:
    if end <= start:
        return []
    bar, cuts = meter.bar_ticks, bar_cuts(meter, a_bar)
    first, last = (start - meter.ticks) // bar, -(-(end - meter.ticks) // bar)
    inner = (meter.ticks + number * bar + cut for number in range(first, last) for cut in cuts)
    edges = [start, *(tick for tick in inner if start < tick < end), end]
    return [Slot(a, b) for a, b in pairwise(edges)]


def meter_at(meters: Sequence[MeterChange], ticks: int) -> MeterChange:
    """The metre in force; the first one where `ticks` lies before all."""
    return meters[max(0, bisect_right(meters, ticks, key=lambda meter: meter.ticks) - 1)]


def split_at(slots: Sequence[Slot], edges: Iterable[int]) -> list[Slot]:
    """The same slots, cut at further ticks."""
    if not slots:
        return []
    within = {edge for edge in edges if slots[0].start < edge < slots[-1].end}
    ticks = sorted(within.union([slots[0].start], (slot.end for slot in slots)))
    return [Slot(a, b) for a, b in pairwise(ticks)]


def top_line(notes: Iterable[Note]) -> list[Note]:
    """One note at a time: the highest of those that begin together, in order; lengths as they are."""
    heads = {
        note.start_ticks: note for note in sorted(notes, key=lambda note: (note.start_ticks, note.pitch))
    }
    return list(heads.values())


def hear(line: Sequence[Note], slots: Sequence[Slot]) -> Floats:
    """(T, NUMBERS): what sounds in each slot, pitches as pitch classes from C; see `seen_from`."""
    heard = np.zeros((len(slots), NUMBERS), np.float32)
    if not slots:
        return heard
    starts, longest = [slot.start for slot in slots], np.zeros(len(slots))
    for note in line:
        index = max(0, bisect_right(starts, note.start_ticks) - 1)
        while index < len(slots) and slots[index].start < note.end_ticks:
            _hear_note(heard[index], slots[index], note)
            length = min(note.end_ticks, slots[index].end) - max(note.start_ticks, slots[index].start)
            if length > longest[index]:
                longest[index] = length
                heard[index, 48:60] = np.eye(12)[note.pitch % 12]
            index += 1
    return heard


def _hear_note(row: Floats, slot: Slot, note: Note) -> None:
    """Add a note to what a slot that it touches has heard."""
    begin, end = max(note.start_ticks, slot.start), min(note.end_ticks, slot.end)
    if end <= begin:
        return
    length, middle, pitch = slot.end - slot.start, (slot.start + slot.end) / 2, note.pitch % 12
    row[pitch] += max(0.0, min(end, middle) - begin) * 2 / length
    row[12 + pitch] += max(0.0, end - max(begin, middle)) * 2 / length
    row[36:48] = np.eye(12)[pitch]
    row[60] += (end - begin) / length
    if begin == slot.start:
        row[24:36] = np.eye(12)[pitch]
        row[62] = float(note.start_ticks < slot.start)
    row[61] += 0.25 * (note.start_ticks >= slot.start)


def seen_from(heard: Floats, tonic: int) -> Floats:
    """The same with pitch classes counted from `tonic`."""
    rows = heard[:, : PITCH_ROWS * 12].reshape(-1, PITCH_ROWS, 12)
    turned = np.roll(rows, -tonic, axis=2).reshape(len(heard), -1)
    return np.concatenate([turned, heard[:, PITCH_ROWS * 12 :]], axis=1)


def places(slots: Sequence[Slot], meters: Sequence[MeterChange], mode: str, ends: bool) -> Ints:
    """(T, 6): place in the bar, length, bar of the phrase, metre, mode, and bars left where the piece ends with the
    last slot."""
    end = slots[-1].end if slots and ends else 1 << 40
    rows = [_place(slot, meter_at(meters, slot.start), MODES.index(mode), end) for slot in slots]
    return np.array(rows, np.int64).reshape(-1, len(SIZES))


def _place(slot: Slot, meter: MeterChange, mode: int, end: int) -> tuple[int, ...]:
    bar, since = meter.bar_ticks, slot.start - meter.ticks
    length = min(PLACES, -(-(slot.end - slot.start) * PLACES // bar))
    left = min(BARS_LEFT - 1, (end - slot.start - 1) // bar)
    return since % bar * PLACES // bar, length, since // bar % PHRASE_BARS, meter_class(meter), mode, left


def echoes(heard: Floats, slots: Sequence[Slot], meters: Sequence[MeterChange]) -> tuple[Ints, Ints]:
    """(T,) and (T,): for each slot the earlier one at the same place of a bar around which the melody is most like, up
    to a bar before and after (NO_ECHO where there is none), and how like it is, a class of LIKENESSES."""
    found, likeness = np.full(len(slots), NO_ECHO, np.int64), np.zeros(len(slots), np.int64)
    like = _likeness_around(heard[:, :24], slots, meters)
    if like.size:
        best = len(slots) - 1 - like[:, ::-1].argmax(1)  # of equals the last
        likeness = np.searchsorted(LIKENESSES, like.max(1))
        found = np.where(likeness > 0, best, NO_ECHO)
    return found, likeness


def _likeness_around(sounds: Floats, slots: Sequence[Slot], meters: Sequence[MeterChange]) -> Floats:
    """(T, T): cosines of slots with earlier ones at the same place, the mean over what is around; 0 elsewhere."""
    size = len(slots)
    norms = np.maximum(np.linalg.norm(sounds, axis=1, keepdims=True), 1e-6)
    cosines = (sounds / norms) @ (sounds / norms).T
    bars = [meter_at(meters, slot.start) for slot in slots]
    places = np.array(
        [
            ((s.start - m.ticks) % m.bar_ticks, s.end - s.start, m.bar_ticks)
            for s, m in zip(slots, bars, strict=True)
        ]
    ).reshape(-1, 3)
    around = int(np.ceil(np.median(places[:, 2] / np.maximum(1, places[:, 1])))) if size else 0
    total, count = np.zeros((size, size), np.float32), np.zeros((size, size), np.float32)
    for step in range(-min(around, size - 1), min(around, size - 1) + 1):
        here = slice(max(0, -step), size - max(0, step))
        there = slice(max(0, step), size - max(0, -step))
        total[here, here] += cosines[there, there]
        count[here, here] += 1
    starts = np.array([slot.start for slot in slots])
    apart = starts[:, None] - starts[None]
    may = (places[:, None] == places[None]).all(-1) & (apart >= places[:, None, 2])
    return np.where(may, total / np.maximum(count, 1), 0.0).astype(np.float32)


def key_clues(line: Sequence[Note]) -> Floats:
    """(36,): how long each pitch class sounds (shares), the first and the last pitch class."""
    clues = np.zeros(36, np.float32)
    for note in line:
        clues[note.pitch % 12] += min(note.duration_ticks, 1920)
    clues[:12] /= max(1.0, clues[:12].sum())
    if line:
        clues[12 + line[0].pitch % 12] = clues[24 + line[-1].pitch % 12] = 1.0
    return clues


def chords_in(slots: Sequence[Slot], chords: Sequence[Chord], tonic: int) -> Ints:
    """(T,): the symbol of the chord that fills most of each slot, NO_CHORD where there is none."""
    found = np.full(len(slots), NO_CHORD, np.int64)
    most = np.zeros(len(slots))
    starts = [slot.start for slot in slots]
    for chord in chords:
        index = max(0, bisect_right(starts, chord.start_ticks) - 1)
        while index < len(slots) and slots[index].start < chord.end_ticks:
            slot = slots[index]
            shared = min(slot.end, chord.end_ticks) - max(slot.start, chord.start_ticks)
            if shared > most[index]:
                most[index], found[index] = shared, symbol_of(chord, tonic)
            index += 1
    return found
