"""The picture panels under the X server's own pointer."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QHBoxLayout, QSlider, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from studio.core.card import ModelInfo
from studio.core.picture import Frame
from studio.core.project import PictureDocument
from studio.ui.picture.canvas.canvas import Canvas
from studio.ui.picture.latent.latent_panel import LatentPanel
from tests.real_mouse import RealMouse

pytestmark = pytest.mark.x11


@pytest.fixture
def desk(qtbot: QtBot, painting_model: ModelInfo, frame: Callable[..., Frame]) -> QWidget:
    """A canvas with a picture beside a latent panel."""
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    canvas, panel = Canvas(), LatentPanel()
    row.addWidget(canvas, 1)
    row.addWidget(panel)
    panel.show_model(painting_model)
    panel.show_document(PictureDocument())
    window.resize(900, 700)
    window.show()
    qtbot.waitExposed(window)
    canvas.show_frame(frame(128, 128))
    return window


def test_a_drag_on_a_slider_follows_the_hand_and_ends_once(desk: QWidget, real_mouse: RealMouse) -> None:
    panel = desk.findChild(LatentPanel)
    told: list[object] = []
    panel.direction_moved.connect(lambda name, value: told.append((name, value)))
    panel.released.connect(lambda: told.append("released"))
    slider = panel.findChild(QSlider, "latent-slider-0-slider")
    middle = slider.rect().center()
    real_mouse.drag(slider, middle, middle + QPoint(60, 0))
    assert told.count("released") == 1
    assert told[-1] == "released"
    amounts = [entry[1] for entry in told[:-1]]
    assert len(amounts) > 5
    assert amounts == sorted(amounts)


def test_the_reset_button_puts_it_back(desk: QWidget, real_mouse: RealMouse, qtbot: QtBot) -> None:
    row = desk.findChild(LatentPanel).directions.rows["pca-0"]
    row.show_value(2.0)
    button = desk.findChild(QToolButton, "latent-slider-0-reset")
    qtbot.waitUntil(button.isVisible)
    real_mouse.click(button)
    assert row.slider.value == 0.0


def test_the_wheel_zooms_and_the_hand_pans(desk: QWidget, real_mouse: RealMouse) -> None:
    canvas = desk.findChild(Canvas)
    fitted = canvas.zoom
    real_mouse.scroll(canvas, 2)
    assert canvas.zoom > fitted
    before = canvas._view.target()
    centre = canvas.rect().center()
    real_mouse.drag(canvas, centre, centre + QPoint(40, -30))
    moved = canvas._view.target().topLeft() - before.topLeft()
    assert (moved.x(), moved.y()) == pytest.approx((40, -30))
    real_mouse.type("0")
    assert canvas.zoom == fitted
