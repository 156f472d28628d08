"""`latent-studio originality`: a tune of the books is recognised, a melody of nobody's is not."""

import json
from pathlib import Path

import pytest

from studio.cli import main
from studio.core.score import Note, Score, Track
from studio.files.midi import write_midi

# The first strain of The Silver Tip, as O'Neill's book of 1903 has it, in another key than there.
STRAIN = "X:1\nM:C|\nL:1/8\nK:E\nE2GE BEGE|FEFG AGFA|E2GE BEGA|BcBA GEE2|\n"


def test_json_of_a_melody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.abc").write_text(STRAIN)
    assert main(["originality", str(tmp_path / "a.abc"), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["notes"] == 29
    assert 0 <= facts["share"] <= 1
    assert facts["longest"]["bars"][0] >= 1
    assert facts["sentence"].endswith(".")


def test_a_melody_of_nobodys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notes = tuple(Note(480 * n, 480, 40 + n * n * 7 % 41) for n in range(24))
    write_midi(Score((Track(notes=()), Track(notes=notes))), tmp_path / "a.mid")
    assert main(["originality", str(tmp_path / "a.mid")]) == 0
    assert "No 6 notes of it, scales aside, stand in any of the tunes." in capsys.readouterr().out
    assert main(["originality", str(tmp_path / "a.mid"), "--track", "9"]) == 1
