"""`latent-studio judge`: a melody's notes with what a model thinks of them."""

import json
from pathlib import Path

import pytest

from studio.core.score import Note, Score, Track
from studio.files.midi import write_midi
from tests.cli.conftest import Run, refused

TUNE = tuple(Note(i * 480, 480, 62 + (0, 4, 7, 4)[i % 4], 90) for i in range(16))


@pytest.fixture
def song(tmp_path: Path) -> Path:
    low = tuple(Note(n.start_ticks, 480, 50) for n in TUNE[:4])
    write_midi(Score((Track("Low", notes=low), Track("Tune", notes=(*TUNE, *low)))), tmp_path / "song.mid")
    return tmp_path / "song.mid"


def test_the_least_likely_notes_are_shown(run: Run, song: Path) -> None:
    code, text, err = run("judge", song, "--model", "tiny-melody", "--style", "jig=1")
    assert (code, err) == (0, "")
    lines = text.strip().splitlines()
    assert lines[0].split() == ["bar", "note", "probability", "rank", "expected"]
    assert len(lines) == 1 + 12 + 1
    assert lines[-1].startswith("16 notes, ")


def test_programs_are_told_of_every_note_of_the_top_line(run: Run, song: Path) -> None:
    code, text, _ = run("judge", song, "--model", "tiny-melody", "--json")
    assert code == 0
    told = json.loads(text)
    assert [note["pitch"] for note in told["notes"]] == [note.pitch for note in TUNE]
    assert all(0 < note["probability"] < 1 and len(note["alternatives"]) == 5 for note in told["notes"])
    low = json.loads(run("judge", song, "--model", "tiny-melody", "--track", 1, "--json")[1])
    assert [note["pitch"] for note in low["notes"]] == [50] * 4


def test_what_cannot_be_judged_is_said(run: Run, song: Path, tmp_path: Path) -> None:
    write_midi(Score.empty(), tmp_path / "empty.mid")
    refused(run("judge", tmp_path / "empty.mid", "--model", "tiny-melody"), "no notes to judge")
    refused(run("judge", song, "--model", "tiny-gan"), "makes no music")
