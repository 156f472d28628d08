"""PaintsFocus: a widget that shows in its own painting whether it has the keyboard. GUI thread."""

from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget


class PaintsFocus(QWidget):
    """Painted again as the focus comes and goes."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
