"""Exports in every format: the canvas's pixels, at any size; layers as layers; a cancelled one leaves nothing."""

import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from psd_tools import PSDImage

from studio.core.exporting import ExportWish, FileKind
from studio.core.latent import Latent
from studio.core.layers import Artboard, Layer, Mark, Placement, Region
from studio.core.messages import CancelledReply, Failure, RenderRequest, WorkDone
from studio.core.picture import Picture
from studio.core.project import PictureDocument
from studio.core.restyle import Mask
from studio.files.picture_export import Provenance
from studio.files.picture_file import open_picture
from studio.files.png import read_project
from studio.inference.picture_export import ExportFileJob
from tests.inference.conftest import Rig

BOARD = Artboard(96, 64)
RNG = np.random.default_rng(9)
PHOTO = Picture(RNG.integers(0, 256, (20, 30, 3), dtype=np.uint8), "photo")
EDGE = Region(Mask.of(np.tile(np.arange(0, 256, 8, dtype=np.uint8), (4, 1))), 10, 10, 60, 40)
STACK = (
    Layer(0, "Live", "live", Placement(0, 0, 96, 64)),
    Layer(1, "Photo", "picture", Placement(20, 10, 45, 30, 15), 0.8, "screen", picture=PHOTO, region=EDGE),
    Layer(
        2, "Paint", "paint", mode="multiply",
        marks=(Mark("brush", 0xC04020, 9, 0.4, 0.9, Mark.packed([(5, 5, 1), (90, 60, 0.6)])),),
    ),
    Layer(3, "Hidden", "picture", picture=PHOTO, visible=False),
)  # fmt: skip
REQUEST = RenderRequest("fake", Latent(seed=40), layers=STACK, artboard=BOARD)


def exported(rig: Rig, path: Path, wish: ExportWish, request: RenderRequest = REQUEST) -> Path:
    document = PictureDocument("fake", Latent(seed=40), layers=request.layers, artboard=request.artboard)
    job = ExportFileJob(request, path, wish, Provenance(document=document if request.layers else None))
    done = rig.inbox.closing(rig.controller.submit_job(job))
    assert isinstance(done, WorkDone), done
    return path


def on_canvas(rig: Rig, request: RenderRequest = REQUEST) -> np.ndarray:
    return rig.inbox.closing(rig.controller.submit(request)).frame.pixels  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", ["png", "tiff", "webp"])
def test_a_file_has_the_bytes_of_the_canvas(rig: Rig, tmp_path: Path, kind: FileKind) -> None:
    path = exported(rig, tmp_path / f"a.{kind}", ExportWish(kind, quality=100))
    assert np.array_equal(open_picture(path).pixels, on_canvas(rig))


def test_layers_are_drawn_at_the_size_that_was_asked_for(rig: Rig, tmp_path: Path) -> None:
    path = exported(rig, tmp_path / "a.png", ExportWish("png", 300))
    assert np.array_equal(open_picture(path).pixels, on_canvas(rig, replace(REQUEST, canvas_px=300)))
    assert read_project(path) is not None


def test_a_picture_alone_is_resized_or_gets_detail(rig: Rig, tmp_path: Path) -> None:
    alone = RenderRequest("fake", Latent(seed=40))
    assert open_picture(exported(rig, tmp_path / "a.png", ExportWish("png", 100), alone)).pixels.shape == (
        100,
        100,
        3,
    )
    detailed = ExportWish("png", 100, detail=True)
    assert open_picture(exported(rig, tmp_path / "b.png", detailed, alone)).pixels.shape == (100, 100, 3)
    assert any(getattr(wish, "kind", "") == "upscale" for wish in rig.engine.asked)


def test_a_psd_looks_like_the_canvas_in_another_program(rig: Rig, tmp_path: Path) -> None:
    psd = PSDImage.open(exported(rig, tmp_path / "a.psd", ExportWish("psd")))
    assert [layer.name for layer in psd] == ["Live", "Photo", "Paint", "Hidden"]
    canvas = on_canvas(rig).astype(int)
    assert np.array_equal(np.asarray(psd.topil().convert("RGB")), canvas)
    composed = np.asarray(psd.composite(force=True).convert("RGB")).astype(int)
    assert np.abs(composed - canvas).max() <= 3


def test_an_ora_holds_the_layers_and_the_picture(rig: Rig, tmp_path: Path) -> None:
    path = exported(rig, tmp_path / "a.ora", ExportWish("ora", 48))
    with zipfile.ZipFile(path) as archive:
        merged = Image.open(archive.open("mergedimage.png"))
        assert np.array_equal(np.asarray(merged), on_canvas(rig, replace(REQUEST, canvas_px=48)))
        assert len([name for name in archive.namelist() if name.startswith("data/")]) == 4
        assert "latent-studio/project.json" in archive.namelist()


def test_a_picture_alone_is_one_layer(rig: Rig, tmp_path: Path) -> None:
    psd = PSDImage.open(
        exported(rig, tmp_path / "a.psd", ExportWish("psd"), RenderRequest("fake", Latent(seed=1)))
    )
    assert [layer.name for layer in psd] == ["Picture"]


def test_a_cancelled_export_leaves_no_file(rig: Rig, tmp_path: Path) -> None:
    job = ExportFileJob(REQUEST, tmp_path / "a.tif", ExportWish("tiff", 6000))
    serial = rig.controller.submit_job(job)
    rig.controller.cancel(serial)
    assert isinstance(rig.inbox.closing(serial), CancelledReply)
    assert not list(tmp_path.iterdir())


def test_a_size_that_the_format_does_not_have_is_said_before_drawing(rig: Rig, tmp_path: Path) -> None:
    serial = rig.controller.submit_job(ExportFileJob(REQUEST, tmp_path / "a.webp", ExportWish("webp", 16384)))
    assert isinstance(rig.inbox.closing(serial), Failure)
    assert not rig.engine.asked


def test_a_hidden_live_layer_still_is_a_layer(rig: Rig, tmp_path: Path) -> None:
    hidden = replace(REQUEST, layers=(replace(STACK[0], visible=False), *STACK[1:]))
    psd = PSDImage.open(exported(rig, tmp_path / "a.psd", ExportWish("psd"), hidden))
    assert (psd[0].visible, psd[0].size) == (False, (96, 64))
