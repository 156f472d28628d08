"""Temperature, top-p and masks."""

import numpy as np

from studio.engines.music.sampling import Draw, nucleus, softmax


def test_the_nucleus_is_the_smallest_that_holds_top_p() -> None:
    kept = nucleus(np.array([[0.5, 0.1, 0.3, 0.1]]), 0.7)
    assert (kept > 0).tolist() == [[True, False, True, False]]
    assert (nucleus(np.array([[0.5, 0.5]]), 1e-9) > 0).sum() == 1


def test_softmax_leaves_the_forbidden_at_zero() -> None:
    assert softmax(np.array([[0.0, -np.inf]])).tolist() == [[1.0, 0.0]]


def test_draws_follow_the_mask_and_the_probabilities() -> None:
    logits = np.log(np.array([[0.1, 0.2, 0.7]])).repeat(2, 0)
    draw = Draw([np.random.RandomState(1), np.random.RandomState(2)], 1.0, 1.0)
    mask = [np.array([True, True, False])] * 2
    drawn = [draw.from_logits(logits, [0, 1], mask) for _ in range(500)]
    chosen = [index for indices, _ in drawn for index in indices]
    assert set(chosen) == {0, 1}
    assert abs(np.mean(chosen) - 2 / 3) < 0.05
    assert all(
        abs(odds - [0.1, 0.2][i]) < 1e-9 for indices, o in drawn for i, odds in zip(indices, o, strict=True)
    )
