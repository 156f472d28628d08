"""BrushTool: brush and eraser, with the stroke under the hand at once. GUI thread.

Invariant: a stroke is one step when the hand lets go, and nothing before.
"""

from typing import Literal

from PySide6.QtCore import QElapsedTimer, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from studio.core.layers import Mark
from studio.core.painting import erased, on_top, painted
from studio.core.project import PictureDocument
from studio.core.selecting import Mode, combined, mask_size
from studio.core.strokes import Point, StrokePath, stroke_levels
from studio.ui.common.canvas_tool import CanvasMap, CanvasTool, Touch
from studio.ui.common.theme import colour
from studio.ui.picture.tools.bench import Bench
from studio.ui.picture.tools.stroke_preview import StrokePreview
from studio.ui.picture.tools.veil import Veil

LEAST_MOVE_PX = 1.5  # on the screen
LEAST_PRESSURE = 0.05
DRAFT_MS = 30
CLEAR = 0xFFFFFF  # what a picture shows where nothing lies


class BrushTool(CanvasTool):
    """kind: "brush" adds colour, "eraser" takes away; in the mask view both change the selection instead."""

    def __init__(self, kind: Literal["brush", "eraser"], bench: Bench, canvas: QWidget, veil: Veil) -> None:
        self._kind = kind
        self._bench = bench
        self._veil = veil
        self._preview = StrokePreview(bench, canvas)
        self._path: StrokePath | None = None
        self._picking = False
        self._end: tuple[float, float] | None = None  # of the last stroke, where a straight line begins
        self._spot: QPointF | None = None
        self._shown = QElapsedTimer()  # since the last draft

    @property
    def radius_px(self) -> float:
        """Half the width, on the laid plane."""
        return self._bench.choices.size / 2

    # --- the hand ---------------------------------------------------------------------------------------

    def press(self, touch: Touch) -> bool:
        if touch.button != Qt.MouseButton.LeftButton:
            return False
        self._spot = touch.spot
        self._picking = bool(touch.modifiers & Qt.KeyboardModifier.AltModifier)
        if self._picking:
            self._pick(touch)
            return True
        point = self._point(touch)
        straight = touch.modifiers & Qt.KeyboardModifier.ShiftModifier and self._end is not None
        start = (*self._end, point[2]) if straight and self._end is not None else point
        self._path = StrokePath(start, LEAST_MOVE_PX / max(self._bench.laid_scale, 1e-6))
        if straight:
            self._path.line_to(point)
        self._preview.clear()
        self._show()
        return True

    def move(self, touch: Touch) -> None:
        self._spot = touch.spot
        if self._picking:
            self._pick(touch)
        elif self._path is not None:
            self._path.add(self._point(touch))
            self._show()

    def release(self, touch: Touch) -> None:
        path, self._path, self._picking = self._path, None, False
        if path is None:
            return
        points = path.finish()
        if not self._is_wiping:
            self._preview.show(points, self.radius_px, self._bench.choices.hardness)
        self._end = points[-1][:2]
        self._keep(points)

    def hover(self, touch: Touch) -> None:
        self._spot = touch.spot
        self._bench.surface.update()

    def leave(self) -> None:
        self._spot = None

    def cancel(self) -> None:
        if self._path is not None and self._is_wiping:
            self._bench.let_go()
        self._path, self._picking = None, False
        self.settle()

    def settle(self) -> None:
        """The picture shows the stroke itself now."""
        if self._path is None and not self._preview.is_empty:
            self._preview.clear()
            self._bench.surface.update()

    def cursor(self) -> Qt.CursorShape:
        return Qt.CursorShape.BlankCursor

    # --- what it leaves ---------------------------------------------------------------------------------

    def _keep(self, points: tuple[Point, ...]) -> None:
        if self._bench.mask_view:
            self._select(points)
            self._preview.clear()
            return
        before = self._bench.laid_out()
        layer = on_top(before.layers, self._bench.current_layer())
        if self._kind == "brush" or (layer is not None and layer.kind == "paint"):
            after, layer_id = painted(before, self._mark(points), None if layer is None else layer.id)
            self._bench.change(after, self._label())
            self._bench.layer_used(layer_id)
        elif layer is not None and not layer.locked:
            self._bench.change(self._erased(before, points, layer.id), self._label())
        else:
            self._bench.tell_locked()

    def _erased(self, before: PictureDocument, points: tuple[Point, ...], layer_id: int) -> PictureDocument:
        """A layer of pixels hides where the eraser went."""
        mark = self._mark(points)
        layer = next(one for one in before.layers if one.id == layer_id)
        assert before.artboard is not None
        size = mask_size(before.artboard)
        levels = stroke_levels(mark.points, mark.radius_px, mark.hardness, before.artboard, size)
        return erased(before, layer, (levels * mark.opacity).astype("uint8"))

    def _mark(self, points: tuple[Point, ...]) -> Mark:
        now = self._bench.choices
        return Mark(
            self._kind, now.colour, self.radius_px, now.hardness, now.opacity, Mark.packed(points)
        )  # fmt: skip

    def _select(self, points: tuple[Point, ...]) -> None:
        board, laid, mark = self._bench.board, self._bench.laid_board, self._mark(points)
        levels = stroke_levels(mark.points, mark.radius_px, mark.hardness, laid, mask_size(board))
        mode: Mode = "add" if self._kind == "brush" else "subtract"
        selection = combined(self._bench.selection, (levels * mark.opacity).astype("uint8"), mode, board)
        self._bench.select(selection, self._bench.tr("Paint the selection"))

    def _label(self) -> str:
        return self._bench.tr("Brush stroke") if self._kind == "brush" else self._bench.tr("Erase")

    # --- drawing ----------------------------------------------------------------------------------------

    def draw(self, painter: QPainter, view: CanvasMap) -> None:
        if not self._preview.is_empty:
            painter.setClipRect(view.area)
            region = self._bench.selection
            clip = self._veil.seen(region) if region is not None and not self._bench.mask_view else None
            self._preview.draw(painter, self._ink(), clip)
            painter.setClipping(False)
        if self._spot is not None:
            draw_circle(painter, self._spot, self.radius_px * self._bench.laid_scale)

    def _ink(self) -> QColor:
        now = self._bench.choices
        if self._bench.mask_view:
            return colour("accent", 150)
        ink = QColor.fromRgb(now.colour) if self._kind == "brush" else QColor.fromRgb(CLEAR)
        ink.setAlphaF(now.opacity)
        return ink

    def _show(self) -> None:
        if self._path is not None and self._is_wiping:
            self._draft(tuple(self._path.points))
        elif self._path is not None:
            self._preview.show(self._path.points, self.radius_px, self._bench.choices.hardness)
        self._bench.surface.update()

    @property
    def _is_wiping(self) -> bool:
        """Whether paint is being taken away: only the compositor knows what comes to light."""
        layer = self._bench.layer()
        is_paint = layer is not None and layer.kind == "paint"
        return self._kind == "eraser" and not self._bench.mask_view and is_paint

    def _draft(self, points: tuple[Point, ...]) -> None:
        """Ask for the picture as it would be, now and then."""
        layer = self._bench.layer()
        if layer is None or (self._shown.isValid() and self._shown.elapsed() < DRAFT_MS):
            return
        self._shown.start()
        self._bench.preview(painted(self._bench.picture, self._mark(points), layer.id)[0])

    def _point(self, touch: Touch) -> Point:
        x, y = self._bench.to_laid(touch.spot)
        return x, y, min(max(touch.pressure, LEAST_PRESSURE), 1.0)

    def _pick(self, touch: Touch) -> None:
        found = self._bench.surface.colour_at(touch.point)
        if found is not None:
            self._bench.choose_colour(found.rgb() & 0xFFFFFF)


def draw_circle(painter: QPainter, spot: QPointF, radius: float) -> None:
    """The brush's size, seen on any picture: a dark line beside a bright one, and a point in the middle."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    radius = max(radius, 1.5)
    for width, ink in ((2.6, QColor(0, 0, 0, 150)), (1.2, QColor(255, 255, 255, 230))):
        painter.setPen(QPen(ink, width))
        painter.drawEllipse(spot, radius, radius)
    if radius > 6:
        painter.setPen(Qt.PenStyle.NoPen)
        for size, ink in ((1.8, QColor(0, 0, 0, 150)), (1.0, QColor(255, 255, 255, 230))):
            painter.setBrush(ink)
            painter.drawEllipse(spot, size, size)
