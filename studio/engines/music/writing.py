"""One compose or scoring request under way: who decides each note, and what has been written. Torch-free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.core.attributes import Quantiles, Window
from studio.core.messages import Candidate, ComposeRequest
from studio.engines.base import Show, no_show
from studio.engines.music import events as ev
from studio.engines.music.answers import Answers
from studio.engines.music.drawing import Bools, Floats, Ints, Streams, draw
from studio.engines.music.lines import Lines
from studio.engines.music.region import RegionPlan, Ticks

SHIFT, PITCH, DURATION = range(3)  # the random numbers of a step


class Drawn:
    """Every choice is drawn from the model within the plan's masks."""

    def __init__(self, lines: Lines, request: ComposeRequest) -> None:
        self.lines, self._request = lines, request
        seeds = [request.seed + k for k in range(request.candidates)]
        self._streams = Streams(seeds, request.best_of, 3)
        self._uniform: NDArray[np.float64] = np.zeros((3, lines.count))

    def _draw(self, logits: Floats, mask: Floats, uniform: NDArray[np.float64]) -> Ints:
        return draw(logits, mask, self._request.temperature, self._request.top_p, uniform)

    def begun(self, logits: Floats) -> Bools:
        """Which lines begin a note, the shift logits (lines, SHIFTS + 1) being known; the first question of a step."""
        self._uniform = self._streams.next()
        return self.lines.begin_notes(self._draw(logits, self.lines.shift_mask(), self._uniform[SHIFT]))

    def pitches(self, logits: Floats) -> Ints:
        return self._draw(logits, self.lines.pitch_mask(), self._uniform[PITCH])

    def ends(self, logits: Floats, pitches: Ints) -> Ticks:
        mask = self.lines.duration_mask(pitches)
        return self.lines.end_notes(self._draw(logits, mask, self._uniform[DURATION]))


class InRhythm(Drawn):
    """The rhythm is given, the pitches are drawn."""

    def begun(self, logits: Floats) -> Bools:
        self._uniform = self._streams.next()
        return self.lines.follow_rhythm()

    def ends(self, logits: Floats, pitches: Ints) -> Ticks:
        return self.lines.rhythm_ends()


class AsWritten(InRhythm):
    """All is given: a person's notes are gone through."""

    def __init__(self, lines: Lines, request: ComposeRequest, pitches: Sequence[int]) -> None:
        super().__init__(lines, request)
        self._given = iter(pitches)

    def pitches(self, logits: Floats) -> Ints:
        return np.full(self.lines.count, next(self._given))


@dataclass(frozen=True, slots=True)
class Writing:
    """A request under way."""

    request: ComposeRequest
    plan: RegionPlan
    lines: Lines
    hand: Drawn
    answers: Answers
    quantiles: Quantiles = Quantiles({})

    @classmethod
    def of(
        cls, request: ComposeRequest, plan: RegionPlan, writer: ev.MelodyWriter, quantiles: Quantiles
    ) -> Writing:
        """`writer` has heard the plan's context; quantiles: what the model takes attributes for."""
        lines = Lines(plan, writer, request.candidates * request.best_of)
        hand = InRhythm(lines, request) if plan.rhythm else Drawn(lines, request)
        return cls(request, plan, lines, hand, Answers(lines.count, plan), quantiles)

    @classmethod
    def of_given(cls, request: ComposeRequest, plan: RegionPlan, pitches: Sequence[int]) -> Writing:
        lines = Lines(plan, heard(plan)[0], 1)
        numbers = [ev.pitch_class_of(pitch, plan.frame.base_pitch) for pitch in pitches]
        return cls(request, plan, lines, AsWritten(lines, request, numbers), Answers(1, plan))

    def candidates(self) -> tuple[Candidate, ...]:
        """The best line of each candidate, as far as they have come."""
        each, worths = self.request.best_of, self._worths()
        best = [k * each + int(worths[k * each :][:each].argmax()) for k in range(self.request.candidates)]
        return tuple(self.answers.candidate(line, self.request.seed + k) for k, line in enumerate(best))

    def so_far(self) -> tuple[Candidate, ...]:
        """The first line of each candidate: which of several is the best is known at the end."""
        each, seed = self.request.best_of, self.request.seed
        return tuple(self.answers.candidate(k * each, seed + k) for k in range(self.request.candidates))

    def _worths(self) -> Floats:
        """(lines,): how likely a line is; where attributes are asked for, first how near it comes to them."""
        likelihoods, request, plan = self.answers.likelihoods(), self.request, self.plan
        asked = {name: value for name, value in request.attributes if name in self.quantiles.tables}
        if request.best_of == 1 or not asked:
            return likelihoods
        window = Window(plan.start, plan.end, request.meter, plan.frame.base_pitch)
        found = (self.answers.candidate(line, 0).notes for line in range(self.lines.count))
        apart = np.array([self.quantiles.distance(asked, notes, window) for notes in found])
        return likelihoods - 1000 * apart


def heard(plan: RegionPlan) -> tuple[ev.MelodyWriter, Ints]:
    """(a writer that has heard the plan's context, what the network sees before each of its notes (T, COLUMNS))"""
    writer = ev.MelodyWriter(plan.frame, plan.context[0].start_ticks if plan.context else plan.start)
    rows = []
    for note in plan.context:
        rows.append(writer.row())
        writer.play(note.start_ticks, note.duration_ticks, note.pitch)
    return writer, np.array(rows, np.int64).reshape(-1, ev.COLUMNS)


class Bars:
    """Tells what streams, once after each bar that all lines have passed. Where the best of several is kept, none is
    final before the end: the first of them is shown while it grows."""

    def __init__(self, plan: RegionPlan, show: Show) -> None:
        self._plan, self._show = plan, show
        self._bar = self._bar_of(plan.start)

    def _bar_of(self, ticks: int) -> int:
        return (ticks - self._plan.frame.origin_ticks) // self._plan.frame.bar_ticks

    def tell(self, writing: Writing) -> None:
        if self._show is no_show:
            return
        bar = self._bar_of(writing.lines.passed())
        if bar > self._bar:
            self._bar = bar
            until = min(self._plan.frame.origin_ticks + bar * self._plan.frame.bar_ticks, self._plan.end)
            self._show(_before(writing.so_far(), until), until)


def _before(candidates: tuple[Candidate, ...], ticks: int) -> tuple[Candidate, ...]:
    """What begins before `ticks`."""
    found = []
    for one in candidates:
        count = sum(note.start_ticks < ticks for note in one.notes)
        found.append(Candidate(one.notes[:count], one.probabilities[:count], one.seed, one.scores[:count]))
    return tuple(found)
