"""Drawing for several lines at once: masks, temperature, top-p, and random numbers that belong to one line."""

import numpy as np
import pytest

from studio.engines.music.drawing import Streams, draw, entropies, likeliest, log_softmax, ranks

LOGITS = np.log(np.array([[0.1, 0.2, 0.7]], np.float32))
FREE = np.zeros((1, 3), np.float32)


def shares(mask: np.ndarray[tuple[int, ...], np.dtype[np.float32]], heat: float, top_p: float) -> list[float]:
    uniform = (np.arange(4000) + 0.5) / 4000
    chosen = draw(LOGITS.repeat(4000, 0), mask, heat, top_p, uniform)
    return (np.bincount(chosen, minlength=3) / 4000).tolist()


@pytest.mark.parametrize(
    ("mask", "heat", "top_p", "wanted"),
    [
        ((0, 0, 0), 1.0, 1.0, (0.1, 0.2, 0.7)),
        ((0, 0, -np.inf), 1.0, 1.0, (1 / 3, 2 / 3, 0)),
        ((0, 0, 0), 1.0, 0.85, (0, 2 / 9, 7 / 9)),
        ((0, 0, 0), 1.0, 0.6, (0, 0, 1)),
        ((0, -np.inf, -np.inf), 5.0, 0.1, (1, 0, 0)),
        ((0, 0, 0), 2.0, 1.0, tuple(np.sqrt([0.1, 0.2, 0.7]) / np.sqrt([0.1, 0.2, 0.7]).sum())),
        ((0, 0, 0), 1e-6, 1.0, (0, 0, 1)),
    ],
)
def test_shares_are_those_of_the_model(
    mask: tuple[float, ...], heat: float, top_p: float, wanted: tuple[float, ...]
) -> None:
    assert shares(np.array([mask], np.float32), heat, top_p) == pytest.approx(wanted, abs=2e-3)


def test_equally_likely_choices_are_drawn_equally() -> None:
    even = np.zeros((100, 2), np.float32)
    chosen = draw(even, np.zeros((1, 2), np.float32), 1.0, 0.6, np.linspace(0, 0.999, 100))
    assert 40 < chosen.sum() < 60


def test_a_row_is_drawn_alike_alone_and_among_others() -> None:
    random = np.random.RandomState(3)
    logits, uniform = random.randn(40, 30).astype(np.float32) * 3, random.rand(40)
    every = draw(logits, np.zeros((1, 30), np.float32), 1.0, 0.9, uniform)
    alone = [
        draw(logits[k : k + 1], np.zeros((1, 30), np.float32), 1.0, 0.9, uniform[k : k + 1])[0]
        for k in range(40)
    ]
    assert every.tolist() == alone


def test_the_largest_random_number_stays_within() -> None:
    top = np.full(1, 1 - 2.0**-40)
    assert draw(LOGITS, np.array([[0, 0, -np.inf]], np.float32), 1.0, 1.0, top) == [1]


def test_a_stream_depends_on_its_seed_and_variant_alone() -> None:
    three = Streams([5, 6, 7], 1, 3)
    one = Streams([6], 1, 3)
    for _ in range(130):
        numbers = three.next()
        assert numbers.shape == (3, 3)
        assert (numbers[:, 1] == one.next()[:, 0]).all()
    variants = Streams([6], 2, 3).next()
    assert (variants[:, 0] == Streams([6], 1, 3).next()[:, 0]).all()
    assert (variants[:, 0] != variants[:, 1]).all()


def test_what_the_model_thought() -> None:
    log_odds = log_softmax(LOGITS)
    assert np.exp(log_odds[0]) == pytest.approx([0.1, 0.2, 0.7], abs=1e-6)
    assert ranks(log_odds.repeat(3, 0), np.array([0, 1, 2])).tolist() == [3, 2, 1]
    assert entropies(log_odds)[0] == pytest.approx(0.8018, abs=1e-4)
    assert likeliest(log_odds, 2).tolist() == [[2, 1]]
