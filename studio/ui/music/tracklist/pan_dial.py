"""PanDial: a small knob for left and right, 0 to 127 with 64 in the middle. GUI thread."""

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QDial, QWidget

from studio.ui.common.own_keys import OWN, keeps_key
from studio.ui.common.theme import colour

SIZE_PX = 22
MIDDLE, HIGHEST = 64, 127
WAY_PX = 110  # of the hand, from one end to the other
CATCH = 3  # so near the middle it stays there
SWEEP_DEGREES = 135


class PanDial(QDial):
    """Drag sideways or up and down; Shift is fine, a double click or Delete goes to the middle. The wheel turns it only
    where it has the focus."""

    reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(0, HIGHEST)
        self.setValue(MIDDLE)
        self.setSingleStep(2)
        self.setPageStep(16)
        self.setFixedSize(SIZE_PX, SIZE_PX)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._from: tuple[QPointF, int] | None = None

    def sizeHint(self) -> QSize:
        return QSize(SIZE_PX, SIZE_PX)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._from = event.position(), self.value()
            self.setSliderDown(True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            return
        way = event.position() - self._from[0]
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        value = self._from[1] + (way.x() - way.y()) * HIGHEST / WAY_PX * (0.2 if fine else 1.0)
        self.setValue(MIDDLE if abs(value - MIDDLE) < CATCH and not fine else round(value))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            self._from = None
            self.setSliderDown(False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset_requested.emit()

    def event(self, event: QEvent) -> bool:
        """Delete means this dial here, although it is a key of the window too."""
        return keeps_key(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in OWN:
            self.reset_requested.emit()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring, share = QRectF(self.rect()).adjusted(3, 3, -3, -3), (self.value() - MIDDLE) / (MIDDLE - 1)
        painter.setPen(_pen(colour("border")))
        painter.drawArc(ring, round((90 + SWEEP_DEGREES) * 16), -SWEEP_DEGREES * 2 * 16)
        strong = colour("accent" if self.hasFocus() else "text" if self.isEnabled() else "text_off")
        painter.setPen(_pen(strong))
        painter.drawArc(ring, 90 * 16, round(-share * SWEEP_DEGREES * 16))
        angle = math.radians(share * SWEEP_DEGREES)
        way = QPointF(math.sin(angle), -math.cos(angle))
        painter.setPen(QPen(strong, 2))
        painter.drawLine(ring.center() + way * 2, ring.center() + way * (ring.width() / 2))


def _pen(ink: QColor) -> QPen:
    pen = QPen(ink, 2.5)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen
