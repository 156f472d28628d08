"""An LSTM over piano-roll frames whose head gives the next frame of all keys: key by key on its own, or jointly.

The joint head is autoregressive over the keys (a masked network, MADE, Germain 2015, on a recurrent state, as in
RNN-NADE, Boulanger-Lewandowski 2012): what a key's odds depend on are the past frames and the keys before it in the
same frame, never a later key. Beside the masked layers it has features tied over the keys, which see intervals and not
pitches (after Johnson 2017), in this frame and in some past ones (the look back of Waite 2016). Frames have one plane
(sounding) or two (sounding, struck anew).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

KEYS = 88
LOWEST_KEY = 21  # MIDI pitch of key 0
State = tuple[Tensor, Tensor]


@dataclass(frozen=True, slots=True)
class PolyphonyConfig:
    """Sizes of the network.

    joint: the head's family (False: independent keys); downward: the keys' order, from the highest to the lowest;
    planes: 1 or 2 (see above); memories: past frames that the head sees, the last one first; masked: hidden units of
    the masked layers; tied: features a key that are shared by all keys; reach: how many keys away these see; condition:
    width of what a frame is told beside the past (0: nothing), from tables of so many places in the bar, metres and
    styles; the rest are dropout shares: of input keys, of the state, of the head, of recurrent weights.
    """

    joint: bool = True
    downward: bool = False
    planes: int = 1
    memories: int = 1
    hidden: int = 200
    layers: int = 1
    masked: int = 176
    tied: int = 16
    reach: int = 24
    condition: int = 0
    places: int = 0
    meters: int = 0
    styles: tuple[str, ...] = ()
    input_dropout: float = 0.0
    dropout: float = 0.0
    head_dropout: float = 0.0
    recurrent_dropout: float = 0.0


class PolyphonyLstm(nn.Module):
    """Frames so far -> the odds of the next frame. See `PolyphonyConfig` for the sizes."""

    def __init__(self, config: PolyphonyConfig) -> None:
        super().__init__()
        c = self.config = config
        if c.condition:
            self.place = nn.Embedding(c.places, c.condition)
            self.meter = nn.Embedding(c.meters, c.condition)
            self.style = nn.Embedding(len(c.styles), c.condition)
        self.lstm = nn.LSTM(KEYS * c.planes + c.condition, c.hidden, c.layers, batch_first=True)
        self.head = KeyHead(c)

    def told(self, styles: Tensor, meter: Tensor, place: Tensor) -> Tensor:
        """styles (B, S) weights, meter and place (B, T) of the frames to come -> condition (B, T, C)."""
        style = styles @ self.style.weight  # (B, C)
        both: Tensor = self.meter(meter) + self.place(place)  # (B, T, C)
        return style[:, None] + both

    def forward(
        self, past: Tensor, condition: Tensor | None = None, state: State | None = None
    ) -> tuple[Tensor, State]:
        """past (B, T, memories * planes * KEYS), condition (B, T, C) -> what the head starts from (B, T, H), and
        the state. Of the past frames the LSTM hears the last."""
        c = self.config
        x = _locked_dropout(past[..., : c.planes * KEYS], c.input_dropout, self.training)  # (B, T, P * K)
        if condition is not None:
            x = torch.cat([x, condition], -1)
        hidden, state = self._recur(x, state)  # (B, T, H)
        return _locked_dropout(hidden, c.dropout, self.training), state

    def _recur(self, x: Tensor, state: State | None) -> tuple[Tensor, State]:
        """The LSTM; while training some of its recurrent weights are left out (Merity 2018)."""
        share = self.config.recurrent_dropout
        given = (x,) if state is None else (x, state)
        if not (self.training and share):
            return self.lstm(*given)  # type: ignore[no-any-return]
        thinned = {
            name: functional.dropout(weight, share)
            for name, weight in self.lstm.named_parameters()
            if "weight_hh" in name
        }
        return torch.func.functional_call(self.lstm, thinned, given)  # type: ignore[no-any-return]

    def log_odds(self, hidden: Tensor, past: Tensor, frame: Tensor) -> Tensor:
        """Logits of every key of `frame`: hidden (..., H), past (..., memories * planes * KEYS), frame
        (..., planes * KEYS) -> (..., planes, KEYS)."""
        return self.head(hidden, past, frame)  # type: ignore[no-any-return]


class HeadMatrices(NamedTuple):
    """direct (P * K, P * K), masked_in (P * K, U), masked_out (U, P * K), tied_past (M * P * K, K * C), tied_now
    (P * K, K * C); empty where the head has no such part."""

    direct: Tensor
    masked_in: Tensor
    masked_out: Tensor
    tied_past: Tensor
    tied_now: Tensor


class HeadBase(NamedTuple):
    """Logits (..., P * K), units (..., U) and tied features (..., K * C) before the frame's own keys are known."""

    logits: Tensor
    units: Tensor
    tied: Tensor


