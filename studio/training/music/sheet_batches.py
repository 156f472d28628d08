"""Batches of lead sheets as tensors: a random view of each sheet, the same for the same (seed, step).

Invariant: what a slot's answer depends on stands before it or was shown as given; the answer itself never does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.core.score import MeterChange
from studio.engines.music import chord_slots as cs
from studio.engines.music.lead_sheet import SoFar
from studio.training.music.leadsheets import LeadSheet

IGNORED = -1
OFTEN = (1, 2, 4)  # harmonic rhythms a bar that are learned
GIVEN_RATES = (0.0, 0.0, 0.1, 0.3, 0.6)
LONGEST = 144  # slots of a training view

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Heard:
    """A sheet in the slots of one harmonic rhythm: what sounds (T, NUMBERS) and which chords stand (T,), both seen
    from C, the earlier slot that each is most like and how like (T,), and the bar that each lies in."""

    sheet: LeadSheet
    numbers: cs.Floats
    chords: Ints
    echoes: Ints
    likeness: Ints
    bars: Ints
    slots: list[cs.Slot] = field(repr=False)
    clues: cs.Floats = field(repr=False)

    @classmethod
    def of(cls, sheet: LeadSheet, a_bar: int) -> Heard:
        meter = MeterChange(0, *sheet.meter)
        bar = meter.bar_ticks
        slots = cs.slots_between(0, -(-sheet.end_ticks // bar) * bar, [meter], a_bar)
        line = cs.top_line(sheet.notes)
        heard = cs.hear(line, slots)
        return cls(
            sheet,
            heard,
            cs.chords_in(slots, sheet.chords, 0),
            *cs.echoes(heard, slots, [meter]),
            np.array([slot.start // bar for slot in slots], np.int64),
            slots,
            cs.key_clues(line),
        )


@dataclass(frozen=True, slots=True)
class View:
    """How a sheet is shown once: bars [first, last), from which slot on the chords so far are known, which chords are
    given, from which tonic it is seen and in which mode."""

    first: int
    last: int
    begin: int
    given: NDArray[np.bool_]
    tonic: int
    mode: str


@dataclass(frozen=True, slots=True)
class SheetBatch:
    """See engines.music.lead_sheet for the shapes; chords and answers (B, T): the symbol of each slot, and HOLD where
    it goes on; IGNORED where nothing is asked."""

    numbers: Tensor
    places: Tensor
    given: Tensor
    lengths: Tensor
    so_far: SoFar
    chords: Tensor
    answers: Tensor
    clues: Tensor
    keys: Tensor


def mode_of(sheet: LeadSheet) -> str:
    return "minor" if sheet.key.mode in ("minor", "dorian", "phrygian") else "major"


def whole(heard: Heard) -> View:
    """For measuring: the whole sheet, no chord given, the key told."""
    none = np.zeros(len(heard.slots), np.bool_)
    return View(0, int(heard.bars[-1]) + 1, 0, none, heard.sheet.key.tonic, mode_of(heard.sheet))


def random_view(heard: Heard, rng: np.random.Generator) -> View:
    """A stretch of a sheet, now and then in a key that it is not in, with some chords given."""
    bars, slots = int(heard.bars[-1]) + 1, len(heard.slots)
    most = max(4, min(bars, LONGEST * bars // slots))
    length = bars if bars <= most and rng.random() < 0.6 else int(rng.integers(min(4, most), most + 1))
    first = int(rng.integers(0, bars - length + 1))
    begin = int(rng.integers(0, slots)) if rng.random() < 0.25 else 0
    away = int(rng.choice((7, 5, 9, 2, 10))) if rng.random() < 0.1 else 0
    tonic, mode = (heard.sheet.key.tonic + away) % 12, mode_of(heard.sheet)
    return View(
        first, first + length, begin, _given(heard, rng), tonic, mode if rng.random() < 0.85 else "unknown"
    )


def _given(heard: Heard, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Whole chords at random, or all outside one stretch."""
    slots = len(heard.slots)
    if rng.random() < 0.15:
        edges = np.sort(rng.integers(0, slots + 1, 2))
        places = np.arange(slots)
        return (places < edges[0]) | (places >= edges[1])
    number = np.cumsum(np.diff(heard.chords, prepend=-2) != 0) - 1
    return (rng.random(slots) < rng.choice(GIVEN_RATES))[number]


def from_tonic(chords: Ints, tonic: int) -> Ints:
    """Symbols seen from C as seen from `tonic`; NO_CHORD stays."""
    root, kind = np.divmod(chords, len(cs.KINDS))
    return np.where(chords == cs.NO_CHORD, chords, (root - tonic) % 12 * len(cs.KINDS) + kind)


