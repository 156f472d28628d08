"""`latent-studio accompany`: the melody as it was, two hands below it, a recipe, and figures for programs."""

import json
from pathlib import Path

import pytest

from studio.cli import common
from studio.core.recipe import recipe_from_json
from studio.core.score import Note, Score, Track
from studio.files.midi import read_midi, write_midi
from tests.cli.conftest import Run, refused
from tests.tiny_models import write_lead_sheet
from tests.tiny_polyphony import write_polyphony

MODEL = ("--model", "tiny-lead-sheet")


@pytest.fixture(scope="session")
def tiny_band(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("band")
    write_lead_sheet(folder)
    write_polyphony(folder)
    return folder


@pytest.fixture
def places(tiny_band: Path, tiny_models: Path) -> tuple[Path, ...]:
    return tiny_band, tiny_models, common.models_dir()


@pytest.fixture
def melody(tmp_path: Path) -> Path:
    notes = tuple(Note(i * 480, 470, 72 + i % 5, 90) for i in range(8))
    write_midi(Score((Track("Tune", 3, notes),)), tmp_path / "melody.mid")
    return tmp_path / "melody.mid"


def notes_of(score: Score, track: int) -> list[tuple[int, int, int]]:
    return [(note.start_ticks, note.duration_ticks, note.pitch) for note in score.tracks[track].notes]


def test_a_melody_gets_two_hands_over_found_chords(run: Run, melody: Path, tmp_path: Path) -> None:
    out = tmp_path / "song.mid"
    code, told, _ = run("accompany", melody, *MODEL, "--seed", 3, "--candidates", 2, "--json", "-o", out)
    assert code == 0
    answers = json.loads(told)
    assert [answer["figure"] for answer in answers] == ["broken", "bass-and-chords"]
    assert all(answer["chords"] for answer in answers)
    reading = read_midi(tmp_path / "song-1.mid")
    assert [track.name for track in reading.score.tracks] == ["Tune", "Backing", "Backing bass"]
    assert notes_of(reading.score, 0) == notes_of(read_midi(melody).score, 0)
    settings = recipe_from_json(reading.recipe).accompany
    assert settings is not None
    assert (settings.seed, settings.figure) == (3, "broken")


def test_told_chords_need_no_model_to_find_them(run: Run, melody: Path, tmp_path: Path) -> None:
    out = tmp_path / "song.mid"
    wish = ("--chords", "C F", "--figure", "pad")
    assert run("accompany", melody, *MODEL, *wish, "-o", out)[0] == 0
    bass = read_midi(out).score.tracks[2].notes
    assert [(note.start_ticks, note.pitch % 12) for note in bass] == [(0, 0), (1920, 5)]


def test_a_texture_is_played_below_the_melody(run: Run, melody: Path, tmp_path: Path) -> None:
    out = tmp_path / "song.mid"
    wish = ("--figure", "texture", "--player", "tiny-polyphony", "--chords", "C F")
    assert run("accompany", melody, *MODEL, *wish, "-o", out)[0] == 0
    tune, played = read_midi(out).score.tracks[:2]
    assert played.notes
    assert max(note.pitch for note in played.notes) < min(note.pitch for note in tune.notes)


def test_what_cannot_be_is_refused(run: Run, melody: Path, tmp_path: Path) -> None:
    code, _, err = run("accompany", melody, *MODEL, "--figure", "polka", "-o", tmp_path / "o.mid")
    assert code == 2
    assert "arpeggio" in err
    write_midi(Score((Track("Tune"),)), tmp_path / "empty.mid")
    silent = run("accompany", tmp_path / "empty.mid", *MODEL, "-o", tmp_path / "o.mid")
    refused(silent, "no melody")
