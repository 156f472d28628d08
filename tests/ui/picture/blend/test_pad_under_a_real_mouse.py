"""The blend pad and the strip of recent pictures under the X server's own pointer."""

import subprocess
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from studio.core.latent import Latent
from studio.core.picture import Frame
from studio.core.project import BlendPad, PadPoint, PictureDocument
from studio.ui.picture.blend.pad import Pad
from studio.ui.picture.history.history_strip import HistoryStrip
from tests.real_mouse import RealMouse

pytestmark = pytest.mark.x11
TWO = BlendPad((PadPoint(Latent(1), 0.2, 0.5), PadPoint(Latent(2), 0.8, 0.5)))


@pytest.fixture
def window(qtbot: QtBot, frame: Callable[..., Frame]) -> QWidget:
    """A pad with two pictures above a strip with three."""
    made = QWidget()
    qtbot.addWidget(made)
    column = QVBoxLayout(made)
    pad, strip = Pad(), HistoryStrip()
    column.addWidget(pad, 1)
    column.addWidget(strip)
    for seed in (7, 8, 9):
        strip.add(PictureDocument("gan", Latent(seed)), frame())
    pad.show_pad(TWO, is_shown=True)
    made.resize(400, 520)
    made.show()
    qtbot.waitExposed(made)
    return made


def spot(pad: Pad, x: float, y: float) -> QPoint:
    return pad.look.spot(pad.room(), x, y).toPoint()


def carrying(start: QPoint, end: QPoint) -> list[str]:
    """A hand that takes something at a point of the screen and lays it down at another."""
    acts = ["xdotool", *("mousemove", str(start.x()), str(start.y()), "sleep", "0.1", "mousedown", "1")]
    for step in range(1, 9):
        way = start + (end - start) * (step / 8)
        acts += ["mousemove", str(way.x()), str(way.y()), "sleep", "0.08"]
    return [*acts, "mouseup", "1"]


def test_the_cursor_follows_the_hand_and_the_end_is_told_once(window: QWidget, real_mouse: RealMouse) -> None:
    pad = window.findChild(Pad)
    told: list[object] = []
    pad.cursor_moved.connect(lambda x, y: told.append(x))
    pad.released.connect(lambda: told.append("released"))
    real_mouse.drag(pad, spot(pad, 0.35, 0.2), spot(pad, 0.7, 0.2))
    assert told[-1] == "released"
    assert told.count("released") == 1
    assert len(told) > 5
    assert told[:-1] == sorted(told[:-1])


def test_a_recent_picture_is_carried_onto_the_pad(
    window: QWidget, real_mouse: RealMouse, qtbot: QtBot
) -> None:
    pad, strip = window.findChild(Pad), window.findChild(HistoryStrip)
    told: list[tuple[int, float, float]] = []
    pad.dropped.connect(lambda row, x, y: told.append((row, round(x, 1), round(y, 1))))
    start = strip.viewport().mapToGlobal(strip.visualItemRect(strip.item(1)).center())
    end = pad.mapToGlobal(spot(pad, 0.5, 0.3))
    with subprocess.Popen(carrying(start, end)) as hand:  # it goes on while Qt waits for the drag to end
        qtbot.waitUntil(lambda: bool(told), timeout=10_000)
        assert hand.wait(10) == 0
    assert told == [(1, 0.5, 0.3)]
