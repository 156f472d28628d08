"""Batches of tunes as tensors: a random key-free view of each tune, the same for the same (seed, step)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.core.attributes import Quantiles
from studio.core.score import Note
from studio.engines.music import conditions
from studio.engines.music import events as ev
from studio.training.music.segments import Segments, bar_ticks
from studio.training.music.tunes import NamedTune

MAX_NOTES = 288
POOL = 16  # batches that are drawn together, so that each can hold tunes of like length
ANCHOR_RATES = (0.0, 0.0, 0.03, 0.1, 0.3)
IGNORED = -1


@dataclass(frozen=True, slots=True)
class View:
    """How one tune is shown once: where it begins, which notes are announced, what is left unsaid."""

    first: int = 0
    at_bar: bool = False
    anchor_rate: float = 0.0
    says_end: bool = False
    says_style: bool = True
    says_mode: bool = True
    says_chords: bool = False
    segments: Segments = Segments()
    most_notes: int = MAX_NOTES

    @classmethod
    def random(cls, rng: np.random.Generator, named: NamedTune, most_notes: int = MAX_NOTES) -> View:
        first = int(rng.integers(0, max(1, len(named.tune.notes) - 24))) if rng.random() < 0.35 else 0
        return cls(
            first,
            rng.random() < 0.4,
            float(rng.choice(ANCHOR_RATES)),
            rng.random() < 0.5,
            rng.random() < 0.75,
            rng.random() < 0.9,
            rng.random() < 0.6,
            Segments.random(rng, named),
            most_notes,
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """rows (B, T, COLUMNS); targets (B, T, 3) with IGNORED padding; onset (B, T, 3); styles (B, S), meter (B,),
    mode (B,); attributes (B, T, ATTRIBUTE_COLUMNS), or (B, ATTRIBUTE_COLUMNS) where none are told."""

    rows: Tensor
    targets: Tensor
    onset: Tensor
    styles: Tensor
    meter: Tensor
    mode: Tensor
    attributes: Tensor

    @property
    def told(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The arguments of MelodyLstm.condition."""
        return self.styles, self.meter, self.mode, self.attributes


