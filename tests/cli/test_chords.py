"""`latent-studio chords`: a lead sheet as text, a track of chords beside an untouched melody, figures for programs."""

import json
from pathlib import Path

import pytest

from studio.cli import common
from studio.core.recipe import recipe_from_json
from studio.core.score import Note, Score, Track
from studio.files.midi import read_midi, write_midi
from tests.cli.conftest import Run, refused
from tests.tiny_models import write_lead_sheet

MODEL = ("--model", "tiny-lead-sheet")


@pytest.fixture(scope="session")
def tiny_sheet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sheets")
    write_lead_sheet(folder)
    return folder


@pytest.fixture
def places(tiny_sheet: Path, tiny_models: Path) -> tuple[Path, ...]:
    return tiny_sheet, tiny_models, common.models_dir()


@pytest.fixture
def melody(tmp_path: Path) -> Path:
    notes = tuple(Note(i * 480, 470, 67 + i % 5, 90) for i in range(24))
    write_midi(Score((Track("Tune", 3, notes),)), tmp_path / "melody.mid")
    return tmp_path / "melody.mid"


def test_a_lead_sheet_is_printed(run: Run, melody: Path) -> None:
    wish = ("--per-bar", 2, "--key", "C", "--scale", "C", "--best-of", 3)
    code, out, err = run("chords", melody, *MODEL, "--fixed", "1:C 4.3:G7", *wish)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "seed 0 in C major"
    assert lines[1].startswith("   1: C ")
    assert lines[1].rstrip().endswith("G7")
    assert lines[2].startswith("   5: ")


def test_chords_are_written_beside_the_melody(run: Run, melody: Path, tmp_path: Path) -> None:
    wish = ("chords", melody, *MODEL, "--candidates", 2, "--seed", 8)
    code, out, _ = run(*wish, "--json", "--bars", "2-3", "-o", tmp_path / "song.mid")
    assert code == 0
    told = json.loads(out)
    assert [answer["seed"] for answer in told] == [8, 9]
    reading = read_midi(tmp_path / "song-2.mid")
    assert reading.score.tracks[0].notes == read_midi(melody).score.tracks[0].notes
    assert reading.score.tracks[1].name == "Chords"
    assert [chord.name for chord in reading.score.chords] == [chord["name"] for chord in told[1]["chords"]]
    assert told[1]["chords"][0]["start"] == 1920
    assert len(told[1]["chords"][0]["alternatives"]) == 5
    settings = recipe_from_json(reading.recipe).chords
    assert settings is not None
    assert (settings.seed, settings.bars, settings.candidates) == (9, (2, 3), 1)


def test_one_candidate_is_made_again_from_its_recipe(run: Run, melody: Path, tmp_path: Path) -> None:
    run("chords", melody, *MODEL, "--candidates", 2, "--seed", 8, "-o", tmp_path / "a.mid")
    settings = recipe_from_json(read_midi(tmp_path / "a-2.mid").recipe).chords
    assert settings is not None
    run("chords", melody, *MODEL, "--seed", settings.seed, "-o", tmp_path / "b.mid")
    assert (tmp_path / "a-2.mid").read_bytes() == (tmp_path / "b.mid").read_bytes()


def test_what_is_not_understood_or_cannot_be_done(run: Run, melody: Path) -> None:
    assert run("chords", melody, *MODEL, "--bars", "8-5")[0] == 2
    assert run("chords", melody, *MODEL, "--per-bar", 0)[0] == 2
    refused(run("chords", melody, *MODEL, "--fixed", "C"), "not a chord in a bar")
    refused(run("chords", melody, *MODEL, "--track", 7), "7")
    refused(run("chords", melody, "--model", "tiny-melody"), "cannot find chords")
