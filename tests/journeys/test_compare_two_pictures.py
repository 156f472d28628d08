"""Look at a kept or an earlier picture beside the live one; nothing of the work changes."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from tests.journeys.conftest import PATIENCE_MS

Pixels = Callable[[], bytes]
Halves = Callable[[], tuple[np.ndarray, np.ndarray]]


@pytest.fixture
def halves(studio: StudioApp) -> Halves:
    """What the canvas shows at the left and the right of its middle, without the line and its labels."""

    def grab() -> tuple[np.ndarray, np.ndarray]:
        canvas = studio.pictures.canvas
        grabbed = canvas.grab().toImage()
        image = grabbed.convertToFormat(QImage.Format.Format_RGB32)
        pixels = np.frombuffer(image.constBits(), np.uint8).copy()
        pixels = pixels.reshape(image.height(), image.width(), 4)[:, :, :3]
        area = canvas.map.area.toRect()
        rows = slice(area.center().y() + 30, area.bottom() - 4)
        middle = area.center().x()
        left, right = slice(area.left() + 4, middle - 20), slice(middle + 20, area.right() - 4)
        return pixels[rows, left], pixels[rows, right]

    return grab


def wait_for_other(studio: StudioApp, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: studio.rooms.comparing.overlay.frame is not None, timeout=PATIENCE_MS)


def test_slot_a_lies_beside_the_live_picture(
    studio: StudioApp, at_rest: Pixels, halves: Halves, qtbot: QtBot
) -> None:
    at_rest()
    actions, comparing = studio.window.commands, studio.rooms.comparing
    assert not actions.action("compare-a").isEnabled()
    kept = halves()
    actions.action("keep-a").trigger()
    actions.action("next-seed").trigger()
    at_rest()
    live, steps = halves(), studio.session.steps("pictures")
    actions.action("compare-a").trigger()
    wait_for_other(studio, qtbot)
    left, right = halves()
    assert np.array_equal(left, kept[0])
    assert np.array_equal(right, live[1])
    actions.action("keep-a").trigger()  # what is kept changes, and so does the left
    qtbot.waitUntil(lambda: np.array_equal(halves()[0], live[0]), timeout=PATIENCE_MS)
    studio.session.undo("pictures")
    qtbot.waitUntil(lambda: np.array_equal(halves()[0], kept[0]), timeout=PATIENCE_MS)
    qtbot.keyClick(studio.window, Qt.Key.Key_X)
    assert comparing.mode == ""
    assert np.array_equal(halves()[0], live[0])
    assert studio.session.steps("pictures")[1] == steps[1]


def test_before_is_the_picture_before_the_last_step_and_stays(
    studio: StudioApp, at_rest: Pixels, halves: Halves, qtbot: QtBot
) -> None:
    at_rest()
    before = halves()
    studio.session.set_seed(9)
    at_rest()
    qtbot.keyClick(studio.window, Qt.Key.Key_X)
    wait_for_other(studio, qtbot)
    studio.session.set_seed(10)
    at_rest()
    assert np.array_equal(halves()[0], before[0])
    studio.rooms.comparing.start("here")
    now = studio.pictures.last_frame
    qtbot.waitUntil(lambda: np.array_equal(studio.rooms.comparing.overlay.frame.pixels, now.pixels))


def test_while_the_key_is_held_the_picture_before_is_whole(
    studio: StudioApp, at_rest: Pixels, halves: Halves, qtbot: QtBot
) -> None:
    at_rest()
    before = halves()
    studio.session.set_seed(9)
    at_rest()
    live = halves()
    qtbot.keyPress(studio.window, Qt.Key.Key_Backslash)
    wait_for_other(studio, qtbot)
    assert all(np.array_equal(a, b) for a, b in zip(halves(), before, strict=True))
    qtbot.keyRelease(studio.window, Qt.Key.Key_Backslash)
    assert all(np.array_equal(a, b) for a, b in zip(halves(), live, strict=True))
