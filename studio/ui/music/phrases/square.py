"""Square: four phrases at its corners and a point between them. GUI thread.

Invariant: `show_pad` tells nobody; only the person's hand does.
"""

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.core.phrase_pad import CORNERS, PhrasePad, PhraseSlot
from studio.ui.common.theme import colour

SMALLEST_PX, TILE_SHARE, GAP_PX, POINT_PX = 200, 0.38, 6, 7
STEP, FINE_STEP = 0.05, 0.01
ARROWS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip


class Square(QWidget):
    """Drag the point, or move it with the arrow keys (Shift: finely)."""

    moved = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("phrase-square")
        self.setAccessibleName(self.tr("Phrases between four corners"))
        self.setToolTip(self.tr("Drag: the phrase under the point is suggested as ghost notes"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumSize(SMALLEST_PX, SMALLEST_PX)
        self._pad = PhrasePad()

    def show_pad(self, pad: PhrasePad) -> None:
        self._pad = pad
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return max(SMALLEST_PX, min(width, 320))

    def sizeHint(self) -> QSize:
        return QSize(264, 264)

    # --- paint -------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(colour("accent") if self.hasFocus() else colour("border"))
        painter.setBrush(colour("sunken"))
        painter.drawRoundedRect(QRectF(self._room()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        for corner, (slot, weight) in enumerate(zip(self._pad.slots, self._pad.weights, strict=True)):
            self._paint_tile(painter, corner, slot, weight)
        at = self.place_of(self._pad.x, self._pad.y)
        painter.setPen(colour("window"))
        painter.setBrush(colour("text"))
        painter.drawEllipse(QPointF(at), POINT_PX, POINT_PX)

    def _paint_tile(self, painter: QPainter, corner: int, slot: PhraseSlot | None, weight: float) -> None:
        """A corner's letter and its notes, the brighter the more of it is heard."""
        tile = self._tile(corner)
        painter.setPen(colour("border"))
        painter.setBrush(colour("panel") if slot else QColor(0, 0, 0, 0))
        painter.drawRoundedRect(tile, 3, 3)
        painter.setPen(colour("text") if slot else colour("text_off"))
        painter.drawText(tile.adjusted(6, 3, 0, 0), Qt.AlignmentFlag.AlignTop, CORNERS[corner])
        if slot is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("note", 90 + round(165 * weight)))
            painter.drawRects(_small(slot, tile.adjusted(6, 20, -6, -6)))

    def _room(self) -> QRectF:
        side = min(self.width(), self.height())
        return QRectF((self.width() - side) // 2, 0, side, side)

    def _tile(self, corner: int) -> QRectF:
        room = self._room().adjusted(GAP_PX, GAP_PX, -GAP_PX, -GAP_PX)
        side = room.width() * TILE_SHARE
        left = room.left() if corner % 2 == 0 else room.right() - side
        top = room.top() if corner < 2 else room.bottom() - side
        return QRectF(left, top, side, side)

    def place_of(self, x: float, y: float) -> QPoint:
        """Where a point of the square lies in the widget."""
        room = self._inner()
        return QPointF(room.left() + x * room.width(), room.top() + y * room.height()).toPoint()

    def _inner(self) -> QRectF:
        gap = POINT_PX + GAP_PX
        return self._room().adjusted(gap, gap, -gap, -gap)

    # --- hand --------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            room, at = self._inner(), event.position()
            self.moved.emit((at.x() - room.left()) / room.width(), (at.y() - room.top()) / room.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = ARROWS.get(Qt.Key(event.key()))
        if way is None:
            super().keyPressEvent(event)
            return
        step = FINE_STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP
        self.moved.emit(self._pad.x + way[0] * step, self._pad.y + way[1] * step)


def _small(slot: PhraseSlot, room: QRectF) -> list[QRectF]:
    """The notes of a phrase in a small picture."""
    ticks = slot.frame.bars * slot.frame.meter.bar_ticks
    pitches = [note.pitch for note in slot.notes]
    low, rows = min(pitches), max(12, max(pitches) - min(pitches) + 1)
    height = room.height() / rows
    return [
        QRectF(
            room.left() + note.start_ticks / ticks * room.width(),
            room.bottom() - (note.pitch - low + 1) * height,
            max(1.5, note.duration_ticks / ticks * room.width() - 1),
            max(1.5, height),
        )
        for note in slot.notes
    ]
