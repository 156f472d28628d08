"""Recipes inside PNGs: they come back, other programs see an ordinary picture, and hostile ones do no harm."""

import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from studio.core.errors import StudioError
from studio.core.latent import Latent
from studio.core.picture import Picture, Pixels
from studio.core.recipe import Recipe
from studio.files.picture_file import open_picture
from studio.files.png import RECIPE_KEY, SOURCE_KEY, read_recipe, save_png, scaled

RECIPE = Recipe("picture", "gan", "abc", Latent(seed=85, offsets=(("pc0", 1.5),)), app="0.1")


def noise(height: int = 40, width: int = 50) -> Pixels:
    return np.random.RandomState(1).randint(0, 256, (height, width, 3), dtype=np.uint8)


def test_pixels_and_recipe_come_back(tmp_path: Path) -> None:
    path, pixels = tmp_path / "a.png", noise()
    save_png(path, pixels, RECIPE)
    assert read_recipe(path) == (RECIPE, None)
    assert np.array_equal(open_picture(path).pixels, pixels)


def test_an_opened_picture_travels_along_bit_for_bit(tmp_path: Path) -> None:
    path, source = tmp_path / "a.png", Picture(noise(200, 300), "katze.jpg")
    recipe = replace(RECIPE, source_sha256=source.sha256, source_name="katze.jpg")
    save_png(path, noise(), recipe, source)
    found = read_recipe(path)
    assert found == (recipe, source)
    assert np.array_equal(found[1].pixels, source.pixels)  # type: ignore[union-attr]


@pytest.mark.parametrize("scale", [1, 2, 4])
def test_larger_prints(scale: int) -> None:
    assert scaled(noise(), scale).shape == (40 * scale, 50 * scale, 3)


def test_scaling_a_flat_picture_keeps_its_colour() -> None:
    flat = np.full((8, 8, 3), 77, dtype=np.uint8)
    assert (scaled(flat, 4) == 77).all()


def test_pictures_without_a_recipe_have_none(tmp_path: Path) -> None:
    Image.fromarray(noise()).save(tmp_path / "a.png")
    Image.fromarray(noise()).save(tmp_path / "a.jpg")
    assert read_recipe(tmp_path / "a.png") is None
    assert read_recipe(tmp_path / "a.jpg") is None


@pytest.mark.parametrize("left", [20, 500, 5000])
def test_a_cut_file_has_no_recipe_and_is_no_picture(tmp_path: Path, left: int) -> None:
    path = tmp_path / "a.png"
    save_png(path, noise(), RECIPE)
    path.write_bytes(path.read_bytes()[:left])
    assert read_recipe(path) is None
    with pytest.raises(StudioError, match=r"a\.png is damaged or cut short|a\.png is not a picture"):
        open_picture(path)


def written(path: Path, text: str, key: str = RECIPE_KEY, *, zipped: bool = False) -> Path:
    info = PngInfo()
    info.add_itxt(key, text, zip=zipped)
    Image.fromarray(noise()).save(path, pnginfo=info)
    return path


def test_a_recipe_that_another_program_compressed_is_read(tmp_path: Path) -> None:
    assert read_recipe(written(tmp_path / "a.png", RECIPE.to_json(), zipped=True)) == (RECIPE, None)


@pytest.mark.parametrize("text", ["", "{}", "[1, 2", '{"kind": "picture", "x": ' + "[" * 100_000])
def test_a_damaged_recipe_is_one_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(StudioError, match="recipe"):
        read_recipe(written(tmp_path / "a.png", text))


def test_a_compressed_bomb_is_not_inflated(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    info = PngInfo()
    bomb = zlib.compress(b"\0" * 50_000_000, 9)
    info.add(b"iTXt", RECIPE_KEY.encode() + b"\0\x01\0\0\0" + bomb)
    Image.fromarray(noise()).save(path, pnginfo=info)
    with pytest.raises(StudioError, match="too large to be real"):
        read_recipe(path)


def test_a_lying_length_is_a_cut_file(tmp_path: Path) -> None:
    path = written(tmp_path / "a.png", RECIPE.to_json())
    content = path.read_bytes()
    at = content.index(b"iTXt")
    path.write_bytes(content[: at - 4] + b"\xff\xff\xff\xf0" + content[at:])
    assert read_recipe(path) is None


@pytest.mark.parametrize("inside", ["", "????", "bm90IGEgcGljdHVyZQ=="])
def test_a_missing_or_damaged_source_is_one_sentence(tmp_path: Path, inside: str) -> None:
    info = PngInfo()
    info.add_itxt(RECIPE_KEY, replace(RECIPE, source_sha256="1" * 64).to_json())
    info.add_itxt(SOURCE_KEY, inside)
    Image.fromarray(noise()).save(tmp_path / "a.png", pnginfo=info)
    with pytest.raises(StudioError) as caught:
        read_recipe(tmp_path / "a.png")
    assert "\n" not in caught.value.sentence()


def test_an_unwritable_place_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"a\.png could not be written"):
        save_png(tmp_path / "no folder" / "a.png", noise(), RECIPE)
    assert list(tmp_path.iterdir()) == []