@dataclass(frozen=True, slots=True)
class Collator:
    """Makes batches of views: for these styles, and with attributes in these quantiles."""

    styles: tuple[str, ...]
    quantiles: Quantiles

    def batch(self, tunes: Sequence[NamedTune], views: Sequence[View], rng: np.random.Generator) -> Batch:
        coded = [encode(tune, view, rng) for tune, view in zip(tunes, views, strict=True)]
        size, longest = len(coded), max(len(rows) for rows, _ in coded)
        rows = np.zeros((size, longest, ev.COLUMNS), np.int64)
        targets = np.full((size, longest, 3), IGNORED, np.int64)
        onset = np.zeros((size, longest, 3), np.int64)
        for i, (own_rows, answers) in enumerate(coded):
            rows[i, : len(own_rows)], targets[i, : len(answers)] = own_rows, answers[:, :3]
            onset[i, : len(answers)] = answers[:, 3:]
        told = conditions.arrays([self._told(tune, view) for tune, view in zip(tunes, views, strict=True)])
        styles, meter, mode, plain = (torch.from_numpy(array) for array in told)
        attributes = self._attributes(tunes, views, longest)
        asked = plain if attributes is None else torch.from_numpy(attributes)
        seen, wanted, places = (torch.from_numpy(array) for array in (rows, targets, onset))
        return Batch(seen, wanted, places, styles, meter, mode, asked)

    def _told(self, named: NamedTune, view: View) -> conditions.Told:
        return conditions.Told(
            conditions.style_weights([(named.style, float(view.says_style))], self.styles),
            ev.meter_class(*named.tune.meter),
            ev.MODES.index(named.tune.mode if view.says_mode and named.tune.mode in ev.MODES else "unknown"),
            conditions.attribute_weights({}),
        )

    def _attributes(
        self, tunes: Sequence[NamedTune], views: Sequence[View], longest: int
    ) -> NDArray[np.float32] | None:
        """(B, T, ATTRIBUTE_COLUMNS): for each row, what is told of the segment of the note that it is before."""
        if not any(view.segments.starts for view in views):
            return None
        asked = np.zeros((len(tunes), longest, conditions.ATTRIBUTE_COLUMNS), np.float32)
        for i, (named, view) in enumerate(zip(tunes, views, strict=True)):
            told = view.segments.told(named, self.quantiles)  # (segments, ATTRIBUTE_COLUMNS)
            notes = named.tune.notes[view.first : view.first + view.most_notes]
            bar = bar_ticks(named)
            where = [view.segments.index(note.start_ticks // bar) for note in notes]
            asked[i, : len(where)] = told[where]
            asked[i, len(where) :] = told[where[-1]]
        return asked


def encode(
    named: NamedTune, view: View, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(rows (T, COLUMNS), answers (T, 6): shift, pitch, duration, onset position, onset phrase, chord)."""
    tune, bar = named.tune, bar_ticks(named)
    chords = ev.ChordLine.of(named.chords if view.says_chords else (), tune.tonic)
    frame = ev.Frame(bar, 0, 60 + tune.tonic, chords)
    notes = tune.notes[view.first : view.first + view.most_notes]
    begin = notes[0].start_ticks // bar * bar if view.at_bar else notes[0].start_ticks
    writer, rows, answers = ev.MelodyWriter(frame, begin), list[list[int]](), list[tuple[int, ...]]()
    close = tune.end_ticks if view.says_end else None
    for note in notes:
        rows.append(_row(writer, close))
        answers.append(
            (*writer.play(note.start_ticks, note.duration_ticks, note.pitch), *frame.place(note.start_ticks))
        )
    if view.first + len(notes) == len(tune.notes):
        rows.append(_row(writer, close))
        answers.append((ev.NO_MORE, IGNORED, IGNORED, 0, 0, ev.NO_CHORD))
    _announce(rows, notes, frame, rng.random(len(notes)) < view.anchor_rate)
    return np.array(rows), np.array(answers)


def _row(writer: ev.MelodyWriter, close_ticks: int | None) -> list[int]:
    row = writer.row()
    if close_ticks is not None:
        row[ev.LEFT] = ev.bars_left(writer.frame, writer.end_ticks, close_ticks)
    return row


def _announce(rows: list[list[int]], notes: list[Note], frame: ev.Frame, fixed: NDArray[np.bool_]) -> None:
    """Write the next fixed note into each row; row i is what is seen before note i is written."""
    ahead: Note | None = None
    for index in range(len(notes) - 1, -1, -1):
        if fixed[index]:
            ahead = notes[index]
        if ahead is not None:
            end = notes[index - 1].end_ticks if index else notes[0].start_ticks
            pitch = ev.pitch_class_of(ahead.pitch, frame.base_pitch)
            rows[index][ev.ANCHOR_PITCH : ev.ANCHOR_DISTANCE + 1] = ev.anchor_columns(
                end, ahead.start_ticks, pitch
            )


def style_shares(tunes: Sequence[NamedTune], power: float) -> NDArray[np.float64]:
    """(N,) how likely each tune is drawn: styles by their size to `power` (1: as they are; 0: all alike), so that
    small ones are heard."""
    counts = Counter(named.style for named in tunes)
    shares = np.array([counts[named.style] ** (power - 1.0) for named in tunes])
    return shares / float(shares.sum())


def pool_of_batches(
    tunes: Sequence[NamedTune], shares: NDArray[np.float64], size: int, seed: tuple[int, int]
) -> list[list[NamedTune]]:
    """POOL batches of tunes of like length, drawn by their shares; the same for the same (seed, number of the pool)."""
    rng = np.random.default_rng(seed)
    drawn = rng.choice(len(tunes), size * POOL, p=shares)
    ordered = sorted(drawn.tolist(), key=lambda j: len(tunes[j].tune.notes))
    batches = [[tunes[j] for j in ordered[k : k + size]] for k in range(0, len(ordered), size)]
    return [batches[i] for i in rng.permutation(POOL)]


def training_batch(
    collator: Collator, tunes: list[NamedTune], seed: tuple[int, int], most_notes: int = MAX_NOTES
) -> Batch:
    """Each tune in a view of its own; the same for the same (seed, step)."""
    rng = np.random.default_rng([seed[0], 1, seed[1]])
    return collator.batch(tunes, [View.random(rng, named, most_notes) for named in tunes], rng)


def plain_batches(
    collator: Collator, tunes: Sequence[NamedTune], size: int, view: View | None = None
) -> list[Batch]:
    """For measuring: whole tunes, style and mode told, no fixed notes, the end not told; or all as `view` says."""
    ordered = sorted(tunes, key=lambda named: len(named.tune.notes))
    rng = np.random.default_rng(0)
    return [
        collator.batch(part, [view or View()] * len(part), rng)
        for part in (ordered[i : i + size] for i in range(0, len(ordered), size))
    ]
