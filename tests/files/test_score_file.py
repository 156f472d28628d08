"""A score of any kind opens by what it is; chords come with it, through MIDI files too."""

from pathlib import Path

import pytest

from studio.core.chords import Chord
from studio.core.errors import StudioError
from studio.core.score import Note, Score, Track
from studio.files.midi import write_midi
from studio.files.score_file import READERS, read_score
from studio.files.score_reading import SCORE_SUFFIXES

ABC = 'X:1\nT:A tune\nM:4/4\nL:1/4\nK:C\n"C"CDEF|"G7"GABc|\n'
KERN = "**kern\n*M4/4\n4c\n4d\n*-\n"
CHORDS = (Chord(0, 960, 0), Chord(960, 480, 7, "7", 11), Chord(1920, 1920, 9, "m7"))


def test_every_ending_has_its_reader() -> None:
    assert set(READERS) == set(SCORE_SUFFIXES)


def test_kinds_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a.abc").write_text(ABC)
    (tmp_path / "a.krn").write_text(KERN)
    score = read_score(tmp_path / "a.abc").score
    assert [chord.name for chord in score.chords] == ["C", "G7"]
    assert [note.pitch for note in read_score(tmp_path / "a.krn").score.notes()] == [60, 62]


def test_chords_travel_in_a_midi_file_under_any_name(tmp_path: Path) -> None:
    score = Score((Track(notes=(Note(0, 480, 60),)),), chords=CHORDS)
    write_midi(score, tmp_path / "song")
    assert read_score(tmp_path / "song").score == score


def test_what_is_no_score_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello")
    with pytest.raises(StudioError, match="not a score"):
        read_score(tmp_path / "a.txt")
    with pytest.raises(StudioError, match="cannot be opened"):
        read_score(tmp_path / "none.abc")
