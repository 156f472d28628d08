"""DragTool: handles and targets on the canvas, drawn as arrows, by mouse or by keys. GUI thread.

Points count in shares of the model's picture, whose rectangle on the canvas `area` tells. A press puts a handle down,
the drag that follows puts its target; ends that lie there are gripped and moved. Invariant: all lie on the picture.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen

from studio.core.projection import MAX_POINTS, DragPoint, Point
from studio.ui.common.canvas_tool import CanvasMap, CanvasTool, Touch
from studio.ui.common.theme import colour

REACH_PX = 12  # of the widget: how near a press must be to an end
HANDLE_PX, TARGET_PX = 6.0, 7.0
NUDGE, LONG_NUDGE = 1 / 128, 8 / 128  # shares of the picture
HANDLE, TARGET = "handle", "target"
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


@dataclass(frozen=True, slots=True)
class End:
    """One end of one arrow: HANDLE or TARGET."""

    index: int
    kind: str


class DragTool(QObject, CanvasTool):
    """Owns the points. `changed` tells of every change by a hand; `started` and `put_away` are wishes."""

    changed = Signal()
    started = Signal()
    put_away = Signal()

    def __init__(self, area: Callable[[], QRectF], parent: QObject) -> None:
        super().__init__(parent)
        self._area = area
        self._grip: End | None = None
        self._scale = 1.0
        self.points: tuple[DragPoint, ...] = ()
        self.selected: End | None = None
        self.held = False  # while a drag goes on, the points move by themselves

    # --- points -----------------------------------------------------------------------------------------

    def show_handles(self, handles: tuple[Point, ...]) -> None:
        """Where the handles are now; tells nobody."""
        pairs = zip(self.points, handles, strict=False)
        self.points = tuple(replace(point, handle=inside(handle)) for point, handle in pairs)

    def add(self, spot: Point) -> None:
        """One more handle, still without a way to go; its target is selected."""
        if len(self.points) < MAX_POINTS:
            spot = inside(spot)
            self.points = (*self.points, DragPoint(spot, spot))
            self.selected = End(len(self.points) - 1, TARGET)
            self.changed.emit()

    def remove(self, index: int) -> None:
        """Take one away with its target."""
        self.points = (*self.points[:index], *self.points[index + 1 :])
        self.selected = End(len(self.points) - 1, TARGET) if self.points else None
        self.changed.emit()

    def clear(self) -> None:
        if self.points:
            self.points, self.selected = (), None
            self.changed.emit()

    # --- the hand ---------------------------------------------------------------------------------------

    def press(self, touch: Touch) -> bool:
        if self.held:
            return touch.button == Qt.MouseButton.LeftButton
        found = self._at(touch.point)
        if touch.button == Qt.MouseButton.RightButton and found is not None:
            self.remove(found.index)
            return True
        if touch.button != Qt.MouseButton.LeftButton or not self._area().contains(touch.point):
            return False
        if found is None:
            self.add(self._share(touch.point))
        else:
            self.selected = found
            self.changed.emit()
        self._grip = self.selected
        return True

    def move(self, touch: Touch) -> None:
        if self._grip is not None and not self.held:
            self._put(self._grip, self._share(touch.point))

    def release(self, touch: Touch) -> None:
        self._grip = None

    def cancel(self) -> None:
        self._grip = None
        self.put_away.emit()

    def key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.started.emit()
        elif self.held:
            return key in ARROWS
        elif key == Qt.Key.Key_Insert:
            self.add((0.5, 0.5))
        elif self.selected is not None and key in ARROWS:
            self._nudge(self.selected, key, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif self.selected is not None and key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove(self.selected.index)
        elif self.points and key == Qt.Key.Key_N:
            self._select_next()
        else:
            return False
        return True

    def cursor(self) -> Qt.CursorShape | None:
        return Qt.CursorShape.CrossCursor

    # --- how it looks -----------------------------------------------------------------------------------

    def draw(self, painter: QPainter, view: CanvasMap) -> None:
        self._scale = view.scale or 1.0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, point in enumerate(self.points):
            handle, target = (view.to_spot(self._point(share)) for share in (point.handle, point.target))
            for width, ink in ((4.0, QColor(0, 0, 0, 130)), (1.8, QColor(255, 255, 255, 235))):
                painter.setPen(QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawLine(handle, target)
                painter.drawEllipse(target, TARGET_PX, TARGET_PX)
            self._draw_dot(painter, handle, self.selected == End(index, HANDLE))
            if self.selected == End(index, TARGET):
                self._draw_ring(painter, target)

    def _draw_dot(self, painter: QPainter, spot: QPointF, selected: bool) -> None:
        painter.setPen(QPen(QColor(0, 0, 0, 170), 1.5))
        painter.setBrush(colour("accent"))
        painter.drawEllipse(spot, HANDLE_PX, HANDLE_PX)
        if selected:
            self._draw_ring(painter, spot)

    def _draw_ring(self, painter: QPainter, spot: QPointF) -> None:
        painter.setPen(QPen(colour("accent"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(spot, TARGET_PX + 4, TARGET_PX + 4)

    # --- inside -----------------------------------------------------------------------------------------

    def _at(self, point: QPointF) -> End | None:
        """The end within reach of a point, the nearest; of two in one place the target."""
        ends = [End(i, kind) for i in range(len(self.points)) for kind in (TARGET, HANDLE)]
        away = {end: (self._point(self._place(end)) - point) * self._scale for end in ends}
        near = [end for end in ends if QPointF.dotProduct(away[end], away[end]) <= REACH_PX**2]
        return min(near, key=lambda end: QPointF.dotProduct(away[end], away[end]), default=None)

    def _place(self, end: End) -> Point:
        point = self.points[end.index]
        return point.handle if end.kind == HANDLE else point.target

    def _put(self, end: End, place: Point) -> None:
        before = self.points[end.index]
        place = inside(place)
        after = replace(before, handle=place) if end.kind == HANDLE else replace(before, target=place)
        self.points = (*self.points[: end.index], after, *self.points[end.index + 1 :])
        self.changed.emit()

    def _nudge(self, end: End, key: Qt.Key, far: bool) -> None:
        (x, y), (right, down) = self._place(end), ARROWS[key]
        step = LONG_NUDGE if far else NUDGE
        self._put(end, (x + right * step, y + down * step))

    def _select_next(self) -> None:
        ends = [End(i, kind) for i in range(len(self.points)) for kind in (HANDLE, TARGET)]
        after = ends.index(self.selected) + 1 if self.selected in ends else 0
        self.selected = ends[after % len(ends)]
        self.changed.emit()

    def _share(self, point: QPointF) -> Point:
        area = self._area()
        if area.isEmpty():
            return 0.5, 0.5
        return (point.x() - area.left()) / area.width(), (point.y() - area.top()) / area.height()

    def _point(self, share: Point) -> QPointF:
        area = self._area()
        return QPointF(area.left() + share[0] * area.width(), area.top() + share[1] * area.height())


def inside(place: Point) -> Point:
    """The nearest place on the picture."""
    return min(max(place[0], 0.0), 1.0), min(max(place[1], 0.0), 1.0)
