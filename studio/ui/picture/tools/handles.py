"""Handles: the eight grips of a frame, where they are, which one a hand meets, and how they look. GUI thread."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

Handle = tuple[int, int]
HANDLES: tuple[Handle, ...] = ((-1, -1), (0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0))
INSIDE: Handle = (0, 0)
REACH_PX = 9
SIDE_PX = 9
_SHAPES = (
    Qt.CursorShape.SizeHorCursor,
    Qt.CursorShape.SizeFDiagCursor,
    Qt.CursorShape.SizeVerCursor,
    Qt.CursorShape.SizeBDiagCursor,
)


def handle_spots(corners: Sequence[QPointF]) -> dict[Handle, QPointF]:
    """Where the handles of a frame with those corners (clockwise from the upper left) are."""
    upper_left, upper_right, _, lower_left = corners
    across, down = upper_right - upper_left, lower_left - upper_left
    return {(x, y): upper_left + across * (x + 1) / 2 + down * (y + 1) / 2 for x, y in HANDLES}


def handle_at(corners: Sequence[QPointF], spot: QPointF) -> Handle | None:
    """The handle within reach, the nearest; None is none of them."""
    found = {one: _distance(at, spot) for one, at in handle_spots(corners).items()}
    nearest = min(found, key=lambda one: found[one])
    return nearest if found[nearest] <= REACH_PX else None


def is_within(corners: Sequence[QPointF], spot: QPointF) -> bool:
    """Whether a spot lies inside the frame."""
    sides = zip(corners, (*corners[1:], corners[0]), strict=True)
    signs = {_side(begin, end, spot) >= 0 for begin, end in sides}
    return len(signs) == 1


def handle_cursor(corners: Sequence[QPointF], handle: Handle) -> Qt.CursorShape:
    """The double arrow that points as the handle moves."""
    middle = (corners[0] + corners[2]) / 2
    away = handle_spots(corners)[handle] - middle
    return _SHAPES[round(math.degrees(math.atan2(away.y(), away.x())) / 45) % 4]


def draw_frame(painter: QPainter, corners: Sequence[QPointF]) -> None:
    """The frame and its handles, seen on any picture."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for width, ink in ((2.6, QColor(0, 0, 0, 120)), (1.2, QColor(255, 255, 255, 235))):
        painter.setPen(QPen(ink, width))
        painter.drawPolygon(list(corners))
    painter.setPen(QPen(QColor(0, 0, 0, 170), 1))
    painter.setBrush(QColor(255, 255, 255))
    for spot in handle_spots(corners).values():
        painter.drawRoundedRect(
            QRectF(spot.x() - SIDE_PX / 2, spot.y() - SIDE_PX / 2, SIDE_PX, SIDE_PX), 2, 2
        )


def _distance(a: QPointF, b: QPointF) -> float:
    return math.hypot(a.x() - b.x(), a.y() - b.y())


def _side(begin: QPointF, end: QPointF, spot: QPointF) -> float:
    return (end.x() - begin.x()) * (spot.y() - begin.y()) - (end.y() - begin.y()) * (spot.x() - begin.x())
