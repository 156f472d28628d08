"""An artist's own folder, from the command line to a model that opens."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from studio import cli
from studio.engines.catalogue import Catalogue
from studio.engines.picture import gan_engine
from studio.training.bundle import write_bundle
from studio.training.checkpoints import CHECKPOINT
from studio.training.recipe import read_recipe
from tests.training.picture.conftest import GAN_RECIPE, VAE_RECIPE

PLAIN = 'judge = "plain"'


def recipe(folder: Path, labels: str, text: str = GAN_RECIPE) -> Path:
    path = folder / "recipe.toml"
    own = f"[data]\ncollections = []\nlabels = {labels}"
    path.write_text(text.format(pictures=4, extra=PLAIN).replace("[data]", own), encoding="utf-8")
    return path


@pytest.fixture
def sorted_drawings(drawings: Path) -> Path:
    for i in range(8):
        style = drawings / ("Meer & Küste", 'the "woods"')[i % 2]
        style.mkdir(exist_ok=True)
        shutil.move(drawings / f"{i}.png", style)
    return drawings


def train(*arguments: object) -> int:
    threads = torch.get_num_threads()
    code = cli.main(["train", *(str(argument) for argument in arguments)])
    torch.set_num_threads(threads)
    return code


def test_a_folder_becomes_a_model(drawings: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    assert train(recipe(tmp_path, "[]"), "--data", drawings, "--out", out) == 0
    assert len((out / "held_out.txt").read_text().splitlines()) == 2
    card = write_bundle(out, tmp_path / "models/tiny", drawings)
    assert card.styles == ("all",)
    assert [(source.name, source.works) for source in card.data] == [
        ("Pictures of the artist's own choice", 6)
    ]
    entry = Catalogue.scan([tmp_path / "models"]).entry("tiny")
    assert gan_engine.open_engine(entry, torch.device("cpu")).info.card.styles == ("all",)


def test_sub_folders_become_styles_of_the_card(sorted_drawings: Path, tmp_path: Path) -> None:
    out, path = tmp_path / "run", recipe(tmp_path, '["folder"]')
    assert train(path, "--data", sorted_drawings, "--out", out) == 0
    names = ("Meer & Küste", 'the "woods"')
    assert tuple(read_recipe(out / "recipe.toml")["data"]["folders"]) == names
    card = write_bundle(out, tmp_path / "models/tiny", None)  # the pictures are not needed any more
    assert card.styles == names
    before = load_file(out / CHECKPOINT)
    assert train(path, "--data", sorted_drawings, "--out", out, "--resume") == 0
    after = load_file(out / CHECKPOINT)
    assert all(torch.equal(before[key], after[key]) for key in before)


@pytest.mark.parametrize("line", ['"labels" = ["folder"]', 'labels = ["folder"] # and more'])
def test_the_recipe_is_completed_or_refused(
    sorted_drawings: Path, tmp_path: Path, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = recipe(tmp_path, "[]")
    path.write_text(path.read_text().replace("labels = []", line))
    code = train(path, "--data", sorted_drawings, "--out", tmp_path / "run")
    assert code == (1 if line.startswith('"') else 0)
    assert ("on a line of its own" in capsys.readouterr().err) is bool(code)


@pytest.mark.parametrize(
    ("labels", "count", "words"),
    [
        ("[]", 0, "holds no usable pictures"),
        ("[]", 1, "one usable picture only"),
        ('["genre"]', 8, 'have no "genre" to learn styles by. Write labels = []'),
        ('["folder"]', 8, "no sub-folders to take the styles from"),
    ],
)
def test_what_cannot_be_learned_is_one_sentence(
    drawings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], labels: str, count: int, words: str
) -> None:
    for i in range(count, 8):
        (drawings / f"{i}.png").unlink()
    assert train(recipe(tmp_path, labels), "--data", drawings, "--out", tmp_path / "run") == 1
    out, err = capsys.readouterr()
    assert not out
    assert words in err
    assert err.count("\n") == 1


@pytest.mark.expects_log
def test_a_corrupt_picture_is_named_and_counted_and_the_run_goes_on(drawings: Path, tmp_path: Path) -> None:
    (drawings / "0.png").write_bytes((drawings / "0.png").read_bytes()[:900])
    out = tmp_path / "run"
    assert train(recipe(tmp_path, "[]"), "--data", drawings, "--out", out) == 0
    with safe_open(out / CHECKPOINT, framework="pt") as file:
        counters = json.loads(file.metadata()["counters"])
    assert (counters["skipped"], counters["works"]) == (1, 5)


def test_an_autoencoder_needs_pictures_to_check_on(
    drawings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("efficientnet_lite_pytorch")
    path = recipe(tmp_path, "[]", VAE_RECIPE)
    path.write_text(path.read_text().replace("held_out = 0.2", "held_out = 0.0"))
    assert train(path, "--data", drawings, "--out", tmp_path / "run") == 1
    assert "larger held_out" in capsys.readouterr().err
