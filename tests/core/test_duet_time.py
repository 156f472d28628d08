"""Bar and beat lines as time goes on, straight and round a loop."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.chords import Chord
from studio.core.duet_time import DuetTime
from studio.core.score import Note, Score

BAR, BEAT = 1920, 480
WALTZ = Score.empty().with_meter(3, 4, 2 * BAR)
ROUND = DuetTime(Score.empty(), (BAR, 3 * BAR))


def test_lines_of_a_score_whose_metre_changes() -> None:
    time = DuetTime(WALTZ)
    assert time.bar_at(2 * BAR + 100) == 2 * BAR
    assert time.bar_after(2 * BAR) == 2 * BAR + 3 * BEAT
    assert time.bars_after(BAR, 2) == 2 * BAR + 3 * BEAT
    assert time.line_from(1, True) == BAR
    assert time.line_from(BEAT + 1, False) == 2 * BEAT
    assert time.line_from(BAR - 1, False) == BAR
    assert time.line_from(BAR, False) == time.line_from(BAR, True) == BAR
    assert time.bar_number(2 * BAR + 3 * BEAT) == 4


def test_seconds_follow_the_tempo_there() -> None:
    time = DuetTime(Score.empty().with_tempo(60.0, BAR))
    assert (time.ticks_in(0.5, 0), time.ticks_in(0.5, BAR)) == (480, 240)


def test_a_loop_goes_on_counting() -> None:
    assert ROUND.fold(3 * BAR) == BAR
    assert ROUND.fold(5 * BAR + 7) == BAR + 7
    assert ROUND.bar_after(2 * BAR + 5) == 3 * BAR
    assert ROUND.bars_after(2 * BAR, 3) == 5 * BAR
    assert ROUND.bar_number(3 * BAR) == 2


def test_the_player_turns_round_and_time_goes_on() -> None:
    assert ROUND.unfold(BAR + 3, 3 * BAR - 10) == 3 * BAR + 3
    assert ROUND.unfold(3 * BAR - 4, 3 * BAR - 10) == 3 * BAR - 4
    assert ROUND.unfold(BAR + 30, 3 * BAR + 10) == 3 * BAR + 30
    assert DuetTime(Score.empty()).unfold(77, 99) == 77


def test_a_loop_off_the_bar_lines_has_a_line_where_it_begins() -> None:
    time = DuetTime(Score.empty(), (500, 500 + BAR))
    assert time.bar_after(600) == BAR
    assert time.bar_after(BAR) == 500 + BAR
    assert time.bar_at(500 + BAR + 10) == 500 + BAR
    assert time.bar_after(500 + BAR) == 2 * BAR


def test_a_note_over_the_loop_lies_in_two_pieces() -> None:
    pieces = ROUND.pieces(Note(3 * BAR - 100, 300, 60, 70))
    assert [(n.start_ticks, n.duration_ticks, n.velocity) for n in pieces] == [
        (3 * BAR - 100, 100, 70),
        (BAR, 200, 70),
    ]


def test_chords_come_again_in_a_loop() -> None:
    score = Score.empty().with_chords((Chord(BAR, BAR, 0), Chord(2 * BAR, BAR, 7)))
    time = DuetTime(score, (BAR, 3 * BAR))
    found = time.chords_between(2 * BAR + 480, 4 * BAR)
    assert [(c.start_ticks, c.duration_ticks, c.root) for c in found] == [
        (2 * BAR + 480, BAR - 480, 7),
        (3 * BAR, BAR, 0),
    ]
    assert len(DuetTime(score).chords_between(0, 9 * BAR)) == 2


@pytest.mark.parametrize("time", [DuetTime(WALTZ), ROUND, DuetTime(WALTZ, (500, 3 * BAR + 77))])
@given(ticks=st.integers(0, 40_000), bars=st.integers(1, 5))
def test_lines_never_go_back(time: DuetTime, ticks: int, bars: int) -> None:
    assert time.bar_at(ticks) <= ticks < time.bar_after(ticks)
    assert ticks <= time.line_from(ticks, False) <= time.line_from(ticks, True)
    assert time.bars_after(ticks, bars) > ticks
    assert time.unfold(time.fold(ticks), ticks) == ticks
