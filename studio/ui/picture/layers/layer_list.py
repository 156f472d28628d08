"""LayerList: the layers from the uppermost down; eyes, locks, names and order under the hand. GUI thread.

Invariant: the list shows what it is told and changes nothing itself: hands make wishes.
"""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPixmap
from PySide6.QtWidgets import QListView, QWidget

from studio.core.layers import Layer, Layers
from studio.ui.picture.layers.layer_painter import (
    LAYER_ROLE,
    PICTURE_ROLE,
    LayerPainter,
    eye_rect,
    lock_rect,
    words_about,
)

Index = QModelIndex | QPersistentModelIndex
ROW_KIND, FILES_KIND = "application/x-latent-layer", "text/uri-list"


class LayerListModel(QAbstractListModel):
    """Row 0 is the uppermost layer. `dropped` gives a layer's id and its new index from below."""

    renamed = Signal(int, str)
    dropped = Signal(int, int)
    files_dropped = Signal(list)

    def __init__(self) -> None:
        super().__init__()
        self._layers: list[Layer] = []
        self._pictures: dict[int, QPixmap] = {}

    def show(self, layers: Layers) -> None:
        """Show other layers; rows whose layer is the same keep their place on the screen."""
        fresh = list(reversed(layers))
        if [layer.id for layer in fresh] == [layer.id for layer in self._layers]:
            self._layers = fresh
            self.dataChanged.emit(self.index(0), self.index(len(fresh) - 1))
            return
        self.beginResetModel()
        self._layers = fresh
        self.endResetModel()

    def show_pictures(self, pictures: dict[int, QPixmap]) -> None:
        """Small pictures by layer id."""
        self._pictures = pictures
        if self._layers:
            self.dataChanged.emit(self.index(0), self.index(len(self._layers) - 1))

    def layer(self, row: int) -> Layer | None:
        return self._layers[row] if 0 <= row < len(self._layers) else None

    def row_of(self, layer_id: int | None) -> int:
        """-1 where there is none."""
        return next((row for row, layer in enumerate(self._layers) if layer.id == layer_id), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._layers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        layer = self._layers[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return layer.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(layer)
            case Qt.ItemDataRole.ToolTipRole:
                return f"{layer.name}\n{words_about(layer)}"
            case role if role == LAYER_ROLE:
                return layer
            case role if role == PICTURE_ROLE:
                return self._pictures.get(layer.id)
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        name = str(value).strip()
        if name and name != self._layers[index.row()].name:
            self.renamed.emit(self._layers[index.row()].id, name)
        return bool(name)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag
        if not index.isValid():
            return flags.ItemIsDropEnabled
        return flags.ItemIsEnabled | flags.ItemIsSelectable | flags.ItemIsEditable | flags.ItemIsDragEnabled

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        return [ROW_KIND, FILES_KIND]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        data.setData(ROW_KIND, str(self._layers[indexes[0].row()].id).encode())
        return data

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        if files:
            self.files_dropped.emit(files)
        elif data.hasFormat(ROW_KIND):
            layer_id = int(data.data(ROW_KIND).data())
            row = len(self._layers) if row < 0 else row
            passed = 1 if row > self.row_of(layer_id) else 0  # it leaves a gap above the place where it goes
            self.dropped.emit(layer_id, len(self._layers) - 1 - (row - passed))
        return False  # the layers come back in their new order by themselves

    def _spoken(self, layer: Layer) -> str:
        states = [self.tr("hidden")] if not layer.visible else []
        states += [self.tr("locked")] if layer.locked else []
        return ", ".join([layer.name, words_about(layer), *states])


class LayerList(QListView):
    """Arrows choose, Space hides and shows, Delete removes, F2 or a double click names, dragging sorts."""

    chosen = Signal(int)
    eye_toggled = Signal(int)
    lock_toggled = Signal(int)
    remove_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layer-list")
        self.setAccessibleName(self.tr("Layers, the uppermost first"))
        self.layers = LayerListModel()
        self.setModel(self.layers)
        self.setItemDelegate(LayerPainter(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setDragDropMode(QListView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setEditTriggers(QListView.EditTrigger.DoubleClicked | QListView.EditTrigger.EditKeyPressed)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._showing = False
        self.selectionModel().currentChanged.connect(self._choose)

    def show_layers(self, layers: Layers, current_id: int | None) -> None:
        """Show a stack with one of its layers chosen."""
        self._showing = True
        self.layers.show(layers)
        self.setCurrentIndex(self.layers.index(max(0, self.layers.row_of(current_id))))
        self._showing = False

    def event(self, event: QEvent) -> bool:
        """F2 names a layer here, although it is a key of the window too."""
        if event.type() == QEvent.Type.ShortcutOverride:
            assert isinstance(event, QKeyEvent)
            if event.key() == Qt.Key.Key_F2:
                event.accept()
                return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        layer = self.layers.layer(index.row()) if index.isValid() else None
        if layer is not None and event.button() == Qt.MouseButton.LeftButton:
            spot, row = event.position().toPoint(), self.visualRect(index)
            for place, toggled in ((eye_rect(row), self.eye_toggled), (lock_rect(row), self.lock_toggled)):
                if place.adjusted(-6, -12, 6, 12).contains(spot):
                    toggled.emit(layer.id)
                    return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Twice on an eye is two clicks, no name."""
        index = self.indexAt(event.position().toPoint())
        row = self.visualRect(index)
        signs = (eye_rect(row), lock_rect(row))
        if index.isValid() and any(
            p.adjusted(-6, -12, 6, 12).contains(event.position().toPoint()) for p in signs
        ):
            self.mousePressEvent(event)
            return
        super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        layer = self.layers.layer(self.currentIndex().row())
        if layer is not None and event.key() == Qt.Key.Key_Space:
            self.eye_toggled.emit(layer.id)
        elif layer is not None and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_requested.emit()
        else:
            super().keyPressEvent(event)

    def _choose(self, current: QModelIndex) -> None:
        layer = self.layers.layer(current.row())
        if layer is not None and not self._showing:
            self.chosen.emit(layer.id)
