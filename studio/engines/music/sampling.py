"""Drawing from logits: masks, temperature, nucleus (top-p); reproducible, one random stream a line. Torch-free."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Draw:
    """Draws from masked logits with temperature and top-p, each line with its own random numbers."""

    def __init__(self, draws: list[np.random.RandomState], temperature: float, top_p: float) -> None:
        self._draws, self._temperature, self._top_p = draws, temperature, top_p

    def from_logits(
        self,
        logits: Floats,
        live: list[int],
        masks: Sequence[NDArray[np.bool_]],
    ) -> tuple[list[int], list[float]]:
        """For each live row of logits (B, V): an index that its mask allows, and its unconstrained probability."""
        own = logits[live]  # (L, V)
        free = softmax(own)
        kept = nucleus(softmax(np.where(np.stack(masks), own / self._temperature, -np.inf)), self._top_p)
        uniform = np.array([self._draws[k].random_sample() for k in live])
        cumulative = kept.cumsum(1)
        chosen = (cumulative < (uniform * cumulative[:, -1])[:, None]).sum(1)
        return chosen.tolist(), free[np.arange(len(live)), chosen].tolist()


def softmax(logits: Floats) -> Floats:
    """Over the last axis; -inf gives 0."""
    raised: Floats = np.exp(logits - logits.max(-1, keepdims=True))
    return raised / raised.sum(-1, keepdims=True)


def nucleus(probabilities: Floats, top_p: float) -> Floats:
    """Zero outside the smallest set of likeliest choices that holds top_p (Holtzman 2020); not normalised."""
    order = np.argsort(-probabilities, axis=-1, kind="stable")
    ranked = np.take_along_axis(probabilities, order, -1)
    ranked[ranked.cumsum(-1) - ranked >= top_p] = 0.0
    kept = np.empty_like(ranked)
    np.put_along_axis(kept, order, ranked, -1)
    return kept