class KeyHead(nn.Module):
    """Logits of the keys from the state, the past frames and, in a joint head, the keys that come before."""

    before: Tensor
    masked_in_mask: Tensor
    masked_out_mask: Tensor
    steps: Tensor

    def __init__(self, config: PolyphonyConfig) -> None:
        super().__init__()
        c = self.config = config
        width = KEYS * c.planes
        self.from_state = nn.Linear(c.hidden, width)
        self.dropout = nn.Dropout(c.head_dropout)
        place = torch.arange(KEYS).flip(0) if c.downward else torch.arange(KEYS)
        before = (place[:, None] < place[None]).float()  # (from K, to K): 1 where the first key comes earlier
        self.register_buffer("before", before, persistent=False)
        self.register_buffer(
            "steps", torch.arange(KEYS)[None] - torch.arange(KEYS)[:, None], persistent=False
        )
        if c.tied:
            self.tied_state = nn.Linear(c.hidden, KEYS * c.tied)
            self.tied_past = nn.Parameter(torch.randn(c.memories * c.planes, 2 * c.reach + 1, c.tied) * 0.1)
            self.tied_out = nn.Parameter(torch.randn(c.planes, c.tied) * 0.1)
        if c.joint:
            self.direct = nn.Parameter(torch.zeros(c.planes, KEYS, c.planes, KEYS))
            self._build_masked(place)
            if c.tied:
                self.tied_now = nn.Parameter(torch.randn(c.planes, 2 * c.reach + 1, c.tied) * 0.1)

    def _build_masked(self, place: Tensor) -> None:
        """Hidden unit u sees the keys before place degree(u) and is seen by the keys from there on."""
        c = self.config
        degree = torch.arange(c.masked) * KEYS // max(1, c.masked)  # (U,)
        self.register_buffer(
            "masked_in_mask", (place[:, None] < degree[None]).float(), persistent=False
        )  # (K, U)
        self.register_buffer(
            "masked_out_mask", (degree[:, None] <= place[None]).float(), persistent=False
        )  # (U, K)
        self.masked_state = nn.Linear(c.hidden, c.masked)
        self.masked_in = nn.Parameter(torch.randn(c.planes, KEYS, c.masked) * 0.1)
        self.masked_out = nn.Parameter(torch.randn(c.masked, c.planes, KEYS) * 0.02)

    def forward(self, hidden: Tensor, past: Tensor, frame: Tensor) -> Tensor:
        """See PolyphonyLstm.log_odds."""
        matrices = self.matrices()
        return self.with_frame(self.base(hidden, past, matrices), frame, matrices)

    def matrices(self) -> HeadMatrices:
        """What the keys are multiplied with, masks applied: the same for every frame."""
        c, none = self.config, torch.zeros(0)
        tied_past = self._spread(self.tied_past, None) if c.tied else none
        if not c.joint:
            return HeadMatrices(none, none, none, tied_past, none)
        return HeadMatrices(
            (self.direct * self.before[:, None]).flatten(2).flatten(0, 1),
            (self.masked_in * self.masked_in_mask).flatten(0, 1),
            (self.masked_out * self.masked_out_mask[:, None]).flatten(1),
            tied_past,
            self._spread(self.tied_now, self.before) if c.tied else none,
        )

    def base(self, hidden: Tensor, past: Tensor, matrices: HeadMatrices) -> HeadBase:
        """What does not depend on the frame's own keys."""
        c, none = self.config, torch.zeros(0)
        return HeadBase(
            self.from_state(hidden),  # (..., P * K)
            self.masked_state(hidden) if c.joint else none,  # (..., U)
            self.tied_state(hidden) + past @ matrices.tied_past if c.tied else none,  # (..., K * C)
        )

    def with_frame(self, base: HeadBase, frame: Tensor, matrices: HeadMatrices) -> Tensor:
        """Logits (..., planes, KEYS), each given the keys of `frame` (..., planes * KEYS) before its own."""
        c, logits, tied = self.config, base.logits, base.tied
        if c.joint:
            units = functional.gelu(base.units + frame @ matrices.masked_in)  # (..., U)
            logits = logits + frame @ matrices.direct + self.dropout(units) @ matrices.masked_out
        logits = logits.unflatten(-1, (c.planes, KEYS))  # (..., P, K)
        if not c.tied:
            return logits
        if c.joint:
            tied = tied + frame @ matrices.tied_now
        features = self.dropout(functional.gelu(tied)).unflatten(-1, (KEYS, -1))  # (..., K, C)
        return logits + (features @ self.tied_out.T).transpose(-1, -2)

    def _spread(self, kernel: Tensor, mask: Tensor | None) -> Tensor:
        """A kernel over intervals (Q, 2 * reach + 1, C) as a matrix from all keys to all keys: (Q * K, K * C)."""
        reach = self.config.reach
        near = (self.steps.abs() <= reach).float()  # (K, K)
        near = near if mask is None else near * mask
        table = kernel[:, self.steps.clamp(-reach, reach) + reach] * near[..., None]  # (Q, K, K, C)
        return table.flatten(2).flatten(0, 1)


def frame_nats(logits: Tensor, frame: Tensor) -> Tensor:
    """Minus the log of the frame's probability: logits (..., 1, KEYS), frame (..., KEYS) -> (...)."""
    return functional.binary_cross_entropy_with_logits(logits[..., 0, :], frame, reduction="none").sum(-1)


def texture_nats(logits: Tensor, last: Tensor, frame: Tensor) -> tuple[Tensor, Tensor]:
    """The same for frames of two planes, in two parts: which keys sound, and which of those that sounded already are
    struck anew (a key that did not sound before is always struck): logits, last and frame (..., 2, KEYS) -> (...) each.
    """
    nats = functional.binary_cross_entropy_with_logits(logits, frame, reduction="none")  # (..., 2, K)
    could_ring = last[..., 0, :] * frame[..., 0, :]  # (..., K)
    return nats[..., 0, :].sum(-1), (nats[..., 1, :] * could_ring).sum(-1)


def _locked_dropout(x: Tensor, share: float, training: bool) -> Tensor:
    """Dropout that leaves out the same units at every step of a sequence (Gal 2016); x (B, T, D)."""
    if not training or not share:
        return x
    kept = torch.empty(x.shape[0], 1, x.shape[2], device=x.device).bernoulli_(1 - share)  # (B, 1, D)
    return x * kept / (1 - share)
