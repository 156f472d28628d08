"""A score as a file of any kind; what a kind has no place for is said."""

from pathlib import Path

import pytest

from studio.core.errors import StudioError
from studio.core.score import Note, Score, Track
from studio.files.score_file import read_score
from studio.files.score_writer import MIDI_ENDINGS, NOTATION_WRITERS, write_score

TUNE = Track("Tune", notes=(Note(0, 480, 60), Note(480, 480, 62)))


@pytest.mark.parametrize("ending", [*MIDI_ENDINGS, *NOTATION_WRITERS])
def test_every_kind_is_written_and_read(tmp_path: Path, ending: str) -> None:
    assert write_score(Score((TUNE,)), tmp_path / f"a{ending}") == ()
    assert [note.pitch for note in read_score(tmp_path / f"a{ending}").score.notes()] == [60, 62]


def test_what_midi_cannot_say_is_told(tmp_path: Path) -> None:
    nested = Track("Nested", notes=(Note(0, 960, 60), Note(240, 240, 60), Note(300, 900, 60)), locked=True)
    alone = Track("Alone", notes=TUNE.notes, solo=True)
    assert write_score(Score((nested, alone)), tmp_path / "a.mid") == (
        "That tracks are muted or heard alone was left out (1).",
        "That tracks are locked was left out (1).",
        "Notes that lie within another of their pitch have changed ends with it (1).",
    )


def test_no_other_kind_is_written(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="names no kind of score"):
        write_score(Score((TUNE,)), tmp_path / "a.txt")
    assert list(tmp_path.iterdir()) == []
