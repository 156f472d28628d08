"""The names of pitches. Pitch classes count from C = 0; MIDI pitch 60 is C4."""

import re

from studio.core.errors import StudioError

SHARP_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
FLAT_NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def note_name(pitch: int, flats: bool = False) -> str:
    """60 -> "C4"."""
    return f"{(FLAT_NAMES if flats else SHARP_NAMES)[pitch % 12]}{pitch // 12 - 1}"


def pitch_class(name: str) -> int:
    """ "F#" -> 6, "Bb" -> 10. StudioError for a name that is none."""
    letter, rest = name[:1].upper(), name[1:]
    if letter not in _LETTERS or rest.strip("#b"):
        raise StudioError(f"{name!r} is not the name of a note.", hint="Write for example C, F# or Bb.")
    return (_LETTERS[letter] + rest.count("#") - rest.count("b")) % 12


def pitch_named(name: str) -> int:
    """ "C4" -> 60, "Bb3" -> 58; a number is a MIDI pitch. StudioError for a name that is none."""
    match = re.fullmatch(r"([A-Ga-g][#b]*)(-?\d+)", name)
    if match:
        accidentals = match[1].count("#") - match[1][1:].count("b")
        pitch = _LETTERS[match[1][0].upper()] + accidentals + 12 * (int(match[2]) + 1)
    else:
        pitch = int(name) if name.isdecimal() else -1
    if not 0 <= pitch <= 127:
        raise StudioError(f"{name!r} is not a pitch.", hint="Write for example C4, Bb3 or 60.")
    return pitch
