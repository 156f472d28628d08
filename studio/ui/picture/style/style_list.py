"""StyleList: the paintings of the style library, two lines and five colours each. GUI thread."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from studio.engines.picture.style_library import StyleEntry
from studio.ui.common.theme import FONT_SIZES, colour
from studio.ui.picture.style.swatches import paint_swatches

ENTRY_ROLE = Qt.ItemDataRole.UserRole
ROW_PX = 44
PAD_PX = 8
PALETTE_PX = QSize(40, 28)

Index = QModelIndex | QPersistentModelIndex


class StyleListModel(QAbstractListModel):
    """Holds the entries that are shown."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: tuple[StyleEntry, ...] = ()

    def show(self, entries: Sequence[StyleEntry]) -> None:
        """Show other entries."""
        self.beginResetModel()
        self.entries = tuple(entries)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entries[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return entry.label
        if role == Qt.ItemDataRole.ToolTipRole:
            return words_about(entry)
        return entry if role == ENTRY_ROLE else None


class StyleDelegate(QStyledItemDelegate):
    """Paints title, artist and year, and the palette at the right end."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        option.text = ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        entry = index.data(ENTRY_ROLE)
        inner = option.rect.adjusted(PAD_PX, 4, -PAD_PX, -4)
        palette = QRect(inner.topLeft(), PALETTE_PX)
        palette.moveRight(inner.right())
        palette.moveTop(inner.center().y() - PALETTE_PX.height() // 2)
        paint_swatches(painter, palette, entry.palette)
        self._paint_words(painter, inner.adjusted(0, 0, -PALETTE_PX.width() - PAD_PX, 0), entry)

    def _paint_words(self, painter: QPainter, place: QRect, entry: StyleEntry) -> None:
        upper, lower = QRect(place), QRect(place)
        upper.setBottom(place.center().y())
        lower.setTop(place.center().y() + 1)
        by = f"{entry.artist}, {entry.year}" if entry.year else entry.artist
        paint_line(painter, upper, entry.title, "normal", "text")
        paint_line(painter, lower, by, "small", "text_soft")


class StyleList(QListView):
    """Arrows move, Enter or a double click takes a style."""

    taken = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("restyle-list")
        self.setAccessibleName(self.tr("Styles of paintings"))
        self.setModel(StyleListModel())
        self.setItemDelegate(StyleDelegate(self))
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(4 * ROW_PX)
        self.doubleClicked.connect(self._take)

    def show_entries(self, entries: Sequence[StyleEntry]) -> None:
        """Show other entries, the first one chosen."""
        model = self.model()
        assert isinstance(model, StyleListModel)
        model.show(entries)
        self.setCurrentIndex(model.index(0))

    def current(self) -> StyleEntry | None:
        entry = self.currentIndex().data(ENTRY_ROLE)
        return entry if isinstance(entry, StyleEntry) else None

    def take_current(self) -> None:
        """As if Enter were pressed on the chosen style."""
        entry = self.current()
        if entry is not None:
            self.taken.emit(entry)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.take_current()
        else:
            super().keyPressEvent(event)

    def _take(self, index: QModelIndex) -> None:
        self.taken.emit(index.data(ENTRY_ROLE))


def paint_line(painter: QPainter, place: QRect, text: str, size: str, token: str) -> None:
    """One line of text, shortened with an ellipsis where it is too long."""
    font = QFont(painter.font())
    font.setPixelSize(FONT_SIZES[size])
    painter.save()
    painter.setFont(font)
    painter.setPen(colour(token))
    short = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, short)
    painter.restore()


def words_about(entry: StyleEntry) -> str:
    """All that is known of a painting, a line each."""
    kind = ", ".join(word.replace("-", " ") for word in (entry.style, entry.genre) if word)
    return "\n".join(line for line in (entry.label, entry.title_original, kind) if line)
