"""Softmax and the nucleus."""

import numpy as np

from studio.engines.music.sampling import nucleus, softmax


def test_the_nucleus_is_the_smallest_that_holds_top_p() -> None:
    kept = nucleus(np.array([[0.5, 0.1, 0.3, 0.1]]), 0.7)
    assert (kept > 0).tolist() == [[True, False, True, False]]
    assert (nucleus(np.array([[0.5, 0.5]]), 1e-9) > 0).sum() == 1


def test_softmax_leaves_the_forbidden_at_zero() -> None:
    assert softmax(np.array([[0.0, -np.inf]])).tolist() == [[1.0, 0.0]]
