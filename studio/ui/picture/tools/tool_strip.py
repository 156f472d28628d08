"""ToolStrip: one button for each tool, at the left edge of the canvas. GUI thread."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QVBoxLayout, QWidget

from studio.ui.common.icon_button import IconButton

BUTTON_PX = 32


class ToolStrip(QFrame):
    """`tool_chosen` tells the id of a tool; `show_tool` tells nobody."""

    tool_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tool-strip")
        self.setAccessibleName(self.tr("Tools"))
        self.setFixedWidth(BUTTON_PX + 8)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, IconButton] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(4, 4, 4, 4)
        self._column.setSpacing(4)
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)

    def add(self, tool_id: str, icon_name: str, words: str, hint: str = "") -> None:
        """One more, below the others; the hint is told to a pointer that waits."""
        button = IconButton(icon_name, words, parent=self)
        button.setObjectName(f"tool-{tool_id}")
        button.setCheckable(True)
        button.setToolTip(f"<b>{words}</b><br>{hint}" if hint else words)
        button.setFixedSize(QSize(BUTTON_PX, BUTTON_PX))
        button.setIconSize(QSize(20, 20))
        button.clicked.connect(lambda: self.tool_chosen.emit(tool_id))
        self._group.addButton(button)
        self._buttons[tool_id] = button
        self._column.addWidget(button)

    def add_gap(self) -> None:
        """A little room between two families of tools."""
        self._column.addSpacing(8)

    def show_tool(self, tool_id: str) -> None:
        if tool_id in self._buttons:
            self._buttons[tool_id].setChecked(True)
