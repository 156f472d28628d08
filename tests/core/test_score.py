"""Score: values that never change, ids that stay, a clock that can be turned both ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.errors import StudioError
from studio.core.score import KeySignature, MeterChange, Note, Score, TempoChange, Track


def phrase() -> Score:
    return Score.empty().with_notes_added(0, [Note(480, 240, 64), Note(0, 480, 60)])


def test_notes_are_sorted_and_named() -> None:
    assert [(n.pitch, n.id) for n in phrase().notes()] == [(60, 1), (64, 0)]
    assert phrase().end_ticks == 720


def test_an_edit_leaves_the_old_score_alone() -> None:
    before = phrase()
    after = before.with_notes_removed(0, {0})
    assert len(before.tracks[0].notes) == 2
    assert [n.id for n in after.notes()] == [1]


def test_a_removed_id_is_not_given_again() -> None:
    before = phrase().with_notes_removed(0, {0, 1})
    after = before.with_notes_added(0, [Note(0, 1, 1)])
    assert after.added_ids(before) == {2}


def test_replacing_moves_a_note_and_keeps_its_id() -> None:
    moved = phrase().with_notes_replaced(0, [Note(960, 240, 72, id=0)])
    assert [(n.id, n.start_ticks) for n in moved.notes()] == [(1, 0), (0, 960)]
    with pytest.raises(StudioError):
        moved.with_notes_replaced(0, [Note(0, 1, 1, id=99)])


def test_undo_by_adding_back_keeps_the_ids() -> None:
    score = phrase()
    removed = [n for n in score.notes() if n.id == 0]
    assert score.with_notes_removed(0, {0}).with_notes_added(0, removed) == score


def test_two_notes_of_one_name_are_refused() -> None:
    with pytest.raises(StudioError, match="not a valid score"):
        Score((Track(notes=(Note(0, 1, 1, id=3), Note(5, 1, 1, id=3))),))


@pytest.mark.parametrize("wrong", [(-1, 1, 60, 80), (0, 0, 60, 80), (0, 1, 128, 80), (0, 1, 60, 0)])
def test_a_note_out_of_range_is_refused(wrong: tuple[int, int, int, int]) -> None:
    with pytest.raises(StudioError):
        Note(*wrong)


def test_bars_follow_the_meter_map() -> None:
    score = Score.empty().with_meter(3, 4).with_meter(6, 8, 2880)
    assert [score.bar_of(t) for t in (0, 1439, 1440, 2880, 4320)] == [0, 0, 1, 2, 3]
    assert [score.bar_start(bar) for bar in range(4)] == [0, 1440, 2880, 4320]
    assert list(score.beats(2400, 3200)) == [(2400, 1, 2), (2880, 2, 0), (3120, 2, 1)]


def test_a_meter_change_inside_a_bar_starts_a_bar() -> None:
    score = Score.empty().with_meter(3, 4, 1000)
    assert [score.bar_start(bar) for bar in range(3)] == [0, 1000, 2440]
    assert score.bar_of(999) == 0


def test_seconds_follow_the_tempo_map() -> None:
    score = Score.empty(bpm=120).with_tempo(60, 960)
    assert score.seconds_at(960) == pytest.approx(1.0)
    assert score.seconds_at(1440) == pytest.approx(2.0)


CHANGES = st.lists(
    st.builds(TempoChange, st.integers(0, 9999), st.floats(20, 300)),
    max_size=5,
    unique_by=lambda change: change.ticks,
)


@given(CHANGES, st.integers(0, 20_000))
def test_ticks_and_seconds_are_each_others_inverse(tempos: list[TempoChange], ticks: int) -> None:
    score = Score(tempos=tuple(tempos))
    assert score.ticks_at(score.seconds_at(ticks)) == ticks


@given(
    st.lists(
        st.builds(MeterChange, st.integers(0, 9999), st.integers(1, 9), st.sampled_from([2, 4, 8])),
        max_size=4,
        unique_by=lambda change: change.ticks,
    ),
    st.integers(0, 30_000),
)
def test_every_tick_lies_in_its_bar(meters: list[MeterChange], ticks: int) -> None:
    score = Score(meters=tuple(meters))
    bar = score.bar_of(ticks)
    assert score.bar_start(bar) <= ticks < score.bar_start(bar + 1)


def test_key_and_tonic() -> None:
    score = Score.empty().with_key(1).with_key(-1, minor=True, ticks=1920)
    assert score.key_at(0) == KeySignature(0, 1)
    assert [score.key_at(t).tonic for t in (0, 1920)] == [7, 2]  # type: ignore[union-attr]
    assert Score.empty().key_at(0) is None


def test_tracks_can_be_put_and_taken() -> None:
    score = Score.empty().with_track(1, Track("Bass", 32))
    assert [t.name for t in score.tracks] == ["Melody", "Bass"]
    assert [t.name for t in score.without_track(0).tracks] == ["Bass"]
    with pytest.raises(StudioError, match="not a valid score"):
        score.track(2)
