"""KeyBox: a box selection without a mouse: B begins it at the cursor, the arrows stretch it. GUI thread.

Enter keeps what is selected, Esc brings back what was. A lasso needs a hand; a second box adds to the first.
"""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from studio.ui.music.pianoroll.gestures import Box, Pointer
from studio.ui.music.pianoroll.state import RollState

Key = Qt.Key
OCTAVE = 12


class KeyBox:
    """Takes all arrows while a box is open."""

    def __init__(self, state: RollState) -> None:
        self._state = state
        self._box: Box | None = None

    @property
    def is_open(self) -> bool:
        return self._box is not None

    def begin(self) -> None:
        """From the cursor, beside what is selected."""
        cursor = self._state.cursor
        self._box = Box(self._state, Pointer(cursor.ticks, cursor.pitch), self._state.selection)
        self._stretch(1, 0)

    def handle(self, event: QKeyEvent) -> bool:
        """Whether the key was one for the open box."""
        if self._box is None:
            return False
        rows = OCTAVE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        ways = {Key.Key_Up: (0, rows), Key.Key_Down: (0, -rows), Key.Key_Left: (-1, 0), Key.Key_Right: (1, 0)}
        if (way := ways.get(Key(event.key()))) is not None:
            self._stretch(*way)
        elif event.key() in (Key.Key_Return, Key.Key_Enter, Key.Key_B):
            self._close(self._box.release)
        elif event.key() == Key.Key_Escape:
            self._close(self._box.cancel)
        else:
            self._close(self._box.release)
            return False
        return True

    def _stretch(self, steps: int, rows: int) -> None:
        """Move the corner that is held, which is where the cursor stands."""
        assert self._box is not None
        state, cursor = self._state, self._state.cursor
        ticks = state.grid_step(cursor.ticks, steps) if steps else cursor.ticks
        state.put_cursor(ticks, cursor.pitch + rows)
        self._box.move(Pointer(state.cursor.ticks, state.cursor.pitch))
        state.reveal.emit(state.cursor.ticks, state.cursor.pitch)

    def _close(self, how: Callable[[], None]) -> None:
        self._box = None
        how()
