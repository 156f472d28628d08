"""Names of pitches as musicians say them; middle C (60) is C4."""

SHARP_NAMES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")
TONIC_NAMES = ("C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
_BLACK = frozenset((1, 3, 6, 8, 10))


def pitch_name(pitch: int) -> str:
    """The name of a MIDI pitch, such as "F♯3"."""
    return f"{SHARP_NAMES[pitch % 12]}{pitch // 12 - 1}"


def is_black(pitch: int) -> bool:
    """Whether the pitch is a black key."""
    return pitch % 12 in _BLACK
