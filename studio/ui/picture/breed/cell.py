"""A cell: one small picture of a board, and what is told at its edges. Drawing only. GUI thread."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPixmap

from studio.ui.common.icons import icon
from studio.ui.common.theme import colour

ROUND_PX = 4
BADGE_PX = 20
FADED = 0.35


@dataclass(frozen=True, slots=True)
class CellLook:
    """shown: it is on the canvas; focused: the keyboard is on it; faded: its picture is of before."""

    selected: bool = False
    shown: bool = False
    focused: bool = False
    hovered: bool = False
    faded: bool = False
    star: bool | None = None  # None: it cannot be starred


def star_rect(cell: QRect) -> QRect:
    """Where the star is, in the upper right corner."""
    return QRect(cell.right() - BADGE_PX - 2, cell.top() + 3, BADGE_PX, BADGE_PX)


def draw_cell(painter: QPainter, cell: QRect, pixmap: QPixmap | None, look: CellLook) -> None:
    """One cell with its picture, frame and badges."""
    painter.save()
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    _draw_picture(painter, cell, pixmap, FADED if look.faded else 1.0)
    _draw_frame(painter, QRectF(cell), look)
    if look.selected:
        _draw_badge(painter, QRect(cell.left() + 3, cell.top() + 3, BADGE_PX, BADGE_PX), "check", "selection")
    if look.star or (look.star is False and (look.hovered or look.focused)):
        _draw_badge(painter, star_rect(cell), "star" if look.star else "star-outline", "window")
    painter.restore()


def _draw_picture(painter: QPainter, cell: QRect, pixmap: QPixmap | None, opacity: float) -> None:
    path = QPainterPath()
    path.addRoundedRect(QRectF(cell), ROUND_PX, ROUND_PX)
    painter.fillPath(path, colour("sunken"))
    if pixmap is not None:
        painter.save()
        painter.setClipPath(path)
        painter.setOpacity(opacity)
        painter.drawPixmap(cell, pixmap)
        painter.restore()


def _draw_frame(painter: QPainter, cell: QRectF, look: CellLook) -> None:
    """The strongest that holds: selected, on the canvas, under the pointer; around them the keyboard's."""
    if look.selected:
        _outline(painter, cell, "selection", 3.0)
    elif look.shown:
        _outline(painter, cell, "text", 2.0)
    elif look.hovered:
        _outline(painter, cell, "text_soft", 1.0)
    if look.focused:
        _outline(painter, cell, "accent", 1.5)


def _outline(painter: QPainter, cell: QRectF, token: str, width: float) -> None:
    inset = width / 2
    painter.setPen(QPen(colour(token), width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(cell.adjusted(inset, inset, -inset, -inset), ROUND_PX, ROUND_PX)


def _draw_badge(painter: QPainter, place: QRect, name: str, ground: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(ground, 225))
    painter.drawEllipse(QPointF(QRectF(place).center()), BADGE_PX / 2, BADGE_PX / 2)
    icon(name).paint(painter, place.adjusted(3, 3, -3, -3))
