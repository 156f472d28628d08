"""Tracks added, doubled, sorted, merged, split; notes sent from one to another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.control import EXPRESSION, SUSTAIN, Control, RawEvent
from studio.core.errors import StudioError
from studio.core.score import DRUM_CHANNEL, Note, Score, Track
from studio.core.track_edits import (
    doubled,
    followed,
    free_channel,
    merged,
    moved,
    played_by,
    sent,
    split,
    with_tracks,
)

RIGHT = Track("Right", 0, (Note(0, 480, 72), Note(480, 480, 55)), 0)
LEFT = Track("Left", 0, (Note(0, 480, 48), Note(480, 480, 55)), 1, controls=(Control(0, SUSTAIN, 127),))
DRUMS = Track("Drums", 8, (Note(0, 120, 36),), DRUM_CHANNEL)
TRIO = Score((RIGHT, LEFT, DRUMS))


def names(score: Score) -> list[str]:
    return [track.name for track in score.tracks]


def pitches(score: Score, index: int) -> list[int]:
    return [note.pitch for note in score.track(index).notes]


def test_a_new_instrument_gets_a_free_channel_that_is_not_the_drums() -> None:
    assert free_channel(TRIO.tracks) == 2
    full = [Track(channel=channel) for channel in range(16)]
    assert free_channel([*full, Track(channel=0)]) == 1


def test_tracks_are_sorted() -> None:
    assert names(moved(TRIO, 0, 2)) == ["Left", "Drums", "Right"]
    assert names(moved(TRIO, 2, 0)) == ["Drums", "Right", "Left"]
    assert names(moved(TRIO, 1, 9)) == ["Right", "Drums", "Left"]
    assert moved(TRIO, 1, 1) == TRIO


def test_a_double_stands_below_with_notes_of_its_own() -> None:
    score = doubled(TRIO, 0, "Right 2")
    assert names(score) == ["Right", "Right 2", "Left", "Drums"]
    assert pitches(score, 1) == [72, 55]
    assert {n.id for n in score.track(0).notes}.isdisjoint(n.id for n in score.track(1).notes)
    assert score.track(1).channel == 2
    assert doubled(TRIO, 2, "Kit 2").track(3).channel == DRUM_CHANNEL


def test_an_instrument_becomes_a_drum_kit_and_back() -> None:
    kit = played_by(TRIO, 0, 25, drums=True)
    assert (kit.track(0).program, kit.track(0).channel) == (25, DRUM_CHANNEL)
    back = played_by(kit, 0, 40, drums=False)
    assert (back.track(0).program, back.track(0).channel) == (40, 0)
    assert played_by(TRIO, 1, 40, drums=False).track(1).channel == 1


def test_merging_keeps_every_note_and_the_target_s_sound() -> None:
    score = merged(TRIO, 1, 0)
    assert names(score) == ["Right", "Drums"]
    assert pitches(score, 0) == [48, 72, 55], "the note that both had comes once"
    assert score.track(0).controls == LEFT.controls
    both = Score(
        (Track("A", controls=(Control(0, SUSTAIN, 0),)), Track("B", controls=(Control(9, SUSTAIN, 1),)))
    )
    assert merged(both, 1, 0).track(0).controls == (Control(0, SUSTAIN, 0),)
    words = Score((Track(raw=(RawEvent(9, b"\xff\x05a"),)), Track(raw=(RawEvent(3, b"\xff\x05b"),))))
    assert [event.ticks for event in merged(words, 0, 1).track(0).raw] == [3, 9]


def test_hands_are_parted_at_a_pitch() -> None:
    score = split(TRIO, 0, 60, "Right (low)")
    assert names(score) == ["Right", "Right (low)", "Left", "Drums"]
    assert (pitches(score, 0), pitches(score, 1)) == ([72], [55])
    assert {n.id for n in score.track(1).notes} == {TRIO.track(0).notes[1].id}, "a note keeps its name"
    pedal = split(TRIO, 1, 50, "Low")
    assert pedal.track(1).controls == pedal.track(2).controls == LEFT.controls


def test_notes_go_to_another_track_or_are_copied() -> None:
    (high, same) = TRIO.track(0).notes
    gone = sent(TRIO, 0, {high.id}, 1)
    assert (pitches(gone, 0), pitches(gone, 1)) == ([55], [48, 72, 55])
    assert high.id in {note.id for note in gone.track(1).notes}
    copied = sent(TRIO, 0, {high.id, same.id}, 1, copies=True)
    assert (pitches(copied, 0), pitches(copied, 1)) == ([72, 55], [48, 72, 55]), "twins do not pile up"
    assert sent(TRIO, 0, {high.id}, 0) is TRIO


def test_notes_go_to_a_new_track() -> None:
    (high, _) = TRIO.track(0).notes
    score = sent(TRIO, 0, {high.id}, 3)
    assert (pitches(score, 0), pitches(score, 3), score.track(3).channel) == ([55], [72], 2)
    with pytest.raises(StudioError):
        sent(TRIO, 0, {high.id}, 7)


def test_the_edited_track_is_followed() -> None:
    assert followed(TRIO, moved(TRIO, 0, 2), 0) == 2
    assert followed(TRIO, TRIO.without_track(0), 1) == 0
    assert followed(TRIO, TRIO.without_track(2), 2) == 1
    muted = TRIO.with_track(1, Track("Other", muted=True))
    assert followed(TRIO, muted, 1) == 1
    assert followed(TRIO, with_tracks(TRIO, 0, (Track("New", channel=5),)), 1) == 2
    assert followed(TRIO, Score(), 2) == 0


@given(st.lists(st.integers(0, 127), max_size=12, unique=True), st.integers(0, 127))
def test_splitting_and_merging_again_loses_nothing(keys: list[int], pitch: int) -> None:
    notes = tuple(Note(60 * number, 60, key) for number, key in enumerate(keys))
    score = Score((Track("One", 3, notes, controls=(Control(5, EXPRESSION, 3),)),))
    again = merged(split(score, 0, pitch, "Low"), 1, 0)
    assert again == score
