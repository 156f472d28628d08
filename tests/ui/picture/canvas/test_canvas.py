"""The canvas under a hand: frames, zoom, pan, drops and words."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QContextMenuEvent, QDragEnterEvent, QDropEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from studio.core.errors import StudioError
from studio.core.picture import Frame
from studio.ui.common.canvas_tool import CanvasTool, Touch
from studio.ui.common.theme import colour
from studio.ui.picture.canvas.canvas import Canvas

FrameMaker = Callable[..., Frame]
LEFT = Qt.MouseButton.LeftButton
RED = QColor(200, 40, 90)


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    made = Canvas()
    qtbot.addWidget(made)
    made.resize(600, 500)
    made.show()
    qtbot.waitExposed(made)
    return made


def seen(canvas: Canvas, x: int, y: int) -> QColor:
    return canvas.grab().toImage().pixelColor(x, y)


def wheel(canvas: Canvas, spot: QPointF, delta: int) -> None:
    event = QWheelEvent(
        spot, canvas.mapToGlobal(spot), QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def test_a_small_picture_fills_the_middle_on_a_mid_grey(canvas: Canvas, frame: FrameMaker) -> None:
    canvas.show_frame(frame())
    assert seen(canvas, 300, 250) == RED
    assert seen(canvas, 5, 5) == colour("surround")


def test_colours_and_rows_arrive_as_they_are(canvas: Canvas) -> None:
    pixels = np.zeros((2, 3, 3), np.uint8)
    pixels[0, 0], pixels[1, 2] = (255, 0, 0), (0, 0, 255)
    canvas.set_pixelated(True)
    canvas.show_frame(Frame(pixels))
    canvas._view.zoom_to(32.0)
    area = canvas._view.target().toRect()
    assert seen(canvas, area.left() + 4, area.top() + 4) == QColor(255, 0, 0)
    assert seen(canvas, area.right() - 4, area.bottom() - 4) == QColor(0, 0, 255)


def test_a_new_frame_is_told_once_when_painted(canvas: Canvas, frame: FrameMaker, qtbot: QtBot) -> None:
    told: list[object] = []
    canvas.frame_painted.connect(told.append)
    shown = frame()
    canvas.show_frame(shown)
    qtbot.waitUntil(lambda: bool(told))
    canvas.repaint()
    assert told == [shown]


def test_a_draft_keeps_the_place_of_the_whole_picture(canvas: Canvas, frame: FrameMaker) -> None:
    canvas.show_frame(frame(128, 128), final=True)
    canvas.zoom_actual()
    before = canvas._view.target()
    canvas.show_frame(frame(32, 32))
    assert canvas._view.target() == before
    assert canvas.zoom == 1.0


def test_without_a_final_frame_a_larger_one_sets_the_size(canvas: Canvas, frame: FrameMaker) -> None:
    canvas.show_frame(frame(32, 32))
    canvas.show_frame(frame(256, 256))
    canvas.zoom_actual()
    assert canvas._view.target().width() == 256


def test_the_wheel_zooms_around_the_pointer(canvas: Canvas, frame: FrameMaker) -> None:
    canvas.show_frame(frame(400, 400))
    spot = QPointF(200, 200)
    before, zoom = canvas._view.share_at(spot), canvas.zoom
    wheel(canvas, spot, 240)
    assert canvas.zoom > zoom
    after = canvas._view.share_at(spot)
    assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()))


@pytest.mark.parametrize("button", [LEFT, Qt.MouseButton.MiddleButton])
def test_a_drag_pans(canvas: Canvas, frame: FrameMaker, qtbot: QtBot, button: Qt.MouseButton) -> None:
    canvas.show_frame(frame(400, 400))
    before = canvas._view.target()
    qtbot.mousePress(canvas, button, pos=QPoint(300, 250))
    qtbot.mouseMove(canvas, QPoint(320, 260))
    qtbot.mouseRelease(canvas, button, pos=QPoint(320, 260))
    qtbot.mouseMove(canvas, QPoint(400, 400))
    assert canvas._view.target() == before.translated(20, 10)


def test_keys_zoom_and_pan(canvas: Canvas, frame: FrameMaker, qtbot: QtBot) -> None:
    canvas.show_frame(frame(400, 400))
    fitted = canvas._view.target()
    qtbot.keyClick(canvas, Qt.Key.Key_1)
    assert canvas.zoom == 1.0
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.zoom == 1.25
    left = canvas._view.target().left()
    qtbot.keyClick(canvas, Qt.Key.Key_Left)
    assert canvas._view.target().left() > left
    qtbot.keyClick(canvas, Qt.Key.Key_0)
    assert canvas._view.target() == fitted


def test_a_double_click_fits_again(canvas: Canvas, frame: FrameMaker, qtbot: QtBot) -> None:
    canvas.show_frame(frame())
    fitted = canvas.zoom
    canvas.zoom_in()
    with qtbot.waitSignal(canvas.zoom_changed) as told:
        qtbot.mouseDClick(canvas, LEFT, pos=QPoint(100, 100))
    assert told.args == [fitted]


def test_zoom_ends_at_32_times(canvas: Canvas, frame: FrameMaker) -> None:
    canvas.show_frame(frame())
    for _ in range(40):
        canvas.zoom_in()
    assert canvas.zoom == 32.0


def test_pixels_are_smooth_unless_asked_otherwise(canvas: Canvas) -> None:
    pixels = np.zeros((8, 8, 3), np.uint8)
    pixels[:, ::2] = 255
    canvas.show_frame(Frame(pixels))
    greys = {seen(canvas, x, 250).red() for x in range(200, 400)}
    canvas.set_pixelated(True)
    assert len(greys) > 10
    assert {seen(canvas, x, 250).red() for x in range(200, 400)} == {0, 255}


def drop_event(kind: type, paths: list[str]) -> tuple[object, QMimeData]:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(path) for path in paths])
    none = Qt.KeyboardModifier.NoModifier
    place = QPoint(50, 50) if kind is QDragEnterEvent else QPointF(50, 50)
    return kind(place, Qt.DropAction.CopyAction, mime, LEFT, none), mime


def test_dropped_pictures_are_told_and_other_files_left_out(canvas: Canvas, qtbot: QtBot) -> None:
    event, _mime = drop_event(QDropEvent, ["/a/One.PNG", "/a/notes.txt", "/a/two.webp"])
    with qtbot.waitSignal(canvas.files_dropped) as told:
        canvas.dropEvent(event)
    assert told.args == [["/a/One.PNG", "/a/two.webp"]]


def test_only_pictures_are_welcome_over_the_canvas(canvas: Canvas) -> None:
    text, _mime = drop_event(QDragEnterEvent, ["/a/notes.txt"])
    text.ignore()
    canvas.dragEnterEvent(text)
    assert not text.isAccepted()
    picture, _other = drop_event(QDragEnterEvent, ["/a/one.jpg"])
    canvas.dragEnterEvent(picture)
    assert picture.isAccepted()
    assert seen(canvas, 1, 200) == colour("text")


def test_a_problem_offers_to_try_again(canvas: Canvas, frame: FrameMaker, qtbot: QtBot) -> None:
    canvas.show_problem(StudioError("The model file is missing.", hint="Install it again."))
    button = canvas.findChild(QPushButton, "canvas-retry")
    assert button.isVisible()
    with qtbot.waitSignal(canvas.retry_requested):
        qtbot.mouseClick(button, LEFT)
    canvas.show_frame(frame())
    assert not button.isVisible()


def test_empty_words_and_busy_words(canvas: Canvas, frame: FrameMaker) -> None:
    canvas.show_empty("No picture yet", "Choose a model.")
    assert canvas._notice.card.isVisible()
    canvas.show_frame(frame())
    canvas.show_busy("Waking the model")
    assert canvas._notice.busy.isVisible()
    assert not canvas._notice.card.isVisible()
    canvas.show_busy("")
    assert not canvas._notice.busy.isVisible()


def test_a_right_click_asks_for_the_menu(canvas: Canvas, qtbot: QtBot) -> None:
    spot = QPoint(40, 50)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, canvas.mapToGlobal(spot))
    with qtbot.waitSignal(canvas.menu_requested) as told:
        QApplication.sendEvent(canvas, event)
    assert told.args == [canvas.mapToGlobal(spot)]


class Stamp(CanvasTool):
    """A tool that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, QPointF]] = []

    def press(self, touch: Touch) -> bool:
        self.told.append(("press", touch.point))
        return touch.button == LEFT

    def move(self, touch: Touch) -> None:
        self.told.append(("move", touch.point))

    def release(self, touch: Touch) -> None:
        self.told.append(("release", touch.point))

    def cursor(self) -> Qt.CursorShape:
        return Qt.CursorShape.CrossCursor


