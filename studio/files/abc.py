"""ABC files -> Scores: one tune each, with its voices, title, metre, key, tempo and chord names.

A file may hold many tunes: `read_abc` gives the first, `abc_readings` all of them, one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from studio.core.chords import parse_figure
from studio.core.errors import StudioError
from studio.core.theory import MODES, Key
from studio.files.abc_score import NO_CHORD, AbcScore
from studio.files.abc_tune import AbcError, Tune, split_tunes
from studio.files.score_reading import ScoreReading, as_text, read_bytes
from studio.files.sheet import Line, Sheet


def read_abc(path: Path) -> ScoreReading:
    """The first tune of a file. StudioError, in one sentence, for what is no such file."""
    tunes = split_tunes(as_text(read_bytes(path, "an ABC file")))
    if not tunes:
        raise StudioError(f"{path.name} is not an ABC file.", "No line begins with X:.")
    reading = _reading(tunes[0], path.name)
    more = (f"The file holds {len(tunes)} tunes; the first was read.",) if len(tunes) > 1 else ()
    return ScoreReading(reading.score, (*more, *reading.warnings), chords=reading.chords)


def abc_readings(content: bytes, name: str) -> Iterator[ScoreReading | StudioError]:
    """Every tune of a file's content: its reading, or why it cannot be read."""
    for text in split_tunes(as_text(content)):
        try:
            yield _reading(text, name)
        except StudioError as error:
            yield error


def _reading(text: str, name: str) -> ScoreReading:
    try:
        sheet = AbcScore(text).sheet
    except (AbcError, ValueError) as error:
        number = text[2:20].split("\n")[0].strip()
        raise StudioError(f"Tune {number} of {name} cannot be read as ABC.", str(error)) from error
    return sheet.reading(name)


def tune_reading(tune: Tune, name: str) -> ScoreReading:
    """The one line of a tune as a score; a pickup stands at the end of the first bar. StudioError for one without
    notes."""
    sheet = Sheet(tune.titles[0] if tune.titles else "")
    line = Line("Melody", notes=list(tune.notes))
    sheet.lines.append(line)
    sheet.set_meter(0, *tune.meter)
    signature = Key(tune.tonic, tune.mode if tune.mode in MODES else "minor").signature
    sheet.set_key(0, signature.fifths, signature.minor)
    if tune.bpm:
        sheet.set_tempo(0, tune.bpm)
    _read_figures(sheet, tune)
    sheet.dropped.update(tune.dropped)
    if tune.folded:
        sheet.remarks.append("Of repeats with two endings the last one was read.")
    if tune.odd_bars:
        sheet.remarks.append(f"Bars that do not add up to their metre: {tune.odd_bars}.")
    return sheet.reading(name)


def _read_figures(sheet: Sheet, tune: Tune) -> None:
    """What stands in quotes above the notes is a chord where it reads like one, else a word to the player."""
    for ticks, text in tune.chords.items():
        if text.upper() in NO_CHORD:
            sheet.set_chord(ticks, None)
            continue
        try:
            chord = parse_figure(text)
        except StudioError:
            sheet.dropped["words above the notes"] += 1
        else:
            sheet.set_chord(ticks, (chord.root, chord.quality, chord.bass))
