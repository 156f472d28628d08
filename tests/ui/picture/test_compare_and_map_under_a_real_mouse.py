"""The line of a comparison and the map under the X server's own pointer."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from studio.core.picture import Frame
from studio.ui.picture.canvas.canvas import Canvas
from studio.ui.picture.canvas.compare import CompareOverlay
from studio.ui.picture.map.map_field import MapField
from tests.real_mouse import RealMouse

pytestmark = pytest.mark.x11


def test_the_line_is_dragged_and_beside_it_the_picture(
    qtbot: QtBot, real_mouse: RealMouse, frame: Callable[..., Frame]
) -> None:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(600, 500)
    canvas.show()
    qtbot.waitExposed(canvas)
    canvas.show_frame(frame(), final=True)
    overlay = CompareOverlay(canvas)
    canvas.add_overlay(overlay)
    overlay.show(frame(colour=(0, 200, 0)), "A", "Now")
    place = canvas.map.area
    real_mouse.drag(canvas, QPoint(300, 400), QPoint(420, 380))
    assert overlay.split == pytest.approx((420 - place.left()) / place.width(), abs=0.005)
    assert canvas.map.area == place
    real_mouse.drag(canvas, QPoint(200, 400), QPoint(230, 400))
    assert canvas.map.area.left() == pytest.approx(place.left() + 30)


def test_a_drag_on_the_map_is_followed_and_the_wheel_zooms(qtbot: QtBot, real_mouse: RealMouse) -> None:
    field = MapField()
    qtbot.addWidget(field)
    field.resize(280, 280)
    field.show()
    qtbot.waitExposed(field)
    told: list[object] = []
    field.moved.connect(lambda x, y: told.append((round(x, 1), round(y, 1))))
    field.released.connect(lambda: told.append("released"))
    real_mouse.drag(field, QPoint(140, 140), QPoint(220, 100))
    assert told[0] == (0.0, 0.0)
    assert told[-2:] == [(2.0, 1.0), "released"]
    assert told.count("released") == 1
    before = field.view.scale
    real_mouse.scroll(field, 2, QPoint(100, 100))
    assert field.view.scale > before
