"""What is heard: mute, solo, channels, ons and offs."""

from studio.core.control import BEND, EXPRESSION, PROGRAM, SUSTAIN, VOLUME, Control
from studio.core.performance import (
    ControlEvent,
    NoteEvent,
    audible,
    channels,
    controls_at,
    is_drum,
    sound_events,
    voices,
    without_collisions,
)
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


def test_who_must_move_takes_a_channel_that_nobody_asks_for() -> None:
    tracks = [Track(program=1), Track(program=2), Track(program=3, channel=1), Track(program=2)]
    assert channels(tracks) == [0, 2, 1, 2]


def test_more_sounds_than_a_port_has_go_on_to_the_next() -> None:
    tracks = [Track(program=number, channel=number % 9) for number in range(40)]
    found = channels(tracks)
    assert len(set(found)) == 40
    assert max(found) > 16
    assert not any(is_drum(channel) for channel in found)


def test_two_drum_kits_do_not_fight() -> None:
    kits = [Track(channel=9), Track(channel=9, volume=40), Track(channel=9, program=25), Track(channel=9)]
    assert channels(kits) == [9, 25, 41, 9]


def test_an_off_comes_before_the_next_on() -> None:
    score = Score((Track(notes=(Note(0, 10, 60), Note(10, 10, 60))),))
    assert [(e.ticks, e.on) for e in sound_events(score)] == [(0, True), (10, False), (10, True), (20, False)]
    assert sound_events(score)[0] == NoteEvent(0, True, 0, 60, 80)


def test_voices_carry_the_mix() -> None:
    (voice,) = voices(Score((Track(program=5, volume=9, pan=3),)))
    assert (voice.program, voice.volume, voice.pan) == (5, 9, 3)


def test_overlapping_notes_of_one_pitch_are_cut() -> None:
    kept = without_collisions([Note(0, 100, 60), Note(40, 100, 60), Note(40, 20, 60)])
    assert [(n.start_ticks, n.end_ticks) for n in kept] == [(0, 40), (40, 140)]


PEDALLED = Score(
    (
        Track(
            program=3,
            volume=90,
            notes=(Note(0, 960, 60),),
            controls=(
                Control(0, SUSTAIN, 127),
                Control(480, SUSTAIN, 0),
                Control(480, BEND, -300),
                Control(600, EXPRESSION, 40),
                Control(700, VOLUME, 10),
                Control(700, PROGRAM, 9),
            ),
        ),
    )
)


def test_controls_are_heard_before_the_notes_of_their_tick() -> None:
    first, second = sound_events(PEDALLED)[:2]
    assert first == ControlEvent(0, False, 0, SUSTAIN, 127)
    assert second == NoteEvent(0, True, 0, 60, 80)


def test_playing_from_the_middle_sets_every_controller() -> None:
    at = {event.controller: event.value for event in controls_at(PEDALLED, 500)}
    assert at == {SUSTAIN: 0, BEND: -300, EXPRESSION: 127, VOLUME: 90, PROGRAM: 3}
    assert {event.controller: event.value for event in controls_at(PEDALLED, 480)}[SUSTAIN] == 127


def test_a_parameter_is_told_again_word_for_word() -> None:
    told = (Control(0, 101, 0), Control(0, 100, 0), Control(0, 6, 12), Control(9, 101, 0), Control(9, 100, 1))
    events = controls_at(Score((Track(controls=told),)), 100)
    assert [(event.controller, event.value) for event in events] == [(c.controller, c.value) for c in told]
