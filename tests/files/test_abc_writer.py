"""Scores as ABC: a melody comes back note for note; more than a melody is written, and what was cut is said."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.chords import QUALITIES, Chord
from studio.core.control import Control, RawEvent
from studio.core.errors import StudioError
from studio.core.score import KeySignature, Marker, MeterChange, Note, Score, TempoChange, Track
from studio.files.abc import read_abc
from studio.files.abc_writer import abc_text, write_abc
from studio.files.score_reading import ScoreReading

STEPS = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 60), st.integers(24, 100)), min_size=1, max_size=12
)
KEYS = st.builds(KeySignature, st.just(0), st.integers(-5, 6), st.booleans())
METERS = st.sampled_from([(4, 4), (3, 4), (6, 8), (2, 2), (5, 8), (9, 8)])


def melody(steps: list[tuple[int, int, int]]) -> tuple[Note, ...]:
    """Notes one after the other from (rest, length, pitch) in 12ths of a quarter note."""
    notes, now = list[Note](), 0
    for rest, length, pitch in steps:
        notes.append(Note((now + rest) * 40, length * 40, pitch))
        now += rest + length
    return tuple(notes)


def song(*notes: Note, **more: object) -> Score:
    return Score((Track("Tune", 3, notes),), **more)  # type: ignore[arg-type]


def read_back(text: str, folder: Path) -> ScoreReading:
    (folder / "a.abc").write_text(text, encoding="utf-8")
    return read_abc(folder / "a.abc")


def heard(score: Score) -> list[tuple[int, int, int]]:
    return [(note.start_ticks, note.duration_ticks, note.pitch) for note in score.notes()]


@settings(max_examples=80, deadline=None)
@given(STEPS, KEYS, METERS, st.integers(30, 300), st.sets(st.integers(0, 40), max_size=3), st.data())
def test_a_melody_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[int, int, int]],
    key: KeySignature,
    meter: tuple[int, int],
    bpm: int,
    beats: set[int],
    data: st.DataObject,
) -> None:
    notes = melody(steps)
    end = notes[-1].end_ticks
    chords = tuple(
        Chord(beat * 480, data.draw(st.integers(1, 9)) * 120, beat % 12, data.draw(st.sampled_from(list(QUALITIES))))
        for beat in beats
        if beat * 480 < end
    )  # fmt: skip
    score = song(
        *notes, keys=(key,), meters=(MeterChange(0, *meter),), tempos=(TempoChange(0, bpm),), title="A tune",
        chords=tuple(c for c in chords if c.end_ticks <= end),
    )  # fmt: skip
    text, warnings = abc_text(score)
    reading = read_back(text, tmp_path_factory.mktemp("abc"))
    assert (warnings, reading.warnings) == ((), ())
    assert heard(reading.score) == heard(score)
    assert (reading.score.keys, reading.score.meters) == (score.keys, score.meters)
    assert (reading.score.tempos, reading.score.title) == (score.tempos, "A tune")
    assert reading.chords == score.chords


def test_a_tune_reads_as_it_is_written_by_hand() -> None:
    notes = melody([(0, 6, 74), (0, 6, 78), (0, 4, 73), (0, 4, 74), (0, 4, 76), (0, 24, 69), (6, 6, 72)])
    text, _ = abc_text(song(*notes, keys=(KeySignature(0, 2),), chords=(Chord(0, 1920, 2),)))
    assert text.splitlines() == [
        "X:1",
        "T:Untitled",
        "M:4/4",
        "L:1/8",
        "Q:1/4=120",
        "K:D",
        'V:1 name="Tune"',
        "%%MIDI program 3",
        '"D"df (3cde A4| "N.C."z=c z6|]',
    ]


def test_chords_sections_and_changes_are_written() -> None:
    notes = (Note(0, 960, 60), Note(0, 960, 64), Note(960, 960, 62), Note(1920, 1440, 61))
    changes = {"meters": (MeterChange(0, 4, 4), MeterChange(1920, 3, 4)), "markers": (Marker(1920, "B"),)}
    keys = (KeySignature(0, 0), KeySignature(1920, -4))
    tempos = (TempoChange(0, 100), TempoChange(960, 80))
    text, warnings = abc_text(song(*notes, keys=keys, tempos=tempos, **changes))
    assert text.splitlines()[8:] == ["[CE]4 [Q:1/4=80]D4|", "P:B", "M:3/4", "[K:Ab]D6|]"]
    assert warnings == ()


def test_every_track_is_a_voice_and_overlaps_are_cut(tmp_path: Path) -> None:
    upper = Track("Flute", 73, (Note(0, 960, 72), Note(480, 960, 74)))
    lower = Track("Kit", 0, (Note(0, 480, 36),), 9)
    text, warnings = abc_text(Score((upper, Track("Empty"), lower)))
    assert 'V:1 name="Flute"' in text
    assert 'V:3 name="Kit" clef=perc' in text
    assert warnings == ("Notes whose length was changed so that the voices suffice: 1.",)
    assert heard(read_back(text, tmp_path).score) == [(0, 480, 72), (480, 960, 74), (0, 480, 36)]


def test_a_file_is_written_and_silence_is_refused(tmp_path: Path) -> None:
    assert write_abc(song(Note(0, 480, 60)), tmp_path / "a.abc") == ()
    assert (tmp_path / "a.abc").read_text().startswith("X:1\n")
    with pytest.raises(StudioError, match="no notes"):
        abc_text(Score.empty())


def test_muted_notes_are_left_out_and_counted() -> None:
    notes = (Note(0, 480, 60), Note(480, 480, 72, muted=True))
    text, warnings = abc_text(Score.empty().with_notes_added(0, notes))
    assert "c" not in text.splitlines()[-1]
    assert any("Muted notes were left out" in warning for warning in warnings)
    with pytest.raises(StudioError, match="no notes"):
        abc_text(Score.empty().with_notes_added(0, notes[1:]))


SOUNDS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 40), st.sets(st.integers(30, 95), min_size=1, max_size=3)),
    min_size=1,
    max_size=8,
)
NAMES = st.text("abc ÄßX&", min_size=1, max_size=8).map(lambda name: f"t{name}t".replace("  ", " "))


@st.composite
def arrangements(draw: st.DrawFn) -> Score:
    """Tracks of chords, one after the other, on 12ths of a quarter note, with everything that ABC has a sign for."""
    tracks = list[Track]()
    for number, sounds in enumerate(draw(st.lists(SOUNDS, min_size=1, max_size=3))):
        notes, now = list[Note](), 0
        for rest, length, pitches in sounds:
            notes += [Note((now + rest) * 40, length * 40, pitch) for pitch in pitches]
            now += rest + length
        kit = draw(st.booleans()) and number > 0
        tracks.append(Track(draw(NAMES), draw(st.integers(0, 127)), tuple(notes), 9 if kit else number))
    end = max(track.end_ticks for track in tracks)
    ticks = st.integers(0, (end - 1) // 480).map(lambda beat: beat * 480)
    meters, now = [MeterChange(0, *draw(METERS))], 0
    for beats, unit in draw(st.lists(METERS, max_size=2)):
        now += meters[-1].bar_ticks * draw(st.integers(1, 2))
        if (beats, unit) != (meters[-1].numerator, meters[-1].denominator) and now < end:
            meters.append(MeterChange(now, beats, unit))
    tempos = [TempoChange(t, draw(st.integers(30, 300))) for t in {0} | draw(st.sets(ticks, max_size=2))]
    keys = [
        KeySignature(t, draw(st.integers(-5, 6)), draw(st.booleans()))
        for t in {0} | draw(st.sets(ticks, max_size=2))
    ]
    markers = tuple(Marker(meter.ticks, f"M {meter.ticks}") for meter in meters)
    return Score(tuple(tracks), tuple(tempos), tuple(meters), tuple(keys), markers, "A & B")


@settings(max_examples=80, deadline=None)
@given(arrangements())
def test_several_voices_with_chords_come_back(tmp_path_factory: pytest.TempPathFactory, score: Score) -> None:
    text, warnings = abc_text(score)
    reading = read_back(text, tmp_path_factory.mktemp("abc"))
    back = reading.score
    assert warnings == ()
    assert [heard_of(track) for track in back.tracks] == [heard_of(track) for track in score.tracks]
    assert [(t.name, t.program, t.channel == 9) for t in back.tracks] == [
        (t.name, t.program, t.channel == 9) for t in score.tracks
    ]
    assert (back.tempos, back.meters, back.keys) == (score.tempos, score.meters, score.keys)
    assert (back.markers, back.title) == (score.markers, score.title)


def heard_of(track: Track) -> list[tuple[int, int, int]]:
    return [(note.start_ticks, note.duration_ticks, note.pitch) for note in track.notes]


def test_what_abc_cannot_say_is_told() -> None:
    track = Track(
        "A", 0, (Note(0, 480, 60, 50), Note(480, 480, 62, 90)), volume=3, controls=(Control(0, 64, 127),)
    )
    score = Score((track,), (TempoChange(0, 90.5),), raw=(RawEvent(0, b"\xff\x05\x01a"),))
    _, warnings = abc_text(score)
    assert warnings == (
        "Controllers that notation has no signs for: 1.",
        "Events of a MIDI file that notation has no signs for: 1.",
        "How loud each note is was left out.",
        "Volume and place of the tracks were left out.",
        "Tempos rounded to whole numbers: 1.",
    )
