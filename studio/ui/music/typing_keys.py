"""TypingKeys: the computer keyboard as a piano: A to ' are white keys, the row above the black ones. GUI thread.

Invariant: a key that is held is one note. X11 repeats it as a release and a press of the same moment, and Qt sees that
they belong together only where both have come when it looks: a release waits a moment for its press there.
"""

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent

Key = Qt.Key
PIANO = {
    key: step
    for step, key in enumerate(
        (
            Key.Key_A, Key.Key_W, Key.Key_S, Key.Key_E, Key.Key_D, Key.Key_F, Key.Key_T, Key.Key_G, Key.Key_Y,
            Key.Key_H, Key.Key_U, Key.Key_J, Key.Key_K, Key.Key_O, Key.Key_L, Key.Key_P, Key.Key_Semicolon,
        )
    )
}  # fmt: skip
LOWEST_C, HIGHEST_C, HOME_C = 0, 108, 60
VELOCITY = 90
REPEAT_MS = 12
SAME_MOMENT_MS = 1


class TypingKeys(QObject):
    """`pressed(pitch, velocity)` and `let_go(pitch)`; Z and X go an octave down and up."""

    pressed = Signal(int, int)
    let_go = Signal(int)
    octave_changed = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_on = False
        self._base = HOME_C
        self._held: dict[int, int] = {}
        self.repeats_come_apart = QGuiApplication.platformName() == "xcb"
        self._leaving: dict[int, int] = {}  # when each was let go, unless it is only repeated
        self._settle = QTimer(self, singleShot=True, interval=REPEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._settle.timeout.connect(self._settle_leaving)

    def use(self, on: bool) -> None:
        """Play, or type as before."""
        self.is_on = on
        self._let_all_go()

    def press(self, event: QKeyEvent) -> bool:
        """Whether the key was one of the piano."""
        if not self.is_on or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        key = event.key()
        if key in (Key.Key_Z, Key.Key_X):
            self._shift(12 if key == Key.Key_X else -12)
            return True
        if key not in PIANO:
            return False
        self._take_repeat(key, event.timestamp())
        pitch = self._base + PIANO[Key(key)]
        if not event.isAutoRepeat() and key not in self._held and pitch <= 127:
            self._held[key] = pitch
            self.pressed.emit(pitch, VELOCITY)
        return True

    def release(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat() or event.key() not in self._held:
            return
        self._leaving[event.key()] = event.timestamp()
        if not self.repeats_come_apart:
            self._settle_leaving()
        elif not self._settle.isActive():
            self._settle.start()

    def _take_repeat(self, key: int, now: int) -> None:
        """A press of the moment of its release is the same stroke; a later one is another."""
        if key in self._leaving and now - self._leaving.pop(key) > SAME_MOMENT_MS:
            self.let_go.emit(self._held.pop(key))

    def _settle_leaving(self) -> None:
        for key in self._leaving:
            self.let_go.emit(self._held.pop(key))
        self._leaving.clear()

    def _shift(self, semitones: int) -> None:
        self._let_all_go()
        self._base = min(max(self._base + semitones, LOWEST_C), HIGHEST_C)
        self.octave_changed.emit(self._base)

    def _let_all_go(self) -> None:
        self._leaving.clear()
        for pitch in self._held.values():
            self.let_go.emit(pitch)
        self._held.clear()
