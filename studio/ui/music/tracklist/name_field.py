"""NameField: the line in which a track is named, in the place of its name. GUI thread."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget


class NameField(QLineEdit):
    """Hidden until `open`; Enter or leaving it names, Escape does not."""

    named = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "name")
        self.setAccessibleName(self.tr("Name of the track"))
        self._before = ""
        self.hide()

    def open(self, place: QRect, name: str) -> None:
        """Show the name, selected, to be written over."""
        self._before = name
        self.setText(name)
        self.selectAll()
        self.setGeometry(place.adjusted(-5, -1, 0, 1))
        self.show()
        self.raise_()  # over the name
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setText(self._before)
            self._close()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._close()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._close(keep_focus=False)

    def _close(self, keep_focus: bool = True) -> None:
        if self.isHidden():
            return
        name = self.text().strip()
        self.hide()
        if keep_focus:
            self.parentWidget().setFocus()
        if name and name != self._before:
            self.named.emit(name)
