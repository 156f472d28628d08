"""One note at a time: the melody LSTM unrolled by hand, faster than the module that was trained."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from studio.engines.music.melody_lstm import MelodyLstm


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
        self.steered_bias = self.first_bias + self.net.steer(condition)  # (1, 2G + SHIFTS + 1)
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
        return torch.addmm(self.steered_bias, self.h1, self.first_in)

    def pitch_logits(self, first: Tensor, place: Tensor) -> tuple[Tensor, Tensor]:
        """(pitch logits (B, PITCHES), what the duration head goes on from (B, G)); place (B, 3)."""
        g = self.net.config.head
        onset = self.net.onset(place + self.net.places).sum(1)  # (B, 2G)
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
