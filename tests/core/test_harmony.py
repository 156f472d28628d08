"""Chord symbols say which key they are in."""

import pytest

from studio.core.chords import parse_figure
from studio.core.harmony import key_of_chords


@pytest.mark.parametrize(
    ("figures", "key"),
    [
        ("C Am F G7", "C major"),
        ("Dm7 G7 Cmaj7 A7", "C major"),
        ("Em Am B7 Em", "E minor"),
        ("Gm D7 Gm Cm D7 Gm", "G minor"),
        ("Bb Eb F7 Bb", "Bb major"),
        ("A E7 A D E7 A", "A major"),
        ("", "C major"),
    ],
)
def test_chords_speak_for_a_key(figures: str, key: str) -> None:
    chords = [parse_figure(figure, bar * 1920, 1920) for bar, figure in enumerate(figures.split())]
    assert key_of_chords(chords).name == key
