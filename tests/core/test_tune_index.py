"""The index finds what stands in its tunes, whatever the key: checked against a search by hand."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from studio.core.tune_index import SEED, TuneIndex

STEPS = st.lists(st.integers(0, 3), max_size=30).map(lambda steps: np.array(steps, np.uint16))


def index_of(tunes: list[np.ndarray]) -> TuneIndex:
    return TuneIndex.of([(steps, range(len(steps) + 1), f"t{n}", "c") for n, steps in enumerate(tunes)])


def by_hand(phrase: np.ndarray, tunes: list[np.ndarray], first: int) -> int:
    """The longest stretch from `first` on that stands in one tune."""
    best = 0
    for tune in tunes:
        for place in range(len(tune)):
            length = 0
            while (
                first + length < len(phrase)
                and place + length < len(tune)
                and phrase[first + length] == tune[place + length]
            ):
                length += 1
            best = max(best, length)
    return best if best >= SEED else 0


@given(STEPS, st.lists(STEPS, min_size=1, max_size=4))
def test_it_finds_the_longest_match_of_every_step(phrase: np.ndarray, tunes: list[np.ndarray]) -> None:
    index = index_of(tunes)
    lengths, places = index.matches(phrase)
    for first, (length, place) in enumerate(zip(lengths.tolist(), places.tolist(), strict=True)):
        assert length == by_hand(phrase, tunes, first)
        if length:
            assert index.symbols[place : place + length].tolist() == phrase[first : first + length].tolist()


@given(STEPS, st.lists(STEPS, min_size=2, max_size=3))
def test_tunes_that_do_not_count_are_not_found(phrase: np.ndarray, tunes: list[np.ndarray]) -> None:
    lengths, _ = index_of(tunes).matches(phrase, {0})
    alone, _ = index_of(tunes[1:]).matches(phrase)
    assert lengths.tolist() == alone.tolist()


def test_a_place_knows_its_tune_and_bar() -> None:
    index = index_of([np.arange(6, dtype=np.uint16), np.arange(10, 20, dtype=np.uint16)])
    lengths, places = index.matches(np.arange(12, 19, dtype=np.uint16))
    assert lengths[0] == 7
    assert index.names[index.tune_at(int(places[0]))] == "t1"
    assert index.bars[places[0]] == 2
