"""Finder: one line above the sliders: find some by name, throw the dice over all, put all to rest. GUI thread."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from studio.ui.common.icon_button import IconButton


class SearchField(QLineEdit):
    """Esc clears it, Down goes to what was found."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)


class Finder(QWidget):
    """`searched` gives the words as they are typed; `left` asks to go on to the sliders."""

    searched = Signal(str)
    left = Signal()
    random_requested = Signal()
    reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = SearchField()
        self.field.setObjectName("slider-search")
        self.field.setAccessibleName(self.tr("Find a slider"))
        self.field.setToolTip(self.tr("Type a part of a slider's name (Ctrl+F); Esc shows all again"))
        self.field.setPlaceholderText(self.tr("Find a slider"))
        self.field.setClearButtonEnabled(True)
        self.dice = IconButton("dice-multiple-outline", self.tr("All sliders by chance; locked ones stay"))
        self.dice.setObjectName("latent-random-all")
        words = self.tr("All sliders back to rest: the picture as the seed gave it; locked ones stay")
        self.reset_button = IconButton("restore", words)
        self.reset_button.setObjectName("latent-reset-all")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.field, 1)
        row.addWidget(self.dice)
        row.addWidget(self.reset_button)
        self.field.textChanged.connect(lambda text: self.searched.emit(text.strip()))
        self.field.left.connect(self.left)
        self.dice.clicked.connect(self.random_requested)
        self.reset_button.clicked.connect(self.reset_requested)
