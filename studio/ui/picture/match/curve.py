"""Curve: how a number went over the steps, small, with its first and last value. GUI thread."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.common.theme import colour

HEIGHT_PX = 56
INSET_PX = 8
DOT_PX = 3.0
Points = tuple[tuple[int, float], ...]


class Curve(QWidget):
    """`show_points` takes (step, value) pairs and how many steps there will be; no points, no line."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._points: Points = ()
        self._total = 1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_points((), 1)

    @property
    def points(self) -> Points:
        return self._points

    def show_points(self, points: Sequence[tuple[int, float]], total: int) -> None:
        """The whole way is `total` steps wide."""
        self._points, self._total = tuple(points), max(1, total)
        last = f": {self._points[-1][1]:.1f}" if self._points else ""
        self.setAccessibleName(self._words + last)
        self.setToolTip(self._words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, HEIGHT_PX)

    def line(self) -> list[QPointF]:
        """The points in px of the widget."""
        area = QRectF(self.rect()).adjusted(INSET_PX, INSET_PX, -INSET_PX, -INSET_PX)
        values = [value for _, value in self._points]
        low, span = min(values, default=0.0), max(max(values, default=0.0) - min(values, default=0.0), 1e-6)
        return [
            QPointF(
                area.left() + min(1.0, step / self._total) * area.width(),
                area.bottom() - (value - low) / span * area.height(),
            )
            for step, value in self._points
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour("border"), 1))
        painter.setBrush(colour("sunken"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        line = self.line()
        if line:
            painter.setPen(QPen(colour("accent"), 1.6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF(line))
            painter.setBrush(colour("accent"))
            painter.drawEllipse(line[-1], DOT_PX, DOT_PX)
