"""Palette: every command by a few letters of its name. GUI thread."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from studio.ui.commands import Command
from studio.ui.common.theme import colour

WIDTH_PX = 460
KEYS_FOR_LIST = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


def matches(query: str, title: str) -> bool:
    """Whether every word of the query stands in the title, in any order."""
    return all(word in title.lower() for word in query.lower().split())


def found(query: str, commands: Sequence[Command]) -> list[Command]:
    """The commands that match, those whose titles do before those whose menus or hints do."""
    by_title = [c for c in commands if matches(query, c.title)]
    by_hint = [c for c in commands if c not in by_title and matches(query, f"{c.title} {c.menu} {c.hint}")]
    return by_title + by_hint


class Palette(QFrame):
    """Floats over the window; Enter runs the chosen command, Escape closes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("command-palette")
        self.setAccessibleName(self.tr("Command palette"))
        self.setProperty("role", "toast")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.field = QLineEdit(
            objectName="palette-field", placeholderText=self.tr("Type what you want to do")
        )
        self.field.setAccessibleName(self.tr("Search commands"))
        self.list = QTreeWidget(
            objectName="palette-list", columnCount=2, headerHidden=True, rootIsDecorated=False
        )
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.list.setAccessibleName(self.tr("Commands"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        self._commands: Sequence[Command] = ()
        self._came_from: QWidget | None = None
        self.field.textChanged.connect(self._filter)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(lambda _item, _column: self._run())
        self.hide()

    def open(self, commands: Sequence[Command]) -> None:
        """Show the palette with these commands."""
        self._commands = commands
        self._came_from = self.window().focusWidget()
        self.field.clear()
        self._filter("")
        parent = self.parentWidget()
        width = min(WIDTH_PX, parent.width() - 32)
        self.setGeometry((parent.width() - width) // 2, 64, width, min(420, parent.height() - 128))
        self.show()
        self.raise_()
        self.field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys move in the list while the field keeps the focus; leaving the field closes."""
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._take_key(event)
        return super().eventFilter(watched, event)

    def _take_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self._go_back()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run()
        elif event.key() in KEYS_FOR_LIST:
            self.list.event(event)
        else:
            return False
        return True

    def _filter(self, query: str) -> None:
        self.list.clear()
        for command in found(query, self._commands):
            keys = QKeySequence.fromString(command.shortcut)
            item = QTreeWidgetItem([command.title, keys.toString(QKeySequence.SequenceFormat.NativeText)])
            item.setData(0, Qt.ItemDataRole.UserRole, command)
            item.setToolTip(0, command.hint)
            item.setForeground(1, colour("text_soft"))
            self.list.addTopLevelItem(item)
        first = self.list.topLevelItem(0)
        if first is not None:
            self.list.setCurrentItem(first)

    def _go_back(self) -> None:
        """Close; the keyboard is where it was before."""
        came_from, self._came_from = self._came_from, None
        if (
            came_from is not None
            and isValid(came_from)
            and came_from is not self.field
            and came_from.isVisible()
        ):
            came_from.setFocus()
        self.hide()

    def _run(self) -> None:
        item = self.list.currentItem()
        self._go_back()
        if item is not None:
            item.data(0, Qt.ItemDataRole.UserRole).run()
