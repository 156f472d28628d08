"""What was written and what the model thought of it: from the arrays of each step to candidates. Torch-free.

Invariant: a note's scores come from the model's own logits, at temperature 1 and before any constraint, and are the
same whether the model or a person wrote the note.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from studio.core.messages import Candidate
from studio.core.music_messages import NoteScore
from studio.core.score import Note
from studio.engines.music import events as ev
from studio.engines.music.drawing import Bools, Floats, Ints, entropies, likeliest, log_softmax, ranks

_FLUSH = 64


@dataclass(frozen=True, slots=True)
class Choices:
    """One note of each of N lines: its three classes and the logits that they were chosen from."""

    shifts: Ints  # (N,)
    pitches: Ints
    durations: Ints
    shift_logits: Floats  # (N, SHIFTS + 1)
    pitch_logits: Floats  # (N, PITCHES)
    duration_logits: Floats  # (N, DURATIONS)

    def scores(self, base_pitch: int) -> tuple[list[NoteScore], Floats]:
        """(one score a note, log probabilities (N,))"""
        log_odds = log_softmax(self.pitch_logits)  # (N, PITCHES)
        lines = np.arange(len(self.pitches))
        logs: Floats = (
            log_odds[lines, self.pitches]
            + log_softmax(self.shift_logits)[lines, self.shifts]
            + log_softmax(self.duration_logits)[lines, self.durations]
        )
        best = likeliest(log_odds)  # (N, 5)
        others = zip(
            (best + ev.LOWEST + base_pitch).tolist(),
            np.exp(log_odds[lines[:, None], best]).tolist(),
            strict=True,
        )
        told = zip(
            np.exp(logs).tolist(),
            ranks(log_odds, self.pitches).tolist(),
            entropies(log_odds).tolist(),
            (tuple(zip(*pair, strict=True)) for pair in others),
            strict=True,
        )
        return [NoteScore(*one) for one in told], logs


@dataclass(slots=True)
class Written:
    """One line's notes (start, end, pitch) with their scores, as far as it has come."""

    notes: list[tuple[int, int, int]] = field(default_factory=list)
    scores: list[NoteScore] = field(default_factory=list)
    log_odds: float = 0.0

    @property
    def likelihood(self) -> float:
        """Mean log probability of a note; a line without notes is the least likely."""
        return self.log_odds / len(self.notes) if self.notes else -np.inf


class Answers:
    """Collects the steps of all lines. Owned by one request."""

    def __init__(self, lines: int, base_pitch: int) -> None:
        self.lines = [Written() for _ in range(lines)]
        self._base = base_pitch
        self._begun, self._times = list[Bools](), list[tuple[Ints, Ints]]()
        self._choices: list[Choices] = []

    def add(self, begun: Bools, starts: Ints, ends: Ints, choices: Choices) -> None:
        """A step in which some lines wrote a note. The arrays must not be written to later."""
        self._begun.append(begun)
        self._times.append((starts, ends))
        self._choices.append(choices)
        if len(self._begun) >= _FLUSH:
            self.flush()

    def flush(self) -> None:
        """Bring `lines` up to date."""
        if not self._begun:
            return
        begun, times = np.stack(self._begun), np.stack(self._times)  # (S, lines), (S, 2, lines)
        starts, ends = times[:, 0][begun], times[:, 1][begun]
        columns = (
            np.stack([getattr(one, name) for one in self._choices])[begun] for name in Choices.__slots__
        )
        choices = Choices(*columns)
        self._begun, self._times, self._choices = [], [], []
        scores, logs = choices.scores(self._base)
        pitches = choices.pitches + ev.LOWEST + self._base
        owners = np.nonzero(begun)[1]
        told = (values.tolist() for values in (owners, starts, ends, pitches, logs))
        for owner, start, end, pitch, log, score in zip(*told, scores, strict=True):
            line = self.lines[owner]
            line.notes.append((start, end, pitch))
            line.scores.append(score)
            line.log_odds += log


def candidate(line: Written, velocities: Sequence[int], seed: int) -> Candidate:
    """A line as it is told."""
    notes = tuple(
        Note(start, end - start, pitch, velocity)
        for (start, end, pitch), velocity in zip(line.notes, velocities, strict=True)
    )
    return Candidate(notes, tuple(score.probability for score in line.scores), seed, tuple(line.scores))
