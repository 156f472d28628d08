"""Readout: where the pointer is on the picture, and what colour lies under it. GUI thread."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

INSET_PX = 8
SWATCH_PX = 12


class Readout(QWidget):
    """A quiet line in the lower left corner of the canvas; the hand goes through it."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.setObjectName("canvas-readout")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._canvas = canvas
        self._swatch = QLabel(objectName="canvas-readout-colour")
        self._words = QLabel(objectName="canvas-readout-words")
        self._words.setProperty("role", "readout")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._words)
        self._swatch.setParent(self._words)
        self._swatch.move(8, 6)
        self.hide()

    @property
    def text(self) -> str:
        return self._words.text()

    def show_point(self, point: QPointF | None, found: QColor | None) -> None:
        """Tell a point of the picture; nothing where the pointer is beside it."""
        if point is None or found is None:
            self.hide()
            return
        self._words.setText(self.tr("{:d}, {:d}   {}").format(
            int(point.x()), int(point.y()), found.name().upper()))  # fmt: skip
        pixmap = QPixmap(SWATCH_PX, SWATCH_PX)
        pixmap.fill(found)
        self._swatch.setPixmap(pixmap)
        self._swatch.adjustSize()
        self.adjustSize()
        self.show()
        self.place()

    def place(self) -> None:
        """Stay in the corner."""
        self.move(INSET_PX, self._canvas.height() - self.height() - INSET_PX)
