"""TrackKeys: what the keyboard does on the timeline's track. GUI thread."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from studio.core.timeline import EASINGS

Key, Modifier = Qt.Key, Qt.KeyboardModifier
ARROWS = {Key.Key_Left: -1, Key.Key_Right: 1}


class TrackKeys(QObject):
    """Turns keys into wishes. `stepped(frames)`, `second_stepped(seconds)` and `nudged(frames)` count to the right."""

    stepped = Signal(int)
    second_stepped = Signal(int)
    nudged = Signal(int)
    ended = Signal(int)
    easing_chosen = Signal(str)
    delete_requested = Signal()
    duplicate_requested = Signal()
    play_requested = Signal()
    take_requested = Signal()
    back_requested = Signal()

    def knows(self, event: QKeyEvent) -> bool:
        """Whether a key does anything here."""
        return self._wish(event) is not None

    def press(self, event: QKeyEvent) -> bool:
        """Whether it did."""
        wish = self._wish(event)
        if wish is None:
            return False
        signal, *values = wish
        signal.emit(*values)
        return True

    def _wish(self, event: QKeyEvent) -> tuple | None:
        key, modifiers = Qt.Key(event.key()), event.modifiers() & ~Modifier.KeypadModifier
        if key in ARROWS:
            by = {Modifier.NoModifier: self.stepped, Modifier.ShiftModifier: self.second_stepped,
                  Modifier.AltModifier: self.nudged}  # fmt: skip
            return (by[modifiers], ARROWS[key]) if modifiers in by else None
        if modifiers == Modifier.ControlModifier and key == Key.Key_D:
            return (self.duplicate_requested,)
        return self._plain(key) if modifiers == Modifier.NoModifier else None

    def _plain(self, key: Qt.Key) -> tuple | None:
        number = key.value - Key.Key_1.value
        if 0 <= number < len(EASINGS):
            return self.easing_chosen, EASINGS[number]
        plain = {
            Key.Key_Delete: (self.delete_requested,),
            Key.Key_Backspace: (self.delete_requested,),
            Key.Key_Space: (self.play_requested,),
            Key.Key_Return: (self.take_requested,),
            Key.Key_Enter: (self.take_requested,),
            Key.Key_Escape: (self.back_requested,),
            Key.Key_Home: (self.ended, -1),
            Key.Key_End: (self.ended, 1),
        }
        return plain.get(key)
