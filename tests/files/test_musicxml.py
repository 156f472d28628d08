"""MusicXML: parts, voices, ties, transposition, bars and chords come out; strangers' files are bounded."""

import contextlib
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.chords import Chord
from studio.core.errors import StudioError
from studio.core.score import KeySignature, Marker, MeterChange, Score
from studio.files import safe_xml
from studio.files.musicxml import musicxml_reading, read_musicxml


def note(
    step: str, duration: int, *, octave: int = 4, alter: int = 0, extra: str = "", before: str = ""
) -> str:
    pitch = f"<pitch><step>{step}</step><alter>{alter}</alter><octave>{octave}</octave></pitch>"
    return f"<note>{before}{pitch}<duration>{duration}</duration>{extra}</note>"


def score(*parts: str, names: str = "") -> bytes:
    body = "".join(f'<part id="P{n}">{part}</part>' for n, part in enumerate(parts, 1))
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE score-partwise SYSTEM "partwise.dtd">'
    return f"{head}<score-partwise><part-list>{names}</part-list>{body}</score-partwise>".encode()


TIME = "<divisions>2</divisions><key><fifths>-1</fifths><mode>minor</mode></key>"
START = f"<attributes>{TIME}<time><beats>3</beats><beat-type>4</beat-type></time></attributes>"
SONG = score(
    f"<measure implicit='yes'>{START}<direction><sound tempo='90'/></direction>{note('A', 2)}</measure>"
    "<measure><direction><direction-type><rehearsal>A</rehearsal></direction-type></direction>"
    "<harmony><root><root-step>D</root-step></root><kind>minor</kind></harmony>"
    + note("D", 2, octave=5)
    + note("F", 2, octave=5, before="<chord/>")
    + note("E", 4, octave=5, extra="<tie type='start'/>")
    + "<backup><duration>6</duration></backup>"
    + note("D", 6)
    + "</measure><measure><harmony><root><root-step>A</root-step></root><kind>dominant</kind>"
    "<degree><degree-value>9</degree-value><degree-alter>-1</degree-alter><degree-type>add</degree-type></degree>"
    "<offset>2</offset></harmony>"
    + note("E", 2, octave=5, extra="<tie type='stop'/>")
    + "<note><grace/><pitch><step>C</step><octave>5</octave></pitch></note>"
    + note("C", 4, octave=5, alter=1)
    + "</measure>",
    names="<score-part id='P1'><part-name>Voice</part-name><midi-instrument><midi-program>53</midi-program>"
    "</midi-instrument></score-part>",
)


def sounds(score: Score, track: int = 0) -> list[tuple[int, int, int]]:
    return [(n.start_ticks, n.duration_ticks, n.pitch) for n in score.tracks[track].notes]


def test_a_song_with_chords() -> None:
    reading = musicxml_reading(SONG, "song.xml")
    found = reading.score
    assert [(track.name, track.program) for track in found.tracks] == [("Voice", 52)]
    assert found.meters == (MeterChange(0, 3, 4),)
    assert (found.keys, found.tempos[0].bpm) == ((KeySignature(0, -1, True),), 90)
    assert found.markers == (Marker(1440, "A"),)
    assert sounds(found) == [
        (960, 480, 69),  # the pickup ends its bar
        (1440, 1440, 62),
        (1440, 480, 74),
        (1440, 480, 77),
        (1920, 1440, 76),
        (3360, 960, 73),
    ]
    assert reading.chords == (Chord(1440, 1920, 2, "m"), Chord(3360, 960, 9, "7b9"))
    assert reading.warnings == ("Not kept: grace notes (1).",)


def test_a_compressed_score(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.mxl", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/container.xml", "<rootfile full-path='It's mine.xml'/>")
        archive.writestr("It's mine.xml", SONG)
    assert read_musicxml(tmp_path / "a.mxl").score == musicxml_reading(SONG, "song.xml").score


