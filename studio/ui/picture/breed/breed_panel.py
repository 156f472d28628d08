"""BreedPanel: a litter of children, how far they stray, and the tree of those that were kept. GUI thread.

Invariant: `show_...` tells nobody. The panel shows an invitation until there is a litter.
"""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QRect, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from studio.core.breeding import LARGEST_SIDE, SMALLEST_SIDE, STRENGTH, Litter
from studio.core.project import Child
from studio.ui.common.empty_state import EmptyState
from studio.ui.common.icon_button import IconButton
from studio.ui.common.labelled_slider import LabelledSlider
from studio.ui.common.section import Section
from studio.ui.picture.breed.board import Board
from studio.ui.picture.breed.child_grid import ChildGrid
from studio.ui.picture.breed.lineage_tree import LineageTree

SCROLL_BAR_PX = 12


class BreedPanel(QWidget):
    """Wishes: `breed_requested` from what is selected, else from the picture; `fresh_requested` is another chance."""

    breed_requested = Signal()
    fresh_requested = Signal()
    strength_moved = Signal(float)
    side_chosen = Signal(int)
    released = Signal()
    appeared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.is_seen = False
        self.setObjectName("breed-panel")
        self.setAccessibleName(self.tr("Breed"))
        self.invitation = EmptyState(
            self.tr("Children of this picture"),
            self.tr(
                "A grid of pictures akin to the one on the canvas. Keep those you like, breed them again."
            ),
            self.tr("Breed from this picture"),
        )
        self.breed_button = QPushButton(objectName="breed-again")
        self.fresh_button = IconButton("dice-5-outline", self.tr("New children of the same parents (N)"))
        self.fresh_button.setObjectName("breed-new")
        self.side_box = _side_box()
        self.strength = LabelledSlider(STRENGTH, "breed-strength")
        self.grid = ChildGrid()
        self.tree = LineageTree()
        self.lineage = Section(self.tr("Lineage"), "breed-lineage")
        self.advice = QLabel(
            self.tr("Click to see a child. The star or K keeps it; Ctrl+click or Space selects parents."),
            objectName="breed-advice", wordWrap=True,
        )  # fmt: skip
        self.advice.setProperty("role", "soft")
        self._lay_out()
        self._connect()
        self.show_litter(None)
        self.show_lineage(())

    def show_litter(self, litter: Litter | None) -> None:
        """Show what the children are made from; their pictures come one by one."""
        self.invitation.setVisible(litter is None)
        self._work.setVisible(litter is not None)
        if litter is None:
            return
        self.strength.show_value(litter.strength)
        self.side_box.blockSignals(True)
        self.side_box.setCurrentIndex(litter.side - SMALLEST_SIDE)
        self.side_box.blockSignals(False)
        self.grid.show_children(litter.side)
        self.show_selection()

    def show_lineage(self, lineage: Sequence[Child]) -> None:
        """Show the tree of the kept pictures; theirs come one by one."""
        self.lineage.setVisible(bool(lineage))
        self.lineage.set_title(self.tr("Lineage ({})").format(len(lineage)))
        self.tree.show_lineage(lineage)
        self._tree_area.setFixedHeight(self.tree.height() + SCROLL_BAR_PX)
        self.show_selection()

    def show_selection(self) -> None:
        """The button says from what it would breed."""
        count = len(self.grid.selection) + len(self.tree.selection)
        words = self.tr("Breed from picture") if not count else self.tr("Breed from {}").format(count)
        self.breed_button.setText(words)

    def clear_selection(self) -> None:
        for board in (self.grid, self.tree):
            board.select(frozenset())
        self.show_selection()

    def set_seen(self, is_seen: bool) -> None:
        """Whether the panel is in view: the window tells (a tab behind another is visible to Qt)."""
        self.is_seen = is_seen
        if is_seen:
            self.appeared.emit()

    def _lay_out(self) -> None:
        self.invitation.action_button.setObjectName("breed-begin")
        self.invitation.action_button.setToolTip(self.tr("Show children of the picture on the canvas"))
        self.breed_button.setProperty("role", "primary")
        self.breed_button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.breed_button.setToolTip(
            self.tr("A new generation from the selected pictures; with none, from the canvas (B)")
        )
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.breed_button, 1)
        top.addWidget(self.fresh_button)
        top.addWidget(self.side_box)
        self._work = _column(self.strength, self.grid, self.advice)
        self._work.layout().insertLayout(0, top)
        self._tree_area = _scrolled(self.tree, "breed-tree-area")
        self._tree_area.setWidgetResizable(False)
        self._tree_area.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._tree_area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.lineage.body.addWidget(self._tree_area)
        self._body = _column(self.invitation, self._work, self.lineage)
        self._body.layout().setContentsMargins(12, 8, 12, 12)
        self._body.layout().addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._area = _scrolled(self._body, "breed-area")
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer.addWidget(self._area)

    def _follow(self, board: Board, cell: QRect) -> None:
        """Bring the cell where the keyboard is into view."""
        spot = board.mapTo(self._body, cell.center())
        self._area.ensureVisible(spot.x(), spot.y(), 0, cell.height() // 2 + 8)
        if board is self.tree:
            self._tree_area.ensureVisible(cell.center().x(), 0, cell.width(), 0)

    def _connect(self) -> None:
        for wish in (self.invitation.action_requested, self.breed_button.clicked):
            wish.connect(lambda: self.breed_requested.emit())
        self.fresh_button.clicked.connect(lambda: self.fresh_requested.emit())
        self.grid.fresh_requested.connect(self.fresh_requested)
        self.side_box.currentIndexChanged.connect(lambda index: self.side_chosen.emit(index + SMALLEST_SIDE))
        self.strength.moved.connect(self.strength_moved)
        self.strength.released.connect(self.released)
        for board in (self.grid, self.tree):
            board.selection_changed.connect(self.show_selection)
            board.again_requested.connect(self.breed_requested)
            board.focus_moved.connect(lambda cell, board=board: self._follow(board, cell))


def _side_box() -> QComboBox:
    box = QComboBox(objectName="breed-side")
    box.addItems([f"{side} × {side}" for side in range(SMALLEST_SIDE, LARGEST_SIDE + 1)])
    box.setAccessibleName(tr("How many children"))
    box.setToolTip(tr("How many children"))
    return box


def _column(*parts: QWidget) -> QWidget:
    body = QWidget()
    column = QVBoxLayout(body)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    for part in parts:
        column.addWidget(part)
    return body


def _scrolled(widget: QWidget, name: str) -> QScrollArea:
    area = QScrollArea(objectName=name, widgetResizable=True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(widget)
    return area


def tr(text: str) -> str:
    return QCoreApplication.translate("BreedPanel", text)
