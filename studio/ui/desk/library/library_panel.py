"""LibraryPanel: the models to choose from, what they are and whether they are ready. GUI thread."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal, SignalInstance
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QListView, QMenu, QVBoxLayout, QWidget

from studio.ui.common.empty_state import EmptyState
from studio.ui.desk.library.model_list_model import ROW, ModelListModel, ModelRow, ModelState
from studio.ui.desk.library.model_painter import ModelPainter, info_area

__all__ = ["LibraryPanel", "ModelRow"]


class ModelList(QListView):
    """The list itself: a click or Enter chooses, the "i" (or the I key, or the menu) asks for details."""

    chosen = Signal(str)
    details_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("model-list")
        self.setAccessibleName(self.tr("Models"))
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            on_info = info_area(self.visualRect(index)).contains(event.position().toPoint())
            self._tell(self.details_requested if on_info else self.chosen, index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._tell(self.chosen, self.currentIndex())
        elif event.key() == Qt.Key.Key_I:
            self._tell(self.details_requested, self.currentIndex())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        spot = self.viewport().mapFromGlobal(event.globalPos())
        index = self.indexAt(QPoint(spot)) if event.reason() == event.Reason.Mouse else self.currentIndex()
        if index.isValid():
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            about = menu.addAction(self.tr("About this model"))
            about.triggered.connect(lambda: self._tell(self.details_requested, index))
            menu.popup(event.globalPos())

    def _tell(self, signal: SignalInstance, index: QModelIndex) -> None:
        if index.isValid():
            signal.emit(index.data(ROW).id)


class LibraryPanel(QWidget):
    """Shows rows at once; states and the model in use are told later."""

    chosen = Signal(str)
    details_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("library-panel")
        self.rows = ModelListModel(self)
        self.list = ModelList()
        self.list.setModel(self.rows)
        self.list.setItemDelegate(ModelPainter(self.list))
        self.list.chosen.connect(self.chosen)
        self.list.details_requested.connect(self.details_requested)
        self._nothing = EmptyState(
            self.tr("No models"), self.tr("A model is a folder with a card and weights in the models folder.")
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 8)
        column.addWidget(self._nothing, 0, Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.list)
        self.setMinimumWidth(220)
        self.show_models(())

    def show_models(self, rows: Sequence[ModelRow]) -> None:
        """Show the models there are."""
        self.rows.show_rows(rows)
        self.list.setVisible(bool(rows))
        self._nothing.setVisible(not rows)

    def show_state(self, model_id: str, state: str, text: str = "") -> None:
        """state: "" (not loaded), "loading", "ready" or "error"; text replaces the words for it."""
        self.rows.show_state(model_id, ModelState(state, text))

    def show_current(self, model_id: str) -> None:
        """Mark the model in use."""
        self.rows.show_current(model_id)
        self.list.setCurrentIndex(self.rows.index_of(model_id))
