"""What is heard: mute, solo, channels, ons and offs."""

from studio.core.performance import NoteEvent, audible, channels, note_events, voices, without_collisions
from studio.core.score import Note, Score, Track


def test_solo_wins_and_mute_is_silent() -> None:
    score = Score((Track("A"), Track("B", solo=True), Track("C", solo=True, muted=True)))
    assert [track.name for track, _ in audible(score)] == ["B"]


def test_two_sounds_never_share_a_channel() -> None:
    assert channels([Track(program=1), Track(program=2), Track(program=1), Track(program=3, channel=9)]) == [
        0,
        1,
        0,
        9,
    ]


def test_an_off_comes_before_the_next_on() -> None:
    score = Score((Track(notes=(Note(0, 10, 60), Note(10, 10, 60))),))
    assert [(e.ticks, e.on) for e in note_events(score)] == [(0, True), (10, False), (10, True), (20, False)]
    assert note_events(score)[0] == NoteEvent(0, True, 0, 60, 80)


def test_voices_carry_the_mix() -> None:
    (voice,) = voices(Score((Track(program=5, volume=9, pan=3),)))
    assert (voice.program, voice.volume, voice.pan) == (5, 9, 3)


def test_overlapping_notes_of_one_pitch_are_cut() -> None:
    kept = without_collisions([Note(0, 100, 60), Note(40, 100, 60), Note(40, 20, 60)])
    assert [(n.start_ticks, n.end_ticks) for n in kept] == [(0, 40), (40, 140)]
