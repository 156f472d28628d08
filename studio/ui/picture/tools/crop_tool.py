"""CropTool: a frame over the picture; Enter makes it the artboard's window. GUI thread.

Invariant: until Enter the document is as it was; nothing outside the frame is lost afterwards.
"""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPen

from studio.core.cropping import Aspect, cropped, fitted, pulled, shifted, snapped
from studio.core.layers import Artboard
from studio.ui.common.canvas_tool import CanvasMap, CanvasTool, Touch
from studio.ui.picture.tools.bench import Bench, Choices
from studio.ui.picture.tools.handles import INSIDE, Handle, draw_frame, handle_at, handle_cursor, is_within
from studio.ui.picture.tools.select_tools import arrow

SNAP_PX = 7
SHADE = QColor(0, 0, 0, 140)
THIRDS = QColor(255, 255, 255, 90)
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class CropTool(CanvasTool):
    """`done` is called when the frame has been applied."""

    def __init__(self, bench: Bench, done: Callable[[], None]) -> None:
        self._bench = bench
        self._done = done
        self._frame: Artboard | None = None
        self._on: Artboard | None = None  # the window that the frame was laid on
        self._held: Handle | None = None
        self._start = Artboard(1, 1)
        self._from = (0.0, 0.0)
        self._shape: Qt.CursorShape | None = None
        self._aspect: Aspect = bench.choices.aspect
        bench.chosen.connect(self._follow)

    @property
    def frame(self) -> Artboard:
        """The frame as it is, on the plane that there will be once the document has layers."""
        board = self._bench.laid_board
        if self._frame is None or self._on != board:
            self._on, self._frame = board, fitted(board, self._aspect.share)
        return self._frame

    # --- the hand ---------------------------------------------------------------------------------------

    def press(self, touch: Touch) -> bool:
        if touch.button != Qt.MouseButton.LeftButton:
            return False
        spots = self._spots()
        self._held = handle_at(spots, touch.spot) or (INSIDE if is_within(spots, touch.spot) else None)
        self._start, self._from = self.frame, self._point(touch.spot)
        if self._held is None:  # a new frame from here
            self._start = Artboard(1, 1, round(self._from[0]), round(self._from[1]))
        return True

    def move(self, touch: Touch) -> None:
        x, y = self._point(touch.spot)
        delta = (x - self._from[0], y - self._from[1])
        share = self._aspect.share or (
            self._start.width / self._start.height if touch.modifiers & SHIFT else 0
        )
        if self._held == INSIDE:
            reach = SNAP_PX / max(self._bench.laid_scale, 1e-6)
            self._frame = snapped(shifted(self._start, *delta), self._bench.laid_board, reach)
        elif self._held is None:
            self._frame = self._drawn(delta, share)
        else:
            self._frame = pulled(self._start, self._held, delta, share)
        self._bench.surface.update()

    def release(self, touch: Touch) -> None:
        self._held = None

    def cancel(self) -> None:
        self._held, self._frame = None, None
        self._bench.surface.update()

    def hover(self, touch: Touch) -> None:
        spots = self._spots()
        handle = handle_at(spots, touch.spot)
        inside = Qt.CursorShape.SizeAllCursor if is_within(spots, touch.spot) else None
        self._shape = handle_cursor(spots, handle) if handle else inside

    def claims(self, event: QKeyEvent) -> bool:
        return arrow(event) is not None

    def key(self, event: QKeyEvent) -> bool:
        """Arrows move the frame, with Ctrl its lower right corner (ten px with Shift); Enter applies."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.apply()
            return True
        delta = arrow(event)
        if delta is None:
            return False
        if event.modifiers() & CTRL:
            self._frame = pulled(self.frame, (1, 1), delta, self._aspect.share)
        else:
            self._frame = shifted(self.frame, *delta)
        self._bench.surface.update()
        return True

    def apply(self) -> None:
        """Make the frame the window, as one step."""
        frame = self.frame
        if frame != self._bench.laid_board:
            self._bench.change(cropped(self._bench.laid_out(), frame), self._bench.tr("Crop"))
        self.cancel()
        self._done()

    def cursor(self) -> Qt.CursorShape:
        return self._shape or Qt.CursorShape.CrossCursor

    # --- inside -----------------------------------------------------------------------------------------

    def _follow(self, choices: Choices) -> None:
        if choices.aspect != self._aspect:
            self._aspect = choices.aspect
            self._frame = None

    def _drawn(self, delta: tuple[float, float], share: float) -> Artboard:
        """A frame drawn from where the hand was pressed."""
        way = (1 if delta[0] >= 0 else -1, 1 if delta[1] >= 0 else -1)
        return pulled(self._start, way, delta, share if self._aspect.share else 0.0)

    def _point(self, spot: QPointF) -> tuple[float, float]:
        return self._bench.to_laid(spot)

    def _spots(self) -> list[QPointF]:
        frame = self.frame
        rows, columns = (frame.top, frame.top + frame.height), (frame.left, frame.left + frame.width)
        spots = [self._bench.from_laid(x, y) for y in rows for x in columns]
        return [spots[0], spots[1], spots[3], spots[2]]

    # --- drawing ----------------------------------------------------------------------------------------

    def draw(self, painter: QPainter, view: CanvasMap) -> None:
        spots = self._spots()
        rect = QRectF(spots[0], spots[2])
        shade = QPainterPath()
        shade.addRect(view.area)
        hole = QPainterPath()
        hole.addRect(rect)
        painter.fillPath(shade.subtracted(hole), SHADE)
        painter.setPen(QPen(THIRDS, 1))
        for third in (1, 2):
            x, y = rect.left() + rect.width() * third / 3, rect.top() + rect.height() * third / 3
            painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
            painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
        draw_frame(painter, spots)
