"""Drag sliders on a picture, keep and blend, export it, open it again, undo all of it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QSlider
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from studio.core.errors import StudioError
from studio.core.latent import Latent
from studio.core.messages import Failure, RenderRequest
from studio.core.picture import Picture
from studio.core.project import PictureDocument, Project
from studio.core.session import PICTURES
from studio.files.png import save_png
from studio.files.project_file import save_project
from studio.inference.export_jobs import picture_recipe
from tests.journeys.conftest import PATIENCE_MS

Pixels = Callable[[], bytes]


def drag(qtbot: QtBot, slider: QSlider, to_share: float) -> None:
    """Drag the handle with the mouse from where it is to a share of the slider's width."""
    y = slider.height() // 2
    start = QPoint(6 + round(slider.value() / slider.maximum() * (slider.width() - 12)), y)
    end = QPoint(6 + round(to_share * (slider.width() - 12)), y)
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 13):
        qtbot.mouseMove(slider, start + (end - start) * step / 12)
        qtbot.wait(3)
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=end)


def slider_of(studio: StudioApp, name: str) -> QSlider:
    found = studio.window.findChild(QSlider, f"{name}-slider")
    assert found is not None
    return found


def test_a_drag_is_one_step_and_undo_brings_the_same_pixels_back(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot
) -> None:
    before = at_rest()
    drag(qtbot, slider_of(studio, "latent-slider-0"), 0.95)
    after = at_rest()
    assert after != before
    assert studio.session.picture_history.labels == ("Dark – light",)
    studio.window.commands.action("undo").trigger()
    assert at_rest() == before
    studio.window.commands.action("redo").trigger()
    assert at_rest() == after


def test_keep_two_pictures_and_blend_them(studio: StudioApp, at_rest: Pixels, qtbot: QtBot) -> None:
    first = at_rest()
    studio.window.commands.action("keep-a").trigger()
    studio.window.commands.action("next-seed").trigger()
    second = at_rest()
    studio.window.commands.action("keep-b").trigger()
    drag(qtbot, slider_of(studio, "blend-slider"), 0.5)
    middle = at_rest()
    assert len({first, second, middle}) == 3
    studio.window.commands.action("go-to-a").trigger()
    assert at_rest() == first
    while studio.session.undo(PICTURES):
        pass
    assert at_rest() == first
    assert studio.session.picture.slot_a is None


def test_an_export_carries_its_recipe_and_comes_back(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot, tmp_path: Path
) -> None:
    drag(qtbot, slider_of(studio, "latent-slider-1"), 0.1)
    pixels = at_rest()
    document = studio.session.picture
    for scale in (1, 2, 4):
        studio.files.export(str(tmp_path / f"out-{scale}.png"), scale)
        qtbot.waitUntil((tmp_path / f"out-{scale}.png").exists, timeout=PATIENCE_MS)
        with Image.open(tmp_path / f"out-{scale}.png") as image:
            assert image.width == studio.pictures.last_frame.width * scale
    assert np.asarray(Image.open(tmp_path / "out-1.png").convert("RGB")).tobytes() == pixels
    studio.pictures.roll_dice()
    assert at_rest() != pixels
    studio.files.open(str(tmp_path / "out-4.png"))
    qtbot.waitUntil(lambda: studio.session.picture.latent == document.latent, timeout=PATIENCE_MS)
    assert at_rest() == pixels


def test_a_photograph_is_laid_into_the_model_and_played(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot, tmp_path: Path
) -> None:
    rows = np.linspace(0, 255, 90, dtype=np.uint8)[:, None, None]
    photo = np.broadcast_to(rows, (90, 120, 3)).copy()
    Image.fromarray(photo).save(tmp_path / "sky.jpg", quality=95)
    studio.files.open(str(tmp_path / "sky.jpg"))
    qtbot.waitUntil(lambda: studio.session.picture.source is not None, timeout=PATIENCE_MS)
    at_rest()
    assert studio.pictures.last_frame.pixels.shape == photo.shape
    assert studio.session.picture.latent.point is not None
    qtbot.waitUntil(lambda: studio.session.picture.model_id in studio.pictures.infos, timeout=PATIENCE_MS)
    other = next(card.id for card in studio.pictures.cards.values() if card.family == "picture.gan")
    studio.library.chosen.emit(other)
    qtbot.waitUntil(lambda: studio.session.picture.model_id == other, timeout=PATIENCE_MS)
    assert studio.session.picture.source is not None
    studio.session.undo(PICTURES)
    drag(qtbot, slider_of(studio, "latent-slider-0"), 0.9)
    at_rest()
    assert studio.session.picture.source is None
    studio.session.undo(PICTURES)
    at_rest()
    assert studio.pictures.last_frame.pixels.shape == photo.shape


