"""Exported pictures: pixels, colours, size on paper and recipe can be read back from every format."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from studio.core.errors import StudioError
from studio.core.exporting import ExportWish, FileKind, cm_of, kind_of, px_of, sized
from studio.core.latent import Latent
from studio.core.layers import Layer, Mark, first_stack
from studio.core.picture import Picture
from studio.core.project import PictureDocument
from studio.core.recipe import Recipe
from studio.files.colour_profile import srgb_profile
from studio.files.picture_export import Provenance, picture_bytes, read_xmp_recipe
from studio.files.picture_file import open_picture
from studio.files.png import read_project, read_recipe
from studio.files.project_file import project_of

Y, X = np.mgrid[:48, :64]
PIXELS = np.dstack([X * 4, Y * 5, X + Y]).astype(np.uint8)
RECIPE = Recipe("picture", "paintings-gan", "abc", Latent(seed=85, offsets=(("a<&\"'é", 0.5),)))
FLAT_KINDS: tuple[FileKind, ...] = ("png", "jpeg", "webp", "tiff")


def written(folder: Path, wish: ExportWish, made: Provenance = Provenance()) -> Path:  # noqa: B008
    path = folder / f"picture.{wish.kind}"
    path.write_bytes(picture_bytes(PIXELS, wish, made))
    return path


@pytest.mark.parametrize("kind", FLAT_KINDS)
def test_pixels_colours_and_size_on_paper_come_back(tmp_path: Path, kind: FileKind) -> None:
    path = written(tmp_path, ExportWish(kind, dpi=240, quality=100))
    difference = np.abs(open_picture(path).pixels.astype(int) - PIXELS).max()
    assert difference <= (8 if kind == "jpeg" else 0)
    with Image.open(path) as image:
        assert image.info["icc_profile"] == srgb_profile()
        dpi = image.getexif()[282] if kind == "webp" else image.info["dpi"][0]
        assert float(dpi) == pytest.approx(240, abs=0.01)


@pytest.mark.parametrize("kind", FLAT_KINDS)
def test_the_same_picture_is_the_same_file(tmp_path: Path, kind: FileKind) -> None:
    made, wish = Provenance(RECIPE), ExportWish(kind)
    assert picture_bytes(PIXELS, wish, made) == picture_bytes(PIXELS, wish, made)


@pytest.mark.parametrize("kind", ["jpeg", "webp", "tiff"])
def test_a_recipe_travels_as_xmp(tmp_path: Path, kind: FileKind) -> None:
    assert read_xmp_recipe(written(tmp_path, ExportWish(kind), Provenance(RECIPE))) == RECIPE


@pytest.mark.parametrize("kind", ["jpeg", "webp", "tiff"])
def test_a_recipe_that_needs_more_than_itself_stays_out(tmp_path: Path, kind: FileKind) -> None:
    photo = Picture(PIXELS, "photo.jpg")
    needs_photo = Recipe("picture", source_sha256=photo.sha256)
    too_long = Recipe(
        "picture", "gan", latent=Latent(offsets=tuple((f"slider {i}", 0.1) for i in range(6000)))
    )
    for recipe in (needs_photo, too_long):
        assert read_xmp_recipe(written(tmp_path, ExportWish(kind), Provenance(recipe, photo))) is None


def test_other_files_have_no_recipe(tmp_path: Path) -> None:
    Image.fromarray(PIXELS).save(tmp_path / "plain.jpg")
    (tmp_path / "words.txt").write_text("no picture")
    assert read_xmp_recipe(tmp_path / "plain.jpg") is None
    assert read_xmp_recipe(tmp_path / "words.txt") is None


def test_a_damaged_packet_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, ExportWish("webp"), Provenance(RECIPE))
    path.write_bytes(path.read_bytes().replace(b"</rdf:RDF>", b"</rdf:RDG>"))
    with pytest.raises(StudioError, match="damaged"):
        read_xmp_recipe(path)


def test_a_png_carries_its_layers(tmp_path: Path) -> None:
    board, layers = first_stack(64, 48, "Picture")
    ink = Layer(1, "Ink", "paint", marks=(Mark("brush", 0xFF, path=Mark.packed([(1, 2, 0.5)])),))
    document = PictureDocument("gan", Latent(seed=3), layers=(*layers, ink), artboard=board)
    path = written(tmp_path, ExportWish("png"), Provenance(document=document))
    content = read_project(path)
    assert content is not None
    assert project_of(content, path).picture == document
    assert read_recipe(path) is None
    assert read_project(written(tmp_path, ExportWish("png"), Provenance(RECIPE))) is None


@given(st.integers(1, 16384), st.integers(30, 1200))
def test_px_and_cm_are_one_another(px: int, dpi: int) -> None:
    assert px_of(cm_of(px, dpi), dpi) == px


def test_sizes_keep_the_shape() -> None:
    assert sized(400, 300, 0) == (400, 300)
    assert sized(400, 300, 1000) == (1000, 750)
    assert sized(3000, 1, 300) == (300, 1)


def test_what_cannot_be_written_is_refused() -> None:
    with pytest.raises(StudioError, match="up to 16383 px"):
        ExportWish("webp", 16384).checked()
    with pytest.raises(StudioError, match=r"not written as \.bmp"):
        kind_of(".bmp")
    assert kind_of(".TIF") == "tiff"
