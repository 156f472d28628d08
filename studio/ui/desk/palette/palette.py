"""Palette: every command by a few letters of its name. GUI thread."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from studio.ui.commands import Command

WIDTH_PX = 460
KEYS_FOR_LIST = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


def matches(query: str, title: str) -> bool:
    """Whether every word of the query begins a word of the title or stands inside it, in any order."""
    return all(word in title.lower() for word in query.lower().split())


class Palette(QFrame):
    """Floats over the window; Enter runs the chosen command, Escape closes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("command-palette")
        self.setAccessibleName(self.tr("Command palette"))
        self.setProperty("role", "toast")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.field = QLineEdit(objectName="palette-field", placeholderText=self.tr("Type what you want to do"))
        self.field.setAccessibleName(self.tr("Search commands"))
        self.list = QListWidget(objectName="palette-list")
        self.list.setAccessibleName(self.tr("Commands"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        self._commands: Sequence[Command] = ()
        self.field.textChanged.connect(self._filter)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(lambda _item: self._run())
        self.hide()

    def open(self, commands: Sequence[Command]) -> None:
        """Show the palette with these commands."""
        self._commands = commands
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
            self.hide()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run()
        elif event.key() in KEYS_FOR_LIST:
            self.list.event(event)
        else:
            return False
        return True

    def _filter(self, query: str) -> None:
        self.list.clear()
        for command in self._commands:
            if not matches(query, f"{command.title} {command.menu} {command.hint}"):
                continue
            shortcut = QKeySequence.fromString(command.shortcut)
            keys = shortcut.toString(QKeySequence.SequenceFormat.NativeText)
            item = QListWidgetItem(f"{command.title}\t{keys}" if keys else command.title)
            item.setData(Qt.ItemDataRole.UserRole, command)
            item.setToolTip(command.hint)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _run(self) -> None:
        item = self.list.currentItem()
        self.hide()
        if item is not None:
            item.data(Qt.ItemDataRole.UserRole).run()
