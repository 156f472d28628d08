"""The first ten seconds: a living picture and three things to try; later starts bring the work back."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QLabel
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from studio.core.picture import Picture
from studio.core.session import MUSIC, PICTURES
from studio.core.settings import Settings
from studio.files.settings_file import load_settings
from tests.journeys.conftest import PATIENCE_MS

OpenApp = Callable[..., StudioApp]


def test_the_first_picture_lives_until_a_hand_takes_over(open_app: OpenApp, qtbot: QtBot) -> None:
    studio = open_app(Settings())
    assert studio.welcome.isVisible()
    qtbot.waitUntil(lambda: studio.first_start.drift.running, timeout=PATIENCE_MS)
    seen: set[bytes] = set()
    studio.pictures.frame_shown.connect(lambda reply: seen.add(reply.frame.pixels.tobytes()))
    qtbot.waitUntil(lambda: len(seen) >= 5, timeout=PATIENCE_MS)
    qtbot.keyClick(studio.pictures.canvas, Qt.Key.Key_0)
    assert not studio.first_start.drift.running
    qtbot.waitUntil(lambda: studio.pictures.is_at_rest, timeout=PATIENCE_MS)
    assert studio.session.picture_history.labels == ("Hold the picture",)


def test_reduced_motion_holds_still(open_app: OpenApp, qtbot: QtBot) -> None:
    studio = open_app(Settings(reduced_motion=True))
    qtbot.waitUntil(lambda: studio.pictures.last_frame is not None, timeout=PATIENCE_MS)
    assert studio.welcome.isVisible()
    assert not studio.first_start.drift.running


def test_the_welcome_leads_to_the_music_desk(open_app: OpenApp, qtbot: QtBot) -> None:
    studio = open_app(Settings(reduced_motion=True))
    studio.welcome.wished.emit("music")
    assert studio.window.desk == MUSIC


def test_the_work_comes_back_after_closing(open_app: OpenApp, qtbot: QtBot) -> None:
    first = open_app()
    qtbot.waitUntil(lambda: first.pictures.last_frame is not None, timeout=PATIENCE_MS)
    first.session.set_seed(1234)
    first.window.close()
    second = open_app()
    qtbot.waitUntil(lambda: second.session.picture.latent.seed == 1234, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: second.pictures.is_at_rest, timeout=PATIENCE_MS)
    assert second.session.undo_label("pictures") == ""


def test_work_that_comes_back_does_not_wander_away(open_app: OpenApp, qtbot: QtBot) -> None:
    """The welcome was left open the first time: its wandering picture is for those who have nothing yet."""
    first = open_app()
    qtbot.waitUntil(lambda: first.pictures.last_frame is not None, timeout=PATIENCE_MS)
    photo = Picture(np.full((60, 90, 3), 90, np.uint8), "photo.png")
    first.session.open_picture(photo)
    first.window.close()
    second = open_app(Settings(welcome_seen=False))
    qtbot.waitUntil(
        lambda: second.pictures.is_at_rest and second.session.picture.source is not None, timeout=PATIENCE_MS
    )
    qtbot.wait(150)
    assert not second.first_start.drift.running
    qtbot.keyClick(second.pictures.canvas, Qt.Key.Key_Plus)
    assert second.session.picture.source == photo


def test_a_file_that_is_opened_ends_the_wandering(open_app: OpenApp, qtbot: QtBot) -> None:
    studio = open_app(Settings(welcome_seen=False))
    qtbot.waitUntil(lambda: studio.first_start.drift.running, timeout=PATIENCE_MS)
    studio.session.open_picture(Picture(np.full((60, 90, 3), 90, np.uint8), "photo.png"))
    assert not studio.first_start.drift.running
    qtbot.waitUntil(lambda: studio.pictures.is_at_rest, timeout=PATIENCE_MS)
    assert studio.pictures.last_frame is not None
    assert studio.pictures.last_frame.width == 90


def test_docks_and_theme_are_remembered(open_app: OpenApp, qtbot: QtBot) -> None:
    first = open_app()
    first.window.findChild(QDockWidget, "dock-blend").hide()
    first.window.commands.action("toggle-theme").trigger()
    first.window.show_desk(MUSIC)
    first.window.close()
    second = open_app(load_settings().settings)
    assert second.window.desk == MUSIC
    assert second.settings.theme == "light"
    second.window.show_desk(PICTURES)
    assert second.window.findChild(QDockWidget, "dock-blend").isHidden()
    assert second.window.findChild(QDockWidget, "dock-latent").isVisible()
    second.window.commands.action("toggle-theme").trigger()


def test_a_device_that_is_gone_is_named_and_another_takes_over(open_app: OpenApp, qtbot: QtBot) -> None:
    studio = open_app(device="cuda:7")
    qtbot.waitUntil(lambda: studio.pictures.last_frame is not None, timeout=PATIENCE_MS)
    words = " ".join(label.text() for label in studio.window.findChildren(QLabel))
    assert "cuda:7" in words


def test_a_broken_model_card_is_named_and_the_others_work(
    open_app: OpenApp, fresh_settings: Path, qtbot: QtBot
) -> None:
    broken = fresh_settings / "models" / "mine"
    broken.mkdir(parents=True)
    (broken / "card.json").write_text('{"id": 3')
    studio = open_app()
    qtbot.waitUntil(lambda: studio.pictures.last_frame is not None, timeout=PATIENCE_MS)
    words = " ".join(label.text() for label in studio.window.findChildren(QLabel))
    assert "mine" in words


def test_without_models_the_canvas_says_what_to_do(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("studio.app.models_dir", lambda: tmp_path)
    studio = open_app()
    words = " ".join(label.text() for label in studio.window.findChildren(QLabel))
    assert "No picture model is installed" in words


def test_the_first_thing_to_try_puts_the_keyboard_on_a_slider(open_app: OpenApp, qtbot: QtBot) -> None:
    studio = open_app(Settings(reduced_motion=True))
    qtbot.waitUntil(lambda: bool(studio.pictures.infos), timeout=PATIENCE_MS)
    studio.welcome.wished.emit("slider")
    focused = studio.window.focusWidget()
    assert focused is not None
    assert focused.objectName() == "latent-slider-0-slider"
