"""LineageTree: the kept pictures joined to those that they came from, generations downwards. GUI thread."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from studio.core.project import Child
from studio.ui.common.theme import colour
from studio.ui.picture.breed.board import Board, MenuEntries
from studio.ui.picture.breed.tree_layout import columns

CELL_PX, GAP_X_PX, GAP_Y_PX, MARGIN_PX = 52, 8, 24, 4
REMOVE_KEYS = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class LineageTree(Board):
    """Keys are the members' ids."""

    has_stars = False
    remove_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lineage-tree")
        self.setAccessibleName(self.tr("Lineage"))
        self._lineage: Sequence[Child] = ()

    def show_lineage(self, lineage: Sequence[Child]) -> None:
        """Show the members; their pictures come one by one."""
        self._lineage = lineage
        self.show_cells({child.id: self._summary(child) for child in lineage})
        self.setFixedSize(self.sizeHint())

    def place(self) -> None:
        step_x, step_y = CELL_PX + GAP_X_PX, CELL_PX + GAP_Y_PX
        self.cells = {
            key: QRect(MARGIN_PX + round(x * step_x), MARGIN_PX + y * step_y, CELL_PX, CELL_PX)
            for key, (x, y) in columns(self._lineage).items()
        }

    def sizeHint(self) -> QSize:
        corner = QPoint(0, 0)
        for cell in self.cells.values():
            corner = QPoint(max(corner.x(), cell.right()), max(corner.y(), cell.bottom()))
        return QSize(corner.x() + 1 + MARGIN_PX, corner.y() + 1 + MARGIN_PX)

    def draw_ground(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for child in self._lineage:
            for parent in self.cells.keys() & set(child.parents):
                strong = self.focused in (child.id, parent) and self.hasFocus()
                painter.setPen(QPen(colour("text_soft" if strong else "text_off"), 2.0 if strong else 1.5))
                painter.drawPath(_line(self.cells[parent], self.cells[child.id]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in REMOVE_KEYS and self.focused is not None:
            self.remove_requested.emit(self.focused)
        else:
            super().keyPressEvent(event)

    def menu_entries(self) -> MenuEntries:
        return (
            ("lineage-go", self.tr("Go to this picture"), self.chosen),
            ("lineage-breed", self.tr("Breed from here"), self.breed_requested),
            ("lineage-remove", self.tr("Remove from the lineage"), self.remove_requested),
        )

    def _summary(self, child: Child) -> str:
        if not child.parents:
            return self.tr("A founder")
        count = len(child.parents)
        parents = self.tr("From one parent") if count == 1 else self.tr("From {} parents").format(count)
        return f"{parents}, {self.tr('mutation {:.2f}').format(child.strength)}"


def _line(parent: QRect, child: QRect) -> QPainterPath:
    """From the foot of a parent to the head of a child, upright at both ends."""
    top = QPointF(parent.center().x() + 0.5, parent.bottom() + 1)
    foot = QPointF(child.center().x() + 0.5, child.top())
    bend = (foot.y() - top.y()) / 2
    path = QPainterPath(top)
    path.cubicTo(top + QPointF(0, bend), foot - QPointF(0, bend), foot)
    return path
