"""Names of pitches and keys as musicians say them; middle C (60) is C4."""

from PySide6.QtCore import QCoreApplication

from studio.core.score import KeySignature

SHARP_NAMES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")
FLAT_NAMES = ("C", "D♭", "D", "E♭", "E", "F", "G♭", "G", "A♭", "A", "B♭", "B")
TONIC_NAMES = ("C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
_FIFTHS = "FCGDAEB"  # each a fifth above the one before
_BLACK = frozenset((1, 3, 6, 8, 10))


def pitch_name(pitch: int, flats: bool = False) -> str:
    """The name of a MIDI pitch, such as "F♯3", or "G♭3" in a key with flats."""
    return f"{(FLAT_NAMES if flats else SHARP_NAMES)[pitch % 12]}{pitch // 12 - 1}"


def is_black(pitch: int) -> bool:
    """Whether the pitch is a black key."""
    return pitch % 12 in _BLACK


def key_name(key: KeySignature) -> str:
    """The name of a key signature: "E♭ major"."""
    sharps, letter = divmod(key.fifths + 1 + (3 if key.minor else 0), 7)
    sign = "♯" * sharps or "♭" * -sharps
    return f"{_FIFTHS[letter]}{sign} {tr('minor') if key.minor else tr('major')}"


def tr(text: str) -> str:
    return QCoreApplication.translate("PitchNames", text)
