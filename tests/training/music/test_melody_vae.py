"""The phrase autoencoder on some made-up tunes and songs: it learns, resumes exactly, bundles and is measured."""

import json
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch

from studio.core.errors import StudioError
from studio.engines.catalogue import CatalogueEntry, read_card
from studio.engines.music import phrase_grid as pg
from studio.files.midi import read_midi
from studio.training.__main__ import run
from studio.training.music import evaluation, melody_vae, vae_probes, vae_space
from studio.training.music.phrases import phrases_of
from studio.training.music.songs import read_songs, split_songs
from studio.training.music.tunes import read_tunes
from studio.training.music.vae_bundle import write_bundle
from tests.training.music.resuming import assert_resumes

SIZES = {"latent": 8, "embedding": 10, "encoder": 8, "decoder": 12, "head": 8}
TRAINING = {"steps": 6, "batch": 4, "evaluate_every": 3, "held_out": 0.4, "learning_rate": 0.01}
RECIPE = {"id": "tiny", "family": "music.melody_vae", "training": TRAINING, "network": SIZES}


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "oneills1850"
    folder.mkdir(parents=True)
    names, text = "CDEFGABcdefgab", ""
    for number in range(12):
        bars = "|".join(
            "".join(names[(number * 5 + bar * (number + 3) + i * i) % 14] for i in range(8))
            for bar in range(6)
        )
        text += f"X:{1200 + number}\nT:No {number}\nM:C|\nL:1/8\nK:G\n{bars}|\n\n"
    (folder / "a.abc").write_text(text)
    with zipfile.ZipFile(folder.parent / "openewld_melody_chords_jsonl.zip", "w") as archive:
        archive.writestr("songs.jsonl", "\n".join(json.dumps(song(number)) for number in range(6)))
    return folder.parent


def song(number: int) -> dict[str, object]:
    """24 quarters in 3/4, the second tied to the first; number 5 changes its metre."""
    melody = [[float(i), 1.0, 60 + (i * (number + 2)) % 12, 0] for i in range(24)]
    melody[1] = [1.0, 1.0, melody[0][2], 1]
    meters = [[0.0, "3/4"], [6.0, "4/4"]] if number == 5 else [[0.0, "3/4"]]
    return {"title": f"Song_{number}", "time_signatures": meters, "key_sharps": [[0.0, 1]], "melody": melody}


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(melody_vae.tqdm, "write", lambda text: None)
    monkeypatch.setattr(vae_probes, "SAMPLES", 4)
    monkeypatch.setattr(vae_probes, "PAIRS", 2)
    monkeypatch.setattr(vae_probes, "PULLED", 2)
    monkeypatch.setattr(vae_probes, "LEVELS", (0.2, 0.8))
    with torch.random.fork_rng():
        yield


def test_songs_are_read_and_split_by_title(music: Path) -> None:
    songs, refused = read_songs(music)
    assert (len(songs), refused) == (5, Counter({"changes its metre": 1}))
    tune = songs[0].tune
    assert (tune.tonic, tune.mode, tune.meter, len(tune.notes)) == (7, "major", (3, 4), 23)
    assert (tune.notes[0].duration_ticks, tune.end_ticks) == (960, 8 * 1440)
    train, held = split_songs(songs * 2, 0.4, 1)
    assert len(held) == 4
    assert not {n.tune.titles[0] for n in train} & {n.tune.titles[0] for n in held}


def test_every_bar_begins_a_phrase(music: Path) -> None:
    tunes = list(read_tunes(music).tunes)
    shapes, counts = phrases_of(tunes, melody_vae.ALL_STYLES)
    assert [(shape.bars, shape.tokens.shape) for shape in shapes] == [(2, (60, 8, 6)), (4, (36, 16, 6))]
    assert counts == Counter({"kept": 96})
    one = vae_space.example(shapes[0], 1)
    base = pg.base_near(tunes[0].tune.notes, tunes[0].tune.tonic)
    bar = [n for n in tunes[0].tune.notes if 1920 <= n.start_ticks < 3 * 1920]
    assert [n.pitch - 60 for n in one.notes] == [n.pitch - base for n in bar]


