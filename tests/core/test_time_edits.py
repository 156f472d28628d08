"""Changes of tempo, metre and key: put, moved, drawn as a line of steps, taken away."""

from studio.core import time_edits
from studio.core.score import KeySignature, Score, TempoChange

BAR = 1920


def points(score: Score) -> list[tuple[int, float]]:
    return [(one.ticks, one.bpm) for one in score.tempos]


def test_points_are_put_moved_and_taken_away() -> None:
    score = time_edits.tempo_put(Score.empty(), BAR, 90)
    assert points(score) == [(0, 120), (BAR, 90)]
    moved = time_edits.tempo_moved(score, TempoChange(BAR, 90), 2 * BAR, 1000)
    assert points(moved) == [(0, 120), (2 * BAR, time_edits.FASTEST_BPM)]
    assert points(time_edits.tempo_moved(score, TempoChange(0, 120), BAR, 60)) == [(0, 60), (BAR, 90)]
    assert points(time_edits.tempo_moved(score, TempoChange(BAR, 90), -50, 90))[0] == (0, 120)
    assert points(time_edits.tempo_removed(score, BAR)) == [(0, 120)]
    assert points(time_edits.tempo_removed(score, 0)) == [(0, 120), (BAR, 90)]


def test_a_line_is_a_step_a_beat_and_then_the_tempo_as_before() -> None:
    score = time_edits.tempo_put(Score.empty(), 3 * BAR, 140)
    drawn = time_edits.tempo_drawn(score, (BAR, 120), (2 * BAR, 80))
    assert points(drawn) == [
        (0, 120), (BAR + 480, 110), (BAR + 960, 100), (BAR + 1440, 90), (2 * BAR, 120), (3 * BAR, 140)
    ]  # fmt: skip
    assert time_edits.tempo_drawn(score, (2 * BAR, 80), (BAR, 120)) == drawn
    again = time_edits.tempo_drawn(drawn, (BAR, 60), (2 * BAR, 60))
    assert points(again) == [(0, 120), (BAR, 60), (2 * BAR, 120), (3 * BAR, 140)]


def test_steps_follow_the_beats_of_the_metre() -> None:
    score = Score.empty(numerator=6, denominator=8)
    drawn = time_edits.tempo_drawn(score, (0, 120), (1440, 60))
    assert [ticks for ticks, _ in points(drawn)] == [0, 240, 480, 720, 960, 1200, 1440]


def test_a_line_from_the_start_and_one_without_a_length() -> None:
    drawn = time_edits.tempo_drawn(Score.empty(), (0, 60), (960, 60))
    assert points(drawn) == [(0, 60), (960, 120)]
    assert points(time_edits.tempo_drawn(Score.empty(), (480, 60), (480, 70))) == [(0, 120), (480, 70)]


def test_a_glide_ends_in_the_new_tempo() -> None:
    slower = time_edits.tempo_glided(Score.empty(), BAR, 2 * BAR, 80)
    assert points(slower)[1:] == [(BAR + 480, 110), (BAR + 960, 100), (BAR + 1440, 90), (2 * BAR, 80)]
    assert slower.tempo_at(5 * BAR).bpm == 80
    assert points(time_edits.tempo_glided(Score.empty(), BAR, BAR, 80)) == [(0, 120), (BAR, 80)]


def test_a_stretch_is_wiped() -> None:
    drawn = time_edits.tempo_drawn(Score.empty(), (BAR, 120), (2 * BAR, 80))
    assert points(time_edits.tempos_erased(drawn, 0, BAR + 960)) == [
        (0, 120),
        (BAR + 1440, 90),
        (2 * BAR, 120),
    ]


def test_metre_and_key_change_at_a_bar_line() -> None:
    score = time_edits.meter_put(Score.empty(), BAR + 700, 3, 4)
    score = time_edits.key_put(score, BAR + 700, -3, True)
    assert [(one.ticks, one.numerator) for one in score.meters] == [(0, 4), (BAR, 3)]
    assert score.keys == (KeySignature(BAR, -3, True),)
    assert time_edits.changes_in_bar(score, BAR + 5)[1:] == (score.meters[1], score.keys[0])
    assert time_edits.changes_in_bar(score, 5) == (score.tempos[0], score.meters[0], None)
    assert time_edits.meter_removed(score, BAR).meters == Score.empty().meters
    assert time_edits.meter_removed(score, 0) == score
    assert time_edits.key_removed(score, BAR).keys == ()
