"""`latent-studio originality`: a tune of the books is recognised, a melody of nobody's is not."""

import json
from pathlib import Path

import pytest

from studio.cli import main
from studio.core.score import Note, Score, Track
from studio.files.midi import write_midi
from studio.files.score_file import read_score

# How everybody remembers the beginning of a bagatelle of 1810.
ELISE = "X:1\nM:3/8\nL:1/16\nK:Am\ne^d|e^deB=dc|A2 z CEA|B2 z E^GB|c2 z Ee^d|e^deB=dc|A2 z CEA|B2 z EcB|A2|\n"


def test_a_tune_is_known_in_another_key_and_half_as_fast(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.abc").write_text(ELISE)
    notes = tuple(
        Note(2 * note.start_ticks, 2 * note.duration_ticks, note.pitch + 5)
        for note in read_score(tmp_path / "a.abc").score.notes()
    )
    write_midi(Score((Track(notes=notes),)), tmp_path / "a.mid")
    assert main(["originality", str(tmp_path / "a.mid"), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["longest"]["tune"], facts["verdict"]) == ("FÜR ELISE", "quotes")
    assert facts["longest"]["bars"][0] >= 1
    assert facts["sentence"].startswith("It quotes: ")
    assert main(["originality", str(tmp_path / "a.abc")]) == 0
    assert "FÜR ELISE, bar" in capsys.readouterr().out


def test_a_melody_of_nobodys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notes = tuple(Note(480 * n, 480, 40 + n * n * 7 % 41) for n in range(24))
    write_midi(Score((Track(notes=()), Track(notes=notes))), tmp_path / "a.mid")
    assert main(["originality", str(tmp_path / "a.mid")]) == 0
    assert "No 6 notes of it, scales aside, stand in any of the tunes." in capsys.readouterr().out
    assert main(["originality", str(tmp_path / "a.mid"), "--track", "9"]) == 1
