"""NameBox: a name written anew over the label where it stands. GUI thread; it deletes itself once closed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit

LONGEST = 60
NARROWEST_PX = 120


class NameBox(QLineEdit):
    """Enter or leaving it takes the name, Esc leaves the old one."""

    named = Signal(str)
    closed = Signal()

    def __init__(self, words: str, label: QLabel) -> None:
        super().__init__(words, label.parentWidget())
        self._label = label
        self._before = words
        self._is_over = False
        self.setObjectName("slider-name")
        self.setProperty("role", "name")
        self.setAccessibleName(self.tr("Name of the slider"))
        self.setToolTip(self.tr("Enter takes the name; empty brings the model's own back."))
        self.setMaxLength(LONGEST)

    def open(self) -> None:
        """Stand over the label, ready to be typed in."""
        place = self._label.geometry()
        place.setWidth(max(NARROWEST_PX, place.width()))
        self.setGeometry(place)
        self.show()
        self.raise_()
        self.selectAll()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._close(taken=True)
        elif event.key() == Qt.Key.Key_Escape:
            self._close(taken=False)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._close(taken=True, back=False)

    def _close(self, taken: bool, back: bool = True) -> None:
        if self._is_over:
            return
        self._is_over = True
        self.hide()
        words = " ".join(self.text().split())
        if taken and words != self._before:
            self.named.emit(words)
        if back:
            self.closed.emit()
        self.deleteLater()
