"""ToolStrip: above the roll, the hand's tools, the grid, and which track is being edited. GUI thread."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QLabel, QToolButton, QWidget

from studio.core.score import Score, Track
from studio.ui.common.icon_button import IconButton
from studio.ui.music.instruments import instrument_name
from studio.ui.music.pianoroll.scale_button import ScaleButton
from studio.ui.music.pianoroll.stamp_button import StampButton
from studio.ui.music.pianoroll.state import Tool
from studio.ui.music.snap import SNAPS, Snap

_ICONS = {Tool.SELECT: "cursor-default-outline", Tool.DRAW: "pencil-outline", Tool.ERASE: "eraser"}


class ToolStrip(QWidget):
    """Signals are the person's wishes; `show_...` tells nobody."""

    tool_chosen = Signal(object)
    snap_chosen = Signal(object)
    track_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons = QButtonGroup(self)
        self._tools: dict[Tool, QToolButton] = {}
        self.snap_box = _combo(
            "snap-box", self.tr("Grid that notes fall on; Shift while dragging leaves it aside")
        )
        self.track_box = _combo("track-box", self.tr("The track being edited; the others show as shadows"))
        self._track_label = _label(self.tr("Track"))
        self.scale_button, self.stamp_button = ScaleButton(self), StampButton(self)
        for snap in SNAPS:
            self.snap_box.addItem(snap.label, snap)
        self._lay_out()
        self.snap_box.activated.connect(lambda row: self.snap_chosen.emit(self.snap_box.itemData(row)))
        self.track_box.activated.connect(self.track_chosen)

    def show_tool(self, tool: Tool) -> None:
        self._tools[tool].setChecked(True)

    def show_snap(self, snap: Snap) -> None:
        self.snap_box.setCurrentIndex(SNAPS.index(snap))

    def show_tracks(self, score: Score, current: int) -> None:
        """The tracks by name, and the instrument of the current one."""
        names = [_track_name(number, track) for number, track in enumerate(score.tracks, 1)]
        if names != [self.track_box.itemText(row) for row in range(self.track_box.count())]:
            self.track_box.clear()
            self.track_box.addItems(names)
        self.track_box.setCurrentIndex(current)

    def show_track_box(self, shown: bool) -> None:
        """Which track is edited is told here where the panel of tracks is not in view."""
        for part in (self._track_label, self.track_box):
            part.setVisible(shown)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 8, 6)
        row.setSpacing(4)
        for key, (tool, words) in enumerate(self._words().items(), 1):
            row.addWidget(self._tool_button(tool, f"{words} ({key})"))
            if tool is Tool.DRAW:
                row.addWidget(self.stamp_button)
        row.addSpacing(12)
        row.addWidget(_label(self.tr("Grid")))
        row.addWidget(self.snap_box)
        row.addSpacing(4)
        row.addWidget(self.scale_button)
        row.addStretch(1)
        row.addWidget(self._track_label)
        row.addWidget(self.track_box)

    def _words(self) -> dict[Tool, str]:
        return {
            Tool.SELECT: self.tr("Select: drag notes, box-select, double-click to draw"),
            Tool.DRAW: self.tr("Draw: click and drag to write notes"),
            Tool.ERASE: self.tr("Erase: click or drag over notes; the right button always does this"),
        }

    def _tool_button(self, tool: Tool, words: str) -> QToolButton:
        button = IconButton(_ICONS[tool], words, parent=self)
        button.setObjectName(f"tool-{tool.value}")
        button.setCheckable(True)
        button.clicked.connect(lambda: self.tool_chosen.emit(tool))
        self._buttons.addButton(button)
        self._tools[tool] = button
        return button


def _track_name(number: int, track: Track) -> str:
    return f"{number}  {track.name or instrument_name(track)}"


def _combo(name: str, words: str) -> QComboBox:
    box = QComboBox()
    box.setObjectName(name)
    box.setAccessibleName(words)
    box.setToolTip(words)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(10)
    return box


def _label(words: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("role", "soft")
    return label
