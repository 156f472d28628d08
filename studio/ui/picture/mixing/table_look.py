"""TableLook: where the pictures of the mixing grid lie, and how they are drawn. GUI thread.

A place is (row, column); -1 is the rim: (-1, 2) is the picture above column 2, (1, -1) the one left of row 1.
"""

from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QPainter, QPainterPath, QPen, QPixmap

from studio.ui.common.theme import FONT_SIZES, colour

Place = tuple[int, int]
RIM = -1
NOWHERE = (RIM, RIM)
GAP_PX, RIM_GAP_PX = 4, 8
SMALLEST_PX, LARGEST_PX = 32, 96


@dataclass
class TableLook:
    """rows, columns: how many; pixmaps and labels by place; current: where the keyboard is; shown: the cells that the
    canvas shows."""

    rows: int = 0
    columns: int = 0
    pixmaps: dict[Place, QPixmap] = field(default_factory=dict)
    labels: dict[Place, str] = field(default_factory=dict)
    current: Place = (0, 0)
    shown: frozenset[Place] = frozenset()
    has_focus: bool = False

    def places(self) -> list[Place]:
        """All that can be reached, the rim above first."""
        grid = [(row, column) for row in range(RIM, self.rows) for column in range(RIM, self.columns)]
        return [place for place in grid if place != NOWHERE]

    def side_px(self, width: float) -> int:
        """How large a picture is, so that all columns fit into a width."""
        room = width - RIM_GAP_PX - GAP_PX * (self.columns - 1)
        return int(min(max(room / (self.columns + 1), SMALLEST_PX), LARGEST_PX))

    def height_px(self, width: float) -> int:
        """What all rows take at a width."""
        side = self.side_px(width)
        return (self.rows + 1) * side + RIM_GAP_PX + GAP_PX * max(0, self.rows - 1) + 2

    def area(self, place: Place, width: float) -> QRectF:
        """Where a picture lies."""
        side = self.side_px(width)
        left, top = (
            1 if at == RIM else 1 + side + RIM_GAP_PX + at * (side + GAP_PX) for at in (place[1], place[0])
        )
        return QRectF(QPointF(left, top), QSizeF(side, side))

    def place_at(self, spot: QPointF, width: float) -> Place:
        """The place under a spot; NOWHERE between them."""
        return next((place for place in self.places() if self.area(place, width).contains(spot)), NOWHERE)

    def neighbour(self, step: Place) -> Place:
        """Where an arrow leads from the current place; the corner is nowhere to be."""
        row = min(max(self.current[0] + step[0], RIM), self.rows - 1)
        column = min(max(self.current[1] + step[1], RIM), self.columns - 1)
        return (row, column) if (row, column) != NOWHERE else self.current

    def draw(self, painter: QPainter, width: float) -> None:
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        for place in self.places():
            self._draw_picture(painter, place, self.area(place, width))

    def _draw_picture(self, painter: QPainter, place: Place, area: QRectF) -> None:
        shape = QPainterPath()
        shape.addRoundedRect(area, 4, 4)
        painter.fillPath(shape, colour("sunken"))
        picture = self.pixmaps.get(place)
        if picture is not None:
            painter.save()
            painter.setClipPath(shape)
            painter.drawPixmap(area, picture, QRectF(picture.rect()))
            painter.restore()
        if RIM in place:
            _draw_label(painter, area, self.labels.get(place, ""))
        self._draw_frame(painter, place, shape)

    def _draw_frame(self, painter: QPainter, place: Place, shape: QPainterPath) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if place in self.shown:
            painter.setPen(QPen(colour("accent"), 2))
            painter.drawPath(shape)
        if self.has_focus and place == self.current:
            painter.setPen(QPen(colour("text"), 2, Qt.PenStyle.DotLine))
            painter.drawPath(shape)


def _draw_label(painter: QPainter, area: QRectF, words: str) -> None:
    """Where a picture of the rim came from, at its foot."""
    font = QFont(painter.font())
    font.setPixelSize(FONT_SIZES["small"])
    painter.setFont(font)
    short = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(area.width()) - 2)
    if not short:
        return
    width = painter.fontMetrics().horizontalAdvance(short) + 6
    chip = QRectF(area.center().x() - width / 2, area.bottom() - 15, width, 13)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("window", 205))
    painter.drawRoundedRect(chip, 3, 3)
    painter.setPen(colour("text"))
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, short)
