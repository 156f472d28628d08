"""`latent-studio morph`: two files in, one out, with the user's own notes at its ends."""

import json
from pathlib import Path

import pytest

from studio.core.recipe import recipe_from_json
from studio.core.score import Note, Score
from studio.files.midi import read_midi, write_midi
from tests.cli.conftest import Run, refused
from tests.tiny_models import write_phrases


@pytest.fixture
def places(tmp_path_factory: pytest.TempPathFactory, tiny_models: Path) -> tuple[Path, ...]:
    folder = tmp_path_factory.mktemp("phrases")
    write_phrases(folder)
    return folder, tiny_models


@pytest.fixture
def ideas(tmp_path: Path) -> tuple[Path, Path]:
    for name, step in (("a", 2), ("b", 5)):
        notes = [Note(i * 240, 240, 60 + i * step % 12, 90) for i in range(16)]
        write_midi(Score.empty(name.upper()).with_key(0).with_notes_added(0, notes), tmp_path / f"{name}.mid")
    return tmp_path / "a.mid", tmp_path / "b.mid"


def test_a_way_is_written_with_its_recipe(run: Run, tmp_path: Path, ideas: tuple[Path, Path]) -> None:
    wish = ("--model", "tiny-phrases", "--steps", 5, "--seed", 3, "--style", "jig=1", "--scale", "C major")
    code, out, err = run("morph", *ideas, *wish, "--range", "48-84", "--json", "-o", tmp_path / "way.mid")
    assert (code, err) == (0, "")
    reading = read_midi(tmp_path / "way.mid")
    notes = [(n.start_ticks, n.duration_ticks, n.pitch, n.velocity) for n in reading.score.track(0).notes]
    first, last = (
        [(n.start_ticks, n.duration_ticks, n.pitch, n.velocity) for n in read_midi(i).score.track(0).notes]
        for i in ideas
    )
    assert notes[:16] == first
    assert notes[-16:] == [(start + 4 * 3840, *rest) for start, *rest in last]
    between = [note for note in notes if 3840 <= note[0] < 4 * 3840]
    assert all(48 <= pitch <= 84 and pitch % 12 in (0, 2, 4, 5, 7, 9, 11) for _, _, pitch, _ in between)
    settings = recipe_from_json(reading.recipe).morph
    assert settings is not None
    assert (settings.seed, settings.steps, settings.bars, settings.range) == (3, 5, 2, (48, 84))
    told = json.loads(out)
    assert [len(phrase) for phrase in told["phrases"]][0::4] == [16, 16]
    assert sum(len(phrase) for phrase in told["phrases"]) == len(notes)


def test_the_same_seed_is_the_same_way(run: Run, tmp_path: Path, ideas: tuple[Path, Path]) -> None:
    for name in ("x.mid", "y.mid"):
        run("morph", *ideas, "--model", "tiny-phrases", "--temperature", 1, "-o", tmp_path / name)
    assert (tmp_path / "x.mid").read_bytes() == (tmp_path / "y.mid").read_bytes()


def test_what_does_not_fit_is_said(run: Run, tmp_path: Path, ideas: tuple[Path, Path]) -> None:
    out = ("-o", tmp_path / "way.mid")
    refused(run("morph", *ideas, "--model", "tiny-melody", *out), "has no latent phrases")
    refused(run("morph", *ideas, "--model", "tiny-phrases", "--bars", 3, *out), "2 or 4 bars here, not 3")
    refused(run("morph", *ideas, "--model", "tiny-phrases", "--style", "tango=1", *out), "'tango'")
    write_midi(Score.empty("Silence"), tmp_path / "silence.mid")
    refused(
        run("morph", ideas[0], tmp_path / "silence.mid", "--model", "tiny-phrases", *out),
        "There are no notes",
    )
    assert not (tmp_path / "way.mid").exists()
