"""ElidedLabel: a label that ends in … where there is no room, instead of being cut through a letter. GUI thread."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel


class ElidedLabel(QLabel):
    """One line of plain text; its whole text stays available to screen readers and in `text()`."""

    def paintEvent(self, event: QPaintEvent) -> None:
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.style().drawItemText(
            QPainter(self), self.rect(), self.alignment(), self.palette(), self.isEnabled(), words,
            self.foregroundRole(),
        )  # fmt: skip
