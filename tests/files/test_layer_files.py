"""PSD and OpenRaster: what other programs read is what was there: layers, names, opacity, modes, and the picture."""

import io
import zipfile
from dataclasses import replace
from typing import get_args
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from psd_tools import PSDImage

from studio.core.errors import StudioError
from studio.core.layers import BlendMode
from studio.files.colour_profile import srgb_profile
from studio.files.layer_file import FileLayer, LayeredPicture
from studio.files.open_raster import ora_bytes
from studio.files.psd import _packed_rows, psd_bytes

RNG = np.random.default_rng(2)
PAPER = RNG.integers(0, 256, (40, 60, 4), dtype=np.uint8)
PAPER[..., 3] = 255
INK = RNG.integers(0, 256, (10, 20, 4), dtype=np.uint8)
LAYERS = (
    FileLayer("Papier é 紙", PAPER),
    FileLayer("Ink", INK, left=7, top=5, opacity=0.4, mode="multiply"),
    FileLayer("Hidden", INK, mode="soft-light", visible=False),
)
PICTURE = LayeredPicture(LAYERS, np.ascontiguousarray(PAPER[..., :3]), dpi=240, project=b"{}")


def opened(picture: LayeredPicture) -> PSDImage:
    return PSDImage.open(io.BytesIO(psd_bytes(picture)))


def test_a_psd_has_the_layers_where_they_were() -> None:
    psd = opened(PICTURE)
    assert (psd.width, psd.height) == (60, 40)
    assert [layer.name for layer in psd] == ["Papier é 紙", "Ink", "Hidden"]
    assert [layer.opacity for layer in psd] == [255, 102, 255]
    assert [layer.visible for layer in psd] == [True, True, False]
    assert [layer.blend_mode.name for layer in psd] == ["NORMAL", "MULTIPLY", "SOFT_LIGHT"]
    assert (psd[1].left, psd[1].top) == (7, 5)
    assert np.array_equal(np.asarray(psd[1].topil()), INK)


def test_a_psd_has_the_picture_its_size_on_paper_and_its_colours() -> None:
    psd = opened(PICTURE)
    assert np.array_equal(np.asarray(psd.topil().convert("RGB")), PICTURE.flat)
    with Image.open(io.BytesIO(psd_bytes(PICTURE))) as image:
        assert np.array_equal(np.asarray(image.convert("RGB")), PICTURE.flat)
        assert image.info["icc_profile"] == srgb_profile()
    resolution = psd.image_resources[1005].data
    assert resolution.horizontal / 65536 == 240


@pytest.mark.parametrize("mode", get_args(BlendMode))
def test_every_mode_has_a_key_that_others_know(mode: BlendMode) -> None:
    layer = replace(LAYERS[1], mode=mode)
    assert opened(LayeredPicture((layer,), PICTURE.flat))[0].blend_mode.name == mode.upper().replace("-", "_")
    stack = ElementTree.fromstring(entry(ora_bytes(LayeredPicture((layer,), PICTURE.flat)), "stack.xml"))
    words = {"normal": "svg:src-over", "exclusion": "krita:exclusion"}.get(mode, f"svg:{mode}")
    assert stack.find("stack/layer").get("composite-op") == words  # type: ignore[union-attr]


def test_a_picture_too_large_for_a_psd_is_refused() -> None:
    with pytest.raises(StudioError, match="up to 30000 px"):
        psd_bytes(LayeredPicture((), np.zeros((1, 30001, 3), np.uint8)))


@given(st.lists(st.tuples(st.integers(1, 400), st.booleans()), min_size=1, max_size=4))
def test_packed_rows_unpack_to_what_they_were(rows: list[tuple[int, bool]]) -> None:
    for width, is_even in rows:
        row = (
            np.full((1, width), 7, np.uint8) if is_even else RNG.integers(0, 256, (1, width), dtype=np.uint8)
        )
        assert unpacked(_packed_rows(row)[0]) == row.tobytes()


def unpacked(content: bytes) -> bytes:
    out, at = b"", 0
    while at < len(content):
        count = content[at]
        if count < 128:
            out += content[at + 1 : at + 2 + count]
            at += 2 + count
        else:
            out += content[at + 1 : at + 2] * (257 - count)
            at += 2
    return out


def entry(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


def test_an_ora_says_what_it_is_and_lists_the_uppermost_first() -> None:
    content = ora_bytes(PICTURE)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype") == b"image/openraster"
        assert archive.testzip() is None
    image = ElementTree.fromstring(entry(content, "stack.xml"))
    assert (image.get("w"), image.get("h"), image.get("xres")) == ("60", "40", "240")
    layers = image.findall("stack/layer")
    assert [layer.get("name") for layer in layers] == ["Hidden", "Ink", "Papier é 紙"]
    assert layers[0].get("visibility") == "hidden"
    assert (layers[1].get("x"), layers[1].get("y"), layers[1].get("opacity")) == ("7", "5", "0.4000")


def test_an_ora_has_every_layers_pixels_and_the_picture() -> None:
    content = ora_bytes(PICTURE)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(entry(content, "data/layer001.png")))), INK)
    merged = Image.open(io.BytesIO(entry(content, "mergedimage.png")))
    assert np.array_equal(np.asarray(merged), PICTURE.flat)
    small = Image.open(io.BytesIO(entry(content, "Thumbnails/thumbnail.png")))
    assert max(small.size) <= 256
    assert entry(content, "latent-studio/project.json") == b"{}"
    assert ora_bytes(PICTURE) == content


def test_a_layer_is_cut_to_what_can_be_seen() -> None:
    whole = np.zeros((30, 30, 4), np.uint8)
    whole[4:9, 10:12] = 255
    layer = FileLayer.cut("dot", whole, "normal", 1.0, True)
    assert (layer.left, layer.top, layer.rgba.shape) == (10, 4, (5, 2, 4))
    assert FileLayer.cut("nothing", whole * 0, "normal", 1.0, True).rgba.shape == (1, 1, 4)
