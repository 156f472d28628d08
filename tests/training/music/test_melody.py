"""Training on a handful of made-up tunes: it learns, it resumes exactly, and it bundles."""

from pathlib import Path

import pytest
import torch

from studio.core.errors import StudioError
from studio.engines.catalogue import CatalogueEntry, read_card
from studio.engines.music.melody_engine import open_engine
from studio.engines.music.melody_lstm import MelodyLstm, MelodyLstmConfig
from studio.files.midi import read_midi
from studio.training.__main__ import run
from studio.training.music import melody
from studio.training.music.bundle import write_bundle
from studio.training.music.tunes import STYLES, read_tunes, split, style_of
from tests.training.music.resuming import assert_resumes

RECIPE = {
    "id": "tiny",
    "family": "music.melody_lstm",
    "training": {"steps": 6, "batch": 4, "evaluate_every": 3, "held_out": 0.34, "learning_rate": 0.01},
    "network": {"embedding": 8, "hidden": 12, "head": 8},
}


@pytest.fixture
def tunes(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "oneills1850"
    folder.mkdir(parents=True)
    names = "CDEFGABcdefgab"
    text = ""
    for number in range(12):
        bars = "|".join(
            "".join(names[(number * 5 + bar * (number + 3) + i * i) % 14] for i in range(8))
            for bar in range(6)
        )
        text += f"X:{1200 + number}\nT:No {number}\nM:C|\nL:1/8\nZ:me\nK:G\n{bars}|\n\n"
    (folder / "a.abc").write_text(text + "X:1300\nT:bad\nM:C|\nL:1/8\nK:G\n" + "A3|" * 20 + "\n")
    return folder.parent


@pytest.fixture(autouse=True)
def random_as_it_was(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(melody.tqdm, "write", lambda text: None)
    with torch.random.fork_rng():
        yield


def test_tunes_are_read_and_named(tunes: Path) -> None:
    reading = read_tunes(tunes)
    assert len(reading.tunes) == 12
    assert sum(reading.refused.values()) == 1
    assert {named.style for named in reading.tunes} == {"reel"}
    assert reading.credits == {"me": 12}
    assert style_of(reading.tunes[0].tune, "airdsAirs") == "old dance"


def test_variants_do_not_cross_the_split(tunes: Path) -> None:
    named = read_tunes(tunes).tunes
    train, held = split(named * 2, 0.5, 1)
    titles = {n.tune.titles[0] for n in train}
    assert not titles & {n.tune.titles[0] for n in held}


def test_no_tunes_is_said(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="No ABC tunes"):
        melody.run(RECIPE, tmp_path, tmp_path / "out")


def test_a_resumed_run_is_the_same_run(tunes: Path, tmp_path: Path) -> None:
    assert_resumes(lambda out, resume: melody.run(RECIPE, tunes, out, resume), tmp_path)


def test_a_run_becomes_a_model_that_opens(tunes: Path, tmp_path: Path) -> None:
    text = 'id = "tiny"\nfamily = "music.melody_lstm"\n[training]\nsteps = 2\nbatch = 4\nheld_out = 0.34\n'
    (tmp_path / "recipe.toml").write_text(text + "[network]\nembedding = 8\nhidden = 12\nhead = 8\n")
    run(tmp_path / "recipe.toml", tunes, tmp_path / "run")
    card = write_bundle(tmp_path / "run", tmp_path / "tiny", tunes, requests=3)
    assert card["data"][0]["works"] == 12
    assert card["metrics"]["nats_per_event"]["event"] > 0
    entry = CatalogueEntry(read_card(tmp_path / "tiny" / "card.json"), tmp_path / "tiny")
    assert open_engine(entry, torch.device("cpu")).info.card.id == "tiny"
    assert "O'Neill" in (tmp_path / "tiny" / "README.md").read_text()
    example = read_midi(tmp_path / "tiny" / "examples" / "seed-2.mid")
    assert example.score.meter_at(0).bar_ticks == 1440
    assert '"jig"' in example.recipe
    assert not (tmp_path / "tiny" / "examples" / "seed-5.mid").exists()  # no Chopin was read


def test_a_wrong_recipe_is_named(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="does not fit") as caught:
        melody.run({"family": "music.melody_lstm", "training": {"steps": "many"}}, tmp_path, tmp_path)
    assert "steps" in caught.value.detail


def test_a_run_begins_with_a_model_and_its_card_says_so(tunes: Path, tmp_path: Path) -> None:
    text = 'id = "tiny"\nfamily = "music.melody_lstm"\n[training]\nsteps = 2\nbatch = 4\nheld_out = 0.34\n'
    (tmp_path / "recipe.toml").write_text(text + "[network]\nembedding = 8\nhidden = 12\nhead = 8\n")
    run(tmp_path / "recipe.toml", tunes, tmp_path / "first")
    first = write_bundle(tmp_path / "first", tmp_path / "tiny", tunes, requests=1)
    run(tmp_path / "recipe.toml", tunes, tmp_path / "second", start=tmp_path / "tiny")
    second = write_bundle(tmp_path / "second", tmp_path / "tiny2", tunes, requests=1)
    assert second["training"]["began_with"]["sha256"] == first["weights"]["sha256"]
    assert "began_with" not in first["training"]
    (tmp_path / "wide.toml").write_text(text + "[network]\nembedding = 9\nhidden = 12\nhead = 8\n")
    with pytest.raises(StudioError, match="another size"):
        run(tmp_path / "wide.toml", tunes, tmp_path / "third", start=tmp_path / "tiny")


def test_what_a_model_lacks_begins_at_zero(tunes: Path, tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text(
        'id = "tiny"\nfamily = "music.melody_lstm"\n[training]\nsteps = 1\n'
    )
    run(tmp_path / "recipe.toml", tunes, tmp_path / "first")
    write_bundle(tmp_path / "first", tmp_path / "tiny", tunes, requests=1)
    styles = (*STYLES, "song")
    net = MelodyLstm(MelodyLstmConfig(styles))
    melody.begin_with_model(net, tmp_path / "tiny")
    assert not net.style.weight[-1].any()
    assert net.style.weight[:-1].any()
    with pytest.raises(StudioError, match="not the first ones"):
        melody.begin_with_model(MelodyLstm(MelodyLstmConfig(("song", *STYLES))), tmp_path / "tiny")
