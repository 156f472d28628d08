"""ModelListModel: the rows of the model list, for Qt's views. GUI thread. ("Model" of the name is Qt's.)"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
STATE = Qt.ItemDataRole.UserRole + 1
PREVIEW = Qt.ItemDataRole.UserRole + 2
CURRENT = Qt.ItemDataRole.UserRole + 3
PREVIEW_PX = 56


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model as the list shows it. `details`: a few words such as "64 px, 6 M parameters"."""

    id: str
    name: str
    summary: str
    family: str
    preview: Path | None = None
    details: str = ""


@dataclass(frozen=True, slots=True)
class ModelState:
    """state: "", "loading", "ready" or "error"; text: words of its own, such as the error's sentence."""

    state: str = ""
    text: str = ""


class ModelListModel(QAbstractListModel):
    """Owns the rows, their states and their preview pictures (read when first painted)."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[ModelRow, ...] = ()
        self._states: dict[str, ModelState] = {}
        self._previews: dict[str, QImage] = {}
        self._current = ""

    def show_rows(self, rows: Sequence[ModelRow]) -> None:
        self.beginResetModel()
        self._rows = tuple(rows)
        self._previews.clear()
        self.endResetModel()

    def show_state(self, model_id: str, state: ModelState) -> None:
        self._states[model_id] = state
        self._touch(model_id)

    def show_current(self, model_id: str) -> None:
        before, self._current = self._current, model_id
        self._touch(before)
        self._touch(model_id)

    def index_of(self, model_id: str) -> QModelIndex:
        """Where a model stands; an invalid index when it does not."""
        numbers = [number for number, row in enumerate(self._rows) if row.id == model_id]
        return self.index(numbers[0]) if numbers else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        values = {
            Qt.ItemDataRole.DisplayRole: lambda: row.name,
            Qt.ItemDataRole.ToolTipRole: lambda: self._tooltip(row),
            Qt.ItemDataRole.AccessibleDescriptionRole: lambda: row.summary,
            ROW: lambda: row,
            STATE: lambda: self._states.get(row.id, ModelState()),
            PREVIEW: lambda: self._preview(row),
            CURRENT: lambda: row.id == self._current,
        }
        return values[role]() if role in values else None

    def _tooltip(self, row: ModelRow) -> str:
        state = self._states.get(row.id, ModelState())
        return "\n".join(filter(None, (row.summary, row.details, state.text)))

    def _preview(self, row: ModelRow) -> QImage:
        """The preview at twice its size on the screen; an empty image when it cannot be read."""
        if row.id not in self._previews:
            self._previews[row.id] = _read_small(row.preview) if row.preview else QImage()
        return self._previews[row.id]

    def _touch(self, model_id: str) -> None:
        index = self.index_of(model_id)
        if index.isValid():
            self.dataChanged.emit(index, index)


def _read_small(path: Path) -> QImage:
    reader = QImageReader(str(path))
    size = reader.size()
    if size.isValid():
        side = 2 * PREVIEW_PX
        reader.setScaledSize(size.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatioByExpanding))
    return reader.read()
