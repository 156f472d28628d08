"""The melody LSTM one note at a time: its tables are multiplied through the first layer once, at loading.

Invariant: a row's logits depend on that row alone. With guidance each melody has a second row, which is told neither
style nor attributes (classifier-free guidance, Ho and Salimans 2022). Owned by the engine's thread.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.engines.music import events as ev
from studio.engines.music.conditions import Told, arrays
from studio.engines.music.melody_lstm import MelodyLstm
from studio.engines.music.stepping import FusedLstm, by_rows, fp32_product

Ints = NDArray[np.int64]
Logits = NDArray[np.float32]
Both = tuple[Logits, Logits]  # as guided, and as the model itself says
# Guidance chooses among what the model itself finds plausible: at least this share of its likeliest choice (Li 2022,
# contrastive decoding); attributes may ask for what is rarer. All else stays possible where masks leave nothing better.
_PLAUSIBLE, _RARE, _FAR = math.log(0.1), math.log(0.02), np.float32(30)
_ROOT = math.sqrt(0.5)  # gelu(x) = root (y + y erf(y)) with y = root x


class Stepper:
    """A trained melody network, ready for stepping, with the state of a batch of melodies."""

    def __init__(self, net: MelodyLstm, precision: str = "") -> None:
        self._net, self._g = net, net.config.head
        self.lstm = FusedLstm(net.lstm, precision)
        self._put_tables(net)
        inner = (net.pitch_in, net.duration_in)
        self._first = self.lstm.head(
            torch.cat([*(head.weight * _ROOT for head in inner), net.shift_out.weight]),
            torch.cat([*(head.bias * _ROOT for head in inner), net.shift_out.bias]),
        )
        self._onset = net.onset.weight.detach() * _ROOT  # (sum of PLACES, 2G)
        self._pitch_out = fp32_product(net.pitch_out.weight * _ROOT, net.pitch_out.bias)
        self._duration_out = fp32_product(net.duration_out.weight * _ROOT, net.duration_out.bias)
        self._pitch_for_duration = net.pitch_for_duration.weight.detach() * _ROOT  # (PITCHES, G)

    def _put_tables(self, net: MelodyLstm) -> None:
        """All input columns as gates; those of LEFT, which every row reads, stand there twice more with what is told
        added, one for each row of a melody. Beside 8-bit products half precision is exact enough, and half to read."""
        rows = self.lstm.input_gates(net.rows.weight)  # (rows, 4H)
        left = int(net.starts[ev.LEFT])
        self._left = rows[left : left + ev.BARS_LEFT]
        self._no_chords = rows[net.starts[ev.CHORD :] + torch.tensor(ev.NO_CHORDS)].sum(0)  # (4H,)
        tables = torch.cat([rows, self._left, self._left])
        self._tables = tables.half() if self.lstm.precision == "int8" else tables
        self._starts = np.stack([net.starts.numpy()] * 2)  # (2, COLUMNS)
        self._starts[:, ev.LEFT] = len(rows), len(rows) + ev.BARS_LEFT
        self._told_left = self._tables[len(rows) :].view(2, ev.BARS_LEFT, -1)

    def hear(self, rows: Ints, told: Told, copies: int, guidance: float = 1.0, chords: bool = True) -> None:
        """Hear a context once, rows (T, COLUMNS), and give each of `copies` melodies that state; what they write next
        is told `told`. `guidance`: how strongly that is followed, 1 is as trained; chords: whether rows tell of any."""
        self._columns = ev.COLUMNS if chords else ev.CHORD
        self._least = _RARE if told.attributes.any() else _PLAUSIBLE
        self._guidance = 1.0 if told.is_plain else guidance
        each = [told] if self._guidance == 1.0 else [told, told.plain]
        self._variants = len(each)
        self._tell([one.before for one in each], 1)
        self.lstm.begin(self._variants)
        if len(rows):
            heard = self._gates(rows).view(self._variants, len(rows), -1)  # (V, T, 4H)
            for gates in heard.unbind(1):
                self.lstm.step(gates)
        self.lstm.spread(copies)
        self._tell(each, copies)

    def _tell(self, each: Sequence[Told], copies: int) -> None:
        condition = self._net.condition(*(torch.from_numpy(array) for array in arrays(each)))  # (V, E)
        gates = self.lstm.input_gates(condition)  # (V, 4H)
        if self._columns == ev.CHORD:
            gates += self._no_chords
        self._told_left[: len(each)].copy_(self._left + gates[:, None])
        steer = self._net.steer(condition)  # (V, 2G + SHIFTS + 1)
        steer[:, : 2 * self._g] *= _ROOT
        self._steer = steer.repeat_interleave(copies, 0)

    def _gates(self, rows: Ints) -> Tensor:
        """(V * B, 4H): what rows (B, COLUMNS) and what is told give to the first layer."""
        told = self._columns
        indices = self._starts[: self._variants, None, :told] + rows[:, :told]
        return _summed(self._tables, indices.reshape(-1, told))

    def step(self, rows: Ints) -> Tensor:
        """rows (B, COLUMNS): what each melody sees before its next note -> what the heads begin with
        (V * B, 2G + SHIFTS + 1)."""
        return self._first(self.lstm.step(self._gates(rows))).add_(self._steer)

    def shift_logits(self, opening: Tensor) -> Both:
        """(B, SHIFTS + 1) each"""
        return self._guided(opening.numpy()[:, 2 * self._g :])

    def pitch_logits(self, opening: Tensor, places: Ints) -> tuple[Both, Tensor]:
        """(pitch logits (B, PITCHES) each, what the duration head goes on from (V * B, G)); places (B, 3): where the
        notes begin, numbers of the table of onsets."""
        inner = _summed(self._onset, self._for_each(places)).add_(opening[:, : 2 * self._g])  # (V * B, 2G)
        logits = self._pitch_out(_gelu(inner[:, : self._g]))
        return self._guided(logits.numpy()), inner[:, self._g :]

    def duration_logits(self, carried: Tensor, pitch: Ints) -> Both:
        """(B, DURATIONS) each, the pitch (B,) being known."""
        chosen = torch.from_numpy(self._for_each(pitch))
        inner = torch.index_select(self._pitch_for_duration, 0, chosen).add_(carried)
        return self._guided(self._duration_out(_gelu(by_rows(inner))).numpy())

    def _for_each(self, column: Ints) -> Ints:
        """(V * B,): the same for both rows of a melody."""
        return column if self._variants == 1 else np.concatenate([column, column])

    def _guided(self, logits: Logits) -> Both:
        if self._variants == 1:
            return logits, logits
        told, plain = np.split(logits, 2)
        guided = plain + np.float32(self._guidance) * (told - plain)
        odd = (told < told.max(1, keepdims=True) + self._least) & (self._guidance > 1)
        return np.where(odd, guided - _FAR, guided), told


def _summed(table: Tensor, indices: Ints) -> Tensor:
    """(B, N): for each row of indices (B, K) the sum of these rows of a table (V, N)."""
    offsets = _offsets(*indices.shape)
    found: Tensor = torch.embedding_bag(table, torch.from_numpy(indices.reshape(-1)), offsets)[0]
    return found


@lru_cache(maxsize=64)
def _offsets(rows: int, width: int) -> Tensor:
    return torch.arange(0, rows * width, width)


def _gelu(y: Tensor) -> Tensor:
    return torch.addcmul(y, y, torch.erf(y))
