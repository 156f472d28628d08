"""Scores as MusicXML: what lies on the grid comes back as it was; what does not is moved, and said."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.chords import QUALITIES, Chord
from studio.core.errors import StudioError
from studio.core.performance import without_collisions
from studio.core.score import KeySignature, Marker, MeterChange, Note, Score, TempoChange, Track
from studio.files.musicxml import musicxml_reading, read_musicxml
from studio.files.musicxml_writer import musicxml_bytes, write_musicxml

NOTES = st.lists(
    st.builds(
        lambda start, length, pitch, velocity: Note(start * 40, length * 40, pitch, velocity),
        st.integers(0, 150),
        st.integers(1, 60),
        st.integers(0, 127),
        st.integers(1, 127),
    ),
    min_size=1,
    max_size=4,
).map(without_collisions)
NAMES = st.text("abc ÄßX&<>'\"", min_size=1, max_size=8).map(lambda name: f"t{name}t")
TRACKS = st.lists(st.builds(Track, NAMES, st.integers(0, 127), NOTES.map(tuple)), min_size=1, max_size=3).map(
    tuple
)
METERS = st.sampled_from([(4, 4), (3, 4), (6, 8), (2, 2), (5, 8), (7, 16)])


@st.composite
def scores(draw: st.DrawFn) -> Score:
    """A score on the grid whose metres change on bar lines, with marks anywhere within its notes."""
    tracks = draw(TRACKS)
    end = max(track.end_ticks for track in tracks)
    ticks = st.integers(0, end - 1)
    meters, now = [MeterChange(0, *draw(METERS))], 0
    for beats, unit in draw(st.lists(METERS, max_size=2)):
        now += meters[-1].bar_ticks * draw(st.integers(1, 2))
        if (beats, unit) != (meters[-1].numerator, meters[-1].denominator) and now < end:
            meters.append(MeterChange(now, beats, unit))
    tempos = [TempoChange(0, 90.5)] + [TempoChange(t, 61.25 + t) for t in draw(st.sets(ticks, max_size=2))]
    tempos = list({tempo.ticks: tempo for tempo in tempos}.values())
    keys = [
        KeySignature(t // 10 * 10, draw(st.integers(-7, 7)), draw(st.booleans()))
        for t in draw(st.sets(ticks, max_size=2))
    ]
    keys = list({key.ticks: key for key in keys}.values())
    markers = [Marker(t, f"M {t}") for t in draw(st.sets(ticks, max_size=2))]
    names, pitch_classes = st.sampled_from(list(QUALITIES)), st.integers(0, 11)
    chords = [
        Chord(t, draw(st.integers(1, end - t)), draw(pitch_classes), draw(names), draw(st.none() | pitch_classes))
        for t in draw(st.sets(ticks, max_size=3))
    ]  # fmt: skip
    return Score(
        tracks, tuple(tempos), tuple(meters), tuple(keys), tuple(markers), "A & B", (), tuple(chords)
    )


def heard(track: Track) -> list[tuple[int, int, int, int]]:
    return [(note.start_ticks, note.duration_ticks, note.pitch, note.velocity) for note in track.notes]


@settings(max_examples=60, deadline=None)
@given(scores())
def test_what_lies_on_the_grid_comes_back(score: Score) -> None:
    content, warnings = musicxml_bytes(score)
    reading = musicxml_reading(content, "a.musicxml")
    back = reading.score
    assert warnings == ()
    assert [heard(track) for track in back.tracks] == [heard(track) for track in score.tracks]
    assert [(t.name, t.program) for t in back.tracks] == [(t.name, t.program) for t in score.tracks]
    assert (back.tempos, back.meters, back.keys) == (score.tempos, score.meters, score.keys)
    assert (back.markers, back.title) == (score.markers, score.title)
    assert reading.chords == score.chords


def song(*notes: Note, **more: object) -> Score:
    return Score((Track("Tune", 3, notes),), **more)  # type: ignore[arg-type]


def written(score: Score) -> ElementTree.Element:
    return ElementTree.fromstring(musicxml_bytes(score)[0])


def test_every_chord_quality_comes_back() -> None:
    chords = tuple(
        Chord(480 * index, 480, index % 12, quality, (index + 3) % 12)
        for index, quality in enumerate(QUALITIES)
    )
    score = song(Note(0, 480 * len(chords), 60), chords=chords)
    assert musicxml_reading(musicxml_bytes(score)[0], "a").chords == chords


def test_a_packed_file_holds_the_same(tmp_path: Path) -> None:
    score = song(Note(0, 720, 61), Note(720, 1920, 64))
    write_musicxml(score, tmp_path / "a.mxl")
    write_musicxml(score, tmp_path / "a.musicxml")
    assert (tmp_path / "a.mxl").read_bytes()[:2] == b"PK"
    assert read_musicxml(tmp_path / "a.mxl").score == read_musicxml(tmp_path / "a.musicxml").score


def test_notes_are_written_as_a_musician_would() -> None:
    root = written(song(Note(0, 720, 61, 90), Note(720, 1680, 64), Note(2400, 160, 66), Note(2560, 320, 66)))
    told = [
        (
            note.findtext("type"),
            note.find("dot") is not None,
            [tie.get("type") for tie in note.iterfind("tie")],
        )
        for note in root.iter("note")
    ]
    assert told[:3] == [
        ("quarter", True, []),
        ("eighth", False, ["start"]),
        ("half", False, ["stop", "start"]),
    ]
    assert next(root.iter("note")).findtext("accidental") == "sharp"
    assert [one.get("type") for one in root.iter("tuplet")] == ["start", "stop"]
    assert next(root.iter("note")).get("dynamics") == "100.00"


def test_signs_hold_for_a_bar_and_follow_the_key() -> None:
    notes = [Note(480 * index, 480, 66 if index % 4 < 3 else 65) for index in range(8)]
    root = written(song(*notes, keys=(KeySignature(0, 1), KeySignature(1920, -1))))
    signs = [note.findtext("accidental") for note in root.iter("note")]
    assert signs == [None, None, None, "natural", "sharp", None, None, "natural"]


def test_overlaps_become_voices_and_a_fifth_is_said() -> None:
    held = [Note(120 * index, 1920, 60 + index) for index in range(4)]
    assert len({voice.text for voice in written(song(*held)).iter("voice")}) == 4
    _, warnings = musicxml_bytes(song(*held, Note(600, 1920, 70)))
    assert warnings == ("Notes whose length was changed so that the voices suffice: 1.",)


def test_free_playing_is_moved_for_the_page_and_counted() -> None:
    content, warnings = musicxml_bytes(song(Note(3, 471, 60), Note(487, 200, 62), Note(960, 480, 64)))
    assert warnings == ("Notes moved to the nearest place that can be written: 2.",)
    assert [n.start_ticks for n in musicxml_reading(content, "a").score.notes()] == [0, 480, 960]


def test_what_is_written_in_32nds_stays() -> None:
    score = song(*(Note(60 * index, 60, 60 + index) for index in range(8)))
    content, warnings = musicxml_bytes(score)
    assert warnings == ()
    assert heard(musicxml_reading(content, "a").score.tracks[0]) == heard(score.tracks[0])


def test_drums_come_back_as_drums() -> None:
    kit = Track("Kit", 0, (Note(0, 240, 36), Note(240, 240, 42), Note(480, 240, 38)), 9)
    content, _ = musicxml_bytes(Score((kit,)))
    assert b"<unpitched>" in content
    back = musicxml_reading(content, "a").score.tracks[0]
    assert (back.channel, heard(back)) == (9, heard(kit))


def test_a_bar_cut_short_by_a_metre_gets_its_own() -> None:
    meters = (MeterChange(0, 4, 4), MeterChange(720, 3, 4))
    score = song(Note(0, 720, 60), Note(720, 1440, 62), meters=meters)
    back = musicxml_reading(musicxml_bytes(score)[0], "a").score
    assert heard(back.tracks[0]) == heard(score.tracks[0])
    assert back.meters == (MeterChange(0, 3, 8), MeterChange(720, 3, 4))


def test_what_cannot_be_written_is_said() -> None:
    with pytest.raises(StudioError, match="no notes"):
        musicxml_bytes(Score.empty())
    with pytest.raises(StudioError, match="too long"):
        musicxml_bytes(song(Note(50_000 * 1920, 480, 60)))
