"""What was written and what the model thought of it: from the arrays of each step to candidates. Torch-free.

Invariant: a note's scores come from the model's own logits, at temperature 1 and before any constraint, and are the
same whether the model or a person wrote the note.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import starmap

import numpy as np

from studio.core.messages import Candidate, NoteScore
from studio.core.score import Note
from studio.engines.music import events as ev
from studio.engines.music.drawing import Bools, Floats, Ints, entropies, likeliest, log_softmax, ranks
from studio.engines.music.region import RegionPlan

_FLUSH = 64


@dataclass(slots=True)
class Choices:
    """One note of each of N lines: its three classes and the logits that they were chosen from."""

    shifts: Ints  # (N,)
    pitches: Ints
    durations: Ints
    shift_logits: Floats  # (N, SHIFTS + 1)
    pitch_logits: Floats  # (N, PITCHES)
    duration_logits: Floats  # (N, DURATIONS)


@dataclass(frozen=True, slots=True)
class Judged:
    """N notes and what the model thinks of them: which line they are of, log probabilities, ranks and entropies (N,),
    the five likeliest pitches and their probabilities (N, 5)."""

    owners: Ints
    starts: Ints
    ends: Ints
    pitches: Ints
    logs: Floats
    ranks: Ints
    entropies: Floats
    best: Ints
    best_odds: Floats

    @classmethod
    def of(cls, owners: Ints, starts: Ints, ends: Ints, choices: Choices) -> Judged:
        log_odds = log_softmax(choices.pitch_logits)  # (N, PITCHES)
        notes = np.arange(len(owners))
        logs: Floats = (
            log_odds[notes, choices.pitches]
            + log_softmax(choices.shift_logits)[notes, choices.shifts]
            + log_softmax(choices.duration_logits)[notes, choices.durations]
        )
        best = likeliest(log_odds)  # (N, 5)
        odds = np.exp(log_odds[notes[:, None], best])
        found = ranks(log_odds, choices.pitches), entropies(log_odds), best, odds
        return cls(owners, starts, ends, choices.pitches, logs, *found)

    def of_line(self, line: int) -> Judged:
        own = np.flatnonzero(self.owners == line)
        return Judged(*(getattr(self, name)[own] for name in self.__slots__))

    def scores(self, base_pitch: int) -> Iterator[NoteScore]:
        alternatives = zip((self.best + base_pitch).tolist(), self.best_odds.tolist(), strict=True)
        columns = (np.exp(self.logs).tolist(), self.ranks.tolist(), self.entropies.tolist())
        return map(NoteScore, *columns, map(tuple, starmap(zip, alternatives)))


class Answers:
    """Collects the steps of all lines. Owned by one request."""

    def __init__(self, lines: int, plan: RegionPlan) -> None:
        self._lines, self._plan = lines, plan
        self._lowest = plan.frame.base_pitch + ev.LOWEST
        self._begun, self._times = list[Bools](), list[tuple[Ints, Ints]]()
        self._choices: list[Choices] = []
        self._judged: list[Judged] = []

    def add(self, begun: Bools, starts: Ints, ends: Ints, choices: Choices) -> None:
        """A step in which some lines wrote a note. The arrays must not be written to later."""
        self._begun.append(begun)
        self._times.append((starts, ends))
        self._choices.append(choices)
        if len(self._begun) >= _FLUSH:
            self._flush()

    def _flush(self) -> None:
        """Judge the last steps: their logits are many."""
        if self._begun:
            begun, times = np.stack(self._begun), np.stack(self._times)  # (S, lines), (S, 2, lines)
            columns = (
                np.stack([getattr(one, name) for one in self._choices])[begun] for name in Choices.__slots__
            )
            starts, ends = times[:, 0][begun], times[:, 1][begun]
            self._judged.append(Judged.of(np.nonzero(begun)[1], starts, ends, Choices(*columns)))
            self._begun, self._times, self._choices = [], [], []

    def likelihoods(self) -> Floats:
        """(lines,): mean log probability of a note; a line without notes is the least likely."""
        self._flush()
        sums, counts = np.zeros(self._lines), np.zeros(self._lines)
        for judged in self._judged:
            sums += np.bincount(judged.owners, judged.logs, self._lines)
            counts += np.bincount(judged.owners, minlength=self._lines)
        return np.where(counts > 0, sums / np.maximum(counts, 1), -np.inf)

    def candidate(self, line: int, seed: int) -> Candidate:
        """A line, as far as it has come."""
        self._flush()
        notes, scores = list[Note](), list[NoteScore]()
        for judged in (part.of_line(line) for part in self._judged):
            velocities = self._plan.velocities(judged.starts)
            columns = (judged.starts, judged.ends - judged.starts, judged.pitches + self._lowest, velocities)
            notes += map(Note, *(column.tolist() for column in columns))
            scores += judged.scores(self._lowest)
        return Candidate(tuple(notes), tuple(score.probability for score in scores), seed, tuple(scores))
