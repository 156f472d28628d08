"""A frame as a row of choices, from the lowest key up: which key sounds next, struck or ringing on, or none.

Torch-free. A frame's joint distribution over keys is exactly that of these choices; what is forbidden is left out
before anything is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.core.messages import NoteScore
from studio.core.music_messages import ALTERNATIVES
from studio.engines.music.frames import KEYS, LOWEST_KEY

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
OPTIONS = 2 * KEYS + 1  # struck keys, ringing keys, and DONE
DONE = 2 * KEYS


@dataclass(frozen=True, slots=True)
class Odds:
    """Of each key, for each of B frames, the probability that it is off, rings on, or is struck; each (B, 88)."""

    off: Floats
    ring: Floats
    strike: Floats

    @classmethod
    def of(cls, logits: Floats, sounded: Mask) -> Odds:
        """logits (B, 2, 88) of the network; sounded (B, 88): the keys of the last frame. What did not sound cannot
        ring on."""
        sounding, striking = 1 / (1 + np.exp(-np.clip(logits, -60, 60))).transpose(1, 0, 2)  # (B, 88) each
        striking = np.where(sounded, striking, 1.0)
        return cls(1 - sounding, sounding * (1 - striking), sounding * striking)

    def kept_to(self, may_ring: Mask, may_strike: Mask, fixed: NDArray[np.uint8]) -> Odds:
        """Given what may be, (B, 88) each, and the keys that are fixed, (2, 88): sounding and struck."""
        held = fixed[0] > 0
        off = np.where(held, 0.0, self.off)
        ring = np.where(held, fixed[0] > fixed[1], self.ring * may_ring)
        strike = np.where(held, fixed[1] > 0, self.strike * may_strike)
        total = off + ring + strike
        off = np.where(total > 0, off, 1.0)  # neither may it sound, nor does the network leave it off
        total = np.where(total > 0, total, 1.0)
        return Odds(off / total, ring / total, strike / total)

    def options(self, begin: NDArray[np.int64]) -> Floats:
        """Log probabilities of the next choice, keys below `begin` (B,) being decided: (B, OPTIONS), -inf for never."""
        decided = np.arange(KEYS) < begin[:, None]  # (B, 88)
        with np.errstate(divide="ignore"):
            off = np.where(decided, 0.0, np.log(self.off)).cumsum(1)  # all keys up to this one stay off
            strike, ring = (np.where(decided, -np.inf, np.log(p)) for p in (self.strike, self.ring))
        below = np.concatenate([np.zeros_like(off[:, :1]), off[:, :-1]], 1)
        return np.concatenate([below + strike, below + ring, off[:, -1:]], 1)


def drawn(options: Floats, mask: Mask, uniform: float, temperature: float, top_p: float) -> int:
    """One of the options (OPTIONS,) that `mask` allows: its number is set by `uniform`, 0 to 1.

    Temperature and top-p (the smallest set of likeliest choices that holds that much, Holtzman 2020) act on which key
    is struck; whether one is struck at all stays as likely as it was: cut tails would leave the music ever thinner.
    """
    odds = _softmax(np.where(mask, options, -np.inf))
    share = float(odds[:KEYS].sum())
    if share > 0:
        with np.errstate(divide="ignore"):
            struck = _softmax(np.log(odds[:KEYS]) / temperature)
        order = np.argsort(-struck, kind="stable")
        ranked = struck[order]
        ranked[ranked.cumsum() - ranked >= top_p] = 0.0
        struck[order] = ranked * (share / ranked.sum())
        odds[:KEYS] = struck
    total = odds.cumsum()
    return int((total < uniform * total[-1]).sum())


def _softmax(logits: Floats) -> Floats:
    """-inf gives 0."""
    raised: Floats = np.exp(logits - logits.max())
    return raised / raised.sum()


def score_of(options: Floats, key: int) -> NoteScore:
    """What the network thought of striking `key`, by its unconstrained options (OPTIONS,)."""
    odds = _softmax(options)
    struck = odds[:KEYS]
    among = struck / max(float(struck.sum()), 1e-12)
    best = np.argsort(-struck, kind="stable")[:ALTERNATIVES]
    return NoteScore(
        float(struck[key]),
        int((struck > struck[key]).sum()) + 1,
        float(-(among * np.log(np.maximum(among, 1e-12))).sum()),
        tuple((int(k) + LOWEST_KEY, float(struck[k])) for k in best),
    )


def scores_of(odds: Odds, below: Mask, keys: NDArray[np.int64]) -> tuple[NoteScore, ...]:
    """The scores of N notes: their keys (N,), on the keyboard or not; below (N, 88): the keys of their frames that
    sound below them, which the odds know of, and no others."""
    begin = np.where(below.any(1), KEYS - below[:, ::-1].argmax(1), 0)
    nothing = NoteScore(0.0, KEYS, 0.0)
    return tuple(
        score_of(row, key) if 0 <= key < KEYS else nothing
        for row, key in zip(odds.options(begin), keys.tolist(), strict=True)
    )
