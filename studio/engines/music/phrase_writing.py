"""Writing phrases from z, token by token, with nothing but the network's own tokens to go on from (free running).

Hard rules by masks before any choice: the scale, the range, slots that exist, and either the sixteenths or the triplet
of a beat, never both. Temperature 0 takes the likeliest token.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from studio.core.errors import StudioError
from studio.engines.music import phrase_grid as pg
from studio.engines.music.melody_vae import MelodyVae
from studio.engines.music.sampling import softmax

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

# Within a beat of a simple metre: the earlier slots that must be silent marks for this slot to begin something.
RIVALS = ((), (), (1,), (2,), (1, 3), (2, 4))


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be written on a grid: pitches (VOCABULARY,), HOLD and REST among them."""

    grid: pg.Grid
    allowed: Mask

    @classmethod
    def of(cls, grid: pg.Grid, base: int, scale: frozenset[int] | None, low: int, high: int) -> Rules:
        """StudioError where no pitch is left within three octaves of `base`."""
        pitches = base + np.arange(pg.LOWEST, pg.HIGHEST + 1)
        inside = (pitches >= max(low, 0)) & (pitches <= min(high, 127))
        if scale is not None:
            inside &= np.isin(pitches % 12, list(scale))
        if not inside.any():
            raise StudioError(
                "No pitch of that scale lies in that range.", hint="Widen the range, or choose another scale."
            )
        return cls(grid, np.concatenate([[True, True], inside]))

    def at(self, slot: int, tokens: NDArray[np.int64]) -> Mask:
        """Which tokens may stand at a slot (of all slots), given the earlier ones: tokens (B, slots) -> (B, V)."""
        mask = np.tile(self.allowed, (len(tokens), 1))
        beat, within = divmod(slot, pg.SLOTS)
        closed = np.full(len(tokens), not self.grid.live_slots()[slot])
        if not self.grid.compound:
            for rival in RIVALS[within]:
                closed |= tokens[:, beat * pg.SLOTS + rival] != pg.HOLD
        mask[closed, 1:] = False
        if slot == 0:
            mask[:, pg.HOLD] = False
        return mask


@dataclass(frozen=True)
class Chooser:
    """Chooses one token a row from masked logits; each row has its own random numbers."""

    rules: Rules
    temperature: float
    draws: Sequence[np.random.RandomState]

    def choose(self, logits: Tensor, slot: int, tokens: NDArray[np.int64]) -> NDArray[np.int64]:
        """logits (B, V), tokens (B, slots) so far -> (B,)."""
        free: Floats = logits.numpy().astype(np.float64)
        masked = np.where(self.rules.at(slot, tokens), free, -np.inf)
        if self.temperature == 0:
            return masked.argmax(1)
        cumulative = softmax(masked / self.temperature).cumsum(1)  # (B, V)
        uniform = np.array([draw.random_sample() for draw in self.draws]) * cumulative[:, -1]
        return (cumulative <= uniform[:, None]).sum(1).clip(max=pg.VOCABULARY - 1)


def write(net: MelodyVae, z: Tensor, context: Tensor, chooser: Chooser) -> NDArray[np.int64]:
    """z (B, Z), context (B, beats, E) -> tokens (B, beats, SLOTS)."""
    beats = context.shape[1]
    seen, state = net.begin(z, beats)  # (B, beats, E), (1, B, H) twice
    tokens = np.zeros((len(z), beats * pg.SLOTS), np.int64)
    past = torch.zeros_like(seen[:, :1])
    for beat in range(beats):
        step = context[:, beat : beat + 1] + seen[:, beat : beat + 1] + past  # (B, 1, E)
        hidden, state = net.decoder(step, state)  # (B, 1, H)
        _write_beat(net, torch.cat([hidden[:, 0], seen[:, beat]], 1), tokens, beat, chooser)
        written = torch.from_numpy(tokens[:, beat * pg.SLOTS : (beat + 1) * pg.SLOTS])  # (B, SLOTS)
        past = net.written(written + net.slot_starts).sum(1, keepdim=True)  # (B, 1, E)
    return tokens.reshape(len(z), beats, pg.SLOTS)


def _write_beat(net: MelodyVae, both: Tensor, tokens: NDArray[np.int64], beat: int, chooser: Chooser) -> None:
    """Fill one beat's slots in `tokens` (B, slots); both (B, H + E)."""
    slots = net.to_slots(both).unflatten(1, (pg.SLOTS, -1))  # (B, SLOTS, G)
    earlier = torch.zeros_like(slots[:, 0])  # (B, G)
    for within in range(pg.SLOTS):
        logits = net.out(functional.gelu(slots[:, within] + earlier)) + net.out_bias[within]  # (B, V)
        slot = beat * pg.SLOTS + within
        tokens[:, slot] = chooser.choose(logits, slot, tokens)
        rows = torch.from_numpy(tokens[:, slot]) + within * pg.VOCABULARY
        earlier = earlier + net.in_beat(rows)