def test_a_transposing_part_sounds_where_it_sounds() -> None:
    part = f"<attributes>{TIME}<transpose><chromatic>-2</chromatic></transpose></attributes>"
    found = musicxml_reading(score(f"<measure>{part}{note('C', 8)}</measure>"), "a.xml").score
    assert sounds(found) == [(0, 1920, 58)]


def test_drums_are_drums() -> None:
    kit = (
        "<score-part id='P1'><part-name>Kit</part-name><midi-instrument id='snare'><midi-unpitched>39"
        "</midi-unpitched></midi-instrument><midi-instrument id='kick'><midi-unpitched>37</midi-unpitched>"
        "</midi-instrument></score-part>"
    )
    hit = "<note><unpitched/><duration>2</duration>{}</note>"
    bar = f"<measure>{START}{hit.format('')}{hit.format('<instrument id=@kick@/>').replace('@', chr(39))}</measure>"
    (track,) = musicxml_reading(score(bar, names=kit), "a.xml").score.tracks
    assert ([note.pitch for note in track.notes], track.channel) == ([38, 36], 9)
    with pytest.raises(StudioError, match="There are no notes"):
        musicxml_reading(score(bar), "a.xml")


def test_parts_begin_their_bars_together() -> None:
    short = f"<measure>{START}{note('C', 2)}</measure><measure>{note('D', 6)}</measure>"
    full = f"<measure>{START}{note('C', 6)}</measure><measure>{note('D', 6)}</measure>"
    found = musicxml_reading(score(short, full), "a.xml").score
    assert [n.start_ticks for n in found.notes() if n.pitch == 62] == [1440, 1440]


def test_of_two_endings_the_last_is_read() -> None:
    def ending(number: int, letter: str) -> str:
        edge = "<barline><ending number='{0}' type='{1}'/></barline>"
        back = "<barline><repeat direction='backward'/></barline>" if number == 1 else ""
        start, stop = edge.format(number, "start"), edge.format(number, "stop")
        return f"<measure>{start}{note(letter, 6)}{stop}{back}</measure>"

    bars = f"<measure>{START}{note('C', 6)}</measure>{ending(1, 'D')}{ending(2, 'E')}"
    reading = musicxml_reading(score(bars), "a.xml")
    assert sounds(reading.score) == [(0, 1440, 60), (1440, 1440, 64)]
    assert reading.warnings == (
        "Of repeats with two endings the last one was read.",
        "Not kept: repeats (1).",
    )


def test_a_missing_metre_is_taken_from_the_bars() -> None:
    bar = note("C", 1) * 3
    reading = musicxml_reading(score(f"<measure>{bar}</measure>" * 4), "a.xml")
    assert reading.score.meters == (MeterChange(0, 3, 4),)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no xml", "cannot be read as XML"),
        (b"<html/>", "is not a MusicXML score"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "declares entities"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>".encode("utf-16"), "declares entities"),
        (b"<a>" * 100, "too large"),
        (SONG[:-60], "damaged"),
        (b"PK\x03\x04 and so on", "cannot be unpacked"),
        (score(), "There are no notes"),
    ],
)
def test_a_broken_file_is_one_sentence(content: bytes, words: str) -> None:
    with pytest.raises(StudioError, match=words):
        musicxml_reading(content, "a.xml")


def test_a_zip_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_xml, "MAX_TEXT", 10_000)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", b" " * 20_000)
    with pytest.raises(StudioError, match="too large to be unpacked"):
        musicxml_reading(buffer.getvalue(), "a.mxl")


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_mutated_file_is_read_or_refused(data: st.DataObject) -> None:
    content = SONG.decode()
    for _ in range(data.draw(st.integers(0, 4))):
        old = data.draw(
            st.sampled_from(["2", "4", "6", "<", "D", "start", "note", "1", "chord", "-1", "measure"])
        )
        new = data.draw(
            st.sampled_from(["", "9e9", "-7", "nan", "x", "0", "999999", ">", "&amp;", "inf", "²"])
        )
        content = content.replace(old, new, data.draw(st.integers(1, 3)))
    with contextlib.suppress(StudioError):
        musicxml_reading(content.encode(), "a.xml")
