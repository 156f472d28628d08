"""Batches of tunes as tensors: a random key-free view of each tune, the same for the same (seed, step)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.core.score import TICKS_PER_QUARTER, Note
from studio.engines.music import events as ev
from studio.files.abc_tune import Tune
from studio.training.music.tunes import STYLES, NamedTune

MAX_NOTES = 288
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

    @classmethod
    def random(cls, rng: np.random.Generator, notes: int) -> View:
        first = int(rng.integers(0, max(1, notes - 24))) if rng.random() < 0.35 else 0
        return cls(
            first,
            rng.random() < 0.4,
            float(rng.choice(ANCHOR_RATES)),
            rng.random() < 0.5,
            rng.random() < 0.9,
            rng.random() < 0.9,
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """rows (B, T, COLUMNS); targets (B, T, 3) with IGNORED padding; onset (B, T, 2); conditions (B, ...)."""

    rows: Tensor
    targets: Tensor
    onset: Tensor
    styles: Tensor
    meter: Tensor
    mode: Tensor


def encode(
    named: NamedTune, view: View, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(rows (T, COLUMNS), answers (T, 5): shift, pitch, duration, onset position, onset phrase)."""
    tune = named.tune
    bar = tune.meter[0] * 4 * TICKS_PER_QUARTER // tune.meter[1]
    frame = ev.Frame(bar, 0, 60 + tune.tonic)
    notes = tune.notes[view.first : view.first + MAX_NOTES]
    begin = notes[0].start_ticks // bar * bar if view.at_bar else notes[0].start_ticks
    writer, rows, answers = ev.MelodyWriter(frame, begin), list[list[int]](), list[tuple[int, ...]]()
    for note in notes:
        rows.append(_row(writer, view, tune))
        answers.append(
            (*writer.play(note.start_ticks, note.duration_ticks, note.pitch), *frame.place(note.start_ticks))
        )
    if view.first + len(notes) == len(tune.notes):
        rows.append(_row(writer, view, tune))
        answers.append((ev.NO_MORE, IGNORED, IGNORED, 0, 0))
    _announce(rows, notes, frame, rng.random(len(notes)) < view.anchor_rate)
    return np.array(rows), np.array(answers)


def _row(writer: ev.MelodyWriter, view: View, tune: Tune) -> list[int]:
    row = writer.row()
    if view.says_end:
        row[ev.LEFT] = ev.bars_left(writer.frame, writer.end_ticks, tune.end_ticks)
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


def collate(tunes: list[NamedTune], views: list[View], rng: np.random.Generator) -> Batch:
    coded = [encode(tune, view, rng) for tune, view in zip(tunes, views, strict=True)]
    size, longest = len(coded), max(len(rows) for rows, _ in coded)
    rows = np.zeros((size, longest, ev.COLUMNS), np.int64)
    targets = np.full((size, longest, 3), IGNORED, np.int64)
    onset = np.zeros((size, longest, 2), np.int64)
    styles = np.zeros((size, len(STYLES)), np.float32)
    for i, (own_rows, answers) in enumerate(coded):
        rows[i, : len(own_rows)], targets[i, : len(answers)] = own_rows, answers[:, :3]
        onset[i, : len(answers)] = answers[:, 3:]
        styles[i, STYLES.index(tunes[i].style)] = float(views[i].says_style)
    meter = [ev.meter_class(*named.tune.meter) for named in tunes]
    mode = [
        ev.MODES.index(n.tune.mode if v.says_mode else "unknown") for n, v in zip(tunes, views, strict=True)
    ]
    return Batch(
        torch.from_numpy(rows),
        torch.from_numpy(targets),
        torch.from_numpy(onset),
        torch.from_numpy(styles),
        torch.tensor(meter),
        torch.tensor(mode),
    )


def batches_of_epoch(tunes: list[NamedTune], size: int, seed: int, epoch: int) -> list[list[NamedTune]]:
    """All tunes once, in batches of similar length, in an order of their own for each epoch."""
    rng = np.random.default_rng([seed, epoch])
    order = rng.permutation(len(tunes))
    pools = [
        sorted(order[i : i + size * 16], key=lambda j: len(tunes[j].tune.notes))
        for i in range(0, len(order), size * 16)
    ]
    batches = [[tunes[j] for j in pool[k : k + size]] for pool in pools for k in range(0, len(pool), size)]
    return [batches[i] for i in rng.permutation(len(batches))]


def training_batch(tunes: list[NamedTune], seed: int, step: int) -> Batch:
    rng = np.random.default_rng([seed, 1, step])
    return collate(tunes, [View.random(rng, len(named.tune.notes)) for named in tunes], rng)


def plain_batches(tunes: list[NamedTune], size: int) -> list[Batch]:
    """For measuring: whole tunes, style and mode told, no fixed notes, the end not told."""
    ordered = sorted(tunes, key=lambda named: len(named.tune.notes))
    rng = np.random.default_rng(0)
    return [
        collate(part, [View()] * len(part), rng)
        for part in (ordered[i : i + size] for i in range(0, len(ordered), size))
    ]
