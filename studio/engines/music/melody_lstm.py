"""An LSTM that writes a melody note by note: how long until the next note, which pitch, how long it lasts.

The three choices are drawn in that order, each seeing the ones before it (a factorised output, as in Notochord,
Shepardson 2022, and Magenta's lookback RNN, Waite 2016, from which the look back over whole bars comes; fixed notes
ahead are shown as in Anticipation-RNN, Hadjeres 2018). Style, metre and mode are embeddings; styles mix by weights.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.core.card import Card, ModelInfo
from studio.core.errors import StudioError
from studio.core.messages import Candidate, ComposeRequest
from studio.engines.base import Step, no_step
from studio.engines.catalogue import CatalogueEntry
from studio.engines.music import events as ev
from studio.engines.music.region import Line, RegionPlan
from studio.engines.music.sampling import Draw, Floats
from studio.engines.weights import fill_module, read_weights

MAX_CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class MelodyLstmConfig:
    """Sizes of the network; `styles` names the columns of the style weights."""

    styles: tuple[str, ...]
    embedding: int = 160
    hidden: int = 256
    head: int = 192
    dropout: float = 0.25


class MelodyLstm(nn.Module):
    """Rows of `events.COLUMNS` integers -> logits of shift, pitch and duration of the next note."""

    starts: Tensor

    def __init__(self, config: MelodyLstmConfig) -> None:
        super().__init__()
        e, h, g = config.embedding, config.hidden, config.head
        self.config = config
        starts = torch.tensor([0, *ev.SIZES[:-1]]).cumsum(0)
        self.register_buffer("starts", starts, persistent=False)  # (COLUMNS,)
        self.rows = nn.Embedding(sum(ev.SIZES), e)
        self.style = nn.Embedding(len(config.styles), e)
        self.meter = nn.Embedding(len(ev.METERS), e)
        self.mode = nn.Embedding(len(ev.MODES), e)
        self.lstm = nn.LSTM(e, h, num_layers=2, batch_first=True, dropout=config.dropout)
        self.dropout = nn.Dropout(config.dropout)
        self.shift_out = nn.Linear(h, len(ev.SHIFTS) + 1)  # and ev.NO_MORE
        self.pitch_in, self.pitch_out = nn.Linear(h, g), nn.Linear(g, ev.PITCHES)
        self.duration_in, self.duration_out = nn.Linear(h, g), nn.Linear(g, len(ev.DURATIONS))
        self.onset = nn.Embedding(ev.POSITIONS + ev.PHRASE_BARS, 2 * g)
        self.pitch_for_duration = nn.Embedding(ev.PITCHES, g)
        for table in (self.rows, self.style, self.meter, self.mode, self.onset, self.pitch_for_duration):
            nn.init.normal_(table.weight, std=0.3 if table is self.rows else 0.1)

    def condition(self, styles: Tensor, meter: Tensor, mode: Tensor) -> Tensor:
        """styles (B, S) weights, meter (B,), mode (B,) -> (B, E)."""
        return styles @ self.style.weight + self.meter(meter) + self.mode(mode)  # (B, E)

    def forward(self, rows: Tensor, condition: Tensor) -> Tensor:
        """rows (B, T, COLUMNS) -> hidden (B, T, H)."""
        x = functional.embedding_bag(
            (rows + self.starts).flatten(0, 1), self.rows.weight, mode="sum"
        ).unflatten(0, rows.shape[:2])  # (B, T, E)
        hidden, _ = self.lstm(self.dropout(x + condition[:, None]))  # (B, T, H)
        return self.dropout(hidden)

    def heads(
        self, hidden: Tensor, position: Tensor, phrase: Tensor, pitch: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Teacher-forced logits; hidden (..., H); position, phrase and pitch (...) of the next note."""
        onset = self.onset(position) + self.onset(phrase + ev.POSITIONS)  # (..., 2G)
        for_pitch, for_duration = onset.chunk(2, -1)
        return (
            self.shift_out(hidden),  # (..., SHIFTS + 1)
            self.pitch_out(functional.gelu(self.pitch_in(hidden) + for_pitch)),  # (..., PITCHES)
            self.duration_out(
                functional.gelu(self.duration_in(hidden) + for_duration + self.pitch_for_duration(pitch))
            ),  # (..., DURATIONS)
        )


