"""Rectangle and lasso: a shape drawn by hand becomes, or changes, the selection. GUI thread.

Shift adds, Alt takes away, both keep what they share; a drag inside the selection moves it; a click lets it go.
"""

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QPolygonF

from studio.core.layers import Region
from studio.core.selecting import (
    Levels,
    Mode,
    combined,
    feather_px,
    feathered,
    moved,
    polygon_levels,
    rectangle_levels,
    sampled,
    stretched,
)
from studio.ui.common.canvas_tool import CanvasMap, CanvasTool, Touch
from studio.ui.picture.tools.bench import Bench

CLICK_PX = 3
LASSO_STEP_PX = 2
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
FAR_STEP = 10

XY = tuple[float, float]


class ShapeTool(CanvasTool):
    """What both have in common: how the hand's shape meets the selection that is there."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._mode: Mode = "replace"
        self._start: QPointF | None = None
        self._from: XY = (0.0, 0.0)
        self._moving: Region | None = None
        self._was_shifted = False
        self._has_moved = False  # a line may end where it began and still is no click
        self._outline: list[XY] = []

    # --- the hand ---------------------------------------------------------------------------------------

    def press(self, touch: Touch) -> bool:
        if touch.button != Qt.MouseButton.LeftButton:
            return False
        self._start, self._from = touch.spot, self._bench.to_plane(touch.spot)
        self._mode = mode_of(touch.modifiers, self._bench.choices.mode)
        self._was_shifted = bool(touch.modifiers & SHIFT)
        selection = self._bench.selection
        self._moving = selection if self._mode == "replace" and self._is_inside(selection) else None
        self._outline, self._has_moved = [self._from], False
        return True

    def move(self, touch: Touch) -> None:
        if self._start is None:
            return
        self._follow(self._start, touch.spot)
        x, y = self._bench.to_plane(touch.spot)
        if self._moving is not None:
            dx, dy = x - self._from[0], y - self._from[1]
            self._bench.select(moved(self._moving, dx, dy), self._bench.tr("Move the selection"), "selection")
        else:
            self.draw_to(x, y, self._is_square(touch))
        self._bench.surface.update()

    def release(self, touch: Touch) -> None:
        start, self._start = self._start, None
        if start is None:
            return
        self._follow(start, touch.spot)
        is_click = not self._has_moved
        if is_click and self._mode == "replace":
            self._bench.let_selection_go()
            self._bench.select(None, self._bench.tr("Select nothing"))
        elif self._moving is not None:
            self._bench.let_selection_go()
        elif not is_click:
            self._keep()
        self._outline, self._moving = [], None
        self._bench.surface.update()

    def cancel(self) -> None:
        if self._moving is not None and self._start is not None:
            self._bench.select(self._moving, self._bench.tr("Move the selection"), "selection")
            self._bench.let_selection_go()
        self._start, self._moving, self._outline = None, None, []

    def claims(self, event: QKeyEvent) -> bool:
        return self._bench.selection is not None and arrow(event) is not None

    def key(self, event: QKeyEvent) -> bool:
        """Arrows move the selection, with Ctrl its lower right corner (ten px with Shift)."""
        delta, selection = arrow(event), self._bench.selection
        if delta is None or selection is None:
            return False
        if event.modifiers() & CTRL:
            after = stretched(selection, *delta)
            self._bench.select(after, self._bench.tr("Resize the selection"), "stretch")
        else:
            self._bench.select(moved(selection, *delta), self._bench.tr("Move the selection"), "nudge")
        self._bench.nudged()
        return True

    def cursor(self) -> Qt.CursorShape:
        return Qt.CursorShape.CrossCursor

    # --- of each ----------------------------------------------------------------------------------------

    def draw_to(self, x: float, y: float, is_square: bool) -> None:
        """The hand has come to a point of the plane."""
        raise NotImplementedError

    def levels(self) -> Levels:
        """The shape over the artboard."""
        raise NotImplementedError

    def label(self) -> str:
        raise NotImplementedError

    # --- inside -----------------------------------------------------------------------------------------

    def _keep(self) -> None:
        board = self._bench.board
        soft = feather_px(board, self._bench.choices.feather / self._bench.paint_factor)
        shape = feathered(self.levels(), soft)
        self._bench.select(combined(self._bench.selection, shape, self._mode, board), self.label())

    def _follow(self, start: QPointF, spot: QPointF) -> None:
        self._has_moved = self._has_moved or (spot - start).manhattanLength() >= CLICK_PX

    def _is_inside(self, selection: Region | None) -> bool:
        if selection is None:
            return False
        x, y = self._from
        return bool(sampled(selection, (x, y, 1e-3, 1e-3), (1, 1))[0, 0] >= 128)

    def _is_square(self, touch: Touch) -> bool:
        """Shift that came after the press makes a square."""
        shifted = bool(touch.modifiers & SHIFT)
        self._was_shifted = self._was_shifted and shifted
        return shifted and not self._was_shifted

    def _pens(self) -> tuple[QPen, QPen]:
        return (
            QPen(QColor(0, 0, 0, 200), 1),
            QPen(QColor(255, 255, 255), 1, Qt.PenStyle.CustomDashLine, Qt.PenCapStyle.FlatCap),
        )

    def _draw_line(self, painter: QPainter, outline: QPolygonF) -> None:
        for pen in self._pens():
            if pen.style() == Qt.PenStyle.CustomDashLine:
                pen.setDashPattern([4, 4])
            painter.setPen(pen)
            painter.drawPolygon(outline)


class RectangleTool(ShapeTool):
    """An upright rectangle; Shift makes it a square."""

    def draw_to(self, x: float, y: float, is_square: bool) -> None:
        if is_square:
            side = max(abs(x - self._from[0]), abs(y - self._from[1]))
            x = self._from[0] + math.copysign(side, x - self._from[0])
            y = self._from[1] + math.copysign(side, y - self._from[1])
        self._outline = [self._from, (x, y)]

    def levels(self) -> Levels:
        (x0, y0), (x1, y1) = self._outline
        return rectangle_levels(self._bench.board, min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0))

    def label(self) -> str:
        return self._bench.tr("Select a rectangle")

    def draw(self, painter: QPainter, view: CanvasMap) -> None:
        if len(self._outline) == 2:
            spots = [self._bench.to_spot(*point) for point in self._outline]
            self._draw_line(painter, QPolygonF(QRectF(*spots).normalized()))


class LassoTool(ShapeTool):
    """Freehand; the line closes by itself."""

    def draw_to(self, x: float, y: float, is_square: bool) -> None:
        if math.dist(self._outline[-1], (x, y)) * self._bench.scale >= LASSO_STEP_PX:
            self._outline.append((x, y))

    def levels(self) -> Levels:
        return polygon_levels(self._bench.board, self._outline)

    def label(self) -> str:
        return self._bench.tr("Select by lasso")

    def draw(self, painter: QPainter, view: CanvasMap) -> None:
        if len(self._outline) > 1:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_line(painter, QPolygonF([self._bench.to_spot(*point) for point in self._outline]))


def arrow(event: QKeyEvent) -> tuple[int, int] | None:
    """Where an arrow key points, a px or ten with Shift; None for any other key."""
    way = ARROWS.get(Qt.Key(event.key()))
    step = FAR_STEP if event.modifiers() & SHIFT else 1
    return None if way is None else (way[0] * step, way[1] * step)


def mode_of(modifiers: Qt.KeyboardModifier, otherwise: Mode) -> Mode:
    """What the keys that are held ask for."""
    add, take = bool(modifiers & SHIFT), bool(modifiers & ALT)
    if add and take:
        return "intersect"
    if add:
        return "add"
    return "subtract" if take else otherwise
