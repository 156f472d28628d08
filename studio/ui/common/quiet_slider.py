"""QuietSlider: a horizontal slider for a careful hand. GUI thread.

A click brings the handle; a drag with the middle button, or with Shift, is ten times as fine; a double click or Delete
resets. Invariant: the wheel moves it only where it has the focus or Alt is held, so that a page can be scrolled.
"""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QSlider, QWidget

from studio.ui.common.own_keys import OWN, keeps_key

STEPS = 1000
FINE = 0.1  # of the way of the hand
NOTCH = 120  # what one notch of a wheel tells
HANDLE_PX, GRIP_PX = (
    12,
    5,
)  # beside the middle of the handle it comes to the pointer: a slider would go a page
ARROWS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1}
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


class QuietSlider(QSlider):
    """From 0 to STEPS. `fine_step` is how far Shift with an arrow or the wheel goes."""

    reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.fine_step = 1
        self._fine_from: tuple[float, int] | None = None  # where the hand and the handle were
        self._notches = 0.0
        self.setRange(0, STEPS)
        self.setSingleStep(STEPS // 100)
        self.setPageStep(STEPS // 10)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Grab the handle where it is, or bring it under the pointer first; a fine drag leaves it where it is."""
        is_left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (is_left and event.modifiers() & SHIFT):
            self._fine_from = event.position().x(), self.value()
            self.setSliderDown(True)
            event.accept()
            return
        if is_left:
            value = round((event.position().x() - HANDLE_PX / 2) / self._way() * STEPS)
            if abs(value - self.value()) > STEPS * GRIP_PX / self._way():
                self.setValue(value)
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._fine_from is None:
            super().mouseMoveEvent(event)
            return
        x, value = self._fine_from
        self.setValue(value + round((event.position().x() - x) / self._way() * STEPS * FINE))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._fine_from is None:
            super().mouseReleaseEvent(event)
            return
        self._fine_from = None
        self.setSliderDown(False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.reset_requested.emit()

    def event(self, event: QEvent) -> bool:
        """Delete means this slider here, although it may be a key of the window too."""
        return keeps_key(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete resets, Shift makes an arrow fine, the rest is a slider's."""
        if event.key() in OWN:
            self.reset_requested.emit()
        elif event.modifiers() & SHIFT and event.key() in ARROWS:
            self.setValue(self.value() + ARROWS[Qt.Key(event.key())] * self.fine_step)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """One step for a notch; a touch pad's small turns add up."""
        if not (self.hasFocus() or event.modifiers() & ALT):
            event.ignore()
            return
        event.accept()
        turn = event.angleDelta().y() or event.angleDelta().x()  # with Alt it comes as a sideways turn
        self._notches += turn / NOTCH
        whole = int(self._notches)
        self._notches -= whole
        step = self.fine_step if event.modifiers() & SHIFT else self.singleStep()
        self.setValue(self.value() + whole * step)

    def _way(self) -> int:
        """How many px the handle can go."""
        return max(1, self.width() - HANDLE_PX)
