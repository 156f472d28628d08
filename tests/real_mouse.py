"""A real mouse for tests under an X server: xdotool moves the pointer, Qt gets events as from a hand."""

import subprocess

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot


class RealMouse:
    """Owns the X pointer of the display. GUI thread: after each act the event loop turns for a moment."""

    SETTLE_MS = 60

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Click with the left button, in the middle of `widget` or at a point of its own coordinates."""
        self.move(widget, at)
        self._act("click", "1")

    def double_click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Click twice within the system's interval."""
        self.move(widget, at)
        self._act("click", "--repeat", "2", "--delay", "60", "1")

    def drag(self, widget: QWidget, start: QPoint, end: QPoint, steps: int = 10) -> None:
        """Press at `start`, move to `end` in `steps`, release; points in px of `widget`."""
        self.move(widget, start)
        self._act("mousedown", "1")
        for step in range(1, steps + 1):
            self.move(widget, start + (end - start) * (step / steps))
        self._act("mouseup", "1")

    def move(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Move the pointer over `widget`."""
        point = widget.mapToGlobal(at if at is not None else widget.rect().center())
        self._act("mousemove", str(point.x()), str(point.y()))

    def scroll(self, widget: QWidget, clicks: int, at: QPoint | None = None) -> None:
        """Turn the wheel over `widget`: up where `clicks` is positive."""
        self.move(widget, at)
        for _ in range(abs(clicks)):
            self._act("click", "4" if clicks > 0 else "5")

    def type(self, *keys: str) -> None:
        """Press keys by their X names, e.g. "ctrl+z"."""
        self._act("key", *keys)

    def _act(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], check=True, timeout=10)
        self._qtbot.wait(self.SETTLE_MS)
