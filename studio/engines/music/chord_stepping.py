"""The chord finder one slot at a time, for several answers at once: what does not change is multiplied beforehand.

NumPy, in float32: the same numbers as LeadSheet.write and LeadSheet.logits but for the last bits (a test compares).
Invariant: rows do not know of each other, and there are always as many.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from studio.engines.music import chord_slots as cs
from studio.engines.music.lead_sheet import LeadSheet

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
KINDS = len(cs.KINDS)
LIKE = len(cs.LIKENESSES) + 1


class Stepper:
    """Holds the tables of a network, and for one melody the state of `rows` answers. Not shared between threads."""

    def __init__(self, net: LeadSheet, rows: int) -> None:
        e, n2 = net.config.embedding, 2 * net.config.encoder
        lstm: Any = net.writes
        inward = _array(lstm.weight_ih_l0)  # (4H, 2N + 2E)
        self._heard_gates, before, echo = np.split(inward, [n2, n2 + e], axis=1)
        self._bias, self._again = _array(lstm.bias_ih_l0 + lstm.bias_hh_l0), _array(lstm.weight_hh_l0).T
        now = _array(net.now.weight)
        self._now_gates, self._age_gates = now @ before.T, _array(net.age.weight) @ before.T  # (..., 4H)
        self._echo_gates, self._like_gates = now @ echo.T, _array(net.likeness.weight) @ echo.T
        heads = (net.root, net.kind, net.hold, net.echo)
        weights = np.concatenate([_array(head.weight) for head in heads])  # (12 + KINDS + 1 + LIKE, H + 2N)
        self._head_bias = np.concatenate([_array(head.bias) for head in heads])
        self._state_heads, self._heard_heads = (
            weights[:, : net.config.hidden].T,
            weights[:, net.config.hidden :],
        )
        self._hold_fit = float(net.hold_fit)
        self._hidden = np.zeros((rows, net.config.hidden), np.float32)
        self._cell = np.zeros_like(self._hidden)

    def begin(self, heard: Floats, fits: Floats) -> None:
        """heard (T, 2N), fits (T, 12, KINDS) of one melody."""
        self._gates = heard @ self._heard_gates.T + self._bias  # (T, 4H)
        self._heads = heard @ self._heard_heads.T + self._head_bias  # (T, 12 + KINDS + 1 + LIKE)
        self._fits = np.pad(fits.reshape(len(fits), -1), ((0, 0), (0, 1)))  # (T, SYMBOLS + 1)
        self._hidden[:], self._cell[:] = 0.0, 0.0

    def step(self, t: int, so_far: Ints) -> NDArray[np.float64]:
        """so_far (B, 4): now, age, echo and likeness as in SoFar -> (B, CHOICES) logits of slot t."""
        now, age, echo, like = so_far.T
        gates = self._gates[t] + self._now_gates[now] + self._age_gates[age]
        gates += self._echo_gates[echo] + self._like_gates[like] + self._hidden @ self._again  # (B, 4H)
        let_in, keep, new, out = np.split(gates, 4, axis=1)
        self._cell = _sigmoid(keep) * self._cell + _sigmoid(let_in) * np.tanh(new)
        self._hidden = _sigmoid(out) * np.tanh(self._cell)
        return self._logits(t, self._heads[t] + self._hidden @ self._state_heads, so_far)

    def _logits(self, t: int, heads: Floats, so_far: Ints) -> NDArray[np.float64]:
        rows, (now, _, echo, like) = np.arange(len(heads)), so_far.T
        root, kind, hold, again = np.split(heads, np.cumsum([12, KINDS, 1]), axis=1)
        every = np.empty((len(heads), cs.CHOICES))
        every[:, : cs.SYMBOLS] = (root[:, :, None] + kind[:, None]).reshape(len(heads), -1)
        every[:, : cs.SYMBOLS] += self._fits[t, : cs.SYMBOLS]
        every[:, cs.HOLD] = hold[:, 0] + self._hold_fit * self._fits[t, now]
        known = echo != cs.NO_CHORD
        every[rows, np.where(echo == now, cs.HOLD, echo)] += np.where(known, again[rows, like], 0.0)
        every[rows, now] = -np.inf  # NO_CHORD is the place of HOLD
        return every


def _sigmoid(x: Floats) -> Floats:
    half: Floats = np.tanh(x * np.float32(0.5)) * np.float32(0.5) + np.float32(0.5)
    return half


def _array(tensor: Tensor) -> Floats:
    array: Floats = tensor.detach().float().numpy()
    return array
