"""PartRow: one small button for each voice of an idea, to accept it alone. GUI thread."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

COLUMNS = 3
WIDTH_PX = 216  # of the row, less what stands between
PADDING_PX = 20


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
        columns = min(COLUMNS, max(1, len(parts)))
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, column < columns)
        short = _told_apart([name for name, _ in parts])
        for index, button in enumerate(self.buttons):
            button.setVisible(index < len(parts))
            if index < len(parts):
                self._grid.addWidget(button, 1 + index // columns, index % columns)
                self._show(button, parts[index], short[index], WIDTH_PX // columns - PADDING_PX)
        self.setVisible(len(parts) > 1)

    def _show(self, button: QPushButton, part: tuple[str, bool], short: str, room_px: int) -> None:
        name, can = part
        words = self.tr("Accept only {0}").format(name)
        button.setText(button.fontMetrics().elidedText(short, Qt.TextElideMode.ElideMiddle, room_px))
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.setEnabled(can)

    def _add(self) -> None:
        index = len(self.buttons)
        button = QPushButton(self, objectName=f"compose-accept-part-{index + 1}")
        button.clicked.connect(lambda: self.part_accepted.emit(index))
        self.buttons.append(button)


def _told_apart(names: Sequence[str]) -> list[str]:
    """The names without the words that all of them begin with."""
    words = [name.split() for name in names]
    while len(words) > 1 and all(len(one) > 1 for one in words) and len({one[0] for one in words}) == 1:
        words = [one[1:] for one in words]
    found = [" ".join(one) for one in words]
    return [one[:1].upper() + one[1:] for one in found]
