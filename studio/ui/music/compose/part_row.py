"""PartRow: one small button for each voice of an idea, to accept it alone. GUI thread."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

COLUMNS = 2
WIDEST_PX = 90
_ELIDE = Qt.TextElideMode.ElideRight


class PartRow(QWidget):
    """Shown only for ideas of several voices; a voice that stands in the score already cannot be pressed."""

    part_accepted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compose-parts")
        self.buttons: list[QPushButton] = []
        label = QLabel(self.tr("Accept one voice"))
        label.setProperty("role", "soft")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)
        self._grid.addWidget(label, 0, 0, 1, COLUMNS)
        self.hide()

    def show_parts(self, parts: Sequence[tuple[str, bool]]) -> None:
        """(name, whether any of its notes can still be accepted) of each voice; a single one needs no button."""
        while len(self.buttons) < len(parts):
            self._add()
        for index, button in enumerate(self.buttons):
            button.setVisible(index < len(parts))
            if index < len(parts):
                name, can = parts[index]
                words = self.tr("Accept only {0}").format(name)
                button.setText(button.fontMetrics().elidedText(name, _ELIDE, WIDEST_PX))
                button.setToolTip(words)
                button.setAccessibleName(words)
                button.setEnabled(can)
        self.setVisible(len(parts) > 1)

    def _add(self) -> None:
        index = len(self.buttons)
        button = QPushButton(objectName=f"compose-accept-part-{index + 1}")
        button.clicked.connect(lambda: self.part_accepted.emit(index))
        self._grid.addWidget(button, 1 + index // COLUMNS, index % COLUMNS)
        self.buttons.append(button)
