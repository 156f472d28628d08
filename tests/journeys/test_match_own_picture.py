"""Find an own picture in a model's space: live, stopped halfway, given up, taken back, and with sliders afterwards."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from studio.core.latent import Latent
from studio.core.messages import Failure, Quality
from studio.core.session import PICTURES
from studio.files.png import read_recipe
from studio.inference.export_jobs import ExportPictureJob
from studio.ui.picture.desk import render_request
from studio.ui.picture.matching import Matching
from tests.journeys.conftest import PATIENCE_MS

Pixels = Callable[[], bytes]


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Sky above, ground below."""
    rows = np.concatenate([np.linspace(220, 180, 50), np.linspace(90, 40, 40)]).astype(np.uint8)[
        :, None, None
    ]
    Image.fromarray(np.broadcast_to(rows, (90, 120, 3)).copy()).save(tmp_path / "field.png")
    return tmp_path / "field.png"


@pytest.fixture
def matching(studio: StudioApp, at_rest: Pixels, qtbot: QtBot, photo: Path) -> Matching:
    """With a picture to look for, dropped on the panel, and few steps."""
    at_rest()
    matching = studio.rooms.matching
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(photo))])
    here, copy = QPointF(10, 10), Qt.DropAction.CopyAction
    drop = QDropEvent(here, copy, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    matching.panel.dropEvent(drop)
    qtbot.waitUntil(lambda: matching.target is not None, timeout=PATIENCE_MS)
    matching.panel.steps_box.setValue(10)
    return matching


def wait_for_end(qtbot: QtBot, matching: Matching) -> None:
    qtbot.waitUntil(lambda: matching.run is None, timeout=PATIENCE_MS)


def wait_for_news(qtbot: QtBot, matching: Matching) -> None:
    qtbot.waitUntil(lambda: matching.run is not None and matching.run.best is not None, timeout=PATIENCE_MS)


def test_a_picture_is_found_as_one_step_and_played(
    studio: StudioApp, matching: Matching, at_rest: Pixels, qtbot: QtBot, tmp_path: Path
) -> None:
    before, panel = at_rest(), matching.panel
    qtbot.mouseClick(panel.match_button, Qt.MouseButton.LeftButton)
    assert panel.stop_button.isEnabled()
    wait_for_news(qtbot, matching)
    assert studio.session.picture_history.labels == ()  # nothing is done until it ends
    wait_for_end(qtbot, matching)
    found = at_rest()
    assert studio.session.picture_history.labels == ("Match field.png",)
    assert studio.session.picture.latent.w is not None
    assert found != before
    points = [value for _, value in panel.curve.points]
    assert points[-1] > points[0]
    assert "PSNR" in panel.figures.text()
    name = studio.pictures.infos[studio.session.picture.model_id].directions[0].name
    studio.session.move_latent(name, 2.0)
    assert at_rest() != found
    studio.session.undo(PICTURES)
    assert at_rest() == found
    studio.session.undo(PICTURES)
    assert at_rest() == before


def test_stopped_it_keeps_what_was_found_so_far(
    studio: StudioApp, matching: Matching, at_rest: Pixels, qtbot: QtBot
) -> None:
    matching.panel.steps_box.setValue(2000)
    studio.window.commands.action("match-picture").trigger()
    wait_for_news(qtbot, matching)
    best = matching.run.best
    qtbot.mouseClick(matching.panel.stop_button, Qt.MouseButton.LeftButton)
    assert matching.run is None
    assert studio.session.picture.latent == Latent(w=best.code)
    assert at_rest() == best.frame.pixels.tobytes()
    assert not matching.panel.stop_button.isEnabled()


def test_given_up_it_leaves_no_trace(
    studio: StudioApp, matching: Matching, at_rest: Pixels, qtbot: QtBot
) -> None:
    before, document = at_rest(), studio.session.picture
    matching.panel.steps_box.setValue(2000)
    for key_at in (studio.pictures.canvas, matching.panel):
        matching.match()
        wait_for_news(qtbot, matching)
        qtbot.keyClick(key_at, Qt.Key.Key_Escape)
        assert matching.run is None
        qtbot.waitUntil(lambda: studio.pictures.canvas.frame.pixels.tobytes() == before, timeout=PATIENCE_MS)
    matching.match()
    wait_for_news(qtbot, matching)
    studio.window.progress.cancel_requested.emit(matching.run.serial)
    wait_for_end(qtbot, matching)
    assert studio.session.picture == document
    assert studio.session.picture_history.labels == ()


def test_twice_behind_another_job_and_after_undo(
    studio: StudioApp, matching: Matching, at_rest: Pixels, qtbot: QtBot, tmp_path: Path
) -> None:
    request = render_request(studio.session.picture, Quality.FINAL)
    studio.controller.submit_job(ExportPictureJob(request, tmp_path / "other.png"))
    matching.match()
    wait_for_end(qtbot, matching)
    first = matching.panel.curve.points[-1][1]
    assert read_recipe(tmp_path / "other.png") is None  # no recipe was asked for
    matching.match()  # goes on from where the first ended
    wait_for_end(qtbot, matching)
    assert matching.panel.curve.points[0][1] == pytest.approx(first, abs=0.01)
    assert studio.session.picture_history.labels == ("Match field.png",) * 2
    studio.session.undo(PICTURES)
    studio.session.undo(PICTURES)
    at_rest()
    matching.match()
    wait_for_end(qtbot, matching)
    assert studio.session.picture_history.labels == ("Match field.png",)


def test_a_hand_goes_on_meanwhile(
    studio: StudioApp, matching: Matching, at_rest: Pixels, qtbot: QtBot
) -> None:
    matching.panel.steps_box.setValue(40)
    matching.match()
    wait_for_news(qtbot, matching)
    studio.pictures.roll_dice()
    rolled = studio.session.picture
    pixels = at_rest()
    assert studio.pictures.canvas.frame.pixels.tobytes() == pixels
    wait_for_end(qtbot, matching)
    studio.session.undo(PICTURES)
    assert studio.session.picture == rolled


def test_a_picture_opened_on_the_desk_is_looked_for_in_the_generator(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot, photo: Path
) -> None:
    at_rest()
    matching = studio.rooms.matching
    studio.files.open(str(photo))
    qtbot.waitUntil(lambda: studio.session.picture.source is not None, timeout=PATIENCE_MS)
    assert matching.target == studio.session.picture.source
    matching.panel.steps_box.setValue(5)
    matching.match()
    wait_for_end(qtbot, matching)
    document = studio.session.picture
    assert document.source is None
    assert studio.pictures.cards[document.model_id].family == "picture.gan"
    vae = next(card.id for card in studio.pictures.cards.values() if card.family == "picture.vae")
    matching.panel.choose_model(vae)
    matching.match()
    wait_for_end(qtbot, matching)
    at_rest()
    assert studio.session.picture.model_id == vae


def test_a_search_that_fails_ends(studio: StudioApp, matching: Matching, qtbot: QtBot) -> None:
    matching.panel.steps_box.setValue(2000)
    matching.match()
    serial = matching.run.serial
    matching.take_reply(Failure(serial, ValueError("no")))  # type: ignore[arg-type]
    assert matching.run is None
    assert matching.panel.match_button.isEnabled()
    studio.controller.cancel(serial)


def test_files_that_are_no_pictures_are_one_sentence(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot, tmp_path: Path
) -> None:
    at_rest()
    (tmp_path / "words.jpg").write_text("no picture")
    with qtbot.waitSignal(studio.rooms.matching.trouble, timeout=PATIENCE_MS) as caught:
        studio.rooms.matching.open(str(tmp_path / "words.jpg"))
    assert "words.jpg" in caught.args[0].title
    studio.rooms.matching.match()
    assert studio.rooms.matching.run is None
