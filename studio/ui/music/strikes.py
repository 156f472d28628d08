"""Strikes: how long it takes from a key or a click to the note, measured as one plays. GUI thread.

The age of an event is told by the window system, on the clock that Python calls monotonic, so that waiting for a busy
window counts; where that clock is another one, only the way through this program counts.
"""

from statistics import median
from time import monotonic

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QInputEvent
from PySide6.QtWidgets import QWidget

KEPT = 20
OLDEST_S = 1.0
STRIKES = (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress)


class Strikes(QObject):
    """Watches the presses on some widgets; `struck` is called as a note has been handed over."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._began: float | None = None
        self._times_ms: list[float] = []

    def watch(self, widget: QWidget) -> None:
        """All that lies in it, too."""
        for one in (widget, *widget.findChildren(QWidget)):
            one.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in STRIKES and isinstance(event, QInputEvent):
            now = monotonic()
            age = now - event.timestamp() / 1000
            self._began = now - age if 0.0 <= age <= OLDEST_S else now
        return False

    def struck(self) -> None:
        """A note was handed over: if a press began it, that took so long."""
        began, self._began = self._began, None
        if began is not None and monotonic() - began <= OLDEST_S:
            self._times_ms = [*self._times_ms[-(KEPT - 1) :], (monotonic() - began) * 1000]

    @property
    def median_ms(self) -> float:
        """0 while none was struck."""
        return median(self._times_ms) if self._times_ms else 0.0
