"""Quantising with strength, swing and margins, on grids that count from each bar line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.errors import StudioError
from studio.core.quantising import TRIPLET, Quantising, quantised
from studio.core.score import Note, Score

FOUR = Score.empty()
notes = st.lists(st.builds(Note, st.integers(0, 9000), st.integers(1, 3000), st.just(60)), max_size=12)
grids = st.sampled_from((60, 80, 120, 160, 240, 360, 480, 720))
settings = st.builds(
    Quantising,
    grids,
    st.floats(0, 1),
    st.floats(0.5, 0.75),
    st.booleans(),
    st.floats(0, 0.5),
    st.floats(0.5, 1),
)
meters = st.sampled_from((FOUR, Score.empty(numerator=7, denominator=8), FOUR.with_meter(3, 4, 1920)))


def starts(by: Quantising, *ticks: int, score: Score = FOUR) -> list[int]:
    return [note.start_ticks for note in quantised([Note(t, 100, 60) for t in ticks], score, by)]


def test_full_and_half_strength() -> None:
    assert starts(Quantising(240), 0, 110, 130, 470) == [0, 0, 240, 480]
    assert starts(Quantising(240, 0.5), 0, 110, 130, 470) == [0, 55, 185, 475]


def test_twice_at_half_strength_comes_nearer_each_time() -> None:
    by = Quantising(240, 0.5)
    once = quantised([Note(40, 100, 60)], FOUR, by)
    assert [once[0].start_ticks, quantised(once, FOUR, by)[0].start_ticks] == [20, 10]


def test_swing_puts_every_second_line_late() -> None:
    assert starts(Quantising(240, swing=TRIPLET), 250, 490, 700) == [320, 480, 800]


def test_lines_begin_anew_with_each_bar() -> None:
    score = Score.empty(numerator=7, denominator=8)  # bars of 1680 ticks, which dotted quarters do not fill
    assert starts(Quantising(720), 1500, 1640, 1700, 2350, score=score) == [1440, 1680, 1680, 2400]


def test_margins_leave_alone_what_is_near_or_far() -> None:
    assert starts(Quantising(240, nearer=0.25), 20, 40) == [20, 0]
    assert starts(Quantising(240, further=0.5), 50, 70) == [0, 70]


def test_ends_too_and_notes_too_short_for_it() -> None:
    long, short = quantised([Note(10, 250, 60), Note(490, 30, 62)], FOUR, Quantising(240, ends=True))
    assert (long.start_ticks, long.end_ticks) == (0, 240)
    assert (short.start_ticks, short.duration_ticks) == (480, 30)


@pytest.mark.parametrize("wrong", [{"strength": 1.5}, {"swing": 0.4}, {"grid_ticks": 0}, {"further": 2}])
def test_what_is_out_of_range_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(StudioError):
        Quantising(**{"grid_ticks": 120, **wrong})  # type: ignore[arg-type]


@given(notes, meters, settings)
def test_the_order_stays_and_no_strength_changes_nothing(
    notes: list[Note], score: Score, by: Quantising
) -> None:
    if by.nearer == 0 and by.further == 1:
        after = [note.start_ticks for note in quantised(notes, score, by)]
        pairs = sorted(zip((note.start_ticks for note in notes), after, strict=True))
        assert [new for _, new in pairs] == sorted(after)
    assert all(note.duration_ticks >= 1 for note in quantised(notes, score, by))
    none = Quantising(by.grid_ticks, 0.0, by.swing)
    assert quantised(notes, score, none) == tuple(notes)


@given(notes, meters, grids, st.sampled_from((0.5, TRIPLET, 0.75)))
def test_a_second_time_changes_nothing_more(notes: list[Note], score: Score, grid: int, swing: float) -> None:
    by = Quantising(grid, swing=swing)
    once = quantised(notes, score, by)
    assert quantised(once, score, by) == once
