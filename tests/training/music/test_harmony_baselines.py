"""The chord finder's rivals are exact: compared with adding up every possibility."""

import numpy as np
import pytest

from studio.engines.music import chord_slots as cs
from studio.training.music.harmony_baselines import Counting, Markov, Seen, fitted_markov
from studio.training.music.leadsheets import read_lead_sheets
from studio.training.music.sheet_batches import Heard
from tests.training.music.sheets import write_sheets


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> list[Seen]:
    folder = write_sheets(tmp_path_factory.mktemp("sheets"))
    return [Seen.of(Heard.of(sheet, 1)) for sheet in read_lead_sheets(folder).sheets]


def test_what_is_counted_adds_up(seen: list[Seen]) -> None:
    counting = Counting(seen)
    assert counting.of_degree.sum(-1) == pytest.approx(np.ones((2, 13)))
    assert counting.moves.sum(-1) == pytest.approx(np.ones((2, cs.SYMBOLS)))
    assert counting.move_nats(seen[0]).mean() < counting.degree_nats(seen[0]).mean() < np.log(cs.SYMBOLS)
    assert (counting.degree_guess(seen[0]) == seen[0].chords).mean() > 0.3


def test_the_markov_model_is_exact(seen: list[Seen]) -> None:
    counting = Counting(seen)
    markov = Markov(seen, counting, 2.0)
    two = Seen(seen[0].chords[:2], seen[0].sounds[:2], seen[0].downbeat[:2], seen[0].degree[:2])
    sounding = markov._sounding(two)
    every = np.log(counting.usual)[:, None] + np.log(counting.moves[two.downbeat[1]])
    every = every + sounding[0][:, None] + sounding[1]  # (SYMBOLS, SYMBOLS)
    odds = np.exp(every - every.max())
    odds /= odds.sum()
    assert markov.nats(two) == pytest.approx(-np.log(odds[two.chords[0], two.chords[1]]))
    assert markov.guess(two).tolist() == [odds.sum(1).argmax(), odds.sum(0).argmax()]


def test_it_trusts_what_sounds_as_much_as_suits(seen: list[Seen]) -> None:
    counting = Counting(seen)
    best = fitted_markov(seen, seen[:3], counting)
    nats = [sum(Markov(seen, counting, trust).nats(s) for s in seen[:3]) for trust in (0.5, 4.0)]
    assert sum(best.nats(sheet) for sheet in seen[:3]) <= min(nats)
    assert (best.guess(seen[0]) == seen[0].chords).mean() > 0.5
