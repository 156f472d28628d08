"""Swatches: a painting's five colours in a row. GUI thread."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

RADIUS_PX = 3


def paint_swatches(painter: QPainter, place: QRect, palette: Sequence[str]) -> None:
    """Fill `place`, its corners rounded, with the colours (#rrggbb) side by side."""
    path = QPainterPath()
    path.addRoundedRect(QRectF(place), RADIUS_PX, RADIUS_PX)
    painter.save()
    painter.setClipPath(path)
    for index, name in enumerate(palette):
        left = place.left() + place.width() * index // len(palette)
        right = place.left() + place.width() * (index + 1) // len(palette)
        painter.fillRect(left, place.top(), right - left, place.height(), QColor(name))
    painter.restore()


class Swatches(QWidget):
    """Decoration beside a name; says nothing to a screen reader."""

    def __init__(self, palette: Sequence[str], size_px: QSize, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.palette_names = tuple(palette)
        self.setFixedSize(size_px)
        self.setVisible(bool(palette))

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_swatches(QPainter(self), self.rect(), self.palette_names)
