"""The chorale network one frame at a time: for drawing, where the next frame is not known yet.

The row tables go through the first layer's input weights once, at loading, so that a frame costs a matrix product a
layer. Owned by the engine's thread.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from studio.engines.music import chorale_rows as rows
from studio.engines.music.chorale_lstm import ChoraleLstm


class ChoraleStepper:
    """The forward LSTM's state for a batch of lines that grow side by side."""

    def __init__(self, net: ChoraleLstm) -> None:
        self.net = net
        layers = [{name: p.detach() for name, p in lstm.named_parameters()} for lstm in net.past]
        self._table = net.past_rows.weight.detach() @ layers[0]["weight_ih_l0"].T  # (rows, 4H)
        self._starts = net.past_rows.starts
        self._bias = [layer["bias_ih_l0"] + layer["bias_hh_l0"] for layer in layers]
        self._recur = layers[0]["weight_hh_l0"].T.contiguous()  # (H, 4H)
        self._both = [
            torch.cat([layer["weight_ih_l0"], layer["weight_hh_l0"]], 1).T.contiguous()  # (2H, 4H)
            for layer in layers[1:]
        ]
        self._state: list[tuple[Tensor, Tensor]] = []

    def begin(self, lines: int) -> None:
        """Nothing was heard yet."""
        zeros = self._recur.new_zeros(lines, self.net.config.hidden)
        self._state = [(zeros, zeros) for _ in self._bias]

    def keep(self) -> list[tuple[Tensor, Tensor]]:
        """The state, to go back to."""
        return list(self._state)

    def go_back(self, state: list[tuple[Tensor, Tensor]]) -> None:
        self._state = list(state)

    def step(self, past: Tensor) -> tuple[Tensor, ...]:
        """past rows (B, 17) of one frame -> what each voice's head takes from the past, (B, G) each."""
        inputs = functional.embedding_bag(past + self._starts, self._table, mode="sum")  # (B, 4H)
        hidden, memory = self._state[0]
        hidden, memory = _cell(torch.addmm(inputs.add_(self._bias[0]), hidden, self._recur), memory)
        self._state[0] = hidden, memory
        for i, weight in enumerate(self._both, 1):
            own, memory = self._state[i]
            gates = torch.addmm(self._bias[i], torch.cat([hidden, own], 1), weight)  # (B, 4H)
            hidden, memory = _cell(gates, memory)
            self._state[i] = hidden, memory
        return self.net.from_past(hidden).chunk(rows.VOICES, -1)


def _cell(gates: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
    """One LSTM cell from its summed gates (B, 4H) in torch's order i, f, g, o -> (hidden, memory)."""
    i, f, g, o = gates.chunk(4, 1)
    memory = torch.sigmoid(f) * memory + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(memory), memory
