"""The names of pitches. Pitch classes count from C = 0; MIDI pitch 60 is C4."""

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
