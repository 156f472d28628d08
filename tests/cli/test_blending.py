"""The verbs that mix pictures of one model, from the arguments to the file."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from studio import cli
from studio.core.latent import Latent, LayerMix
from studio.core.parameter import PSI
from studio.core.recipe import Recipe
from studio.files.picture_file import open_picture
from studio.files.png import read_recipe, save_png
from tests.cli.conftest import Run, refused


def pixels(path: Path) -> bytes:
    return open_picture(path).pixels.tobytes()


def latent_in(path: Path) -> Latent:
    found = read_recipe(path)
    assert found is not None
    assert found[0].latent is not None
    return found[0].latent


@pytest.mark.parametrize("model", ["tiny-gan", "tiny-vae"])
def test_seeds_and_pictures_are_mixed_and_come_back(run: Run, tmp_path: Path, model: str) -> None:
    run("generate", model, "--seed", 4, "--psi", 0.9, "-o", tmp_path / "4.png")
    parts = ("--picture", "seed:85=30", "--picture", f"{tmp_path / '4.png'}=10")
    assert run("blend", model, *parts, "-o", tmp_path / "mix.png") == (0, "", "")
    mix = {part.latent.seed: (part.weight, part.latent.psi) for part in latent_in(tmp_path / "mix.png").blend}
    assert mix == {85: (0.75, PSI.default if model == "tiny-gan" else 1.0), 4: (0.25, 0.9)}
    is_trained = model == "tiny-gan"  # the tiny autoencoder draws one grey
    assert (pixels(tmp_path / "mix.png") != pixels(tmp_path / "4.png")) == is_trained
    assert run("render", tmp_path / "mix.png", "-o", tmp_path / "again.png") == (0, "", "")
    assert (tmp_path / "again.png").read_bytes() == (tmp_path / "mix.png").read_bytes()


def test_a_mix_can_be_mixed_again_and_one_picture_is_itself(run: Run, tmp_path: Path) -> None:
    run("generate", "tiny-gan", "--seed", 5, "-o", tmp_path / "5.png")
    run("blend", "tiny-gan", "--picture", tmp_path / "5.png", "-o", tmp_path / "same.png")
    assert pixels(tmp_path / "same.png") == pixels(tmp_path / "5.png")
    run("blend", "tiny-gan", "--picture", "seed:1", "--picture", "seed:2", "-o", tmp_path / "12.png")
    twice = ("--picture", tmp_path / "12.png", "--picture", "seed:2")
    run("blend", "tiny-gan", *twice, "--scale", 2, "-o", tmp_path / "122.png")
    blend = latent_in(tmp_path / "122.png").blend
    assert {part.latent.seed: part.weight for part in blend} == {1: 0.25, 2: 0.75}
    assert open_picture(tmp_path / "122.png").pixels.shape == (64, 64, 3)


@pytest.mark.parametrize(
    ("layers", "first", "last"), [("coarse", 0, 2), ("fine", 6, 7), ("2-5", 2, 5), ("3", 3, 3)]
)
def test_a_sheet_shows_every_row_with_layers_of_every_column(
    run: Run, tmp_path: Path, layers: str, first: int, last: int
) -> None:
    sheet = tmp_path / "sheet.png"
    wish = ("--rows", "1,2", "--columns", "3,4,5", "--layers", layers, "-o", sheet)
    assert run("mix", "tiny-gan", *wish) == (0, "", "")
    shown = open_picture(sheet).pixels
    side, step, start = 32, 36, 48
    assert shown.shape == (start + step + side, start + 2 * step + side, 3)
    row, column = Latent(2, psi=PSI.default), Latent(5, psi=PSI.default)
    mixed = replace(row, mixes=(LayerMix(5, first, last, latent=column),))
    save_png(
        tmp_path / "wanted.png", np.zeros((4, 4, 3), np.uint8), Recipe("picture", "tiny-gan", latent=mixed)
    )
    assert run("render", tmp_path / "wanted.png", "-o", tmp_path / "cell.png") == (0, "", "")
    last_cell = shown[start + step :, start + 2 * step :]
    assert np.array_equal(last_cell, open_picture(tmp_path / "cell.png").pixels)


def test_a_sheet_of_a_model_without_layers_is_halfway(run: Run, tmp_path: Path) -> None:
    wish = ("--rows", "1", "--columns", "1,2", "-o", tmp_path / "sheet.png")
    assert run("mix", "tiny-vae", *wish) == (0, "", "")
    shown = open_picture(tmp_path / "sheet.png").pixels
    assert np.array_equal(shown[32:48, 32:48], shown[32:48, :16])  # halfway between itself and itself
    assert shown.shape == (48, 68, 3)


def test_what_cannot_be_mixed_is_one_sentence(run: Run, tmp_path: Path) -> None:
    out = ("-o", tmp_path / "mix.png")
    Image.new("RGB", (8, 8)).save(tmp_path / "plain.png")
    run("generate", "tiny-vae", "-o", tmp_path / "vae.png")
    trap = {"kind": "picture", "model_id": "tiny-gan", "latent": {}}
    for _ in range(40):
        trap["latent"] = {"blend": [{"weight": 1.0, "latent": trap["latent"]}]}
    recipe = Recipe("picture", "tiny-gan", latent=Latent())
    save_png(tmp_path / "trap.png", np.zeros((4, 4, 3), np.uint8), _Raw(recipe, json.dumps(trap)))  # type: ignore[arg-type]
    for name, words in (
        ("plain.png", "plain.png is no picture of Tiny-Gan."),
        ("vae.png", "vae.png is no picture of Tiny-Gan."),
        ("missing.png", "missing.png does not exist."),
        ("trap.png", "mixed from too many others"),
    ):
        refused(run("blend", "tiny-gan", "--picture", tmp_path / name, *out), words)
    refused(run("render", tmp_path / "trap.png", *out), "mixed from too many others")
    refused(run("blend", "tiny-gan", "--picture", "seed:1=0", *out), "come to nothing")
    refused(run("blend", "tiny-melody", "--picture", "seed:1=1", *out), "makes no pictures")
    refused(run("mix", "nope", "--rows", "1", "--columns", "2", *out), "no model named 'nope'")
    assert not (tmp_path / "mix.png").exists()


class _Raw:
    """A recipe whose text is not ours."""

    def __init__(self, recipe: Recipe, text: str) -> None:
        self.recipe, self._text = recipe, text

    def to_json(self) -> str:
        return self._text


@pytest.mark.parametrize(
    "arguments",
    [
        ("blend", "tiny-gan", "-o", "a.png"),
        ("blend", "tiny-gan", "--picture", "seed:x=1", "-o", "a.png"),
        ("blend", "tiny-gan", "--picture", "seed:4294967296", "-o", "a.png"),
        ("blend", "tiny-gan", "--picture", "seed:1=-1", "-o", "a.png"),
        ("blend", "tiny-gan", "--picture", "seed:1=nan", "-o", "a.png"),
        ("blend", "tiny-gan", "--picture", "seed:1=1", "-o", "a.doc"),
        ("mix", "tiny-gan", "--rows", "1", "--columns", "x", "-o", "a.png"),
        ("mix", "tiny-gan", "--rows", "1,2,3,4,5,6,7", "--columns", "1", "-o", "a.png"),
        ("mix", "tiny-gan", "--rows", "1", "--columns", "2", "--layers", "all", "-o", "a.png"),
        ("mix", "tiny-gan", "--rows", "1", "--columns", "2", "--layers", "2-8", "-o", "a.png"),
        ("mix", "tiny-gan", "--rows", "1", "--columns", "2", "-o", "a.webp"),
    ],
    ids=" ".join,
)
def test_what_is_not_understood_is_a_usage_error(run: Run, arguments: tuple[str, ...]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert "Usage:" in err


@pytest.mark.parametrize("verb", ["blend", "mix"])
def test_the_verbs_explain_themselves(verb: str) -> None:
    result = CliRunner().invoke(cli.app, [verb, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output
