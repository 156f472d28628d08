"""PreferencesDialog: what is chosen once and kept, one page a subject; not modal. GUI thread."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.ui.desk.preferences.sound_page import SoundPage

WIDTH_PX = 480


class PreferencesDialog(QDialog):
    """Every change counts at once. `shown` asks what there is now."""

    shown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preferences")
        self.setWindowTitle(self.tr("Preferences"))
        self.setModal(False)
        self.sound = SoundPage()
        close = QPushButton(self.tr("Close"), objectName="preferences-close")
        close.clicked.connect(self.close)
        heading = QLabel(self.tr("Sound"))
        heading.setProperty("role", "title")
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        for widget in (heading, self.sound):
            column.addWidget(widget)
        column.addLayout(row)
        self.setMinimumWidth(WIDTH_PX)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()
