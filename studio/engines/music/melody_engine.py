"""The melody LSTM as an engine: it hears the context, and writes candidates note by note within a plan's masks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields

import numpy as np
import torch
from numpy.typing import NDArray

from studio.core.card import Card, ModelInfo
from studio.core.errors import StudioError
from studio.core.messages import Candidate, ComposeRequest
from studio.engines.base import Show, Step, no_show, no_step
from studio.engines.catalogue import CatalogueEntry
from studio.engines.music import events as ev
from studio.engines.music.answers import Answers, Choices, candidate
from studio.engines.music.conditions import Told
from studio.engines.music.drawing import Bools, Floats, Ints, Streams, draw
from studio.engines.music.lines import Lines
from studio.engines.music.melody_lstm import MelodyLstm, MelodyLstmConfig
from studio.engines.music.melody_stepper import Stepper
from studio.engines.music.region import RegionPlan
from studio.engines.music.wishes import check
from studio.engines.weights import fill_module, read_weights

Uniform = NDArray[np.float64]
SHIFT, PITCH, DURATION = range(3)  # the random numbers of a step


@dataclass(frozen=True, slots=True)
class Writing:
    """A compose request under way: its plan, its lines with their random numbers, and what they have come to."""

    request: ComposeRequest
    plan: RegionPlan
    lines: Lines
    streams: Streams
    answers: Answers

    @classmethod
    def of(cls, request: ComposeRequest, plan: RegionPlan, writer: ev.MelodyWriter) -> Writing:
        """`writer` has heard the plan's context."""
        count = request.candidates * request.best_of
        seeds = [request.seed + k for k in range(request.candidates)]
        lines = Lines(plan, writer, count)
        streams = Streams(seeds, request.best_of, 3)
        return cls(request, plan, lines, streams, Answers(count, plan.frame.base_pitch))

    def draw(self, logits: Floats, mask: Floats, uniform: Uniform) -> Ints:
        return draw(logits, mask, self.request.temperature, self.request.top_p, uniform)

    def candidates(self) -> tuple[Candidate, ...]:
        """The likeliest line of each candidate, as far as they have come."""
        self.answers.flush()
        each = self.request.best_of
        found = []
        for k in range(self.request.candidates):
            best = max(self.answers.lines[k * each : (k + 1) * each], key=lambda line: line.likelihood)
            velocities = [self.plan.velocity_at(start) for start, _, _ in best.notes]
            found.append(candidate(best, velocities, self.request.seed + k))
        return tuple(found)


class MelodyEngine:
    """A loaded melody LSTM. Lives on the device thread, and always computes on the CPU: one small step after the
    other is faster there than on a GPU."""

    def __init__(self, card: Card, net: MelodyLstm, precision: str = "") -> None:
        self.info = ModelInfo(card)
        self._net = net.eval().requires_grad_(False)
        self._stepper = Stepper(self._net, precision)

    @torch.inference_mode()
    def compose(
        self, request: ComposeRequest, step: Step = no_step, show: Show = no_show
    ) -> tuple[Candidate, ...]:
        """1 to 8 answers for the region; candidate k is drawn with seed + k, and is the same alone and among others.
        Cancelled comes out of `step`. What streams is told after each bar; with best_of there is nothing to tell
        before the end."""
        check(request, self.info.card)
        plan = RegionPlan.of(request)
        writer = ev.MelodyWriter(plan.frame, plan.context[0].start_ticks if plan.context else plan.start)
        with _one_thread():  # so small products lose by being shared
            self._hear(plan, writer, request)
            writing = Writing.of(request, plan, writer)
            bars = _Bars(plan, show) if request.best_of == 1 else _Bars(plan, no_show)
            while writing.lines.live.any():
                step(writing.lines.passed() - plan.start, plan.end - plan.start)
                self._write_one(writing)
                bars.tell(writing)
        return writing.candidates()

    def _hear(self, plan: RegionPlan, writer: ev.MelodyWriter, request: ComposeRequest) -> None:
        """Run the network over the context."""
        rows = []
        for note in plan.context:
            rows.append(writer.row())
            writer.play(note.start_ticks, note.duration_ticks, note.pitch)
        told = Told.of(request, plan.mode, self.info.card.styles)
        copies = request.candidates * request.best_of
        self._stepper.hear(np.array(rows, np.int64), told, copies, request.guidance)

    def _write_one(self, writing: Writing) -> None:
        """One step of the network and, for each line that is not done, one note or one fixed note passed."""
        lines = writing.lines
        opening = self._stepper.step(lines.rows())
        uniform = writing.streams.next()  # (3, lines)
        if writing.plan.rhythm:
            begun = lines.follow_rhythm()
        else:
            shifts, _ = self._stepper.shift_logits(opening)
            begun = lines.begin_notes(writing.draw(shifts, lines.shift_mask(), uniform[SHIFT]))
        if begun.any():
            self._write_notes(writing, begun, opening, uniform)

    def _write_notes(self, writing: Writing, begun: Bools, opening: torch.Tensor, uniform: Uniform) -> None:
        lines = writing.lines
        (pitch_logits, own_pitch), carried = self._stepper.pitch_logits(opening, lines.places())
        pitches = writing.draw(pitch_logits, lines.pitch_mask(), uniform[PITCH])
        length_logits, own_length = self._stepper.duration_logits(carried, pitches)
        if writing.plan.rhythm:
            ends = lines.rhythm_ends()
        else:
            ends = lines.end_notes(
                writing.draw(length_logits, lines.duration_mask(pitches), uniform[DURATION])
            )
        starts = lines.start.copy()
        shifts, lengths = lines.take_notes(begun, ends, pitches)
        own_shift = self._stepper.shift_logits(opening)[1]
        choices = Choices(shifts, pitches, lengths, own_shift, own_pitch, own_length)
        writing.answers.add(begun, starts, ends, choices)


class _Bars:
    """Tells what streams, once after each bar that all lines have passed."""

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
            self._show(_before(writing.candidates(), until), until)


def _before(candidates: tuple[Candidate, ...], ticks: int) -> tuple[Candidate, ...]:
    """What begins before `ticks`."""
    found = []
    for one in candidates:
        count = sum(note.start_ticks < ticks for note in one.notes)
        found.append(Candidate(one.notes[:count], one.probabilities[:count], one.seed, one.scores[:count]))
    return tuple(found)


@contextmanager
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def open_engine(entry: CatalogueEntry, device: torch.device) -> MelodyEngine:
    """The model of a catalogue entry, ready. Raises StudioError for missing or damaged weights."""
    net = MelodyLstm(config_of(entry.card))
    fill_module(net, read_weights(entry), entry.card.name)
    return MelodyEngine(entry.card, net)


def config_of(card: Card) -> MelodyLstmConfig:
    """The network's sizes from its card; StudioError for a card of another shape."""
    names = {field.name for field in fields(MelodyLstmConfig)} - {"styles"}
    try:
        sizes = {name: value for name, value in card.config.items() if name in names}
        return MelodyLstmConfig(styles=tuple(card.styles), **sizes)
    except TypeError as error:
        raise StudioError(f"The card of {card.name} does not describe a melody LSTM.", str(error)) from error
