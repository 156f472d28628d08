"""Two pictures on one canvas: what lies where, and the line under the hand."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from studio.core.picture import Frame
from studio.ui.common.theme import colour
from studio.ui.picture.canvas.canvas import Canvas
from studio.ui.picture.canvas.compare import CompareOverlay

FrameMaker = Callable[..., Frame]
RED, BLUE = (200, 40, 90), (20, 60, 200)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def canvas(qtbot: QtBot, frame: FrameMaker) -> Canvas:
    made = Canvas()
    qtbot.addWidget(made)
    made.resize(600, 500)
    made.show()
    qtbot.waitExposed(made)
    made.show_frame(frame(colour=BLUE), final=True)  # lies from x = 74 to 526
    return made


@pytest.fixture
def overlay(canvas: Canvas, frame: FrameMaker) -> CompareOverlay:
    made = CompareOverlay(canvas)
    canvas.add_overlay(made)
    made.show(frame(32, 32, colour=RED), "A", "Now")
    return made


def seen(canvas: Canvas, x: int, y: int = 400) -> tuple[int, int, int]:
    return canvas.grab().toImage().pixelColor(x, y).getRgb()[:3]


def test_the_kept_picture_lies_left_of_the_line_and_the_live_one_right(
    canvas: Canvas, overlay: CompareOverlay
) -> None:
    assert (seen(canvas, 90), seen(canvas, 290)) == (RED, RED)
    assert (seen(canvas, 310), seen(canvas, 510)) == (BLUE, BLUE)
    assert QColor(*seen(canvas, 300)) == colour("text")
    assert QColor(*seen(canvas, 20)) == colour("surround")
    overlay.show(None)
    assert seen(canvas, 90) == BLUE


def test_the_line_follows_the_mouse_and_the_picture_stays(
    canvas: Canvas, overlay: CompareOverlay, qtbot: QtBot
) -> None:
    place = canvas.map.area
    qtbot.mousePress(canvas, LEFT, pos=QPoint(303, 400))
    qtbot.mouseMove(canvas, QPoint(420, 380))
    qtbot.mouseRelease(canvas, LEFT, pos=QPoint(420, 380))
    assert (seen(canvas, 410), seen(canvas, 430)) == (RED, BLUE)
    assert canvas.map.area == place
    qtbot.mousePress(canvas, LEFT, pos=QPoint(200, 400))
    qtbot.mouseMove(canvas, QPoint(220, 400))
    qtbot.mouseRelease(canvas, LEFT, pos=QPoint(220, 400))
    assert canvas.map.area.left() == place.left() + 20  # beside the line the hand pans, as ever


def test_brackets_move_the_line_and_with_shift_a_little(
    canvas: Canvas, overlay: CompareOverlay, qtbot: QtBot
) -> None:
    qtbot.keyClick(canvas, Qt.Key.Key_BracketRight)
    assert overlay.split == pytest.approx(0.55)
    qtbot.keyClick(canvas, Qt.Key.Key_BraceLeft, Qt.KeyboardModifier.ShiftModifier)
    assert overlay.split == pytest.approx(0.54)
    for _ in range(30):
        qtbot.keyClick(canvas, Qt.Key.Key_BracketLeft)
    assert overlay.split == 0.0
    assert seen(canvas, 80) == RED  # it never leaves what is seen


def test_zoomed_in_the_line_can_still_be_gripped(
    canvas: Canvas, overlay: CompareOverlay, qtbot: QtBot
) -> None:
    overlay.split = 0.02
    canvas._view.zoom_to(32.0)
    assert seen(canvas, 8) == RED
    assert seen(canvas, 40) == BLUE
    qtbot.mousePress(canvas, LEFT, pos=QPoint(16, 400))
    qtbot.mouseMove(canvas, QPoint(300, 400))
    qtbot.mouseRelease(canvas, LEFT, pos=QPoint(300, 400))
    assert (seen(canvas, 280), seen(canvas, 320)) == (RED, BLUE)


def test_held_the_other_picture_is_seen_whole(canvas: Canvas, overlay: CompareOverlay) -> None:
    overlay.show_whole(True)
    assert (seen(canvas, 90), seen(canvas, 510)) == (RED, RED)
    overlay.show_whole(False)
    assert seen(canvas, 510) == BLUE


def test_the_other_picture_is_scaled_once_while_drafts_come(
    canvas: Canvas, overlay: CompareOverlay, frame: FrameMaker
) -> None:
    canvas.grab()
    scaled = overlay._scaled.cacheKey()
    for green in range(5):
        canvas.show_frame(frame(16, 16, (0, green, 0)))
        canvas.grab()
    assert overlay._scaled.cacheKey() == scaled
    canvas.zoom_in()
    canvas.grab()
    assert overlay._scaled.cacheKey() != scaled


def test_a_picture_of_another_shape_lies_in_the_middle(
    canvas: Canvas, overlay: CompareOverlay, frame: FrameMaker
) -> None:
    overlay.show(frame(64, 32, colour=RED), "A", "Now")
    assert seen(canvas, 150, 250) == RED
    assert QColor(*seen(canvas, 150, 60)) == colour("surround")
    assert seen(canvas, 450, 60) == BLUE