def before(chords: Ints, known: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """(the chord that stands before each slot, NO_CHORD where it is not known; for how many slots it has lasted)."""
    seen = np.where(known, chords, cs.NO_CHORD)
    now = np.concatenate([[cs.NO_CHORD], seen[:-1]])
    age = np.zeros(len(chords), np.int64)
    for t in range(1, len(chords)):
        if now[t] != cs.NO_CHORD:
            age[t] = min(cs.OLDEST, age[t - 1] + 1) if now[t] == now[t - 1] else 1
    return now, age


def answers_of(chords: Ints, now: Ints) -> Ints:
    """HOLD where the chord before goes on."""
    asked = np.where(chords == cs.NO_CHORD, IGNORED, chords)
    return np.where((chords == now) & (chords != cs.NO_CHORD), cs.HOLD, asked)


def collate(sheets: Sequence[Heard], views: Sequence[View]) -> SheetBatch:
    rows = [_one(sheet, view) for sheet, view in zip(sheets, views, strict=True)]
    lengths = [len(row["answers"]) for row in rows]

    def padded(name: str, fill: int = 0) -> Tensor:
        first = rows[0][name]
        whole = np.full((len(rows), max(lengths), *first.shape[1:]), fill, first.dtype)
        for i, row in enumerate(rows):
            whole[i, : lengths[i]] = row[name]
        return torch.from_numpy(whole)

    minor = np.array([mode_of(sheet.sheet) == "minor" for sheet in sheets])
    tonics = np.array([sheet.sheet.key.tonic for sheet in sheets])
    return SheetBatch(
        padded("numbers"),
        padded("places"),
        padded("given", cs.NO_CHORD),
        torch.tensor(lengths),
        SoFar(padded("now", cs.NO_CHORD), padded("age"), padded("echo", cs.NO_CHORD), padded("likeness")),
        padded("chords", IGNORED),
        padded("answers", IGNORED),
        torch.from_numpy(np.stack([sheet.clues for sheet in sheets])),
        torch.from_numpy(tonics + 12 * minor),
    )


def _one(heard: Heard, view: View) -> dict[str, NDArray[np.generic]]:
    part = (heard.bars >= view.first) & (heard.bars < view.last)
    chords = from_tonic(heard.chords[part], view.tonic)
    given = view.given[part] & (chords != cs.NO_CHORD)
    known = given | (np.flatnonzero(part) >= view.begin)
    now, age = before(chords, known)
    echo, likeness = _echo(heard, part, np.where(known, chords, cs.NO_CHORD))
    answers = np.where(known & ~given, answers_of(chords, now), IGNORED)
    slots = [slot for slot, kept in zip(heard.slots, part, strict=True) if kept]
    meters = [MeterChange(0, *heard.sheet.meter)]
    return {
        "numbers": cs.seen_from(heard.numbers[part], view.tonic),
        "places": cs.places(slots, meters, view.mode, bool(part[-1])),
        "given": np.where(given, chords, cs.NO_CHORD),
        "now": now,
        "age": age,
        "echo": echo,
        "likeness": likeness,
        "chords": np.where(answers == IGNORED, IGNORED, chords),
        "answers": answers,
    }


def _echo(heard: Heard, part: NDArray[np.bool_], known: Ints) -> tuple[Ints, Ints]:
    """The chord of the slot that each slot of the part is most like, NO_CHORD where that is not known; how like."""
    from_here = heard.echoes[part] - int(np.argmax(part))
    echo = np.where(from_here >= 0, known[from_here.clip(0)], cs.NO_CHORD)
    return echo, np.where(echo == cs.NO_CHORD, 0, heard.likeness[part])


def training_batch(sheets: Sequence[Sequence[Heard]], size: int, seed: int, step: int) -> SheetBatch:
    """A batch drawn from (seed, step); `sheets` holds each sheet in every harmonic rhythm of OFTEN."""
    per_epoch = -(-len(sheets) // size)
    epoch, index = divmod(step, per_epoch)
    order = np.random.default_rng([seed, 0, epoch]).permutation(len(sheets))
    rng = np.random.default_rng([seed, 1, step])
    chosen = [
        sheets[i][int(rng.choice(len(OFTEN), p=(0.3, 0.45, 0.25)))]
        for i in order[index * size : (index + 1) * size]
    ]
    return collate(chosen, [random_view(heard, rng) for heard in chosen])


def plain_batches(sheets: Sequence[LeadSheet], a_bar: int, size: int = 16) -> list[SheetBatch]:
    """For measuring: whole sheets in one harmonic rhythm, in order of length, no chord given, the key told."""
    heard = sorted((Heard.of(sheet, a_bar) for sheet in sheets), key=lambda one: len(one.slots))
    parts = (heard[i : i + size] for i in range(0, len(heard), size))
    return [collate(part, [whole(one) for one in part]) for part in parts]