def test_bad_files_are_one_sentence_and_change_nothing(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot, tmp_path: Path
) -> None:
    whole = tmp_path / "whole.png"
    studio.files.export(str(whole), 1)
    qtbot.waitUntil(whole.exists, timeout=PATIENCE_MS)
    before = studio.session.picture
    (tmp_path / "cut.png").write_bytes(whole.read_bytes()[:200])
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "words.jpg").write_text("no picture")
    for name in ("cut.png", "empty.png", "words.jpg", "missing.png"):
        with qtbot.waitSignal(studio.files.trouble, timeout=PATIENCE_MS) as caught:
            studio.files.open(str(tmp_path / name))
        assert name in caught.args[0].title
        assert studio.session.picture == before


def test_restyling_is_live_and_undoable(studio: StudioApp, at_rest: Pixels, qtbot: QtBot) -> None:
    plain = at_rest()
    panel = studio.restyling.panel
    qtbot.waitUntil(lambda: panel.browser.isEnabled() and panel.mix.parts == (), timeout=PATIENCE_MS)
    studio.restyling.add("claude-monet-impression-sunrise")
    painted = at_rest()
    assert studio.pictures.last_frame.width == 512
    assert painted != plain
    studio.session.undo(PICTURES)
    assert at_rest() == plain


def test_a_recipe_without_a_model_opens(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot, tmp_path: Path
) -> None:
    """As the command line's restyle writes it: only the opened picture takes part."""
    rows = np.linspace(0, 255, 40, dtype=np.uint8)[:, None, None]
    source = Picture(np.broadcast_to(rows, (40, 60, 3)).copy(), "cat.jpg")
    request = RenderRequest(source=source)
    save_png(tmp_path / "cat.png", source.pixels, picture_recipe(request, "", "test"), source)
    at_rest()
    studio.files.open(str(tmp_path / "cat.png"))
    qtbot.waitUntil(lambda: studio.session.picture.source is not None, timeout=PATIENCE_MS)
    at_rest()
    assert studio.pictures.last_frame.pixels.shape == (40, 60, 3)
    assert studio.window.status.model_label.text() == ""


def test_a_state_whose_model_is_gone_is_shown_without_it(studio: StudioApp, at_rest: Pixels) -> None:
    at_rest()
    source = Picture(np.zeros((40, 60, 3), np.uint8), "cat.jpg")
    studio.session.change_picture(PictureDocument(model_id="gone", source=source), "Open a project")
    at_rest()
    assert studio.pictures.last_frame.pixels.shape == (40, 60, 3)


def test_a_style_picture_that_fails_is_told_once(studio: StudioApp, at_rest: Pixels, qtbot: QtBot) -> None:
    at_rest()
    picture = Picture(np.zeros((40, 60, 3), np.uint8), "cat.jpg")
    studio.restyling._ask_style(picture)
    serial = next(iter(studio.restyling._waiting))
    studio.bridge.deliver(Failure(serial, StudioError("No style.")))
    qtbot.waitUntil(lambda: bool(studio.window.toasts.toasts), timeout=PATIENCE_MS)
    qtbot.wait(50)
    assert len(studio.window.toasts.toasts) == 1


def test_opening_a_project_can_be_undone(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot, tmp_path: Path
) -> None:
    before = at_rest()
    save_project(Project(replace(studio.session.picture, latent=Latent(seed=4321))), tmp_path / "work.latent")
    studio.open_file(str(tmp_path / "work.latent"))
    qtbot.waitUntil(lambda: studio.session.picture.latent.seed == 4321, timeout=PATIENCE_MS)
    at_rest()
    studio.session.undo(PICTURES)
    assert at_rest() == before


def test_the_first_picture_can_be_exported_and_copied_at_once(studio: StudioApp, at_rest: Pixels) -> None:
    at_rest()
    assert studio.window.commands.action("export-png").isEnabled()
    assert studio.window.commands.action("copy-picture").isEnabled()


def test_a_copied_picture_can_be_pasted(studio: StudioApp, at_rest: Pixels, qtbot: QtBot) -> None:
    pixels = at_rest()
    studio.window.commands.action("copy-picture").trigger()
    studio.pictures.roll_dice()
    at_rest()
    studio.window.commands.action("paste-picture").trigger()
    qtbot.waitUntil(lambda: studio.session.picture.source is not None, timeout=PATIENCE_MS)
    assert at_rest() == pixels
