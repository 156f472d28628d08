"""A score's tracks brought into another one."""

from studio.core.chords import Chord
from studio.core.control import SUSTAIN, Control, RawEvent
from studio.core.joining import joined, left_out
from studio.core.score import DRUM_CHANNEL, Marker, Note, Score, Track

HERE = Score((Track("Melody", 0, (Note(0, 480, 60),), 0), Track("Beat", 0, (Note(0, 60, 36),), DRUM_CHANNEL)))
THERE = Score(
    (
        Track("Horn", 60, (Note(0, 240, 65), Note(240, 240, 67)), 0, True, True),
        Track("Horn low", 60, (Note(0, 240, 53),), 0, controls=(Control(7, SUSTAIN, 127),)),
        Track("Kit", 8, (Note(0, 60, 38),), DRUM_CHANNEL, raw=(RawEvent(4, b"\xff\x05x"),)),
    ),
    markers=(Marker(0, "A"),),
    chords=(Chord(0, 480, 0),),
).with_tempo(96)


def test_the_tracks_come_below_and_the_score_keeps_its_time() -> None:
    score = joined(HERE, THERE.with_meter(3, 4))
    assert [track.name for track in score.tracks] == ["Melody", "Beat", "Horn", "Horn low", "Kit"]
    assert (score.tempos, score.meters, score.markers, score.chords) == (HERE.tempos, HERE.meters, (), ())
    assert [track.channel for track in score.tracks] == [0, 9, 1, 1, 9]
    assert score.tracks[2].muted, "as it was"
    assert not any(track.solo for track in score.tracks), "nothing that was heard falls silent"


def test_every_note_control_and_word_is_moved_to_the_place() -> None:
    score = joined(HERE, THERE, 1920)
    assert [(n.start_ticks, n.pitch) for n in score.track(2).notes] == [(1920, 65), (2160, 67)]
    assert score.track(3).controls == (Control(1927, SUSTAIN, 127),)
    assert score.track(4).raw == (RawEvent(1924, b"\xff\x05x"),)
    ids = [note.id for note in score.notes()]
    assert len(ids) == len(set(ids)) == 6
    assert score.track(0) == HERE.track(0)


def test_an_empty_score_gives_way() -> None:
    score = joined(Score.empty(bpm=80), THERE)
    assert [track.name for track in score.tracks] == ["Horn", "Horn low", "Kit"]
    assert [track.channel for track in score.tracks] == [0, 0, 9]
    assert score.tempos[0].bpm == 80


def test_what_stays_out_is_told() -> None:
    words = left_out(HERE, THERE.with_meter(3, 4).with_key(2))
    assert words == (
        "Its tempo (96) stays out.",
        "Its metre (3/4) stays out.",
        "Its key stays out.",
        "1 marker left out.",
        "1 chord symbol left out.",
    )
    assert left_out(HERE, HERE) == ()
    assert left_out(HERE, HERE.with_tempo(90).with_tempo(99, 480)) == ("Its tempo changes stay out.",)
