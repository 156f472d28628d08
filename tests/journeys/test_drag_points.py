"""Put points on the canvas and drag them: every step can be undone, all of them at once too."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from studio.core.latent import Latent
from studio.core.layers import Artboard
from studio.core.picture import Picture
from studio.core.projection import DragPoint
from studio.core.selecting import rectangle_levels, region_over
from studio.core.session import PICTURES
from studio.ui.picture.dragging import Dragging
from tests.journeys.conftest import PATIENCE_MS

Pixels = Callable[[], bytes]
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


@pytest.fixture
def dragging(studio: StudioApp, at_rest: Pixels) -> Dragging:
    """With the tool in hand."""
    at_rest()
    studio.window.commands.action("take-drag-points").trigger()
    return studio.rooms.dragging


def spot(studio: StudioApp, x: float, y: float) -> QPoint:
    """A place of the picture on the canvas."""
    area = studio.pictures.canvas.map.area
    return QPoint(round(area.left() + x * area.width()), round(area.top() + y * area.height()))


def drag_over(qtbot: QtBot, studio: StudioApp, begin: tuple[float, float], end: tuple[float, float]) -> None:
    canvas = studio.pictures.canvas
    qtbot.mousePress(canvas, LEFT, pos=spot(studio, *begin))
    qtbot.mouseMove(canvas, spot(studio, *end))
    qtbot.mouseRelease(canvas, LEFT, pos=spot(studio, *end))


def wait_for_end(qtbot: QtBot, dragging: Dragging) -> None:
    qtbot.waitUntil(lambda: dragging.run is None, timeout=PATIENCE_MS)


def test_points_are_dragged_and_every_step_taken_back(
    studio: StudioApp, dragging: Dragging, at_rest: Pixels, qtbot: QtBot
) -> None:
    before, first = at_rest(), studio.session.picture
    drag_over(qtbot, studio, (0.5, 0.5), (0.5, 0.56))
    point = dragging.tool.points[0]
    assert point.handle == pytest.approx((0.5, 0.5), abs=0.02)
    assert point.target == pytest.approx((0.5, 0.56), abs=0.02)
    assert studio.session.picture_history.labels == ()
    qtbot.keyClick(studio.pictures.canvas, Qt.Key.Key_Return)
    assert dragging.run is not None
    wait_for_end(qtbot, dragging)
    after, labels = at_rest(), studio.session.picture_history.labels
    assert after != before
    assert labels == tuple(f"Drag points, step {n + 1}" for n in range(len(labels)))
    assert studio.session.picture.latent.w is not None
    moved = dragging.tool.points[0]
    assert abs(moved.handle[1] - 0.56) < abs(point.handle[1] - 0.56)
    studio.session.undo(PICTURES)
    studio.session.redo(PICTURES)
    assert at_rest() == after
    qtbot.mouseClick(dragging.section.back_button, LEFT)
    assert studio.session.picture == first
    assert at_rest() == before
    assert not dragging.section.back_button.isEnabled()


def test_points_by_keys_alone(studio: StudioApp, dragging: Dragging, qtbot: QtBot) -> None:
    canvas, tool = studio.pictures.canvas, dragging.tool
    qtbot.keyClick(canvas, Qt.Key.Key_Insert)
    for _ in range(3):
        qtbot.keyClick(canvas, Qt.Key.Key_Right)
    qtbot.keyClick(canvas, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert tool.points[0].target == pytest.approx((0.5 + 3 / 128, 0.5 - 8 / 128))
    qtbot.keyClick(canvas, Qt.Key.Key_N)
    qtbot.keyClick(canvas, Qt.Key.Key_Left)
    assert tool.points[0].handle == pytest.approx((0.5 - 1 / 128, 0.5))
    qtbot.keyClick(canvas, Qt.Key.Key_Insert)
    assert len(tool.points) == 2
    assert len(dragging.way) == 1  # the new one has nowhere to go
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert tool.points == ()
    assert not dragging.section.drag_button.isEnabled()


def test_points_are_gripped_moved_and_removed(studio: StudioApp, dragging: Dragging, qtbot: QtBot) -> None:
    tool = dragging.tool
    drag_over(qtbot, studio, (0.3, 0.3), (0.6, 0.3))
    drag_over(qtbot, studio, (0.6, 0.3), (0.6, 0.5))
    assert len(tool.points) == 1
    assert tool.points[0].target == pytest.approx((0.6, 0.5), abs=0.02)
    drag_over(qtbot, studio, (0.8, 0.8), (1.4, 0.8))
    assert tool.points[1].target == pytest.approx((1.0, 0.8), abs=0.02)  # not beside the picture
    qtbot.mouseClick(studio.pictures.canvas, RIGHT, pos=spot(studio, 0.3, 0.3))
    assert len(tool.points) == 1
    qtbot.mouseClick(dragging.section.clear_button, LEFT)
    assert tool.points == ()


def test_esc_stops_and_what_was_done_stays(
    studio: StudioApp, dragging: Dragging, at_rest: Pixels, qtbot: QtBot
) -> None:
    before = at_rest()
    dragging.tool.points = (DragPoint((0.2, 0.2), (0.9, 0.9)),)
    dragging.drag()
    qtbot.waitUntil(lambda: len(studio.session.picture_history.labels) >= 2, timeout=PATIENCE_MS)
    qtbot.keyClick(studio.pictures.canvas, Qt.Key.Key_Escape)
    assert dragging.run is None
    assert studio.pictures.canvas.tool is None
    assert at_rest() != before
    studio.window.commands.action("drag-points-back").trigger()
    assert at_rest() == before


def test_another_change_ends_the_drag_and_is_kept(
    studio: StudioApp, dragging: Dragging, at_rest: Pixels, qtbot: QtBot
) -> None:
    at_rest()
    dragging.tool.points = (DragPoint((0.2, 0.2), (0.9, 0.9)),)
    dragging.drag()
    qtbot.waitUntil(lambda: bool(studio.session.picture_history.labels), timeout=PATIENCE_MS)
    studio.session.set_seed(77)
    assert dragging.run is None
    at_rest()
    assert studio.session.picture.latent == replace(Latent(), seed=77, psi=studio.session.picture.latent.psi)
    assert dragging.last_drag == 0  # something else came after it


def test_a_selection_is_what_may_move(studio: StudioApp, dragging: Dragging) -> None:
    size = studio.pictures.last_frame.width
    board = Artboard(size, size)
    half = region_over(board, rectangle_levels(board, 0, 0, size / 2, size))
    studio.session.change_picture(replace(studio.session.picture, selection=half), "Select")
    levels = dragging.mask().levels
    assert levels[:, : levels.shape[1] // 2 - 2].min() == 255
    assert levels[:, levels.shape[1] // 2 + 2 :].max() == 0


def test_what_cannot_be_dragged_says_why(studio: StudioApp, dragging: Dragging, at_rest: Pixels) -> None:
    dragging.tool.points = (DragPoint((0.2, 0.2), (0.9, 0.9)),)
    vae = next(card.id for card in studio.pictures.cards.values() if card.family == "picture.vae")
    studio.pictures.choose_model(vae)
    assert "GAN" in dragging.section.advice.text()
    dragging.drag()
    assert dragging.run is None
    studio.session.open_picture(Picture(np.zeros((30, 30, 3), np.uint8), "photo"))
    assert "match" in dragging.section.advice.text()
    at_rest()