def test_a_note_that_rings_into_a_phrase_begins_it(music: Path) -> None:
    songs, _ = read_songs(music)
    notes = songs[0].tune.notes
    notes[2:4] = [notes[2].__class__(960, 960, 70)]  # over the first bar line
    shapes, _ = phrases_of(songs[:1], melody_vae.ALL_STYLES, (2,))
    base = pg.base_near(notes, 7)
    assert shapes[0].tokens[1, 0, 0] == 70 - base - pg.LOWEST + pg.FIRST_PITCH


def test_moved_phrases_stay_within_reach() -> None:
    tokens = np.full((50, 4, pg.SLOTS), pg.FIRST_PITCH + 30, np.int8)
    tokens[:, 0, 0], tokens[:, 1, 0] = pg.REST, pg.VOCABULARY - 2
    moved = melody_vae.moved(tokens, melody_vae.Objective(octaves=1.0, steps=0.0), np.random.default_rng(1))
    assert set(np.unique(moved[:, 1, 0])) == {pg.VOCABULARY - 14, pg.VOCABULARY - 2}
    assert (moved[:, 0, 0] == pg.REST).all()


def test_a_resumed_run_is_the_same_run(music: Path, tmp_path: Path) -> None:
    assert_resumes(lambda out, resume: melody_vae.run(RECIPE, music, out, resume), tmp_path)


def test_it_learns_to_say_a_phrase_again(music: Path) -> None:
    recipe = melody_vae.convert_recipe(
        {**RECIPE, "objective": {"beta": 0.0}, "training": {**TRAINING, "batch": 32}}, melody_vae.VaeRecipe
    )
    training = melody_vae.PhraseTraining(recipe, list(read_tunes(music).tunes), [])
    optimiser = torch.optim.Adam(training.net.parameters(), 0.01)
    losses = []
    for step in range(40):
        loss = training.loss(step)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert np.mean(losses[-5:]) < 0.6 * np.mean(losses[:5])


def test_a_run_becomes_a_model_that_opens_and_is_measured(music: Path, tmp_path: Path) -> None:
    text = 'id = "tiny"\nfamily = "music.melody_vae"\n[training]\nsteps = 2\nbatch = 4\nheld_out = 0.4\n'
    sizes = "\n".join(f"{name} = {value}" for name, value in SIZES.items())
    (tmp_path / "recipe.toml").write_text(f"{text}[network]\n{sizes}\n")
    run(tmp_path / "recipe.toml", music, tmp_path / "run")
    card = write_bundle(tmp_path / "run", tmp_path / "tiny", music)
    assert card["metrics"]["two_bars"]["phrases"] > 0
    assert 0 <= card["metrics"]["two_bars_of_songs"]["onset_f1"] <= 1
    assert [source["works"] for source in card["data"]] == [12, 5]
    entry = CatalogueEntry(read_card(tmp_path / "tiny" / "card.json"), tmp_path / "tiny")
    assert evaluation.evaluate(entry, music).items() >= card["metrics"].items()
    assert "Onset F1" in (tmp_path / "tiny" / "README.md").read_text().replace("onset", "Onset")
    scores = [read_midi(path).score for path in sorted((tmp_path / "tiny" / "examples").iterdir())]
    assert len(scores) == 5
    assert all(score.end_ticks <= 8 * 4 * 1920 for score in scores)


def test_axes_whiten_the_codes() -> None:
    codes = np.random.default_rng(1).normal(size=(500, 3)) @ np.diag([3.0, 1.0, 0.1]) + 5.0
    axes = vae_space.principal_axes(codes - codes.mean(0))
    points = codes @ np.linalg.pinv(axes)
    assert np.cov(points.T) == pytest.approx(np.eye(3), abs=1e-6)
    assert np.linalg.norm(axes, axis=1) == pytest.approx([3.0, 1.0, 0.1], rel=0.1)


def test_rank_correlation() -> None:
    assert vae_probes.spearman([1, 2, 3, 4], [10, 20, 30, 31]) == pytest.approx(1.0)
    assert vae_probes.spearman([1, 2, 3], [5, 5, 5]) == 0.0
    assert vae_probes.spearman([1, 2, 2, 3], [4, 3, 3, 1]) == pytest.approx(-1.0)


def test_songs_that_are_missing_are_said(music: Path) -> None:
    (music / "openewld_melody_chords_jsonl.zip").unlink()
    with pytest.raises(StudioError, match="No lead sheets"):
        melody_vae.run(RECIPE, music, music / "out")
