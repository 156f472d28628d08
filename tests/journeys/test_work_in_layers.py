"""Lay paint and pictures over each other, mix them, keep a picture, take it all back."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image
from psd_tools import PSDImage
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from studio.core.exporting import ExportWish
from studio.core.layers import Mark, Region
from studio.core.painting import laid_out, painted
from studio.core.project import PictureDocument
from studio.core.restyle import Mask
from studio.core.session import PICTURES
from tests.journeys.conftest import PATIENCE_MS

Pixels = Callable[[], bytes]
STROKE = Mark("brush", 0xF0A040, 40, 0.8, 1.0, Mark.packed([(100, 500, 1.0), (900, 520, 1.0)]))


def do(studio: StudioApp, command: str) -> None:
    assert studio.window.commands is not None
    studio.window.commands.refresh()
    studio.window.commands.action(command).trigger()


def paint(studio: StudioApp, mark: Mark) -> None:
    frame = studio.pictures.last_frame
    assert frame is not None
    document = laid_out(studio.session.picture, frame.width, frame.height, "Picture")
    after, layer_id = painted(document, mark, studio.rooms.layering.current_id)
    studio.session.change_picture(after, "Brush")
    studio.rooms.layering.choose(layer_id)


def test_paint_a_stroke_mix_it_and_take_it_back(studio: StudioApp, at_rest: Pixels, qtbot: QtBot) -> None:
    panel = studio.rooms.layering.panel
    before = at_rest()
    paint(studio, STROKE)
    painted = at_rest()
    frame = studio.pictures.last_frame
    assert frame is not None
    assert (frame.width, frame.pixels[510, 500].tolist()) == (1024, [0xF0, 0xA0, 0x40])
    panel.opacity.slider.setFocus()
    for _ in range(5):
        qtbot.keyClick(panel.opacity.slider, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: studio.session.picture.layers[1].opacity < 1, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: studio.pictures.is_at_rest, timeout=PATIENCE_MS)
    assert at_rest() != painted
    panel.mode_box.setCurrentIndex(panel.mode_box.findData("multiply"))
    panel.mode_box.activated.emit(panel.mode_box.currentIndex())
    at_rest()
    steps = studio.session.steps(PICTURES)[0]
    assert steps == ("Brush", "Opacity of Paint", "Blend mode of Paint")
    do(studio, "undo")
    do(studio, "undo")
    assert at_rest() == painted
    do(studio, "undo")
    assert at_rest() == before


def test_keep_the_picture_and_go_on_then_make_it_live_again(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot
) -> None:
    session = studio.session
    at_rest()
    first = session.picture.latent
    do(studio, "keep-as-layer")
    qtbot.waitUntil(lambda: len(session.picture.layers) == 2, timeout=PATIENCE_MS)
    kept, live = session.picture.layers
    assert (kept.latent, kept.kind, live.kind) == (first, "picture", "live")
    session.set_seed(first.seed + 1)
    at_rest()
    studio.rooms.layering.choose(kept.id)
    do(studio, "make-layer-live")
    assert session.picture.latent == first
    at_rest()


def test_a_picture_with_clear_parts_becomes_a_layer(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot, tmp_path: Path
) -> None:
    at_rest()
    rgba = np.zeros((100, 200, 4), np.uint8)
    rgba[:, :100] = (10, 200, 30, 255)
    Image.fromarray(rgba).save(tmp_path / "leaf.png")
    studio.rooms.layering.import_files([str(tmp_path / "leaf.png")])
    qtbot.waitUntil(lambda: len(studio.session.picture.layers) == 2, timeout=PATIENCE_MS)
    at_rest()
    frame = studio.pictures.last_frame
    assert frame is not None
    assert frame.pixels[512, 420].tolist() == [10, 200, 30]
    assert frame.pixels[512, 580].tolist() != [10, 200, 30]
    do(studio, "duplicate-layer")
    do(studio, "merge-down")
    qtbot.waitUntil(
        lambda: studio.session.picture_history.undo_label.startswith("Merge"), timeout=PATIENCE_MS
    )
    at_rest()
    frame = studio.pictures.last_frame
    assert frame is not None
    assert frame.pixels[512, 420].tolist() == [10, 200, 30]
    do(studio, "remove-layer")
    assert [layer.kind for layer in studio.session.picture.layers] == ["live"]


def test_layers_leave_as_psd_ora_tiff_and_png_and_come_back(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot, tmp_path: Path
) -> None:
    at_rest()
    paint(studio, replace(STROKE, opacity=0.7))
    canvas = np.frombuffer(at_rest(), np.uint8).reshape(1024, 1024, 3)
    document = studio.session.picture
    notes: list[str] = []
    studio.rooms.exporting.notice.connect(notes.append)
    for kind in ("psd", "ora", "tiff", "png"):
        path = tmp_path / f"work.{kind}"
        studio.rooms.exporting.export(str(path), ExportWish(kind))  # type: ignore[arg-type]
        qtbot.waitUntil(path.exists, timeout=PATIENCE_MS)
    assert ["picture only" in note for note in notes] == [True, True]
    psd = PSDImage.open(tmp_path / "work.psd")
    assert [layer.name for layer in psd] == ["Picture", "Paint"]
    assert np.array_equal(np.asarray(psd.topil().convert("RGB")), canvas)
    assert np.array_equal(np.asarray(Image.open(tmp_path / "work.tiff")), canvas)
    for name in ("work.png", "work.ora"):
        studio.session.change_picture(PictureDocument(), "Something else")
        studio.files.open(str(tmp_path / name))
        qtbot.waitUntil(lambda: bool(studio.session.picture.layers), timeout=PATIENCE_MS)
        assert studio.session.picture == document
        assert np.array_equal(np.frombuffer(at_rest(), np.uint8).reshape(1024, 1024, 3), canvas)


def test_the_dialog_follows_the_picture(studio: StudioApp, at_rest: Pixels) -> None:
    at_rest()
    do(studio, "export-picture")
    dialog = studio.rooms.exporting.dialog
    assert dialog.isVisible()
    own = studio.pictures.last_frame
    assert own is not None
    assert dialog.sizes.picture_size == (own.width, own.height)
    paint(studio, STROKE)
    at_rest()
    assert dialog.sizes.picture_size == (1024, 1024)
    dialog.close()


def test_a_style_works_inside_the_selection_and_its_result_becomes_a_layer(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot
) -> None:
    at_rest()
    do(studio, "new-paint-layer")
    at_rest()
    board = studio.session.picture.artboard
    assert board is not None
    half = Region(Mask.of(np.full((1, 1), 255, np.uint8)), 0, 0, 512, 1024)
    studio.session.change_picture(replace(studio.session.picture, selection=half), "Select")
    do(studio, "style-selection")
    assert studio.session.picture.restyle.mask is not None
    qtbot.waitUntil(
        lambda: studio.restyling.panel.browser.isVisibleTo(studio.restyling.panel), timeout=PATIENCE_MS
    )
    studio.restyling.add("vincent-van-gogh-wheat-field-with-cypresses")
    at_rest()
    studio.restyling.keep_result()
    qtbot.waitUntil(lambda: len(studio.session.picture.layers) == 3, timeout=PATIENCE_MS)
    assert [layer.name for layer in studio.session.picture.layers] == ["Picture", "Restyled", "Paint"]
    assert not studio.session.picture.restyle.active
    assert studio.session.picture.source is None


def test_a_layer_inside_the_selection_and_everywhere_again(studio: StudioApp, at_rest: Pixels) -> None:
    at_rest()
    paint(studio, replace(STROKE, kind="fill"))
    full = at_rest()
    half = Region(Mask.of(np.full((1, 1), 255, np.uint8)), 0, 0, 512, 1024)
    studio.session.change_picture(replace(studio.session.picture, selection=half), "Select")
    do(studio, "layer-region")
    pixels = np.frombuffer(at_rest(), np.uint8).reshape(1024, 1024, 3)
    assert (pixels[:, :510] == (0xF0, 0xA0, 0x40)).all()
    assert not (pixels[:, 514:] == (0xF0, 0xA0, 0x40)).all()
    do(studio, "layer-everywhere")
    assert at_rest() == full


def test_the_menu_of_a_layer_offers_what_can_be_done(studio: StudioApp, at_rest: Pixels) -> None:
    at_rest()
    do(studio, "new-paint-layer")
    menu = studio.rooms.layering.menu()
    actions = {action.text(): action for action in menu.actions()}
    assert actions["Remove the layer"].isEnabled()
    assert not actions["Make live again"].isEnabled()
    actions["Duplicate the layer"].trigger()
    assert [layer.name for layer in studio.session.picture.layers] == ["Picture", "Paint", "Paint 2"]
    menu.close()
