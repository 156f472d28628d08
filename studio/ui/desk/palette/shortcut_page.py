"""ShortcutPage: every command with its key, by menu. GUI thread."""

from collections.abc import Sequence
from html import escape

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from studio.ui.commands import Command

GESTURES = (
    ("Slider", "Arrow keys: small steps. Page keys: large steps. Double-click: reset. Type into its value."),
    ("Canvas", "Wheel: zoom at the pointer. Drag, or Space and drag with any tool: pan. Double-click: fit."),
    (
        "Brush",
        "Shift+click: straight line from the last stroke. Alt+click: take a colour. Esc: forget the stroke.",
    ),
    (
        "Selection",
        "Shift: add. Alt: take away. Both: keep what is shared. Drag inside or arrows: move. Ctrl+arrows: resize.",
    ),
    (
        "Transform",
        "Shift: keep the shape. Alt: keep the middle. Arrows: move, with Ctrl resize, with Alt turn. Enter: done.",
    ),
    ("Crop", "Arrows: move the frame. Ctrl+arrows: resize it. Enter: apply. Esc: leave it."),
    ("Piano roll", "Double-click: draw. Drag: move or resize. Ctrl+wheel: zoom. Click a ghost: keep it."),
    (
        "Roll, notes",
        "Arrows: the cursor; Enter: draw; Shift+Enter: select there. Page keys: note by note; Shift adds.",
    ),
    (
        "Roll, box",
        "B, arrows, Enter: select a box. [ and ]: mark from, mark to. 1, 2, 3: select, draw, erase.",
    ),
    (
        "Roll, selected",
        "Arrows: move, Shift by octaves. Ctrl+Shift+arrows: length, loudness. Alt+Shift+arrows: the beginning.",
    ),
    (
        "Lanes",
        "F6 goes there. Left, Right: place. Up, Down: value. Enter: type. Delete: take away. Esc: back.",
    ),
    (
        "Chords, markers",
        "Left, Right: choose. Shift: move. Ctrl+Shift: stretch. Enter: write. Delete: take away.",
    ),
)


class ShortcutPage(QDialog):
    """A non-modal page that can stay open beside the work."""

    def __init__(self, commands: Sequence[Command], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("shortcut-page")
        self.setWindowTitle(self.tr("Keys and gestures"))
        self.resize(560, 640)
        page = QTextBrowser(objectName="shortcut-text")
        page.setAccessibleName(self.tr("Keys and gestures"))
        page.setHtml(as_html(commands))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(page)


def as_html(commands: Sequence[Command]) -> str:
    """A table for each menu, then the gestures of the mouse."""
    menus = dict.fromkeys(command.menu for command in commands)
    tables = [_table(menu, [c for c in commands if c.menu == menu and c.shortcut]) for menu in menus]
    gestures = "".join(f"<tr><td width='120'>{a}</td><td>{escape(b)}</td></tr>" for a, b in GESTURES)
    return "".join(tables) + f"<h3>With the hand</h3><table cellpadding='3'>{gestures}</table>"


def _table(menu: str, commands: Sequence[Command]) -> str:
    if not commands:
        return ""
    rows = "".join(_row(command) for command in commands)
    return f"<h3>{escape(menu)}</h3><table cellpadding='3'>{rows}</table>"


def _row(command: Command) -> str:
    keys = QKeySequence.fromString(command.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
    return f"<tr><td width='120'><b>{escape(keys)}</b></td><td>{escape(command.title.rstrip('…'))}</td></tr>"
