"""`latent-studio harmonize`: the melody as it was, four named tracks, a recipe, and figures for programs."""

import json
from pathlib import Path

import pytest

from studio.cli import common
from studio.core.recipe import recipe_from_json
from studio.core.score import Note, Score, Track
from studio.files.midi import read_midi, write_midi
from tests.cli.conftest import Run, refused
from tests.tiny_models import write_chorale


@pytest.fixture(scope="session")
def tiny_chorale(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("choir")
    write_chorale(folder)
    return folder


@pytest.fixture
def places(tiny_chorale: Path, tiny_models: Path) -> tuple[Path, ...]:
    return tiny_chorale, tiny_models, common.models_dir()


@pytest.fixture
def melody(tmp_path: Path) -> Path:
    notes = tuple(Note(i * 480, 470, 67 + i % 5, 90) for i in range(8))
    write_midi(Score((Track("Tune", 3, notes),)), tmp_path / "melody.mid")
    return tmp_path / "melody.mid"


def test_a_melody_gets_three_voices(run: Run, melody: Path, tmp_path: Path) -> None:
    out = tmp_path / "choir.mid"
    assert run("harmonize", melody, "--model", "tiny-chorale", "--seed", 3, "-o", out) == (0, "", "")
    reading = read_midi(out)
    assert [track.name for track in reading.score.tracks] == ["Soprano", "Alto", "Tenor", "Bass"]
    own = [(n.start_ticks, n.duration_ticks, n.pitch, n.velocity) for n in reading.score.tracks[0].notes]
    assert own == [
        (n.start_ticks, n.duration_ticks, n.pitch, n.velocity) for n in read_midi(melody).score.notes()
    ]
    settings = recipe_from_json(reading.recipe).harmonise
    assert settings is not None
    assert settings.seed == 3


def test_candidates_go_beside_each_other_and_are_told(run: Run, melody: Path, tmp_path: Path) -> None:
    wish = ("--model", "tiny-chorale", "--voices", 3, "--candidates", 2, "--scale", "C", "--range", "40-72")
    code, out, _ = run(
        "harmonize", melody, *wish, "--chords", "C G | F C", "--json", "-o", tmp_path / "o.mid"
    )
    assert code == 0
    told = json.loads(out)
    assert [answer["seed"] for answer in told] == [0, 1]
    for number, answer in enumerate(told):
        score = read_midi(tmp_path / f"o-{number + 1}.mid").score
        assert answer["file"].endswith(f"o-{number + 1}.mid")
        assert list(answer["voices"]) == [track.name for track in score.tracks] == ["Soprano", "Alto", "Bass"]
        assert not answer["voices"]["Soprano"]["written"]
        for name in ("Alto", "Bass"):
            for note in answer["voices"][name]["notes"]:
                assert 40 <= note["pitch"] <= 72
                assert note["pitch"] % 12 in (0, 2, 4, 5, 7, 9, 11)
                assert len(note["alternatives"]) == 5


def test_one_candidate_is_made_again_from_its_recipe(run: Run, melody: Path, tmp_path: Path) -> None:
    wish = ("harmonize", melody, "--model", "tiny-chorale")
    run(*wish, "--candidates", 2, "--seed", 8, "-o", tmp_path / "a.mid")
    settings = recipe_from_json(read_midi(tmp_path / "a-2.mid").recipe).harmonise
    assert settings is not None
    run(*wish, "--seed", settings.seed, "-o", tmp_path / "b.mid")
    assert (tmp_path / "a-2.mid").read_bytes() == (tmp_path / "b.mid").read_bytes()


def test_what_is_not_understood_or_cannot_be_done(run: Run, melody: Path, tmp_path: Path) -> None:
    out = ("-o", tmp_path / "o.mid", "--model", "tiny-chorale")
    assert run("harmonize", melody, "--scale", "H minor", *out)[0] == 2
    assert run("harmonize", melody, "--range", "high", *out)[0] == 2
    assert run("harmonize", melody, "--voices", 5, *out)[0] == 2
    refused(run("harmonize", melody, "--chords", "C | X", *out), "not a chord")
    refused(run("harmonize", melody, "-o", tmp_path / "o.mid", "--model", "tiny-melody"), "for voices")
    refused(run("harmonize", melody, "--range", "61-61", "--scale", "C", *out), "No note of this scale")
