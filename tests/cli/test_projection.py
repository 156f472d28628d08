"""The verb `project`: a picture in, the nearest of a model's out, which `render` makes again byte for byte."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.files.png import read_recipe
from tests.cli.conftest import Run


@pytest.fixture
def places(tiny_models: Path) -> tuple[Path, ...]:
    """No restyling model, so that nothing is slow."""
    return (tiny_models,)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    rows = np.linspace(0, 255, 60, dtype=np.uint8)[:, None, None]
    Image.fromarray(np.broadcast_to(rows, (60, 80, 3)).copy()).save(tmp_path / "photo.jpg")
    return tmp_path / "photo.jpg"


@pytest.mark.parametrize("model", ["tiny-gan", "tiny-vae"])
def test_the_recipe_makes_the_same_bytes(run: Run, photo: Path, tmp_path: Path, model: str) -> None:
    out, again = tmp_path / "out.png", tmp_path / "again.png"
    code, words, _ = run("project", photo, "--model", model, "--steps", 8, "-o", out)
    assert code == 0
    assert words.startswith("PSNR")
    assert "after 8 steps" in words
    recipe, source = read_recipe(out) or (None, None)
    assert recipe is not None
    assert recipe.latent.w is not None
    assert source is None
    assert run("render", out, "-o", again)[0] == 0
    assert out.read_bytes() == again.read_bytes()


def test_figures_for_programs(run: Run, photo: Path, tmp_path: Path) -> None:
    options = ("--model", "tiny-gan", "--steps", 8, "--json")
    code, words, _ = run("project", photo, *options, "-o", tmp_path / "out.png")
    told = json.loads(words)
    assert code == 0
    assert told["result"]["psnr_db"] >= told["start"]["psnr_db"]
    assert told["result"]["perceptual"] is None  # no restyling model among these


def test_what_cannot_be_done_is_one_sentence(run: Run, photo: Path, tmp_path: Path) -> None:
    (tmp_path / "words.jpg").write_text("no picture")
    out = ("-o", tmp_path / "out.png")
    for arguments in (
        ("project", tmp_path / "words.jpg", "--model", "tiny-gan", *out),
        ("project", tmp_path / "missing.jpg", "--model", "tiny-gan", *out),
        ("project", photo, "--model", "tiny-restoration", *out),
        ("project", photo, "--model", "tiny-melody", *out),
        ("project", photo, "--model", "missing", *out),
    ):
        code, _, words = run(*arguments)
        assert code == 1
        assert words.strip()
        assert "Traceback" not in words
    assert run("project", photo, "--steps", 0, *out)[0] == 2
    assert run("project", photo, "-o", tmp_path / "out.jpg")[0] == 2
    assert not (tmp_path / "out.png").exists()
