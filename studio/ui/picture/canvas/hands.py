"""Hands: which tool or overlay gets a touch, and in which order they are drawn. GUI thread.

Invariant: who took a press gets every move until the release, whatever lies above it meanwhile.
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPainter

from studio.ui.common.canvas_tool import CanvasMap, CanvasTool, Touch


class Hands:
    """Owns the tool in hand and the overlays, the last one on top."""

    def __init__(self) -> None:
        self.tool: CanvasTool | None = None
        self.overlays: list[CanvasTool] = []
        self.holder: CanvasTool | None = None  # who took the press

    @property
    def drawn(self) -> tuple[CanvasTool, ...]:
        """From the lowest to the topmost."""
        return (*self.overlays, *self._in_hand())

    def take(self, tool: CanvasTool | None) -> None:
        """Take another tool; what the old one had begun is forgotten."""
        if self.tool is not None and self.tool is not tool:
            self.tool.cancel()
            self.holder = None
        self.tool = tool

    def press(self, touch: Touch) -> bool:
        asked = (*reversed(self.overlays), *self._in_hand())
        self.holder = next((one for one in asked if one.press(touch)), None)
        return self.holder is not None

    def move(self, touch: Touch) -> bool:
        """Whether somebody holds what is moved."""
        if self.holder is not None:
            self.holder.move(touch)
        return self.holder is not None

    def release(self, touch: Touch) -> bool:
        holder, self.holder = self.holder, None
        if holder is not None:
            holder.release(touch)
        return holder is not None

    def hover(self, touch: Touch) -> None:
        for one in self.drawn:
            one.hover(touch)

    def leave(self) -> None:
        for one in self.drawn:
            one.leave()

    def key(self, event: QKeyEvent) -> bool:
        """Whether the tool, or else an overlay, did something with a key."""
        return any(one.key(event) for one in (*self._in_hand(), *reversed(self.overlays)))

    def forget(self) -> bool:
        """Esc: whether something had been begun that is forgotten now."""
        holder, self.holder = self.holder, None
        if holder is not None:
            holder.cancel()
        return holder is not None

    def draw(self, painter: QPainter, view: CanvasMap) -> None:
        for one in self.drawn:
            painter.save()
            one.draw(painter, view)
            painter.restore()

    def cursor(self) -> Qt.CursorShape | None:
        return self.tool.cursor() if self.tool is not None else None

    def _in_hand(self) -> tuple[CanvasTool, ...]:
        return (self.tool,) if self.tool is not None else ()
