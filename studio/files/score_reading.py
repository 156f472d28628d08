"""ScoreReading: what a file of music held, and what of it could not be kept. Shared by every reader of scores.

Invariant: a reader returns one or raises StudioError in one sentence; each thing that it left out is counted here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from studio.core.chords import Chord
from studio.core.errors import StudioError
from studio.core.score import Score

MIDI_SUFFIXES = (".mid", ".midi", ".smf", ".rmi", ".kar")
MUSICXML_SUFFIXES = (".musicxml", ".mxl", ".xml")
SCORE_SUFFIXES = (*MIDI_SUFFIXES, *MUSICXML_SUFFIXES, ".abc", ".krn")  # see score_file
MAX_BYTES = 16_000_000
MAX_NOTES = 200_000


@dataclass(frozen=True, slots=True)
class ScoreReading:
    """The score, what could not be kept (one short sentence each), the recipe inside (of files made here), and the
    chord symbols above the notes."""

    score: Score
    warnings: tuple[str, ...] = ()
    recipe: str = ""
    chords: tuple[Chord, ...] = ()


def read_bytes(path: Path, kind: str) -> bytes:
    """A file's whole content; StudioError for one that is missing, empty or too large to be `kind` of music."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise StudioError(f"{path.name} is too large to be {kind} of music.", f"Over {MAX_BYTES} bytes.")
        data = path.read_bytes()
    except OSError as error:
        raise StudioError(f"{path.name} cannot be opened.", str(error)) from error
    if not data:
        raise StudioError(f"{path.name} is empty.")
    return data


def as_text(content: bytes) -> str:
    """Text as UTF-8 (with or without its mark) or UTF-16 where it says so, else latin-1; lines end in newlines."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = content.decode("utf-16", "replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeError:
            text = content.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")