class Stepper:
    """The trained network unrolled by hand for one note at a time: tables go through the first layer's input
    weights once, at loading, so that a step is two matrix products. Owned by the engine's thread."""

    def __init__(self, net: MelodyLstm) -> None:
        lstm, h = net.lstm, net.config.hidden
        weight = {name: p.detach() for name, p in lstm.named_parameters()}
        self.net, self.hidden = net, h
        self.row_gates = net.rows.weight.detach() @ weight["weight_ih_l0"].T  # (rows, 4H)
        self.bias0 = weight["bias_ih_l0"] + weight["bias_hh_l0"]  # (4H,)
        self.recur0 = weight["weight_hh_l0"].T.contiguous()  # (H, 4H)
        self.both1 = torch.cat([weight["weight_ih_l1"], weight["weight_hh_l1"]], 1).T.contiguous()  # (2H, 4H)
        self.bias1 = weight["bias_ih_l1"] + weight["bias_hh_l1"]  # (4H,)
        self.input_weight = weight["weight_ih_l0"]  # (4H, E)
        self.first_in = (
            torch.cat([net.pitch_in.weight, net.duration_in.weight, net.shift_out.weight]).detach().T
        )
        self.first_bias = torch.cat([net.pitch_in.bias, net.duration_in.bias, net.shift_out.bias]).detach()
        self.first_in = self.first_in.contiguous()  # (H, 2G + SHIFTS + 1)

    def begin(self, rows: Tensor, condition: Tensor, copies: int) -> None:
        """Hear the context once and give every candidate its own copy of the state; rows (T, COLUMNS)."""
        zeros = [condition.new_zeros(copies, self.hidden) for _ in range(4)]
        self.condition_gates = torch.addmm(self.bias0, condition, self.input_weight.T)  # (1, 4H)
        self.h0, self.c0, self.h1, self.c1 = zeros
        if len(rows):
            x = self.net.rows(rows + self.net.starts).sum(1) + condition  # (T, E)
            _, (h, c) = self.net.lstm(x[None])  # (2, 1, H) each
            self.h0, self.h1 = (h[i].repeat(copies, 1) for i in (0, 1))
            self.c0, self.c1 = (c[i].repeat(copies, 1) for i in (0, 1))

    def step(self, rows: Tensor) -> Tensor:
        """rows (B, COLUMNS) -> what the three heads start from (B, 2G + SHIFTS + 1)."""
        inputs = functional.embedding_bag(rows + self.net.starts, self.row_gates, mode="sum")  # (B, 4H)
        gates = torch.addmm(inputs.add_(self.condition_gates), self.h0, self.recur0)  # (B, 4H)
        self.h0, self.c0 = _cell(gates, self.c0)
        gates = torch.addmm(self.bias1, torch.cat([self.h0, self.h1], 1), self.both1)  # (B, 4H)
        self.h1, self.c1 = _cell(gates, self.c1)
        return torch.addmm(self.first_bias, self.h1, self.first_in)

    def pitch_logits(self, first: Tensor, place: Tensor) -> tuple[Tensor, Tensor]:
        """(pitch logits (B, PITCHES), what the duration head goes on from (B, G)); place (B, 2)."""
        g = self.net.config.head
        onset = self.net.onset(place[:, 0]) + self.net.onset(place[:, 1] + ev.POSITIONS)  # (B, 2G)
        both = first[:, : 2 * g] + onset
        return self.net.pitch_out(functional.gelu(both[:, :g])), both[:, g:]

    def duration_logits(self, carried: Tensor, pitch: Tensor) -> Tensor:
        return self.net.duration_out(
            functional.gelu(carried + self.net.pitch_for_duration(pitch))
        )  # (B, DURATIONS)


def _cell(gates: Tensor, cell: Tensor) -> tuple[Tensor, Tensor]:
    """One LSTM cell from its summed gates (B, 4H) in torch's order i, f, g, o -> (h, c)."""
    i, f, g, o = gates.chunk(4, 1)
    cell = torch.sigmoid(f) * cell + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(cell), cell


class MelodyEngine:
    """A loaded melody LSTM. Lives on the device thread, and always computes on the CPU: one small step after the
    other is faster there than on a GPU. One batch size for any number of candidates, so that a seed means the
    same notes alone and among others."""

    def __init__(self, card: Card, net: MelodyLstm) -> None:
        self.info = ModelInfo(card)
        self._net = net.eval().requires_grad_(False)
        self._stepper = Stepper(self._net)

    @torch.inference_mode()
    def compose(self, request: ComposeRequest, step: Step = no_step) -> tuple[Candidate, ...]:
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
        meter = ev.meter_class(request.meter.numerator, request.meter.denominator)
        condition = self._net.condition(
            self._style_weights(request), torch.tensor([meter]), torch.tensor([ev.MODES.index(plan.mode)])
        )
        self._stepper.begin(torch.tensor(rows, dtype=torch.long), condition, MAX_CANDIDATES)

    def _style_weights(self, request: ComposeRequest) -> torch.Tensor:
        """(1, S): the weights asked for, scaled down to a sum of 1 where they exceed it; none means any style."""
        names = self.info.card.styles
        weights = torch.zeros(1, len(names))
        for name, weight in request.styles:
            if name not in names:
                raise StudioError(
                    f"This model does not know the style {name!r}.", hint=f"Styles: {', '.join(names)}."
                )
            weights[0, names.index(name)] = max(0.0, weight)
        return weights / weights.sum().clamp(min=1.0)

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
        place, pitch = np.zeros((MAX_CANDIDATES, 2), np.int64), np.zeros(MAX_CANDIDATES, np.int64)
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
