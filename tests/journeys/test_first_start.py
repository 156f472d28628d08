"""The first ten seconds: a living picture and three things to try; later starts bring the work back."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
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
