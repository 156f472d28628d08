"""How a pitch is written in a key: a letter, its sharps or flats, and an octave. Pure functions."""

from __future__ import annotations

from typing import NamedTuple

from studio.core.score import KeySignature

LETTERS = "FCGDAEB"  # on the line of fifths, C at 0
NATURAL = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


class Spelt(NamedTuple):
    """A written pitch: 60 is C, 0, 4."""

    letter: str
    alter: int
    octave: int


def spelt(pitch: int, key: KeySignature | None) -> Spelt:
    """The name that lies nearest to the key on the line of fifths; minor keys look further towards the sharps."""
    lowest = (key.fifths if key else 0) - (3 if key is not None and key.minor else 4)
    place = lowest + (pitch * 7 - lowest) % 12
    letter, alter = LETTERS[(place + 1) % 7], (place + 1) // 7
    return Spelt(letter, alter, (pitch - alter - NATURAL[letter]) // 12 - 1)


def altered_by(key: KeySignature | None) -> dict[str, int]:
    """Letter -> what the signature makes of it."""
    fifths = key.fifths if key else 0
    letters = LETTERS[:fifths] if fifths > 0 else LETTERS[::-1][:-fifths] if fifths else ""
    return dict.fromkeys(letters, 1 if fifths > 0 else -1)
