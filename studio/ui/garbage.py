"""Garbage: cyclic garbage is collected on the GUI thread only.

Python collects on whichever thread allocates. A Qt object that dies that way on a worker takes Qt's connection lock
and then waits for the interpreter, while the GUI thread holds the interpreter and waits for that lock: both hang.
"""

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 3000


class GuiGarbage(QObject):
    """While it lives, automatic collection is off and a timer collects what has gathered. GUI thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_on = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(collect_due)
        self._timer.start()

    def settle(self) -> None:
        """What is loaded now (torch alone is some hundred thousand objects) stays: never look at it again."""
        gc.freeze()

    def close(self) -> None:
        """Back to Python's own ways."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_on:
            gc.enable()


def collect_due() -> None:
    """Collect each generation whose threshold was passed, as Python itself would have done."""
    for generation in (2, 1, 0):
        if gc.get_count()[generation] > gc.get_threshold()[generation]:
            gc.collect(generation)
            return
