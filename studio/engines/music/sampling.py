"""From logits to what may be drawn: probabilities, and the nucleus (top-p). Torch-free."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


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
