"""NameEditor: the line in which a chord or a place of the roll gets its name. GUI thread."""

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolTip, QWidget


class NameEditor(QLineEdit):
    """Esc or a click elsewhere leaves all as it was; the parent has the focus then."""

    closed = Signal()

    def __init__(self, name: str, words: str, example: str, parent: QWidget) -> None:
        super().__init__(parent, objectName=name)
        self.setAccessibleName(words)
        self.setPlaceholderText(example)
        self.textEdited.connect(lambda: self._say(""))
        self.hide()

    def open(self, place: QRect, text: str) -> None:
        self._say("")
        self.setText(text)
        self.setGeometry(place)
        self.show()
        self.setFocus()
        self.selectAll()

    def refuse(self, why: str) -> None:
        """Stay open, and say why."""
        self._say(why)
        self.selectAll()
        QToolTip.showText(self.mapToGlobal(QPoint(0, self.height())), why, self)

    def _say(self, why: str) -> None:
        self.setToolTip(why or self.tr("Enter: write it. Empty: take it away. Esc: leave it."))
        self.setProperty("wrong", bool(why))
        self.style().unpolish(self)
        self.style().polish(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.parentWidget().setFocus()
            self.hide()
            return
        super().keyPressEvent(event)
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.hide()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()