@pytest.fixture
def stamp(canvas: Canvas, frame: FrameMaker) -> Stamp:
    canvas.show_frame(frame(64, 64), final=True)
    tool = Stamp()
    canvas.set_tool(tool)
    return tool


def test_space_and_the_middle_button_pan_with_a_tool_in_hand(
    canvas: Canvas, stamp: Stamp, qtbot: QtBot
) -> None:
    before = canvas._view.target()
    qtbot.keyPress(canvas, Qt.Key.Key_Space)
    assert canvas.cursor().shape() == Qt.CursorShape.OpenHandCursor
    for button in (LEFT, Qt.MouseButton.MiddleButton):
        qtbot.mousePress(canvas, button, pos=QPoint(300, 250))
        qtbot.mouseMove(canvas, QPoint(310, 255))
        qtbot.mouseRelease(canvas, button, pos=QPoint(310, 255))
        qtbot.keyRelease(canvas, Qt.Key.Key_Space)
    assert canvas._view.target() == before.translated(20, 10)
    assert stamp.told == []
    assert canvas.cursor().shape() == Qt.CursorShape.CrossCursor


def test_another_button_does_not_end_a_touch(canvas: Canvas, stamp: Stamp, qtbot: QtBot) -> None:
    qtbot.mousePress(canvas, LEFT, pos=QPoint(300, 250))
    for button in (Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton):
        qtbot.mousePress(canvas, button, pos=QPoint(300, 250))
        qtbot.mouseRelease(canvas, button, pos=QPoint(310, 250))
    assert [what for what, _ in stamp.told] == ["press"]
    qtbot.mouseRelease(canvas, LEFT, pos=QPoint(310, 250))
    assert [what for what, _ in stamp.told] == ["press", "release"]


