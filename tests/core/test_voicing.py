"""Chords are voiced in close position and move little."""

import pytest

from studio.core.chords import QUALITIES, Chord, parse_figure
from studio.core.voicing import HIGHEST, LOWEST, MOST, nearest, positions, voiced


@pytest.mark.parametrize("quality", QUALITIES)
def test_every_chord_has_close_positions(quality: str) -> None:
    for root in range(12):
        chord = Chord(0, 480, root, quality)
        for voices in positions(chord):
            assert voices[0] >= LOWEST
            assert voices[-1] <= HIGHEST
            assert voices[-1] - voices[0] < 12
            assert len({voice % 12 for voice in voices}) == len(voices) <= MOST
            assert {voice % 12 for voice in voices} <= chord.pitch_classes
        assert len(positions(chord)) >= 2


def test_voices_move_as_little_as_they_can() -> None:
    assert nearest(parse_figure("F"), (48, 52, 55)) == (48, 53, 57)
    assert nearest(parse_figure("C"), (48, 53, 57)) == (48, 52, 55)
    assert nearest(parse_figure("G7"), (52, 55, 60)) == (53, 55, 59, 62)


def test_a_chord_is_held_and_a_bass_of_its_own_lies_below() -> None:
    notes = voiced([parse_figure("C", 0, 1920), parse_figure("C/E", 1920, 960)])
    assert [note.start_ticks for note in notes] == [0] * 3 + [1920] * 4
    assert [note.duration_ticks for note in notes] == [1920] * 3 + [960] * 4
    assert notes[3].pitch == 40
    assert [note.pitch for note in notes[:3]] == [note.pitch for note in notes[4:]]
