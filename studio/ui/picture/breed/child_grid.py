"""ChildGrid: the children of a litter in rows, as large as the width allows. GUI thread."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.core.breeding import FIRST_SIDE
from studio.ui.picture.breed.board import Board, MenuEntries

GAP_PX = 4
LARGEST_CELL_PX = 160


class ChildGrid(Board):
    """Keys are the children's numbers, row by row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("breed-grid")
        self.setAccessibleName(self.tr("Children"))
        self.side = FIRST_SIDE
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_children(self, side: int) -> None:
        """Show side x side children; their pictures come one by one."""
        self.side = side
        count = side * side
        self.show_cells({i: self.tr("Child {} of {}").format(i + 1, count) for i in range(count)})
        self.updateGeometry()

    def menu_entries(self) -> MenuEntries:
        return (
            ("child-go", self.tr("Go to this child"), self.chosen),
            ("child-keep", self.tr("Keep, or keep no more"), self.star_toggled),
            ("child-breed", self.tr("Breed from this child"), self.breed_requested),
        )

    def place(self) -> None:
        cell = self._cell_px(self.width())
        step = cell + GAP_PX
        left = (self.width() - self.side * step + GAP_PX) // 2
        self.cells = {
            row * self.side + column: QRect(left + column * step, row * step, cell, cell)
            for row in range(self.side)
            for column in range(self.side)
        }

    def heightForWidth(self, width: int) -> int:
        return self.side * (self._cell_px(width) + GAP_PX) - GAP_PX

    def sizeHint(self) -> QSize:
        return QSize(276, self.heightForWidth(276))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.heightForWidth(120))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place()

    def _cell_px(self, width: int) -> int:
        return max(16, min(LARGEST_CELL_PX, (width - GAP_PX * (self.side - 1)) // self.side))
