"""The brush under the X server's own pointer: press, drag, release, keys."""

import pytest
from PySide6.QtCore import QPoint

from studio.core.session import PICTURES
from studio.ui.picture.tools.brush_tool import BrushTool
from studio.ui.picture.tools.select_tools import LassoTool
from tests.real_mouse import RealMouse

from .conftest import Table

pytestmark = pytest.mark.x11


def test_a_real_drag_paints_one_stroke(table: Table, real_mouse: RealMouse) -> None:
    table.canvas.set_tool(BrushTool("brush", table.bench, table.canvas, table.veil))
    middle = table.canvas.rect().center()
    real_mouse.drag(table.canvas, middle - QPoint(120, 40), middle + QPoint(120, 60), steps=20)
    assert table.steps == ("Brush stroke",)
    points = table.picture.layers[1].marks[0].points
    assert len(points) >= 20
    first, last = (table.bench.from_laid(*point[:2]).toPoint() for point in points[[0, -1]])
    assert (first - (middle - QPoint(120, 40))).manhattanLength() <= 2
    assert (last - (middle + QPoint(120, 60))).manhattanLength() <= 2
    table.session.undo(PICTURES)
    assert table.picture.layers == ()


def test_a_real_lasso_goes_around_and_esc_forgets(table: Table, real_mouse: RealMouse) -> None:
    table.canvas.set_tool(LassoTool(table.bench))
    middle = table.canvas.rect().center()
    real_mouse.move(table.canvas, middle - QPoint(80, 80))
    real_mouse._act("mousedown", "1")
    for corner in (QPoint(80, -80), QPoint(80, 80), QPoint(-80, 80)):
        real_mouse.move(table.canvas, middle + corner)
    real_mouse._act("mouseup", "1")
    share = 160**2 / (table.canvas.map.area.width() ** 2)
    assert table.selected() == pytest.approx(share, rel=0.05)
