"""Writes a score as a file of the kind that its ending names: MIDI, MusicXML (packed or not) or ABC."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from studio.core.errors import StudioError
from studio.core.score import Score
from studio.files.abc_writer import write_abc
from studio.files.midi import write_midi
from studio.files.midi_writer import unsaid
from studio.files.musicxml_writer import write_musicxml

Writer = Callable[[Score, Path], tuple[str, ...]]
NOTATION_WRITERS: dict[str, Writer] = {
    ".musicxml": write_musicxml,
    ".mxl": write_musicxml,
    ".xml": write_musicxml,
    ".abc": write_abc,
}
MIDI_ENDINGS = (".mid", ".midi")


def write_score(score: Score, path: Path, recipe: str = "") -> tuple[str, ...]:
    """Write a score, its recipe with it where the file can hold one; returns what could not be written as it is."""
    ending = path.suffix.lower()
    if ending in MIDI_ENDINGS:
        write_midi(score, path, recipe)
        return tuple(unsaid(score))
    if ending not in NOTATION_WRITERS:
        kinds = ", ".join((*MIDI_ENDINGS, *NOTATION_WRITERS))
        raise StudioError(f"{path.name} names no kind of score that is written.", hint=f"End it in {kinds}.")
    return NOTATION_WRITERS[ending](score, path)
