"""What each key does on the roll, as a table. A held key is one undo step: its changes share a gesture.

The window's menus have shortcuts for some of these as well; there the menu's action comes first and does the same.
"""

from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from studio.ui.music.pianoroll.actions import NoteActions
from studio.ui.music.pianoroll.key_box import KeyBox
from studio.ui.music.pianoroll.state import RollState, Tool

Key, Mod = Qt.Key, Qt.KeyboardModifier
NONE, SHIFT, CTRL = Mod.NoModifier, Mod.ShiftModifier, Mod.ControlModifier
ALT = Mod.AltModifier
Act: TypeAlias = Callable[[], object]
Table: TypeAlias = dict[tuple[int, Qt.KeyboardModifier], Act]
OCTAVE = 12
VELOCITY_STEP = 8


class Keys:
    """Turns key presses into actions. `handle` says whether the key meant anything here."""

    def __init__(self, state: RollState, actions: NoteActions) -> None:
        self._state, self._actions = state, actions
        self.box = KeyBox(state)
        self._acted = False
        self._always = self._common()
        self._selected = self._with_selection()
        self._free = self._with_cursor()

    def handle(self, event: QKeyEvent) -> bool:
        if self.box.handle(event):
            return True
        modifiers = event.modifiers() & ~Mod.KeypadModifier
        where = self._selected if self._actions.has_selection else self._free
        chord = (event.key(), modifiers)
        act = where.get(chord) or self._always.get(chord)
        if act is None:
            return False
        act()
        self._acted = True
        return True

    def let_go(self, event: QKeyEvent) -> None:
        """The end of a held key."""
        if self._acted and not event.isAutoRepeat():
            self._acted = False
            self._state.end_gesture()

    def _common(self) -> Table:
        do, state = self._actions, self._state
        return {
            (Key.Key_1, NONE): lambda: state.use_tool(Tool.SELECT),
            (Key.Key_2, NONE): lambda: state.use_tool(Tool.DRAW),
            (Key.Key_3, NONE): lambda: state.use_tool(Tool.ERASE),
            (Key.Key_Delete, NONE): do.delete,
            (Key.Key_Backspace, NONE): do.delete,
            (Key.Key_A, CTRL): do.select_all,
            (Key.Key_C, CTRL): do.copy,
            (Key.Key_X, CTRL): do.cut,
            (Key.Key_V, CTRL): do.paste,
            (Key.Key_D, CTRL): do.duplicate,
            (Key.Key_B, NONE): self.box.begin,
            (Key.Key_PageDown, NONE): lambda: do.walk(1),
            (Key.Key_PageUp, NONE): lambda: do.walk(-1),
            (Key.Key_PageDown, SHIFT): lambda: do.walk(1, True),
            (Key.Key_PageUp, SHIFT): lambda: do.walk(-1, True),
            (Key.Key_BracketLeft, NONE): do.mark_from,
            (Key.Key_BracketRight, NONE): do.mark_to,
        }

    def _with_selection(self) -> Table:
        do, name = self._actions, self._state.gesture_name
        return {
            (Key.Key_Up, NONE): lambda: do.transpose(1, name("keys")),
            (Key.Key_Down, NONE): lambda: do.transpose(-1, name("keys")),
            (Key.Key_Up, SHIFT): lambda: do.transpose(OCTAVE, name("keys")),
            (Key.Key_Down, SHIFT): lambda: do.transpose(-OCTAVE, name("keys")),
            (Key.Key_Left, NONE): lambda: do.nudge(-1, name("keys")),
            (Key.Key_Right, NONE): lambda: do.nudge(1, name("keys")),
            (Key.Key_Left, CTRL | SHIFT): lambda: do.lengthen(-1, name("keys")),
            (Key.Key_Right, CTRL | SHIFT): lambda: do.lengthen(1, name("keys")),
            (Key.Key_Left, ALT | SHIFT): lambda: do.begin_later(-1, name("keys")),
            (Key.Key_Right, ALT | SHIFT): lambda: do.begin_later(1, name("keys")),
            (Key.Key_Up, CTRL | SHIFT): lambda: do.louder(VELOCITY_STEP, name("keys")),
            (Key.Key_Down, CTRL | SHIFT): lambda: do.louder(-VELOCITY_STEP, name("keys")),
            (Key.Key_Escape, NONE): do.deselect,
        }

    def _with_cursor(self) -> Table:
        do = self._actions
        return {
            (Key.Key_Up, NONE): lambda: do.move_cursor(0, 1),
            (Key.Key_Down, NONE): lambda: do.move_cursor(0, -1),
            (Key.Key_Up, SHIFT): lambda: do.move_cursor(0, OCTAVE),
            (Key.Key_Down, SHIFT): lambda: do.move_cursor(0, -OCTAVE),
            (Key.Key_Left, NONE): lambda: do.move_cursor(-1, 0),
            (Key.Key_Right, NONE): lambda: do.move_cursor(1, 0),
            (Key.Key_Return, NONE): do.draw_at_cursor,
            (Key.Key_Enter, NONE): do.draw_at_cursor,
            (Key.Key_Return, SHIFT): do.select_at_cursor,
        }
