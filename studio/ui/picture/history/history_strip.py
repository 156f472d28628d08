"""HistoryStrip: the pictures of late, the newest at the right, to go back to. GUI thread.

Invariant: at most KEPT pictures, and no picture twice.
"""

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QIcon, QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QListWidget, QListWidgetItem, QMenu, QWidget

from studio.core.picture import Frame
from studio.core.project import PictureDocument
from studio.ui.common.frame_image import thumbnail
from studio.ui.common.picture_drag import RECENT_PICTURE, drag_of
from studio.ui.common.theme import colour

KEPT = 60
SIDE_PX = 64
CELL_PX = SIDE_PX + 8
SCROLL_BAR_PX = 12
DOCUMENT = Qt.ItemDataRole.UserRole


class HistoryStrip(QListWidget):
    """A click or Enter goes back: `chosen` gives the document. A picture can be dragged onto the blend pad, or laid
    there by the menu or the Insert key: `keep_requested` gives its document."""

    chosen = Signal(object)
    keep_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("history-strip")
        self.setProperty("role", "strip")
        self.setAccessibleName(self.tr("Recent pictures"))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setMovement(QListView.Movement.Static)
        self.setIconSize(QSize(SIDE_PX, SIDE_PX))
        self.setGridSize(QSize(CELL_PX, CELL_PX))
        self.setUniformItemSizes(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setFixedHeight(CELL_PX + SCROLL_BAR_PX)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.itemClicked.connect(self._choose)

    def add(self, document: PictureDocument, frame: Frame) -> None:
        """Put a picture at the right end; one that looks the same moves there instead."""
        self._forget(document)
        item = QListWidgetItem(QIcon(thumbnail(frame, SIDE_PX, self.devicePixelRatioF())), "")
        item.setData(DOCUMENT, document)
        item.setToolTip(self._summary(document))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, self._summary(document))
        self.addItem(item)
        while self.count() > KEPT:
            self.takeItem(0)
        self.setCurrentItem(item)
        self.scrollToItem(item)

    def documents(self) -> list[PictureDocument]:
        """All that is kept, the oldest first."""
        return [self.item(row).data(DOCUMENT) for row in range(self.count())]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose(self.currentItem())
        elif event.key() == Qt.Key.Key_Insert:
            self._keep(self.currentItem())
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel runs along the strip."""
        delta = event.angleDelta()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - (delta.x() or delta.y()))
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.context_menu(self.itemAt(event.pos())).popup(event.globalPos())

    def context_menu(self, item: QListWidgetItem | None = None) -> QMenu:
        """What can be done with a picture, and with the strip as a whole; the menu deletes itself once closed."""
        menu = QMenu(self)
        if item is not None:
            keep = menu.addAction(self.tr("Add to the blend pad"), lambda: self._keep(item))
            keep.setObjectName("history-keep")
            menu.addSeparator()
        clear = menu.addAction(self.tr("Clear"))
        clear.setObjectName("history-clear")
        clear.setEnabled(self.count() > 0)
        clear.triggered.connect(self.clear)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.count() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(colour("text_soft"))
            words = self.tr("Pictures you come across gather here; click one to go back to it.")
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.viewport().rect().adjusted(12, 4, -12, -4), flags, words)

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(DOCUMENT))

    def mimeTypes(self) -> list[str]:
        return [RECENT_PICTURE]

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:
        return drag_of(self.row(items[0]) if items else -1)

    def _keep(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.keep_requested.emit(item.data(DOCUMENT))

    def _forget(self, document: PictureDocument) -> None:
        look = _look(document)
        for row, kept in enumerate(self.documents()):
            if _look(kept) == look:
                self.takeItem(row)
                return

    def _summary(self, document: PictureDocument) -> str:
        """Seed, styles and sliders in one or two lines."""
        latent, source = document.latent, document.source
        if source is not None:
            lines = [source.name or self.tr("An opened picture")]
        else:
            by_seed = latent.point is None and latent.is_plain and not latent.is_composed
            lines = [self.tr("Seed {}").format(latent.seed) if by_seed else self.tr("Between pictures")]
        strong = sorted(latent.styles, key=lambda entry: -entry[1])[:3]
        lines += [", ".join(f"{name} {weight:.2f}" for name, weight in strong)] if strong else []
        lines += [self.tr("{} sliders moved").format(len(latent.offsets))] if latent.offsets else []
        lines += [self.tr("Restyled")] if document.restyle.active else []
        return "\n".join(lines)


def _look(document: PictureDocument) -> tuple[object, ...]:
    """What decides how the picture looks (kept slots do not)."""
    base = document.model_id, document.latent, document.source, document.restyle
    return (*base, document.layers, document.artboard)
