"""Drop a checkpoint on the window, play it, name it, note its licence, and take it away again."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLineEdit, QMessageBox, QPushButton, QTextBrowser
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from studio.engines.catalogue import read_card
from studio.files.checkpoint_stylegan2 import mapping_shapes, synthesis_shapes
from studio.files.locations import user_models_dir
from studio.ui.desk.library.model_page import ModelPage
from tests import tiny_checkpoints as tiny
from tests.journeys.conftest import PATIENCE_MS
from tests.plain_lightweight import save_lightweight, tiny_plain


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    path = tmp_path / "faces.pkl"
    arrays = tiny.random_arrays({**mapping_shapes(tiny.SG2), **synthesis_shapes(tiny.SG2)})
    path.write_bytes(tiny.nvidia_pickle(arrays, tiny.sg2_notes(tiny.SG2)))
    return path


def drop(studio: StudioApp, path: Path) -> bool:
    """Drop a file on the window as the window system does; whether it was taken."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    spot = QPointF(studio.window.width() / 2, 4)
    action, buttons, keys = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    entering = QDragEnterEvent(spot.toPoint(), action, mime, buttons, keys)
    entering.ignore()
    studio.app.sendEvent(studio.window, entering)
    if not entering.isAccepted():
        return False
    studio.app.sendEvent(studio.window, QDropEvent(spot, action, mime, buttons, keys))
    return True


def wait_for_model(studio: StudioApp, qtbot: QtBot) -> str:
    """The id of the imported model, once its picture is on the canvas."""

    def is_shown() -> bool:
        own = [folder.name for folder in user_models_dir().glob("[!.]*")]
        desk = studio.pictures
        return (
            bool(own)
            and studio.session.picture.model_id == own[0]
            and own[0] in desk.infos
            and desk.is_at_rest
        )

    qtbot.waitUntil(is_shown, timeout=PATIENCE_MS)
    return studio.session.picture.model_id


def page_of(studio: StudioApp, model_id: str) -> ModelPage:
    studio.library.details_requested.emit(model_id)
    return [page for page in studio.window.findChildren(ModelPage) if page.isVisible()][-1]


def test_a_dropped_checkpoint_is_played_at_once(
    studio: StudioApp, qtbot: QtBot, checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = studio.session.picture.model_id
    assert drop(studio, checkpoint)
    model = wait_for_model(studio, qtbot)
    frame = studio.pictures.last_frame
    assert frame is not None
    assert frame.pixels.shape == (16, 16, 3)
    assert studio.library.rows.index_of(model).isValid()
    panel = studio.pictures.latent_panel
    assert {"pca-0", "sefa-0"} <= set(panel.directions.rows)
    assert studio.rooms.matching.panel.model_id == model
    assert studio.rooms.dragging.obstacle == ""

    page = page_of(studio, model)
    page.findChild(QLineEdit, "model-name").setText("Gesichter")
    page.findChild(QLineEdit, "model-licence").setText("CC-BY-4.0")
    page.findChild(QPushButton, "model-keep").click()
    card = read_card(user_models_dir() / model / "card.json")
    assert (card.name, card.licence) == ("Gesichter", "CC-BY-4.0")
    assert studio.library.rows.index_of(model).data() == "Gesichter"

    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    page_of(studio, model).findChild(QPushButton, "model-delete").click()
    assert (user_models_dir() / model).is_dir()  # it is in use
    studio.pictures.choose_model(before)
    page_of(studio, model).findChild(QPushButton, "model-delete").click()
    assert list(user_models_dir().iterdir()) == []
    assert not studio.library.rows.index_of(model).isValid()


def test_a_second_drop_is_noticed(studio: StudioApp, qtbot: QtBot, checkpoint: Path) -> None:
    drop(studio, checkpoint)
    wait_for_model(studio, qtbot)
    with qtbot.waitSignal(studio.own_models.notice, timeout=PATIENCE_MS) as told:
        drop(studio, checkpoint)
    assert "here already" in told.args[0]


def test_a_trap_is_told_and_changes_nothing(studio: StudioApp, qtbot: QtBot, tmp_path: Path) -> None:
    trap = tmp_path / "trap.pkl"
    trap.write_bytes(b"cos\nsystem\n(S'touch EXECUTED'\ntR.")
    shown = []
    studio.window.toasts.show_error = lambda error: shown.append(error.title)  # type: ignore[method-assign]
    assert drop(studio, trap)
    qtbot.waitUntil(lambda: bool(shown), timeout=PATIENCE_MS)
    assert shown == ["This file wants to run os.system; it was not opened."]
    assert not drop(studio, tmp_path / "notes.txt")
    assert not user_models_dir().exists()


def test_the_promise_stands_in_the_help(studio: StudioApp) -> None:
    studio.window.commands.action("safety").trigger()
    text = studio.window.findChild(QTextBrowser, "safety-text")
    assert "Latent Studio never runs it" in text.toPlainText()


def test_a_lightweight_gan_is_played_too(studio: StudioApp, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "model_12.pt"
    save_lightweight(path, tiny_plain())
    assert drop(studio, path)
    model = wait_for_model(studio, qtbot)
    frame, panel = studio.pictures.last_frame, studio.pictures.latent_panel
    assert frame is not None
    assert frame.pixels.shape == (64, 64, 3)
    assert {"pca-0", "sefa-0"} <= set(panel.directions.rows)
    assert panel.noise.isVisibleTo(panel)
    assert studio.rooms.matching.panel.model_id == model
    assert "generator" in studio.rooms.dragging.obstacle
