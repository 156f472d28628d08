"""TransformTool: the layer in hand moved, scaled, turned and mirrored on the canvas. GUI thread.

Invariant: each drag is one step; the frame on the canvas is always that of the document.
"""

import math
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen

from studio.core.errors import StudioError
from studio.core.layers import Layer, Placement
from studio.core.painting import on_top
from studio.core.placing import centre, corners, mirrored, moved, place_of, placed, scaled, turned
from studio.core.project import PictureDocument
from studio.ui.common.canvas_tool import CanvasMap, CanvasTool, Touch
from studio.ui.picture.tools.bench import Bench
from studio.ui.picture.tools.handles import INSIDE, Handle, draw_frame, handle_at, handle_cursor, is_within
from studio.ui.picture.tools.select_tools import arrow

GESTURE = "transform"
KNOB_PX = 26
SNAP_DEG = 15
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier


class TransformTool(CanvasTool):
    """`done` is called when Enter says that it is as it should be."""

    def __init__(self, bench: Bench, done: Callable[[], None]) -> None:
        self._bench = bench
        self._done = done
        self._handle: Handle | None = None  # what is held; None turns
        self._before: PictureDocument | None = None  # with layers, as a drag needs it
        self._origin: PictureDocument | None = None  # as it was at the press
        self._place = Placement(0, 0, 1, 1)  # as it was at the press
        self._from = (0.0, 0.0)
        self._shape: Qt.CursorShape | None = None
        self._known: tuple[Layer, Placement | None] | None = None

    # --- the hand ---------------------------------------------------------------------------------------

    def press(self, touch: Touch) -> bool:
        place = self.place()
        if touch.button != Qt.MouseButton.LeftButton:
            return False
        if place is None:
            self._bench.tell_locked()
            return True
        spots = self._spots(place)
        self._handle = handle_at(spots, touch.spot)
        if self._handle is None and not self._is_on_knob(spots, touch.spot):
            if not is_within(spots, touch.spot):
                return False
            self._handle = INSIDE
        self._origin = self._bench.picture
        self._before, self._place = self._bench.laid_out(), self._grown(place)
        self._from = self._laid_point(touch.spot)
        return True

    def move(self, touch: Touch) -> None:
        if self._before is None:
            return
        x, y = self._laid_point(touch.spot)
        delta = (x - self._from[0], y - self._from[1])
        shift, alt = bool(touch.modifiers & SHIFT), bool(touch.modifiers & ALT)
        if self._handle is None:
            after = self._turned_to(x, y, shift)
        elif self._handle == INSIDE:
            after = moved(self._place, *_straight(delta) if shift else delta)
        else:
            after = scaled(self._place, self._handle, delta, shift, alt)
        self._put(self._before, self._place, after, GESTURE)

    def release(self, touch: Touch) -> None:
        if self._before is not None:
            self._before = None
            self._bench.let_go()

    def cancel(self) -> None:
        if self._before is not None:
            if self._origin is not None:
                self._bench.change(self._origin, self._bench.tr("Transform"), GESTURE)
            self._before = self._origin = None
            self._bench.let_go()

    def hover(self, touch: Touch) -> None:
        place = self.place()
        spots = self._spots(place) if place is not None else []
        handle = handle_at(spots, touch.spot) if spots else None
        self._shape = handle_cursor(spots, handle) if handle else None
        if handle is None and spots:
            self._shape = (
                Qt.CursorShape.PointingHandCursor
                if self._is_on_knob(spots, touch.spot)
                else Qt.CursorShape.SizeAllCursor if is_within(spots, touch.spot) else None
            )  # fmt: skip

    def key(self, event: QKeyEvent) -> bool:
        """Arrows move by a px (ten with Shift), with Ctrl they resize, with Alt they turn by degrees; Enter puts the
        tool away."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._done()
            return True
        delta, place = arrow(event), self.place()
        if delta is None or place is None:
            return False
        laid = self._grown(place)
        if event.modifiers() & CTRL:
            after = scaled(laid, (1, 1), delta)
        elif event.modifiers() & ALT:
            after = turned(laid, sum(delta))
        else:
            after = moved(laid, *delta)
        self._put(self._bench.laid_out(), laid, after, "nudge")
        self._bench.nudged()
        return True

    def claims(self, event: QKeyEvent) -> bool:
        return arrow(event) is not None

    def flip(self, across: bool) -> None:
        """Mirror the layer left to right, or top to bottom."""
        place = self.place()
        if place is not None:
            laid = self._grown(place)
            label = self._bench.tr("Flip horizontally") if across else self._bench.tr("Flip vertically")
            self._put(self._bench.laid_out(), laid, mirrored(laid, across), "", label)

    def turn(self, degrees: float) -> None:
        """Turn the layer clockwise about its middle."""
        place = self.place()
        if place is not None:
            laid = self._grown(place)
            self._put(
                self._bench.laid_out(), laid, turned(laid, degrees), "", self._bench.tr("Turn the layer")
            )

    def cursor(self) -> Qt.CursorShape:
        return self._shape or Qt.CursorShape.ArrowCursor

    # --- what it works on -------------------------------------------------------------------------------

    def place(self) -> Placement | None:
        """Where the layer in hand lies, on the plane as it is; None where nothing can be moved."""
        if not self._bench.picture.layers:
            board = self._bench.board
            return Placement(board.left, board.top, board.width, board.height)
        layer = self._layer(self._bench.picture)
        if layer is None or layer.locked:
            return None
        if self._known is None or self._known[0] is not layer:  # a layer may hold thousands of strokes
            self._known = (layer, self._find(layer))
        return self._known[1]

    def _find(self, layer: Layer) -> Placement | None:
        """Nowhere where its strokes are damaged: the canvas says so, with what can be done."""
        try:
            return place_of(layer, self._bench.board)
        except StudioError:
            return None

    def _layer(self, document: PictureDocument) -> Layer | None:
        return on_top(document.layers, self._bench.current_layer())

    def _put(
        self, before: PictureDocument, old: Placement, new: Placement, gesture: str, label: str = ""
    ) -> None:
        layer = self._layer(before)
        if layer is None or before.artboard is None or layer.locked:
            return
        layers = placed(before.layers, layer, old, new, before.artboard)
        self._bench.change(replace(before, layers=layers), label or self._bench.tr("Transform"), gesture)

    def _grown(self, place: Placement) -> Placement:
        """On the plane that there will be once the document has layers."""
        factor = self._bench.paint_factor
        return scaled_place(place, factor)

    def _laid_point(self, spot: QPointF) -> tuple[float, float]:
        return self._bench.to_laid(spot)

    def _turned_to(self, x: float, y: float, steps: bool) -> Placement:
        middle = centre(self._place)
        begin = math.atan2(self._from[1] - middle[1], self._from[0] - middle[0])
        degrees = math.degrees(math.atan2(y - middle[1], x - middle[0]) - begin)
        if steps:
            degrees = round((self._place.turn_deg + degrees) / SNAP_DEG) * SNAP_DEG - self._place.turn_deg
        return turned(self._place, degrees)

    # --- drawing ----------------------------------------------------------------------------------------

    def draw(self, painter: QPainter, view: CanvasMap) -> None:
        place = self.place()
        if place is None:
            return
        spots = self._spots(place)
        knob = _knob(spots)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for width, ink in ((2.6, QColor(0, 0, 0, 120)), (1.2, QColor(255, 255, 255, 235))):
            painter.setPen(QPen(ink, width))
            painter.drawLine((spots[0] + spots[1]) / 2, knob)
        draw_frame(painter, spots)
        painter.drawEllipse(knob, 5, 5)

    def _spots(self, place: Placement) -> list[QPointF]:
        return [self._bench.to_spot(*corner) for corner in corners(place)]

    def _is_on_knob(self, spots: list[QPointF], spot: QPointF) -> bool:
        return (_knob(spots) - spot).manhattanLength() < 12


def scaled_place(place: Placement, factor: float) -> Placement:
    """The same place on a plane that counts `factor` px for each of before."""
    return Placement(
        place.left * factor, place.top * factor, place.width * factor, place.height * factor,
        place.turn_deg, place.flip_x, place.flip_y,
    )  # fmt: skip


def _knob(spots: list[QPointF]) -> QPointF:
    """The grip that turns: inside the frame, below the middle of its upper side, so that it is always in view."""
    top, middle = (spots[0] + spots[1]) / 2, (spots[0] + spots[2]) / 2
    way = middle - top
    length = math.hypot(way.x(), way.y()) or 1.0
    return top + way * min(KNOB_PX / length, 1.0)


def _straight(delta: tuple[float, float]) -> tuple[float, float]:
    return (delta[0], 0.0) if abs(delta[0]) >= abs(delta[1]) else (0.0, delta[1])
