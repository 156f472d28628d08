"""A piece of a score sounds as it did in its place."""

from studio.core.chords import Chord
from studio.core.control import BEND, PROGRAM, SUSTAIN, Control, RawEvent
from studio.core.excerpt import excerpt, of_notes
from studio.core.score import KeySignature, Marker, MeterChange, Note, Score, TempoChange, Track


def piece() -> Score:
    lead = Track(
        "Lead",
        40,
        (Note(0, 480, 60), Note(1920, 480, 62), Note(3600, 960, 64), Note(4800, 480, 65)),
        controls=(
            Control(0, BEND, 100), Control(480, PROGRAM, 41), Control(960, SUSTAIN, 127), Control(2400, SUSTAIN, 0)
        ),
        raw=(RawEvent(0, b"\xff\x05\x01a"), RawEvent(1920, b"\xff\x05\x01b")),
    )  # fmt: skip
    return Score(
        (lead, Track("Silent", notes=(Note(0, 240, 40),))),
        (TempoChange(0, 100), TempoChange(960, 80), TempoChange(2880, 60)),
        (MeterChange(0, 4, 4), MeterChange(1920, 3, 4)),
        (KeySignature(0, 2), KeySignature(3360, -1)),
        (Marker(0, "A"), Marker(1920, "B")),
        chords=(Chord(0, 2400, 0), Chord(3360, 1920, 7)),
    )


def test_marked_bars_keep_what_holds_there() -> None:
    found = excerpt(piece(), 1920, 4000)
    (track,) = found.tracks
    assert [(n.start_ticks, n.duration_ticks, n.pitch) for n in track.notes] == [
        (0, 480, 62),
        (1680, 400, 64),
    ]
    assert track.program == 41
    assert track.controls == (Control(0, BEND, 100), Control(0, SUSTAIN, 127), Control(480, SUSTAIN, 0))
    assert track.raw == (RawEvent(0, b"\xff\x05\x01b"),)
    assert found.tempos == (TempoChange(0, 80), TempoChange(960, 60))
    assert found.meters == (MeterChange(0, 3, 4),)
    assert found.keys == (KeySignature(0, 2), KeySignature(1440, -1))
    assert found.markers == (Marker(0, "B"),)
    assert found.chords == (Chord(0, 480, 0), Chord(1440, 640, 7))


def test_some_notes_begin_at_once() -> None:
    score = piece()
    chosen = {note.id for note in score.tracks[0].notes[2:]}
    (track,) = of_notes(score, chosen).tracks
    assert [(n.start_ticks, n.duration_ticks, n.pitch) for n in track.notes] == [
        (0, 960, 64),
        (1200, 480, 65),
    ]
    assert track.name == "Lead"


def test_the_whole_of_a_score_is_the_score() -> None:
    score = piece()
    whole = excerpt(score, 0, 10_000)
    assert (whole.tempos, whole.meters, whole.keys, whole.chords) == (
        score.tempos,
        score.meters,
        score.keys,
        score.chords,
    )
    assert [track.notes for track in whole.tracks] == [track.notes for track in score.tracks]
    assert excerpt(score, 20_000, 30_000).tracks == ()
