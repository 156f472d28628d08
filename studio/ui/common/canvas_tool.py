"""CanvasTool: what a hand does on the canvas, and what is drawn over the picture. GUI thread.

Points count in px of the picture's nominal size (of the artboard, where there is one, from its upper left corner).
"""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter


@dataclass(frozen=True, slots=True)
class Touch:
    """Where the hand is. spot: in px of the widget; pressure: of a pen, 1 for a mouse."""

    point: QPointF
    spot: QPointF
    button: Qt.MouseButton = Qt.MouseButton.NoButton
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    pressure: float = 1.0


@dataclass(frozen=True, slots=True)
class CanvasMap:
    """Between the picture and the widget. area: where the picture lies in the widget; scale: px of the widget for each
    px of the picture."""

    area: QRectF
    scale: float

    def to_spot(self, point: QPointF) -> QPointF:
        return self.area.topLeft() + point * self.scale

    def to_point(self, spot: QPointF) -> QPointF:
        return (spot - self.area.topLeft()) / self.scale if self.scale else QPointF()


class CanvasTool:
    """A tool, or an overlay that can be gripped. Overridden where it has something to do; True says that it took the
    event, and then it gets every move until the release."""

    def press(self, touch: Touch) -> bool:
        return False

    def move(self, touch: Touch) -> None:
        """The hand moved after a press that was taken."""

    def release(self, touch: Touch) -> None:
        """The hand let go."""

    def hover(self, touch: Touch) -> None:
        """The pointer moved with no button down."""

    def leave(self) -> None:
        """The pointer went away from the canvas."""

    def cancel(self) -> None:
        """Esc, or another tool was chosen: forget what was begun."""

    def claims(self, event: QKeyEvent) -> bool:
        """Whether a key that is a command's elsewhere comes to `key` while this tool is in hand."""
        return False

    def key(self, event: QKeyEvent) -> bool:
        return False

    def draw(self, painter: QPainter, view: CanvasMap) -> None:
        """Draw over the picture, in px of the widget."""

    def cursor(self) -> Qt.CursorShape | None:
        """None leaves the canvas its own."""
        return None