def test_a_quick_second_press_reaches_the_tool(canvas: Canvas, stamp: Stamp, qtbot: QtBot) -> None:
    middle = canvas.map.to_spot(QPointF(32, 32)).toPoint()
    qtbot.mouseDClick(canvas, LEFT, pos=middle)
    assert "press" in [what for what, _ in stamp.told]
    assert canvas._view.fitted


def test_esc_puts_the_tool_away_and_says_so(canvas: Canvas, stamp: Stamp, qtbot: QtBot) -> None:
    with qtbot.waitSignal(canvas.tool_changed) as told:
        qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert told.args == [None]
    assert canvas.tool is None


def test_the_corner_tells_where_the_pointer_is(canvas: Canvas, stamp: Stamp, qtbot: QtBot) -> None:
    qtbot.mouseMove(canvas, canvas.map.to_spot(QPointF(10.5, 20.5)).toPoint())
    assert canvas.readout.isVisible()
    assert canvas.readout.text == "10, 20   #C8285A"
    assert canvas.colour_at(QPointF(10, 20)) == RED
    assert canvas.colour_at(QPointF(-1, 20)) is None
    qtbot.mouseMove(canvas, QPoint(2, 2))
    assert not canvas.readout.isVisible()


def test_a_grid_shows_the_pixels_from_800_percent_on(canvas: Canvas, frame: FrameMaker) -> None:
    canvas.show_frame(frame(), final=True)
    area = canvas._view.target()
    assert canvas.zoom < 8
    assert seen(canvas, round(area.left() + 10 * canvas.zoom), 250) == RED
    canvas._view.zoom_to(16.0)
    area = canvas.map.area
    edge = round(area.left() + 32 * 16)
    assert [seen(canvas, edge + step, 255) for step in (-1, 0, 1)] != [RED] * 3
    assert seen(canvas, edge + 8, 255) == RED
    canvas.grid.shown = False
    assert [seen(canvas, edge + step, 255) for step in (-1, 0, 1)] == [RED] * 3


def test_a_small_picture_that_fills_the_window_has_no_grid(canvas: Canvas, frame: FrameMaker) -> None:
    canvas.show_frame(frame(16, 16), final=True)
    assert canvas.zoom > 8
    assert not canvas.grid.is_seen(canvas._view)
