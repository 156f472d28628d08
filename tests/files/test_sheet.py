"""A sheet becomes a score whose bars are those of the page, whatever lengths the page's bars have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.chords import Chord
from studio.core.errors import StudioError
from studio.core.score import MeterChange, Score
from studio.files.score_reading import ScoreReading
from studio.files.sheet import UNITS, Line, Sheet

BEAT = 480


def sheet_of(beats: list[int], meter: tuple[int, int] | None = (4, 4)) -> Sheet:
    """Bars of so many quarters, a note a quarter."""
    sheet, now = Sheet(lines=[Line()]), 0
    if meter:
        sheet.set_meter(0, *meter)
    for count in beats:
        sheet.bar_lines.add(now * BEAT)
        for _ in range(count):
            sheet.lines[0].add(now * UNITS, UNITS, 60)
            now += 1
    sheet.bar_lines.add(now * BEAT)
    return sheet


def bar_starts(score: Score) -> set[int]:
    return {score.bar_start(bar) for bar in range(score.bar_of(score.end_ticks) + 1)}


@given(st.lists(st.integers(1, 9), min_size=1, max_size=12))
def test_a_bar_begins_at_every_line_but_inside_a_bar_cut_in_two(beats: list[int]) -> None:
    sheet = sheet_of(beats)
    score = sheet.reading("a").score
    starts = bar_starts(score)
    lines = sorted(line + sheet.pickup_ticks for line in sheet.bar_lines)
    for before, line, after in zip(lines, lines[1:], lines[2:], strict=False):
        assert line in starts or after - before <= 4 * BEAT


@given(st.integers(1, 3), st.lists(st.just(4), min_size=1, max_size=8), st.integers(1, 4))
def test_regular_bars_need_one_metre(pickup: int, full: list[int], last: int) -> None:
    reading = sheet_of([pickup, *full, last]).reading("a")
    assert reading.score.meters == (MeterChange(0, 4, 4),)
    assert reading.score.tracks[0].notes[0].start_ticks == (4 - pickup) * BEAT
    assert reading.warnings == ()


def test_a_metre_is_guessed_from_the_usual_bar() -> None:
    assert sheet_of([3, 3, 3, 2], None).reading("a").score.meters == (MeterChange(0, 3, 4),)


def test_chords_last_until_the_next_and_are_moved_with_the_pickup() -> None:
    sheet = sheet_of([1, 4, 4])
    sheet.set_chord(BEAT, (0, "", None))
    sheet.set_chord(3 * BEAT, None)
    sheet.set_chord(5 * BEAT, (7, "7", 11))
    reading: ScoreReading = sheet.reading("a")
    assert reading.chords == (Chord(4 * BEAT, 2 * BEAT, 0), Chord(8 * BEAT, 4 * BEAT, 7, "7", 11))


def test_ties_join_and_loose_ones_are_counted() -> None:
    sheet = Sheet(lines=[Line()])
    line = sheet.lines[0]
    line.add(0, UNITS, 60, tied=True)
    line.add(UNITS, UNITS, 60, tied=True)
    line.add(2 * UNITS, UNITS, 62)
    line.add(2 * UNITS, 2 * UNITS, 62)
    reading = sheet.reading("a")
    assert [(n.start_ticks, n.duration_ticks) for n in reading.score.notes()] == [(0, 960), (960, 960)]
    assert reading.warnings == (
        "Ties that lead nowhere: 1.",
        "Notes that two voices share, kept once: 1.",
    )


def test_nothing_is_no_score() -> None:
    with pytest.raises(StudioError, match="There are no notes in a"):
        Sheet().reading("a")
