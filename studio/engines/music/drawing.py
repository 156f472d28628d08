"""Drawing from logits: masks, temperature, nucleus (top-p), one random stream a line; and what was thought of it.

Torch-free. Masks are added to the logits: 0 where allowed, -inf where not.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.music_messages import ALTERNATIVES

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
_AHEAD = 64  # how many random numbers are drawn at once
_BELOW_ONE = 1 - 2.0**-40  # a share of a sum that stays below it after rounding


class Streams:
    """Random numbers from 0 to 1, `width` at a time for each line. A line's numbers depend on its seed and its step
    alone: the first variant of a seed is RandomState(seed), the others are streams of their own."""

    def __init__(self, seeds: list[int], variants: int, width: int) -> None:
        self._draws = [
            np.random.RandomState([seed % 2**32, variant] if variant else seed % 2**32)
            for seed in seeds
            for variant in range(variants)
        ]
        self._width, self._at = width, _AHEAD
        self._block: NDArray[np.float64] = np.zeros((len(self._draws), _AHEAD, width))

    def next(self) -> NDArray[np.float64]:
        """(width, lines)"""
        if self._at == _AHEAD:
            for block, draw in zip(self._block, self._draws, strict=True):
                block[:] = draw.random_sample((_AHEAD, self._width)) * _BELOW_ONE
            self._at = 0
        self._at += 1
        return self._block[:, self._at - 1].T


def draw(
    logits: Floats, mask: Floats, temperature: float, top_p: float, uniform: NDArray[np.float64]
) -> Ints:
    """One index a row of logits (B, V), from the smallest set of likeliest allowed choices that holds `top_p`
    (Holtzman 2020). mask (B or 1, V) allows one or more; uniform (B,) as `Streams` gives."""
    weights = logits + mask
    weights -= np.maximum.reduce(weights, 1, keepdims=True)
    if temperature != 1.0:
        weights /= temperature
    np.exp(weights, out=weights)  # (B, V), the likeliest is 1
    chosen: Ints
    if top_p < 1.0:
        if top_p * np.maximum.reduce(np.add.reduce(weights, 1)) <= 1.0:
            chosen = weights.argmax(1)  # the likeliest alone holds top_p in every row
            return chosen
        weights *= weights >= _least(weights, top_p)
    summed = np.add.accumulate(weights, 1)
    chosen = np.add.reduce(summed <= (uniform * summed[:, -1])[:, None], 1)
    return chosen


def _least(weights: Floats, top_p: float) -> Floats:
    """(B, 1): the weight of the least likely choice that is kept, weights (B, V) with the likeliest at 1."""
    ascending = np.sort(weights, 1)
    below = np.add.accumulate(ascending, 1)
    left_out = np.add.reduce(below[:, :-1] <= (1.0 - top_p) * below[:, -1:], 1)
    least: Floats = ascending[np.arange(len(weights)), left_out][:, None]
    return least


def log_softmax(logits: Floats) -> Floats:
    """Over the last axis."""
    raised: Floats = logits - logits.max(-1, keepdims=True)
    raised -= np.log(np.exp(raised).sum(-1, keepdims=True))
    return raised


def ranks(log_odds: Floats, chosen: Ints) -> Ints:
    """(N,): 1 where the chosen index is the likeliest of its row."""
    own = log_odds[np.arange(len(chosen)), chosen]
    found: Ints = 1 + (log_odds > own[:, None]).sum(1)
    return found


def entropies(log_odds: Floats) -> Floats:
    """(N,) in nats."""
    found: Floats = -(np.exp(log_odds) * log_odds).sum(1)
    return found


def likeliest(log_odds: Floats, count: int = ALTERNATIVES) -> Ints:
    """(N, count) indices, best first."""
    best: Ints = np.argsort(-log_odds, 1)[:, :count]
    return best
