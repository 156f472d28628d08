"""InstrumentChooser: the instruments and drum kits of General MIDI by family, found by a few letters. GUI thread."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from studio.ui.common.theme import colour
from studio.ui.music.instruments import FAMILIES, INSTRUMENTS, KITS

WIDTH_PX, HEIGHT_PX = 240, 380
CHOICE = Qt.ItemDataRole.UserRole
IN_LIST = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
Choice = tuple[int, bool]  # program, whether it is a drum kit


class InstrumentChooser(QFrame):
    """Floats over the window beside a track. Going through the list lets each be heard; Enter or a click takes one,
    Escape or leaving it none."""

    chosen = Signal(int, bool)
    tried = Signal(int, bool)
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("instrument-chooser")
        self.setAccessibleName(self.tr("Instruments"))
        self.setProperty("role", "toast")
        self.field = QLineEdit(objectName="instrument-field", placeholderText=self.tr("Find an instrument"))
        self.field.setAccessibleName(self.tr("Find an instrument"))
        self.list = QListWidget(objectName="instrument-list")
        self.list.setAccessibleName(self.tr("Instruments by family"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addWidget(self.list)
        self.hide()
        self._now: Choice = (0, False)
        self._opening = False
        self.field.textChanged.connect(self._show)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(self._take)
        self.list.currentItemChanged.connect(self._try)

    def open(self, now: Choice, below: QWidget) -> None:
        """Pop up below a widget, at the instrument that a track has."""
        self._now, self._opening = now, True
        self.field.clear()
        self._show("")
        self._opening = False
        window = below.window()
        self.setParent(window)
        corner = below.mapTo(window, QPoint(0, below.height() + 2))
        height = min(HEIGHT_PX, window.height())
        self.setGeometry(corner.x(), max(0, min(corner.y(), window.height() - height)), WIDTH_PX, height)
        self.raise_()
        self.show()
        self.field.setFocus()
        self.list.scrollToItem(self.list.currentItem(), QListWidget.ScrollHint.PositionAtCenter)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys move in the list while the field keeps the focus; leaving the field closes."""
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in IN_LIST:
                self.list.event(event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take(self.list.currentItem())
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.hide()
                self.left.emit()
                return True
        return super().eventFilter(watched, event)

    def _show(self, query: str) -> None:
        """The families with what matches: its own name, or the family's."""
        self.list.blockSignals(True)
        self.list.clear()
        words = query.lower().split()
        for family, members in _families():
            found = [(n, c) for n, c in members if all(word in f"{n} {family}".lower() for word in words)]
            if found:
                self._add_heading(family)
            for name, choice in found:
                self._add(name, choice)
        self.list.blockSignals(False)
        if self.list.currentItem() is None and self.list.count():
            self.list.setCurrentRow(1)  # a heading comes first

    def _add_heading(self, words: str) -> None:
        item = QListWidgetItem(words)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setForeground(colour("text_off"))
        self.list.addItem(item)

    def _add(self, name: str, choice: Choice) -> None:
        item = QListWidgetItem(f"   {name}")
        item.setData(CHOICE, choice)
        self.list.addItem(item)
        if choice == self._now:
            self.list.setCurrentItem(item)

    def _try(self, item: QListWidgetItem | None) -> None:
        choice = item.data(CHOICE) if item is not None else None
        if choice is not None and not self._opening:
            self.tried.emit(*choice)

    def _take(self, item: QListWidgetItem | None) -> None:
        choice = item.data(CHOICE) if item is not None else None
        if choice is not None:
            self.hide()
            self.chosen.emit(*choice)


def _families() -> list[tuple[str, list[tuple[str, Choice]]]]:
    found: list[tuple[str, list[tuple[str, Choice]]]] = []
    for number, family in enumerate(FAMILIES):
        programs = range(8 * number, 8 * number + 8)
        found.append((family, [(INSTRUMENTS[program], (program, False)) for program in programs]))
    found.append(("Drum kits", [(name, (program, True)) for program, name in KITS.items()]))
    return found
