"""Frames and notes: what is on the grid comes back as it was; the rest goes to the nearest sixteenth."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from studio.core.score import MeterChange
from studio.engines.music import frames as fr

spans = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9), st.integers(21, 108)), max_size=20)


def without_overlaps(notes: list[fr.Span]) -> list[fr.Span]:
    """Of notes on one key those that begin after the one before has ended."""
    kept: list[fr.Span] = []
    for first, count, pitch in sorted(notes):
        if all(p != pitch or f + c <= first for f, c, p in kept):
            kept.append((first, count, pitch))
    return kept


@given(spans)
def test_notes_on_the_grid_come_back(notes: list[fr.Span]) -> None:
    kept = without_overlaps(notes)
    assert fr.spans_of(fr.frames_of(kept, 60)) == kept


@given(spans)
def test_a_struck_key_sounds_and_a_key_struck_again_ends_its_note(notes: list[fr.Span]) -> None:
    frames = fr.frames_of(notes, 60)
    assert (frames[:, 0] >= frames[:, 1]).all()
    back = fr.spans_of(frames)
    assert {(first, pitch) for first, _, pitch in back} == {(first, pitch) for first, _, pitch in notes}
    np.testing.assert_array_equal(fr.frames_of(back, 60), frames)


def test_notes_that_sound_on_from_before_begin_with_the_frames() -> None:
    frames = fr.frames_of([(-3, 5, 60), (-3, 2, 62), (4, 90, 64), (2, 1, 12)], 8)
    assert not frames[0, 1].any()
    assert fr.spans_of(frames) == [(0, 2, 60), (4, 4, 64)]


def test_a_note_lies_on_the_nearest_frames() -> None:
    assert fr.span_of(1000, 1160, 60, origin_ticks=40) == (8, 1, 60)
    assert fr.span_of(1000, 1010, 60, origin_ticks=0) == (8, 1, 60)


def test_places_and_lags_follow_the_metre() -> None:
    assert fr.lags_of(MeterChange(0, 4, 4)) == (1, 8, 16, 32)
    assert fr.lags_of(MeterChange(0, 3, 4)) == (1, 4, 12, 24)
    assert fr.place_of(1920 + 360, MeterChange(0, 4, 4)) == 3
    assert fr.place_of(600, MeterChange(480, 3, 4)) == 1


def test_the_past_is_silent_before_the_beginning() -> None:
    frames = fr.frames_of([(0, 1, 60), (3, 1, 64)], 6)
    past = fr.past_of(frames, (1, 4), 0, 6)
    assert past.shape == (6, 2, 2, 88)
    np.testing.assert_array_equal(past[1:, 0], frames[:-1])
    np.testing.assert_array_equal(past[4:, 1], frames[:2])
    assert not past[:4, 1].any()
