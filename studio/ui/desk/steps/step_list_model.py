"""StepListModel: the steps of a desk as rows, the beginning first. GUI thread.

Invariant: a change of one step costs the rows that changed, not the list: a thousand steps are as quick as ten.
"""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QIcon, QPixmap

from studio.ui.common.icons import icon
from studio.ui.common.theme import colour

Index = QModelIndex | QPersistentModelIndex


class StepListModel(QAbstractListModel):
    """Row 0 is the beginning, row n the n-th step. Rows after `done` are steps that were undone."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._labels: tuple[str, ...] = ()
        self._done = 0
        self._here = icon("circle-medium", "accent")
        self._elsewhere = QIcon(_nothing())  # keeps the words in line

    @property
    def done(self) -> int:
        """How many steps are done: the row of what is shown now."""
        return self._done

    def show_steps(self, labels: tuple[str, ...], done: int) -> None:
        """All steps, done and then undone, and how many of them are done."""
        same = _common(self._labels, labels)
        if same < len(self._labels):
            self.beginRemoveRows(QModelIndex(), same + 1, len(self._labels))
            self._labels = self._labels[:same]
            self.endRemoveRows()
        if same < len(labels):
            self.beginInsertRows(QModelIndex(), same + 1, len(labels))
            self._labels = labels
            self.endInsertRows()
        self._mark(done)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._labels) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = index.row()
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return self._labels[row - 1] if row else self.tr("Beginning")
            case Qt.ItemDataRole.DecorationRole:
                return self._here if row == self._done else self._elsewhere
            case Qt.ItemDataRole.ForegroundRole:
                return colour("text_off" if row > self._done else "text")
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row)
        return None

    def _spoken(self, row: int) -> str:
        words = self._labels[row - 1] if row else self.tr("Beginning")
        if row > self._done:
            return self.tr("{}, undone").format(words)
        return self.tr("{}, shown now").format(words) if row == self._done else words

    def _mark(self, done: int) -> None:
        first, last = sorted((self._done, done))
        self._done = done
        if first != last:
            self.dataChanged.emit(self.index(first), self.index(min(last, len(self._labels))))


def _nothing() -> QPixmap:
    pixmap = QPixmap(16, 16)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """How many labels two lists begin with in common."""
    shorter = min(len(a), len(b))
    if a[:shorter] == b[:shorter]:
        return shorter
    return next(i for i in range(shorter) if a[i] != b[i])
