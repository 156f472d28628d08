"""Chord symbols are read in the spellings that people write, and named in one."""

import pytest

from studio.core.chords import QUALITIES, Chord, heard_in, in_line, parse_figure
from studio.core.errors import StudioError


@pytest.mark.parametrize(
    ("figure", "name", "pitches"),
    [
        ("C", "C", {0, 4, 7}),
        ("Am7/G", "Am7/G", {9, 0, 4, 7}),
        ("F#dim", "Gbdim", {6, 9, 0}),
        ("B♭maj", "Bb", {10, 2, 5}),
        ("G7sus", "G7sus4", {7, 0, 2, 5}),
        ("Ebmin7", "Ebm7", {3, 6, 10, 1}),
        ("C/C", "C", {0, 4, 7}),
        ("C7 add b9", "C7b9", {0, 4, 7, 10, 1}),
        ("Cm7(b5)", "Cm7b5", {0, 3, 6, 10}),
        ("F9 alter b5/A", "F7b5/A", {5, 9, 11, 3}),
        ("Gsus add 7", "G7sus4", {7, 0, 2, 5}),
    ],
)
def test_a_figure_is_read(figure: str, name: str, pitches: set[int]) -> None:
    chord = parse_figure(figure, 480, 960)
    assert (chord.name, chord.pitch_classes) == (name, pitches)
    assert (chord.start_ticks, chord.end_ticks) == (480, 1440)


@pytest.mark.parametrize("quality", QUALITIES)
def test_every_quality_is_read_back_from_its_name(quality: str) -> None:
    chord = Chord(0, 480, 3, quality)
    assert parse_figure(chord.name, 0, 480) == chord


@pytest.mark.parametrize("text", ["", "H", "Cfoo", "C/", "7"])
def test_what_is_no_chord_is_said(text: str) -> None:
    with pytest.raises(StudioError, match="is not a chord"):
        parse_figure(text)


def test_a_chord_off_the_page_is_refused() -> None:
    with pytest.raises(StudioError):
        Chord(0, 0, 0)
    with pytest.raises(StudioError):
        Chord(0, 1, 12)
    with pytest.raises(StudioError):
        Chord(0, 1, 0, "odd")


def test_chords_stand_in_line() -> None:
    first, second = Chord(0, 1920, 0), Chord(960, 480, 7)
    assert in_line([second, first]) == (Chord(0, 960, 0), second)
    assert in_line([first, Chord(0, 480, 5)]) == (Chord(0, 480, 5),)


@pytest.mark.parametrize(
    ("pitches", "name"),
    [((0, 4, 7), "C"), ((9, 0, 4), "Am"), ((7, 11, 2, 5), "G7"), ((2, 5, 9, 0), "Dm7"), ((11, 2, 5), "Bdim")],
)
def test_a_chord_is_heard_in_its_notes(pitches: tuple[int, ...], name: str) -> None:
    weights = [0.0] * 12
    for number, pitch in enumerate(pitches):
        weights[pitch] = 1.2 if number == 0 else 1.0
    heard = heard_in(weights)
    assert heard is not None
    assert Chord(0, 1, *heard).name == name
    assert heard_in([0.0] * 12) is None
