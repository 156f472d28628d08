"""ModeButtons: what a new selection does to the one that is there. GUI thread."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from studio.core.selecting import Mode
from studio.ui.common.icon_button import IconButton

ICONS: dict[Mode, str] = {
    "replace": "square-outline",
    "add": "vector-union",
    "subtract": "vector-difference",
    "intersect": "vector-intersection",
}


class ModeButtons(QWidget):
    """Four buttons, one of them down."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self._group = QButtonGroup(self)
        words = {
            "replace": self.tr("New selection"),
            "add": self.tr("Add to the selection (Shift)"),
            "subtract": self.tr("Take from the selection (Alt)"),
            "intersect": self.tr("Keep what both share (Shift+Alt)"),
        }
        self.buttons: dict[Mode, IconButton] = {}
        for mode, icon_name in ICONS.items():
            button = IconButton(icon_name, words[mode])
            button.setObjectName(f"select-mode-{mode}")
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, mode=mode: self.chosen.emit(mode))
            self._group.addButton(button)
            self.buttons[mode] = button
            row.addWidget(button)

    def show_mode(self, mode: Mode) -> None:
        self.buttons[mode].setChecked(True)
