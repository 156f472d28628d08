"""Brush and eraser under a hand, a pen and keys."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QApplication

from studio.core.layers import Artboard
from studio.core.painting import painted
from studio.core.selecting import everything
from studio.core.session import PICTURES
from studio.ui.picture.tools.brush_tool import BrushTool

from .conftest import Table

WAY = ((20, 64), (40, 60), (60, 70), (80, 60), (108, 64))


@pytest.fixture
def brush(table: Table) -> BrushTool:
    tool = BrushTool("brush", table.bench, table.canvas, table.veil)
    table.canvas.set_tool(tool)
    return tool


def seen(table: Table, x: float, y: float) -> QColor:
    return table.canvas.grab().toImage().pixelColor(table.spot(x, y))


def test_a_drag_is_one_stroke_on_a_paint_layer(table: Table, brush: BrushTool) -> None:
    table.drag(*WAY)
    live, paint = table.picture.layers
    assert (live.kind, paint.kind) == ("live", "paint")
    assert table.picture.artboard == Artboard(1024, 1024)
    (mark,) = paint.marks
    assert mark.radius_px == table.bench.choices.size / 2
    first, last = mark.points[0], mark.points[-1]
    assert first[:2] == pytest.approx((160, 512), abs=3)
    assert last[:2] == pytest.approx((864, 512), abs=3)
    assert table.steps == ("Brush stroke",)


def test_two_strokes_share_the_layer_and_are_two_steps(table: Table, brush: BrushTool) -> None:
    table.drag(*WAY)
    table.canvas.set_nominal_size(1024, 1024)  # as the compositor's picture says
    table.drag((100, 100), (500, 500))
    assert [len(layer.marks) for layer in table.picture.layers] == [0, 2]
    assert table.picture.layers[1].marks[1].points[0, :2] == pytest.approx((100, 100), abs=3)
    table.session.undo(PICTURES)
    table.session.undo(PICTURES)
    assert table.picture.layers == ()


def test_the_stroke_is_seen_while_it_is_drawn(table: Table, brush: BrushTool) -> None:
    table.bench.choose(hardness=1.0, size=128.0)
    before = seen(table, 40, 64)
    table.bot.mousePress(table.canvas, Qt.MouseButton.LeftButton, pos=table.spot(20, 64))
    table._move(table.spot(60, 64), Qt.KeyboardModifier.NoModifier)
    assert seen(table, 40, 64) == QColor.fromRgb(table.bench.choices.colour)
    assert seen(table, 40, 64) != before
    assert seen(table, 40, 50) == before
    assert table.steps == ()
    table.key(Qt.Key.Key_Escape)
    assert seen(table, 40, 64) == before
    table.bot.mouseRelease(table.canvas, Qt.MouseButton.LeftButton, pos=table.spot(60, 64))
    assert table.steps == ()


@pytest.mark.parametrize("zoom", [1.0, 4.0, 20.0])
def test_its_width_is_right_at_every_zoom(table: Table, brush: BrushTool, zoom: float) -> None:
    table.bench.choose(hardness=1.0, size=64.0)  # 8 px of the picture
    table.canvas._view.zoom_to(zoom)
    table.bot.mousePress(table.canvas, Qt.MouseButton.LeftButton, pos=table.spot(60, 64))
    table._move(table.spot(68, 64), Qt.KeyboardModifier.NoModifier)
    table.bench.choose(colour=0xFF0000)
    brush.leave()
    image = table.canvas.grab().toImage()
    spot = table.spot(64, 64)
    column = [image.pixelColor(spot.x(), y) for y in range(image.height())]
    red = sum(one == QColor(255, 0, 0) for one in column)
    assert red == pytest.approx(8 * zoom, abs=2)


def test_it_stays_seen_until_the_picture_has_it(table: Table, brush: BrushTool) -> None:
    table.bench.choose(hardness=1.0, size=128.0)
    table.drag(*WAY)
    brush.leave()
    ink = QColor.fromRgb(table.bench.choices.colour)
    assert seen(table, 60, 66) == ink
    brush.settle()
    assert seen(table, 60, 66) != ink


def test_shift_draws_a_straight_line_from_the_last_end(table: Table, brush: BrushTool) -> None:
    table.click(20, 20)
    table.click(100, 90, Qt.KeyboardModifier.ShiftModifier)
    points = table.picture.layers[1].marks[1].points
    assert points[0, :2] == pytest.approx((160, 160), abs=4)
    assert points[-1, :2] == pytest.approx((800, 720), abs=4)
    assert len(points) == 2


def test_alt_takes_a_colour_from_the_picture(table: Table, brush: BrushTool) -> None:
    table.click(100, 64, Qt.KeyboardModifier.AltModifier)
    assert table.bench.choices.colour == 0xC8B43C
    assert table.bench.choices.recent[0] == 0xC8B43C
    assert table.steps == ()


def test_the_selection_holds_the_paint_back(table: Table, brush: BrushTool) -> None:
    half = everything(Artboard(64, 128))
    table.bench.select(half, "Select")
    table.bench.choose(hardness=1.0, size=128.0)
    table.drag((20, 64), (110, 64))
    mark = table.picture.layers[1].marks[0]
    assert mark.clip is not None
    assert (mark.clip.width, mark.clip.height) == (512, 1024)
    brush.leave()
    ink = QColor.fromRgb(table.bench.choices.colour)
    assert seen(table, 40, 64) == ink
    assert seen(table, 90, 64) != ink


def pen(table: Table, kind: QEvent.Type, point: tuple[float, float], pressure: float) -> QTabletEvent:
    spot = QPointF(table.spot(*point))
    left = Qt.MouseButton.LeftButton
    return QTabletEvent(
        kind, QPointingDevice.primaryPointingDevice(), spot, table.canvas.mapToGlobal(spot), pressure,
        0, 0, 0, 0, 0, Qt.KeyboardModifier.NoModifier,
        Qt.MouseButton.NoButton if kind == QEvent.Type.TabletMove else left, left,
    )  # fmt: skip


def test_a_pen_presses_with_its_force(table: Table, brush: BrushTool) -> None:
    for kind, point, pressure in (
        (QEvent.Type.TabletPress, (20, 20), 0.25),
        (QEvent.Type.TabletMove, (60, 60), 0.5),
        (QEvent.Type.TabletRelease, (100, 100), 0.75),
    ):
        QApplication.sendEvent(table.canvas, pen(table, kind, point, pressure))
    pressures = table.picture.layers[1].marks[0].points[:, 2]
    assert pressures[0] == 0.25
    assert pressures[-1] == pytest.approx(0.5)
    assert (np.diff(pressures) >= 0).all()


def test_the_eraser_marks_a_paint_layer(table: Table, brush: BrushTool) -> None:
    table.drag(*WAY)
    table.canvas.set_tool(BrushTool("eraser", table.bench, table.canvas, table.veil))
    table.drag((20, 60), (100, 60))
    assert [mark.kind for mark in table.picture.layers[1].marks] == ["brush", "eraser"]
    assert table.steps == ("Brush stroke", "Erase")


def test_on_a_picture_the_eraser_hides(table: Table) -> None:
    table.bench.choose(size=256.0, hardness=1.0)
    table.canvas.set_tool(BrushTool("eraser", table.bench, table.canvas, table.veil))
    table.drag((0, 64), (128, 64))
    (live,) = table.picture.layers
    assert live.region is not None
    levels = live.region.mask.levels
    assert levels[512, 512] == 0
    assert levels[100, 512] == 255
    table.session.undo(PICTURES)
    assert table.picture.layers == ()


def test_in_the_mask_view_brush_and_eraser_change_the_selection(table: Table, brush: BrushTool) -> None:
    table.bench.choose(size=256.0, hardness=1.0)
    table.bench.show_mask(True)
    table.drag((0, 64), (128, 64))
    assert table.picture.layers == ()
    assert table.selected() == pytest.approx(0.25, abs=0.01)
    table.canvas.set_tool(BrushTool("eraser", table.bench, table.canvas, table.veil))
    table.drag((0, 64), (63, 64))
    assert table.selected() < 0.16
    assert table.steps == ("Paint the selection", "Paint the selection")
    assert seen(table, 20, 20) != QColor(40, 90, 160)


def test_a_circle_shows_the_size_and_goes_with_the_pointer(table: Table, brush: BrushTool) -> None:
    bare = table.canvas.grab().toImage()
    table.bot.mouseMove(table.canvas, table.spot(64, 64))
    circled = table.canvas.grab().toImage()
    radius = round(table.bench.choices.size / 2 / 8 * table.canvas.map.scale)
    spot = table.spot(64, 64)
    rim = [circled.pixelColor(spot.x() + radius + step, spot.y()) for step in (-1, 0, 1)]
    assert max(one.lightness() for one in rim) > 200
    QApplication.sendEvent(table.canvas, QEvent(QEvent.Type.Leave))
    brush.leave()
    assert table.canvas.grab().toImage() == bare


def test_strokes_go_where_the_layer_in_hand_is(table: Table, brush: BrushTool) -> None:
    document, first = painted(table.bench.laid_out(), brush._mark(((0, 0, 1),)), None)
    table.session.change_picture(document, "First")
    document, second = painted(document, brush._mark(((0, 0, 1),)), 0)
    table.session.change_picture(document, "Second")
    table.bench.current_layer = lambda: first
    table.drag(*WAY)
    assert {layer.id: len(layer.marks) for layer in table.picture.layers} == {0: 0, first: 2, second: 1}
