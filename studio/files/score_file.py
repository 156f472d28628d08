"""Opens a score of any kind that is read here, told by the file's ending and its first bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from studio.core.errors import StudioError
from studio.files.abc import read_abc
from studio.files.kern import read_kern
from studio.files.midi import read_midi
from studio.files.musicxml import read_musicxml
from studio.files.score_reading import MIDI_SUFFIXES, MUSICXML_SUFFIXES, ScoreReading

Reader = Callable[[Path], ScoreReading]
READERS: dict[str, Reader] = {
    **dict.fromkeys(MIDI_SUFFIXES, read_midi),
    **dict.fromkeys(MUSICXML_SUFFIXES, read_musicxml),
    ".abc": read_abc,
    ".krn": read_kern,
}
MIDI_MARKS = (b"MThd", b"RIFF")


def read_score(path: Path) -> ScoreReading:
    """The score in a file, its chord symbols in it. StudioError, in one sentence, for what is none or is damaged."""
    reading = _reader(path)(path)
    return replace(reading, score=reading.score.with_chords(reading.chords))


def _reader(path: Path) -> Reader:
    """By the ending; a MIDI file is known by its first bytes, whatever it is called."""
    try:
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as error:
        raise StudioError(f"{path.name} cannot be opened.", str(error)) from error
    if head in MIDI_MARKS:
        return read_midi
    if path.suffix.lower() not in READERS:
        raise StudioError(
            f"{path.name} is not a score that can be read.", hint="Open MIDI, MusicXML, ABC or Humdrum files."
        )
    return READERS[path.suffix.lower()]
