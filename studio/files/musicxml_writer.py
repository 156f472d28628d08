"""Score -> MusicXML 4.0, partwise: .musicxml as text, .mxl packed.

A track is a part of one staff with up to four voices. What is played freely is moved to 12ths of a quarter note for the
page only; what was moved or cut is counted in the warnings. Time is counted in ticks (480 divisions).
Source: the MusicXML 4.0 reference (W3C Music Notation Community Group, 2021).
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from studio.core.score import DRUM_CHANNEL, TICKS_PER_QUARTER, Score, Track
from studio.files.atomic import write_file
from studio.files.musicxml_marks import add, marks_of, write_clef, write_key, write_time
from studio.files.musicxml_notes import BarWriter
from studio.files.page import Page, laid_out, rounded

_HEAD = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE score-partwise PUBLIC '
    b'"-//Recordare//DTD MusicXML 4.0 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">\n'
)
_CONTAINER = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<container><rootfiles>'
    b'<rootfile full-path="score.musicxml" media-type="application/vnd.recordare.musicxml+xml"/>'
    b"</rootfiles></container>\n"
)
_MIMETYPE = b"application/vnd.recordare.musicxml"
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_musicxml(score: Score, path: Path) -> tuple[str, ...]:
    """Write a file, packed where its name ends in .mxl; returns what could not be written as it is."""
    content, warnings = musicxml_bytes(score)
    write_file(path, _packed(content) if path.suffix.lower() == ".mxl" else content)
    return warnings


def musicxml_bytes(score: Score) -> tuple[bytes, tuple[str, ...]]:
    """The text of the file, and the warnings. StudioError for a score without notes."""
    page = laid_out(score)
    root = Element("score-partwise", version="4.0")
    if score.title:
        add(root, "work/work-title", _text(score.title))
    add(root, "identification/encoding/software", "Latent Studio")
    listed = SubElement(root, "part-list")
    for number, track in enumerate(score.tracks, 1):
        _describe(listed, f"P{number}", track)
    for index in range(len(score.tracks)):
        _write_part(root, page, index)
    indent(root, " ")
    return _HEAD + tostring(root, "utf-8") + b"\n", tuple(page.warnings())


def _packed(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), _MIMETYPE)
        for name, data in (("META-INF/container.xml", _CONTAINER), ("score.musicxml", content)):
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _text(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return _FORBIDDEN.sub("", text)


def _describe(listed: Element, name: str, track: Track) -> None:
    part = SubElement(listed, "score-part", id=name)
    add(part, "part-name", _text(track.name))
    drums = sorted({note.pitch for note in track.notes}) if track.channel == DRUM_CHANNEL else []
    ids: dict[str, int | None] = {f"{name}-I{pitch}": pitch for pitch in drums} or {f"{name}-I1": None}
    for one in ids:
        add(SubElement(part, "score-instrument", id=one), "instrument-name", _text(track.name))
    for one, pitch in ids.items():
        sound = SubElement(part, "midi-instrument", id=one)
        add(sound, "midi-channel", track.channel + 1)
        add(sound, "midi-program", track.program + 1)
        if pitch is not None:
            add(sound, "midi-unpitched", pitch + 1)
        add(sound, "volume", round(track.volume / 1.27, 2))
        add(sound, "pan", round((track.pan - 64) / 64 * 90, 2))


def _write_part(root: Element, page: Page, index: int) -> None:
    """The bars of one part; tempos, markers and chord symbols stand in the first."""
    track, score = page.score.tracks[index], page.score
    part = SubElement(root, "part", id=f"P{index + 1}")
    marks = marks_of(page) if index == 0 else {}
    keys = {rounded(key.ticks): key for key in score.keys}
    time: tuple[int, int] | None = None
    for number, bar in enumerate(page.bars):
        measure = SubElement(part, "measure", number=str(number + 1))
        if index == 0:
            measure.set("id", f"b{number}")
        attributes = Element("attributes")
        if number == 0:
            add(attributes, "divisions", TICKS_PER_QUARTER)
        if bar.start in keys:
            write_key(attributes, keys[bar.start])
        if (bar.beats, bar.unit) != time:
            time = (bar.beats, bar.unit)
            write_time(attributes, *time)
        if number == 0:
            write_clef(attributes, track)
        if len(attributes):
            measure.append(attributes)
        inside = {tick: key for tick, key in keys.items() if bar.start < tick < bar.end}
        BarWriter(page, (index, number), marks.get(number, []), inside).write(measure)
    add(SubElement(part[-1], "barline", location="right"), "bar-style", "light-heavy")
