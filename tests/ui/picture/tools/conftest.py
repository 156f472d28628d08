"""A real canvas with a picture, a session, and the bench between them; no device."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.core.layers import Artboard
from studio.core.picture import Frame
from studio.core.project import PictureDocument, Project
from studio.core.selecting import levels_of
from studio.core.session import PICTURES, Session
from studio.ui.picture.canvas.canvas import Canvas
from studio.ui.picture.tools.bench import Bench
from studio.ui.picture.tools.veil import Veil

NONE = Qt.KeyboardModifier.NoModifier
SIDE = 128


@dataclass
class Table:
    """What a tool works on, and a hand that moves in px of the picture."""

    canvas: Canvas
    session: Session
    bench: Bench
    veil: Veil
    bot: QtBot

    @property
    def picture(self) -> PictureDocument:
        return self.session.picture

    @property
    def steps(self) -> tuple[str, ...]:
        return self.session.steps(PICTURES)[0]

    def spot(self, x: float, y: float) -> QPoint:
        return self.canvas.map.to_spot(QPointF(x, y)).toPoint()

    def drag(
        self, *points: tuple[float, float], keys: Qt.KeyboardModifier = NONE, later: bool = False
    ) -> None:
        """Press, move through the points, release; `later` keys come after the press, as a hand may do it."""
        spots = [self.spot(*point) for point in points]
        button = Qt.MouseButton.LeftButton
        self.bot.mousePress(self.canvas, button, NONE if later else keys, spots[0])
        for spot in spots[1:]:
            self._move(spot, keys)
        self.bot.mouseRelease(self.canvas, button, keys, spots[-1])

    def click(self, x: float, y: float, keys: Qt.KeyboardModifier = NONE) -> None:
        self.bot.mouseClick(self.canvas, Qt.MouseButton.LeftButton, keys, self.spot(x, y))

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NONE) -> None:
        self.bot.keyClick(self.canvas, key, keys)

    def selected(self) -> float:
        """How much of the picture is selected."""
        board = self.picture.artboard or Artboard(SIDE, SIDE)
        return float(levels_of(self.picture.selection, board).mean()) / 255

    def _move(self, spot: QPoint, keys: Qt.KeyboardModifier) -> None:
        """A move with keys held, which the bot cannot do."""
        from PySide6.QtCore import QEvent
        from PySide6.QtGui import QMouseEvent

        button = Qt.MouseButton.LeftButton
        event = QMouseEvent(
            QEvent.Type.MouseMove, QPointF(spot), self.canvas.mapToGlobal(QPointF(spot)),
            Qt.MouseButton.NoButton, button, keys,
        )  # fmt: skip
        QApplication.sendEvent(self.canvas, event)


@pytest.fixture
def table(qtbot: QtBot) -> Table:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(600, 500)
    canvas.show()
    qtbot.waitExposed(canvas)
    session = Session(Project(PictureDocument(model_id="m")))
    pixels = np.full((SIDE, SIDE, 3), (40, 90, 160), np.uint8)
    pixels[:, SIDE // 2 :] = (200, 180, 60)
    canvas.show_frame(Frame(pixels), final=True)
    bench = Bench(session, canvas, gesture_names(), session.end_gesture)
    veil = Veil(bench, canvas)
    veil.set_still(True)
    canvas.add_overlay(veil)
    return Table(canvas, session, bench, veil, qtbot)


def gesture_names() -> Callable[[str], str]:
    """As the desk names a drag: one name until the next one begins (the session ends it at the release)."""
    return lambda what: what
