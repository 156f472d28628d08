"""MixPanel: a grid in which every cell is its row's picture with some layers of its column's. GUI thread.

Invariant: `show_model`, `show_grid` and `show_pictures` tell nobody; they are called once the panel is built.
"""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.core.mixing import MAX_SIDE, Axis, MixGrid
from studio.core.picture import Frame
from studio.ui.common.empty_state import EmptyState
from studio.ui.common.frame_image import thumbnail
from studio.ui.common.icon_button import IconButton
from studio.ui.picture.mixing.layer_row import LayerRow
from studio.ui.picture.mixing.mix_table import MixTable
from studio.ui.picture.mixing.table_look import RIM, Place

MENU_PX = 24


class MixPanel(QWidget):
    """Pictures of the rim are told by axis ("row" or "column") and index. `shown`: the panel came into view; before
    that there is nothing in it."""

    shown = Signal()
    layers_chosen = Signal(int, int)
    size_chosen = Signal(str, int)
    dice_requested = Signal()
    cell_chosen = Signal(int, int)
    seed_chosen = Signal(str, int, object)
    dice_chosen = Signal(str, int)
    canvas_chosen = Signal(str, int)
    kept_chosen = Signal(str, int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mix-panel")
        self.setAccessibleName(self.tr("Mix"))
        self.is_seen = False
        self._is_built = False
        self._kept: tuple[Frame | None, ...] = ()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)

    def build(self) -> None:
        """Make what stands in the panel, once: when it comes into view, since the window must be up soon."""
        if self._is_built:
            return
        self._is_built = True
        self.layers = LayerRow()
        self.table = MixTable()
        self.rows = self._counter("mix-rows", self.tr("Rows"))
        self.columns = self._counter("mix-columns", self.tr("Columns"))
        self.dice = IconButton("dice-5-outline", self.tr("Other pictures in all rows and columns"), role="")
        self.dice.setObjectName("mix-dice")
        self.advice = QLabel(wordWrap=True)
        self.advice.setObjectName("mix-advice")
        self.advice.setProperty("role", "soft")
        self._nothing = EmptyState(
            self.tr("No model yet"), self.tr("Choose a model on the left; its pictures mix here.")
        )
        self._lay_out()
        self._connect()
        self.show_model(None)

    def show_model(self, layers: int | None) -> None:
        """layers: how many the model has; None: there is no model."""
        self._nothing.setVisible(layers is None)
        self._work.setVisible(layers is not None)
        self.layers.show_model(layers or 0)
        rows = self.tr("Rows give the picture, columns the layers chosen here.")
        halves = self.tr("This model has no layers to mix: each cell lies halfway between row and column.")
        click = self.tr("Click a cell to go there, or a picture at the rim to take another.")
        self.advice.setText(f"{rows if layers else halves} {click}")

    def show_grid(self, grid: MixGrid) -> None:
        """Show how large the grid is and which layers it takes."""
        for box, count in ((self.rows, len(grid.rows)), (self.columns, len(grid.columns))):
            box.setCurrentIndex(count - 1)
        self.layers.show_layers(grid.first, grid.last)
        self.table.show_size(len(grid.rows), len(grid.columns))

    def show_pictures(
        self, frames: Mapping[Place, Frame], labels: Mapping[Place, str], kept: tuple[Frame | None, ...]
    ) -> None:
        """The small pictures that are here; kept: those that lie on the blend pad, for the rim's menu."""
        self._kept = kept
        self.table.show_pictures(frames, labels)

    def rim_menu(self, row: int, column: int) -> QMenu:
        """What can be laid at a place of the rim; deletes itself once closed."""
        axis, index = _of_rim(row, column)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Type a seed…"), lambda: self.table.type_seed((row, column)))
        menu.addAction(self.tr("Throw the dice"), lambda: self.dice_chosen.emit(axis, index))
        menu.addAction(self.tr("The picture on the canvas"), lambda: self.canvas_chosen.emit(axis, index))
        if self._kept:
            menu.addSeparator()
        for point, frame in enumerate(self._kept):
            words = self.tr("Picture {} of the blend pad").format(point + 1)
            action = menu.addAction(words, partial(self.kept_chosen.emit, axis, index, point))
            if frame is not None:
                action.setIcon(QIcon(thumbnail(frame, MENU_PX, self.devicePixelRatioF())))
        return menu

    def set_seen(self, is_seen: bool) -> None:
        """Whether the panel is in view: the window tells (a tab behind another is visible to Qt)."""
        self.is_seen = is_seen
        if is_seen:
            self.build()
            self.shown.emit()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.layers.choice, 1)
        for part in (self.rows, QLabel("×"), self.columns, self.dice):
            head.addWidget(part)
        self._work = QWidget()
        column = QVBoxLayout(self._work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.layers)
        column.addWidget(self.table)
        column.addWidget(self.advice)
        inner = QWidget()
        whole = QVBoxLayout(inner)
        whole.setContentsMargins(12, 8, 12, 12)
        whole.addWidget(self._nothing)
        whole.addWidget(self._work)
        whole.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        self.layout().addWidget(scroll)

    def _connect(self) -> None:
        self.layers.chosen.connect(self.layers_chosen)
        self.rows.activated.connect(lambda index: self.size_chosen.emit("row", index + 1))
        self.columns.activated.connect(lambda index: self.size_chosen.emit("column", index + 1))
        self.dice.clicked.connect(self.dice_requested)
        self.table.chosen.connect(self.cell_chosen)
        self.table.seed_typed.connect(
            lambda row, column, seed: self.seed_chosen.emit(*_of_rim(row, column), seed)
        )
        self.table.menu_requested.connect(self._pop_up)

    def _pop_up(self, row: int, column: int, spot: QPoint) -> None:
        self.rim_menu(row, column).popup(spot)

    def _counter(self, name: str, words: str) -> QComboBox:
        box = QComboBox()
        box.setObjectName(name)
        box.setAccessibleName(words)
        box.setToolTip(words)
        box.addItems([str(count) for count in range(1, MAX_SIDE + 1)])
        box.setFixedWidth(48)
        return box


def _of_rim(row: int, column: int) -> tuple[Axis, int]:
    return ("column", column) if row == RIM else ("row", row)
