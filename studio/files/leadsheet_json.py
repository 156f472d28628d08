"""Lead sheets as JSON lines (melody and chord figures, as music21 wrote them from OpenEWLD) -> Scores with chords.

A line is one song: `melody` of [offset, length, pitch, tied to the one before] in quarters, `chords` of [offset,
figure], `time_signatures`, `key_sharps`, `title`, `composer`. Bar lines are not in the file: a pickup cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from studio.core.errors import StudioError
from studio.files.harmony import figure_symbol
from studio.files.score_reading import ScoreReading, as_text
from studio.files.sheet import MAX_LENGTH, UNITS, Line, Sheet, ticks_of

MAX_LINE = 2_000_000
_LAST_QUARTER = 100_000


class _Song(msgspec.Struct):
    melody: list[tuple[float, float, int, int]]
    chords: list[tuple[float, str]] = []
    time_signatures: list[tuple[float, str]] = []
    key_sharps: list[tuple[float, int]] = []
    title: str = ""
    composer: str = ""


def leadsheet_readings(content: bytes, name: str) -> Iterator[ScoreReading | StudioError]:
    """Every song of a file's content: its reading, or why it cannot be read."""
    for number, line in enumerate(as_text(content).split("\n"), 1):
        if line.strip():
            try:
                yield _reading(line, f"song {number} of {name}")
            except StudioError as error:
                yield error


def _reading(line: str, name: str) -> ScoreReading:
    if len(line) > MAX_LINE:
        raise StudioError(f"In {name} there is more than a lead sheet.")
    try:
        song = msgspec.json.decode(line, type=_Song)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise StudioError(f"What stands for {name} is no lead sheet.", str(error)) from error
    sheet = Sheet(song.title.replace("_", " "))
    sheet.lines.append(Line("Melody"))
    for offset, text in song.time_signatures:
        beats, _, unit = text.partition("/")
        known = all(part.isascii() and part.isdecimal() and len(part) < 4 for part in (beats, unit))
        sheet.set_meter(_ticks(offset), int(beats) if known else 0, int(unit) if known else 0)
    for offset, sharps in song.key_sharps:
        sheet.set_key(_ticks(offset), sharps, minor=False)
    _read_melody(sheet, song)
    _read_chords(sheet, song)
    return sheet.reading(name)


def _ticks(quarters: float) -> int:
    return ticks_of(round(min(max(quarters, 0.0), _LAST_QUARTER) * UNITS))


def _read_melody(sheet: Sheet, song: _Song) -> None:
    """A note says whether it is tied to the one before it; a Line wants to know it of the one before."""
    following = [*(tied for *_, tied in song.melody), 0][1:]
    for (offset, length, pitch, _), tied in zip(song.melody, following, strict=False):
        start, units = round(min(offset, 2.0 * _LAST_QUARTER) * UNITS), round(min(length, 999.0) * UNITS)
        if not (0 <= offset <= _LAST_QUARTER and 0 <= pitch <= 127 and 0 <= units <= MAX_LENGTH):
            sheet.dropped["notes beyond all measure"] += 1
        elif units == 0:
            sheet.dropped["grace notes"] += 1
        else:
            sheet.lines[0].add(start, units, pitch, bool(tied))


def _read_chords(sheet: Sheet, song: _Song) -> None:
    for offset, figure in song.chords:
        symbol, simpler = figure_symbol(figure[:80])
        if symbol is None:
            sheet.dropped["figures that are no chords"] += 1
        sheet.set_chord(_ticks(offset), symbol, simpler and symbol is not None)
