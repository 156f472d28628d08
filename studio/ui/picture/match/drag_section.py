"""DragSection: what can be done with the points on the canvas, and how a drag goes. GUI thread."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from studio.ui.common.icon_button import IconButton
from studio.ui.common.section import Section


class DragSection(Section):
    """Wishes; `show_state` says what there is and tells nobody."""

    tool_requested = Signal(bool)
    drag_requested = Signal()
    stop_requested = Signal()
    clear_requested = Signal()
    back_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "drag-points", parent)
        self.set_title(self.tr("Drag points"))
        self.tool_button = IconButton("vector-point-select", self.tr("Put points on the canvas (D)"))
        self.clear_button = IconButton("close", self.tr("Take all points away"))
        self.advice = QLabel(wordWrap=True, objectName="drag-advice")
        self.drag_button = QPushButton(self.tr("Drag"), objectName="drag-begin")
        self.stop_button = QPushButton(self.tr("Stop"), objectName="drag-stop")
        self.back_button = QPushButton(self.tr("Undo drag"), objectName="drag-back")
        self._describe()
        self._fill()
        self._connect()

    def show_state(self, words: str, *, can_drag: bool, running: bool, has_points: bool) -> None:
        """What to do now, and which buttons work."""
        self.advice.setText(words)
        self.drag_button.setEnabled(can_drag and not running)
        self.stop_button.setEnabled(running)
        self.clear_button.setEnabled(has_points and not running)

    def show_tool(self, in_hand: bool) -> None:
        """Whether the canvas takes points now."""
        self.tool_button.setChecked(in_hand)

    def show_back(self, steps: int) -> None:
        """How many steps of dragging one click takes back."""
        self.back_button.setEnabled(steps > 0)

    def _describe(self) -> None:
        self.tool_button.setObjectName("drag-tool")
        self.tool_button.setCheckable(True)
        self.clear_button.setObjectName("drag-clear")
        self.advice.setProperty("role", "soft")
        self.advice.setToolTip(
            self.tr(
                "By keys: Insert puts a point in the middle, N goes from end to end, arrows move, Delete removes."
            )
        )
        self.drag_button.setProperty("role", "primary")
        self.drag_button.setToolTip(self.tr("Move what lies under the handles to their targets (Enter)"))
        self.stop_button.setToolTip(self.tr("Stop here; every step so far can be undone"))
        self.back_button.setToolTip(self.tr("Go back to before the last drag, all its steps at once"))

    def _fill(self) -> None:
        self.add_action(self.clear_button)
        self.add_action(self.tool_button)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.drag_button, 1)
        row.addWidget(self.stop_button)
        row.addWidget(self.back_button)
        self.body.addWidget(self.advice)
        self.body.addLayout(row)

    def _connect(self) -> None:
        self.tool_button.clicked.connect(self.tool_requested)
        self.clear_button.clicked.connect(lambda: self.clear_requested.emit())
        self.drag_button.clicked.connect(lambda: self.drag_requested.emit())
        self.stop_button.clicked.connect(lambda: self.stop_requested.emit())
        self.back_button.clicked.connect(lambda: self.back_requested.emit())
