"""Melodies as rows of numbers."""

from hypothesis import given
from hypothesis import strategies as st

from studio.engines.music import events as ev

FRAME = ev.Frame(1920, 0, 62)


def test_a_note_is_named_relative_to_the_tonic_and_the_bar() -> None:
    writer = ev.MelodyWriter(FRAME, 0)
    assert writer.play(0, 240, 69) == (0, 7 - ev.LOWEST, ev.DURATIONS.index(240))
    assert writer.play(240, 120, 62)[0] == ev.SHIFTS.index(240)
    row = writer.row()
    assert (row[ev.POSITION], row[ev.PHRASE]) == (360 // ev.GRID, 0)


def test_what_stood_a_bar_ago_is_seen() -> None:
    writer = ev.MelodyWriter(FRAME, 0)
    for bar in range(2):
        writer.play(bar * 1920, 1920, 62 + bar)
    pairs = writer.row()[8:]
    assert pairs[0:2] == [1 - ev.LOWEST, ev.DURATIONS.index(1920)]
    assert pairs[2:4] == [0 - ev.LOWEST, ev.DURATIONS.index(1920)]
    assert pairs[4] == ev.TOO_EARLY


@given(
    st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 9000), st.integers(0, 127)), max_size=20),
    st.integers(0, 11),
    st.integers(120, 9600),
)
def test_every_number_fits_its_table(steps: list[tuple[int, int, int]], tonic: int, bar: int) -> None:
    writer, now = ev.MelodyWriter(ev.Frame(bar, 0, 60 + tonic), 0), 0
    for gap, duration, pitch in steps:
        row = writer.row()
        assert len(row) == ev.COLUMNS
        assert all(0 <= value < size for value, size in zip(row, ev.SIZES, strict=True))
        now += gap
        writer.play(now, duration, pitch)
        now += duration


@given(st.integers(0, 20_000))
def test_nearest_is_nearest(ticks: int) -> None:
    best = min(ev.DURATIONS, key=lambda d: (abs(d - ticks), d))
    assert ev.DURATIONS[ev.nearest(ev.DURATIONS, ticks)] == best


def test_a_long_silence_is_heard_as_whole_bars() -> None:
    writer = ev.MelodyWriter(FRAME, 0)
    writer.play(0, 240, 62)
    writer.rest_until(1920 * 50)
    assert writer.end_ticks == 1920 * 50
    assert writer.end_ticks - writer.onset_ticks < ev.DURATIONS[-1]
    assert writer.onset_ticks % 1920 == 0
