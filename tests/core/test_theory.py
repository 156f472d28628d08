"""Scales, names, snapping, keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core import theory
from studio.core.errors import StudioError
from studio.core.pitch import note_name, pitch_class
from studio.core.score import Note


def test_scales_by_name() -> None:
    assert theory.scale_pitches(2, "major") == {2, 4, 6, 7, 9, 11, 1}
    assert theory.scale_pitches(9, "minor pentatonic") == theory.scale_pitches(0, "major pentatonic")
    with pytest.raises(StudioError, match="no scale named"):
        theory.scale_pitches(0, "loud")


def test_note_names_go_both_ways() -> None:
    assert [note_name(p) for p in (60, 61, 69, 0)] == ["C4", "C#4", "A4", "C-1"]
    assert note_name(70, flats=True) == "Bb4"
    assert [pitch_class(n) for n in ("C", "f#", "Bb", "Cb")] == [0, 6, 10, 11]
    with pytest.raises(StudioError, match="not the name"):
        pitch_class("H")


@given(st.integers(0, 127), st.sampled_from(list(theory.SCALES)), st.integers(0, 11))
def test_snapping_lands_on_the_scale_and_stays_near(pitch: int, scale: str, tonic: int) -> None:
    pitches = theory.scale_pitches(tonic, scale)
    snapped = theory.snap_to_scale(pitch, pitches)
    assert snapped % 12 in pitches
    assert abs(snapped - pitch) <= 3
    assert theory.snap_to_scale(snapped, pitches) == snapped


def test_transpose_folds_at_the_ends() -> None:
    assert [n.pitch for n in theory.transpose([Note(0, 1, 60), Note(0, 1, 126)], 3)] == [63, 117]


def test_a_key_is_heard() -> None:
    melody = [Note(i * 240, 240, p) for i, p in enumerate((62, 66, 69, 74, 73, 74, 69, 67, 66, 64, 62))]
    assert theory.guess_key(melody).name == "D major"
    assert theory.guess_key([]).name == "G major"
    assert theory.guess_key([], theory.scale_pitches(5, "major")).pitches == theory.scale_pitches(5, "major")


def test_a_key_takes_the_mode_of_its_scale() -> None:
    dorian = theory.scale_pitches(4, "dorian")
    assert theory.Key(4, "minor").fitted_to(dorian) == theory.Key(4, "dorian")
    assert theory.Key(4, "minor").fitted_to(frozenset({0})) == theory.Key(4, "minor")


@pytest.mark.parametrize(
    ("tonic", "mode", "fifths"), [(0, "major", 0), (9, "minor", 0), (5, "major", -1), (4, "minor", 1)]
)
def test_key_signatures(tonic: int, mode: str, fifths: int) -> None:
    signature = theory.Key(tonic, mode).signature
    assert (signature.fifths, signature.tonic) == (fifths, tonic)
