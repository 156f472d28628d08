"""ChoiceRow: take what is shown in the roll, or send it away, from the panel in which it was asked for. GUI thread.

Away while nothing is suggested; Enter and Esc in the panel do the same as its buttons.
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QHBoxLayout, QPushButton, QWidget

from studio.ui.common.fields import is_field


class ChoiceRow(QWidget):
    """Two buttons; `take_key` is for the keys that its panel was given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.accept_button = QPushButton(self.tr("Accept all"), objectName="phrase-accept")
        self.accept_button.setProperty("role", "primary")
        self.accept_button.setToolTip(self.tr("Keep every note (Enter)"))
        self.reject_button = QPushButton(self.tr("Reject"), objectName="phrase-reject")
        self.reject_button.setToolTip(self.tr("Take it away (Esc)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.accept_button, 1)
        row.addWidget(self.reject_button, 1)
        self.hide()

    def take_key(self, event: QKeyEvent) -> bool:
        """Enter presses the focused button, elsewhere it accepts; Esc rejects. Whether it meant anything."""
        focus = QApplication.focusWidget()
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and isinstance(focus, QAbstractButton):
            focus.click()
        elif enter and not (self.isHidden() or is_field(focus)):
            self.accept_button.click()
        elif event.key() == Qt.Key.Key_Escape and not self.isHidden():
            self.reject_button.click()
        else:
            return False
        return True
