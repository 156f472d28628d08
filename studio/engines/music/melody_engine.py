"""The melody LSTM as an engine: it hears the context, and writes candidates note by note within a plan's masks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields

import numpy as np
import torch

from studio.core.card import Card, ModelInfo
from studio.core.errors import StudioError
from studio.core.messages import Candidate, ComposeRequest
from studio.engines.base import Show, Step, no_show, no_step
from studio.engines.catalogue import CatalogueEntry
from studio.engines.music import conditions
from studio.engines.music import events as ev
from studio.engines.music.melody_lstm import MelodyLstm, MelodyLstmConfig
from studio.engines.music.region import Line, RegionPlan
from studio.engines.music.sampling import Draw, Floats
from studio.engines.music.stepping import Stepper
from studio.engines.weights import fill_module, read_weights

MAX_CANDIDATES = 8


class MelodyEngine:
    """A loaded melody LSTM. Lives on the device thread, and always computes on the CPU: one small step after the
    other is faster there than on a GPU. One batch size for any number of candidates, so that a seed means the
    same notes alone and among others."""

    def __init__(self, card: Card, net: MelodyLstm) -> None:
        self.info = ModelInfo(card)
        self._net = net.eval().requires_grad_(False)
        self._stepper = Stepper(self._net)

    @torch.inference_mode()
    def compose(
        self, request: ComposeRequest, step: Step = no_step, show: Show = no_show
    ) -> tuple[Candidate, ...]:
        """1 to 8 answers for the region; candidate k is drawn with seed + k. Cancelled comes out of `step`.

        A note's probability is the model's own, at temperature 1 and before any constraint."""
        _check(request)
        plan = RegionPlan.of(request)
        writer = ev.MelodyWriter(plan.frame, plan.context[0].start_ticks if plan.context else plan.start)
        self._hear(plan, writer, request)
        lines = [Line(plan, writer) for _ in range(request.candidates)]
        draws = [np.random.RandomState((request.seed + k) % 2**32) for k in range(request.candidates)]
        with _one_thread():  # so small products lose by being shared
            while not all(line.done for line in lines):
                step(min(line.written_ticks for line in lines), plan.end - plan.start)
                self._write_one(lines, draws, request)
        return tuple(
            Candidate(tuple(line.notes), tuple(line.probabilities), request.seed + k)
            for k, line in enumerate(lines)
        )

    def _hear(self, plan: RegionPlan, writer: ev.MelodyWriter, request: ComposeRequest) -> None:
        """Run the network over the context."""
        rows = []
        for note in plan.context:
            rows.append(writer.row())
            writer.play(note.start_ticks, note.duration_ticks, note.pitch)
        told = conditions.Told.of(request, plan.mode, self.info.card.styles)
        self._stepper.begin(torch.tensor(rows, dtype=torch.long), self._condition(told), MAX_CANDIDATES)

    def _condition(self, *told: conditions.Told) -> torch.Tensor:
        """(B, E): one row for each."""
        return self._net.condition(*(torch.from_numpy(array) for array in conditions.arrays(told)))

    def _write_one(
        self, lines: list[Line], draws: list[np.random.RandomState], request: ComposeRequest
    ) -> None:
        """One step of the network and, for each line that is not done, one note or one fixed note passed."""
        rows = np.zeros((MAX_CANDIDATES, ev.COLUMNS), np.int64)
        live = [k for k, line in enumerate(lines) if not line.done]
        for k in live:
            rows[k] = lines[k].row()
        first = self._stepper.step(torch.from_numpy(rows))  # (B, 2G + SHIFTS + 1)
        draw = Draw(draws, request.temperature, request.top_p)
        shifts = _array(first[:, 2 * self._net.config.head :])
        chosen, odds = draw.from_logits(shifts, live, [lines[k].shift_mask() for k in live])
        begun = [i for i, k in enumerate(live) if lines[k].take_shift(chosen[i])]
        if begun:
            self._write_notes(lines, [live[i] for i in begun], [odds[i] for i in begun], first, draw)

    def _write_notes(
        self, lines: list[Line], live: list[int], odds: list[float], first: torch.Tensor, draw: Draw
    ) -> None:
        place, pitch = (
            np.zeros((MAX_CANDIDATES, len(ev.PLACES)), np.int64),
            np.zeros(MAX_CANDIDATES, np.int64),
        )
        for k in live:
            place[k] = lines[k].onset_place()
        logits, carried = self._stepper.pitch_logits(first, torch.from_numpy(place))
        pitches, pitch_odds = draw.from_logits(_array(logits), live, [lines[k].plan.pitches for k in live])
        pitch[live] = pitches
        logits = self._stepper.duration_logits(carried, torch.from_numpy(pitch))
        lengths, length_odds = draw.from_logits(
            _array(logits), live, [lines[k].duration_mask() for k in live]
        )
        for i, k in enumerate(live):
            lines[k].take_note(pitches[i], lengths[i], odds[i] * pitch_odds[i] * length_odds[i])


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


def _array(logits: torch.Tensor) -> Floats:
    return logits.numpy().astype(np.float64)


def _check(request: ComposeRequest) -> None:
    if not 1 <= request.candidates <= MAX_CANDIDATES:
        raise StudioError(f"Between 1 and {MAX_CANDIDATES} candidates, please, not {request.candidates}.")
    if not (math.isfinite(request.temperature) and request.temperature > 0 and 0 < request.top_p <= 1):
        raise StudioError("Temperature must be above 0, and top-p between 0 and 1.")
