"""`render` in every format and size, `restore` in one go, `stylize`: from the arguments to the file."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from psd_tools import PSDImage

from studio.core.latent import Latent
from studio.core.layers import Layer, Mark, first_stack
from studio.core.project import PictureDocument, Project
from studio.files.picture_file import open_picture
from studio.files.picture_state import read_state
from studio.files.png import read_recipe
from studio.files.project_file import save_project
from tests.cli.conftest import Run

STROKE = Mark("brush", 0xF0A040, 90, path=Mark.packed([(100, 500, 1.0), (900, 500, 1.0)]))


@pytest.fixture
def places(places: tuple[Path, ...], tiny_restoration: Path) -> tuple[Path, ...]:
    """With a restoration of its own, quick enough for a test."""
    return tiny_restoration, *places


@pytest.fixture
def layered(tmp_path: Path) -> Path:
    """A project of a picture with a stroke over it."""
    board, layers = first_stack(32, 32, "Picture")
    stack = (*layers, Layer(1, "Stroke", "paint", marks=(STROKE,), mode="multiply", opacity=0.8))
    document = PictureDocument("tiny-gan", Latent(seed=4), layers=stack, artboard=board)
    save_project(Project(document), tmp_path / "work.latent")
    return tmp_path / "work.latent"


def photo(folder: Path) -> Path:
    noise = np.random.RandomState(0).randint(0, 255, (40, 60, 3), dtype=np.uint8)
    Image.fromarray(noise).save(folder / "in.png")
    return folder / "in.png"


def test_a_project_is_rendered_for_print(run: Run, layered: Path, tmp_path: Path) -> None:
    out = tmp_path / "print.tif"
    assert run("render", layered, "-o", out, "--size", 1500, "--dpi", 240) == (0, "", "")
    with Image.open(out) as image:
        assert (image.size, image.info["dpi"]) == ((1500, 1500), (240, 240))


def test_every_format_shows_the_same_and_a_png_comes_back(run: Run, layered: Path, tmp_path: Path) -> None:
    for suffix in (".png", ".tif", ".psd", ".ora", ".jpg"):
        assert run("render", layered, "-o", tmp_path / f"a{suffix}", "--size", 256)[0] == 0
    pixels = open_picture(tmp_path / "a.png").pixels
    assert pixels.shape == (256, 256, 3)
    assert np.array_equal(open_picture(tmp_path / "a.tif").pixels, pixels)
    psd = PSDImage.open(tmp_path / "a.psd")
    assert [layer.name for layer in psd] == ["Picture", "Stroke"]
    assert np.array_equal(np.asarray(psd.topil().convert("RGB")), pixels)
    for name in ("a.png", "a.ora"):
        assert run("render", tmp_path / name, "-o", tmp_path / "again.png", "--size", 256)[0] == 0
        assert np.array_equal(open_picture(tmp_path / "again.png").pixels, pixels)


def test_a_recipe_in_a_webp_makes_the_same_picture(run: Run, tmp_path: Path) -> None:
    assert run("generate", "tiny-gan", "--seed", 7, "-o", tmp_path / "a.png")[0] == 0
    assert run("render", tmp_path / "a.png", "-o", tmp_path / "a.webp", "--quality", "best")[0] == 0
    assert run("render", tmp_path / "a.webp", "-o", tmp_path / "b.png")[0] == 0
    assert np.array_equal(open_picture(tmp_path / "a.webp").pixels, open_picture(tmp_path / "b.png").pixels)
    first, again = read_recipe(tmp_path / "a.png"), read_state(tmp_path / "a.webp")
    assert first is not None
    assert again is not None
    assert again.recipe == first[0]


def test_larger_by_scale_or_by_size(run: Run, layered: Path, tmp_path: Path) -> None:
    run("generate", "tiny-gan", "--seed", 7, "-o", tmp_path / "a.jpg", "--scale", 2)
    assert open_picture(tmp_path / "a.jpg").pixels.shape == (64, 64, 3)
    run("render", layered, "-o", tmp_path / "b.jpg", "--scale", 2)
    assert open_picture(tmp_path / "b.jpg").pixels.shape == (2048, 2048, 3)


def test_restoring_in_one_go(run: Run, tmp_path: Path) -> None:
    mask = np.zeros((40, 60), np.uint8)
    mask[10:20, 10:20] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    wish = ("--denoise", 0.3, "--upscale", 2, "--inpaint", tmp_path / "mask.png", "-o", tmp_path / "out.png")
    assert run("restore", photo(tmp_path), *wish) == (0, "", "")
    assert open_picture(tmp_path / "out.png").pixels.shape == (80, 120, 3)
    found = read_recipe(tmp_path / "out.png")
    assert found is not None
    assert [one.kind for one in found[0].retouch] == ["inpaint", "denoise", "upscale"]
    assert run("restore", tmp_path / "in.png", "-o", tmp_path / "b.png")[0] == 2
    assert run("restore", tmp_path / "in.png", "--upscale", 3, "-o", tmp_path / "b.png")[0] == 2


def test_stylize_is_restyle(run: Run, tmp_path: Path) -> None:
    wish = ("--style", "munch=1", "--size", 64)
    for verb in ("stylize", "restyle"):
        assert run(verb, photo(tmp_path), *wish, "-o", tmp_path / f"{verb}.png") == (0, "", "")
    one, other = (open_picture(tmp_path / f"{verb}.png").pixels for verb in ("stylize", "restyle"))
    assert np.array_equal(one, other)


def test_a_size_that_cannot_be_is_refused(run: Run, layered: Path, tmp_path: Path) -> None:
    code, _, err = run("render", layered, "-o", tmp_path / "a.webp", "--size", 16384)
    assert code == 1
    assert "16383 px" in err
    assert run("render", layered, "-o", tmp_path / "a.bmp")[0] == 2
    assert run("render", layered, "-o", tmp_path / "a.png", "--size", 20000)[0] == 2
    assert run("render", layered, "-o", tmp_path / "a.png", "--quality", "fine")[0] == 2
