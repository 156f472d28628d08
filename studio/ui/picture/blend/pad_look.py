"""PadLook: what the blend pad shows, where everything on it lies, and how it is drawn. GUI thread."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QImage, QPainter, QPainterPath, QPen, QPixmap

from studio.core.blending import is_exact, shares, shares_by_distance
from studio.core.picture import Frame
from studio.core.project import BlendPad
from studio.ui.common.frame_image import frame_image
from studio.ui.common.theme import FONT_SIZES, colour

TILE_PX = ((9, 44), (20, 34), (10_000, 24))  # up to so many pictures, so large
EDGE_PX = 26  # room for half a picture at the rim
GRIP_PX = 11
RING_PX = 6.5
FIELD_SIDE = 40
FIELD_OPACITY = 0.3
CORNER_PX = 6


@dataclass
class PadLook:
    """The pad as it is shown. tiles: a small picture for each point, None until it is drawn; is_shown: the canvas shows
    the mix of the pad; selected: the index of a point, or -1."""

    pad: BlendPad = BlendPad()
    tiles: tuple[QPixmap | None, ...] = ()
    is_shown: bool = False
    selected: int = -1
    has_focus: bool = False
    field: QImage | None = None
    words: str = ""  # what there is to do

    @property
    def tile_px(self) -> int:
        count = len(self.pad.points)
        return next(side for most, side in TILE_PX if count <= most)

    def spot(self, room: QRectF, x: float, y: float) -> QPointF:
        """Where a place of the pad lies in the widget."""
        area = _inner(room)
        return QPointF(area.left() + x * area.width(), area.top() + y * area.height())

    def place(self, room: QRectF, spot: QPointF) -> tuple[float, float]:
        """The place of the pad under a spot of the widget; may lie outside."""
        area = _inner(room)
        return (spot.x() - area.left()) / area.width(), (spot.y() - area.top()) / area.height()

    def tile(self, room: QRectF, index: int) -> QRectF:
        """Where the picture of a point lies."""
        point, side = self.pad.points[index], self.tile_px
        spot = self.spot(room, point.x, point.y)
        return QRectF(round(spot.x() - side / 2), round(spot.y() - side / 2), side, side)

    def point_at(self, room: QRectF, spot: QPointF) -> int:
        """The index of the point under a spot, the one drawn last; -1 where there is none."""
        return next((i for i in reversed(self._order()) if self.tile(room, i).contains(spot)), -1)

    def is_on_cursor(self, room: QRectF, spot: QPointF) -> bool:
        """Whether a spot is on the cursor, which lies over the pictures."""
        if not self.pad.points or is_exact(self.pad):
            return False
        way = self.spot(room, *self.pad.cursor) - spot
        return float(np.hypot(way.x(), way.y())) <= GRIP_PX

    def draw(self, painter: QPainter, room: QRectF) -> None:
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self._draw_ground(painter, room)
        self._draw_words(painter, room)
        of_each = shares(self.pad)
        if self.pad.points and not is_exact(self.pad):
            self._draw_rays(painter, room, of_each)
        for index in self._order():
            self._draw_tile(painter, room, index, of_each[index])
        if self.pad.points and not is_exact(self.pad):
            self._draw_cursor(painter, self.spot(room, *self.pad.cursor))

    def _order(self) -> list[int]:
        """The points from the lowest to the topmost."""
        return sorted(range(len(self.pad.points)), key=lambda index: index == self.selected)

    def _draw_ground(self, painter: QPainter, room: QRectF) -> None:
        ground = QPainterPath()
        ground.addRoundedRect(room.adjusted(0.5, 0.5, -0.5, -0.5), CORNER_PX, CORNER_PX)
        painter.fillPath(ground, colour("sunken"))
        if self.field is not None and not is_exact(self.pad):
            painter.save()
            painter.setClipPath(ground)
            painter.setOpacity(FIELD_OPACITY)
            painter.drawImage(_inner(room).adjusted(-EDGE_PX, -EDGE_PX, EDGE_PX, EDGE_PX), self.field)
            painter.restore()
        painter.setPen(colour("accent" if self.has_focus else "border"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(ground)

    def _draw_words(self, painter: QPainter, room: QRectF) -> None:
        painter.setPen(colour("text_soft"))
        painter.setFont(_font(painter, "small" if self.pad.points else "normal"))
        foot = Qt.AlignmentFlag.AlignBottom if self.pad.points else Qt.AlignmentFlag.AlignVCenter
        flags = foot | Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(room.adjusted(16, 8, -16, -8), flags, self.words)

    def _draw_rays(self, painter: QPainter, room: QRectF, of_each: tuple[float, ...]) -> None:
        start = self.spot(room, *self.pad.cursor)
        for point, share in zip(self.pad.points, of_each, strict=True):
            painter.setPen(QPen(colour("text", round(24 + 190 * share)), 1 + 1.5 * share))
            painter.drawLine(start, self.spot(room, point.x, point.y))

    def _draw_tile(self, painter: QPainter, room: QRectF, index: int, share: float) -> None:
        area, picture = self.tile(room, index), self.tiles[index] if index < len(self.tiles) else None
        shape = QPainterPath()
        shape.addRoundedRect(area, 4, 4)
        painter.save()
        painter.setClipPath(shape)
        painter.fillRect(area, colour("raised"))
        if picture is not None:
            painter.drawPixmap(area, picture, QRectF(picture.rect()))
        painter.restore()
        is_selected = index == self.selected
        painter.setPen(QPen(colour("accent" if is_selected else "sunken"), 2 if is_selected else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(shape)
        if self.tile_px >= TILE_PX[1][1]:
            _draw_chip(painter, area, f"{round(share * 100)} %")

    def _draw_cursor(self, painter: QPainter, spot: QPointF) -> None:
        painter.setBrush(colour("accent") if self.is_shown else Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour("on_accent", 200), 4))
        painter.drawEllipse(spot, RING_PX, RING_PX)
        painter.setPen(QPen(colour("text"), 2))
        painter.drawEllipse(spot, RING_PX, RING_PX)


def colour_field(pad: BlendPad, frames: tuple[Frame | None, ...]) -> QImage | None:
    """The mean colours of the pictures, mixed at every place as the pictures would be; None until all are here."""
    known = [frame for frame in frames if frame is not None]
    if not known or len(known) < len(frames):
        return None
    reach = np.linspace(0.0, 1.0, FIELD_SIDE)
    seen_from = np.stack(np.meshgrid(reach, reach), axis=-1).reshape(-1, 2)  # (side * side, 2)
    of_each = shares_by_distance([(point.x, point.y) for point in pad.points], seen_from)
    means = np.array([frame.pixels.mean(axis=(0, 1)) for frame in known])  # (n, 3)
    pixels = (of_each @ means).reshape(FIELD_SIDE, FIELD_SIDE, 3).round().astype(np.uint8)
    return frame_image(Frame(pixels)).copy()


def _inner(room: QRectF) -> QRectF:
    return room.adjusted(EDGE_PX, EDGE_PX, -EDGE_PX, -EDGE_PX)


def _draw_chip(painter: QPainter, area: QRectF, words: str) -> None:
    """A few words at the foot of a picture, readable on any colour."""
    painter.setFont(_font(painter, "small"))
    width = painter.fontMetrics().horizontalAdvance(words) + 6
    chip = QRectF(area.center().x() - width / 2, area.bottom() - 15, width, 13)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("window", 205))
    painter.drawRoundedRect(chip, 3, 3)
    painter.setPen(colour("text"))
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, words)


def _font(painter: QPainter, size: str) -> QFont:
    font = QFont(painter.font())
    font.setPixelSize(FONT_SIZES[size])
    return font
