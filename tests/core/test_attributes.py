"""The six measures of a melody on phrases whose answer is plain, and their quantiles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.attributes import ATTRIBUTES, LENGTHS, Quantiles, Window, measure
from studio.core.score import MeterChange, Note

TWO_BARS = Window(0, 3840)


def line(*notes: tuple[int, int]) -> list[Note]:
    """(start in eighths, pitch) -> notes that ring until the next."""
    return [Note(start * 240, 240, pitch) for start, pitch in notes]


def run(pitches: list[int]) -> list[Note]:
    return line(*enumerate(pitches))


def test_even_eighths() -> None:
    raw = measure(run([60, 62, 64, 65, 67, 65, 64, 62] * 2), TWO_BARS)
    assert set(raw) == set(ATTRIBUTES)
    assert raw["density"] == 2.0
    assert raw["syncopation"] == pytest.approx(0)
    assert raw["repetition"] == 1.0
    assert raw["leaps"] == pytest.approx(26 / 15)
    assert raw["register"] == pytest.approx(63.625 - 60)


def test_long_notes_off_the_beat_are_syncopated_and_dotted_ones_the_contrary() -> None:
    snap = measure(line((0, 60), (1, 62), (4, 60), (5, 62), (8, 60), (9, 62), (12, 60), (13, 62)), TWO_BARS)
    dotted = measure(
        line((0, 60), (3, 62), (4, 60), (7, 62), (8, 60), (11, 62), (12, 60), (15, 62)), TWO_BARS
    )
    assert snap["syncopation"] > 0.5
    assert dotted["syncopation"] < -0.5


@pytest.mark.parametrize(
    ("numerator", "denominator"),
    [(6, 8), (9, 8), (3, 4), (2, 4), (2, 2), (12, 8), (5, 4), (3, 8), (7, 8), (1, 64)],
)
def test_even_notes_are_not_syncopated_in_any_metre(numerator: int, denominator: int) -> None:
    meter = MeterChange(0, numerator, denominator)
    notes = [Note(i * meter.beat_ticks, meter.beat_ticks, 60 + i % 5) for i in range(2 * numerator)]
    raw = measure(notes, Window(0, 2 * meter.bar_ticks, meter))
    assert raw["syncopation"] == pytest.approx(0)


def test_what_does_not_come_back_is_no_repetition() -> None:
    assert measure(run(list(range(50, 66))), TWO_BARS)["repetition"] == 0
    half = measure(run([60, 62, 64, 65, 60, 62, 64, 65, 60, 62, 64, 65, 61, 63, 66, 68]), TWO_BARS)
    assert half["repetition"] == 0.5


def test_too_little_to_measure() -> None:
    assert measure([], TWO_BARS) == {}
    assert measure(run([60]), TWO_BARS) == {}
    assert "repetition" not in measure(run([60, 62]), Window(0, 1920))


def test_only_what_starts_in_the_window_counts() -> None:
    notes = run([60] * 8 + [72] * 8)
    assert measure(notes, Window(1920, 3840))["register"] == 12
    assert measure(notes, Window(1920, 3840, tonic_pitch=72))["register"] == 0


QUANTILES = Quantiles.of((4, {"density": i / 100, "range": float(min(i, 50))}) for i in range(101))


def test_quantiles_go_both_ways() -> None:
    assert QUANTILES.rank("density", 0.25, 4) == pytest.approx(0.25, abs=0.02)
    assert QUANTILES.raw("density", 0.75, 4) == pytest.approx(0.75, abs=0.02)
    assert QUANTILES.rank("range", 50, 4) == pytest.approx(0.75, abs=0.02)  # the middle of the many
    assert QUANTILES.rank("density", 7.0, 2) == 1.0  # two bars borrow from four
    assert QUANTILES.rank("density", -7.0, 2) == 0.0
    assert "leaps" not in QUANTILES.tables
    assert len(QUANTILES.tables["density"]) == len(LENGTHS)
    assert QUANTILES.distance({"density": 0.75}, run([60, 62]), Window(0, 960)) == 0.25
    assert QUANTILES.distance({"density": 0.75, "leaps": 0.5}, run([60]), TWO_BARS) == 1
    assert QUANTILES.distance({}, [], TWO_BARS) == 0
    assert QUANTILES.ranks(run([60, 62, 64, 65] * 4), TWO_BARS)["density"] == 1.0


@given(st.floats(0, 2), st.floats(0, 2), st.integers(1, 40))
def test_quantiles_are_monotone(one: float, other: float, bars: int) -> None:
    low, high = sorted((one, other))
    assert QUANTILES.rank("density", low, bars) <= QUANTILES.rank("density", high, bars)
    assert QUANTILES.raw("density", min(1, low), bars) <= QUANTILES.raw("density", min(1, high), bars)
