"""The whole window under a real X server, with a real pointer and real keys."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QSlider
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from studio.core.session import MUSIC, PICTURES
from tests.journeys.conftest import PATIENCE_MS
from tests.real_mouse import RealMouse

pytestmark = pytest.mark.x11


def test_a_hand_drags_a_slider_and_takes_it_back(
    studio: StudioApp, real_mouse: RealMouse, qtbot: QtBot
) -> None:
    desk = studio.pictures
    before = desk.last_frame.pixels.tobytes()
    painted: list[object] = []
    desk.canvas.frame_painted.connect(painted.append)
    slider = studio.window.findChild(QSlider, "latent-slider-0-slider")
    qtbot.wait(300)  # the docks find their sizes
    middle = slider.rect().center()
    real_mouse.drag(slider, middle, middle + QPoint(slider.width() // 3, 0))
    qtbot.waitUntil(lambda: desk.is_at_rest, timeout=PATIENCE_MS)
    assert len(painted) >= 3
    assert desk.last_frame.pixels.tobytes() != before
    real_mouse.type("ctrl+z")
    qtbot.waitUntil(lambda: desk.is_at_rest, timeout=PATIENCE_MS)
    assert desk.last_frame.pixels.tobytes() == before


def test_notes_by_hand_and_an_answer_by_key(studio: StudioApp, real_mouse: RealMouse, qtbot: QtBot) -> None:
    real_mouse.type("F3")
    qtbot.waitUntil(lambda: studio.window.desk == MUSIC, timeout=PATIENCE_MS)
    roll = studio.music.roll.viewport()
    for x, y in ((120, 180), (200, 160), (280, 140)):
        real_mouse.double_click(roll, QPoint(x, y))
    assert len(list(studio.session.score.notes())) == 3
    real_mouse.type("ctrl+Return")
    qtbot.waitUntil(lambda: bool(studio.music.cowriter.ghosts), timeout=PATIENCE_MS)
    real_mouse.type("Return")
    qtbot.waitUntil(lambda: len(list(studio.session.score.notes())) > 3, timeout=PATIENCE_MS)
    while studio.session.undo_label(MUSIC):
        real_mouse.type("ctrl+z")
    assert not list(studio.session.score.notes())
    real_mouse.type("F2")
    assert studio.window.desk == PICTURES
