"""PixelGrid: thin lines between the picture's px once each of them is large. GUI thread."""

import math

from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from studio.ui.common.canvas_tool import CanvasMap
from studio.ui.picture.canvas.view import CanvasView

GRID_FROM = 8.0
INK = QColor(38, 38, 38)


class PixelGrid:
    """`shown`: whether it is wanted at all."""

    def __init__(self) -> None:
        self.shown = True

    def is_seen(self, view: CanvasView) -> bool:
        """From 800 % on, once somebody has come nearer: a small picture that just fills the window needs none."""
        return self.shown and not view.fitted and view.zoom >= GRID_FROM

    def draw_in(self, painter: QPainter, view: CanvasView, window: QRectF) -> None:
        """As a difference from the picture, so that it is seen on dark and on bright."""
        area = view.target()
        if not self.is_seen(view) or (area & window).isEmpty():
            return
        painter.save()
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Difference)
        painter.setPen(QPen(INK, 0))
        painter.drawLines(grid_lines(CanvasMap(area, view.scale), area & window))
        painter.restore()


def grid_lines(view: CanvasMap, seen: QRectF) -> list[QLineF]:
    """Those between two px of the picture that lie in what is seen."""
    columns = _between(seen.left() - view.area.left(), seen.right() - view.area.left(), view.scale)
    rows = _between(seen.top() - view.area.top(), seen.bottom() - view.area.top(), view.scale)
    xs = [view.area.left() + column * view.scale for column in columns]
    ys = [view.area.top() + row * view.scale for row in rows]
    return [QLineF(x, seen.top(), x, seen.bottom()) for x in xs] + [
        QLineF(seen.left(), y, seen.right(), y) for y in ys
    ]


def _between(low: float, high: float, scale: float) -> range:
    return range(max(1, math.ceil(low / scale)), math.ceil(high / scale))
