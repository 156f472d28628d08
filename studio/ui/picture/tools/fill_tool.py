"""FillTool: a click fills what lies together there and looks alike. GUI thread; the search runs in the background.

Invariant: the fill is worked out on the picture as it was shown when it was clicked.
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from studio.core.flooding import flooded
from studio.core.layers import Artboard, Mark, Region
from studio.core.painting import on_top, painted
from studio.core.picture import Frame
from studio.core.restyle import MAX_MASK_PX
from studio.core.selecting import grown_mark, region_over
from studio.ui.common.canvas_tool import CanvasMap, CanvasTool, Touch
from studio.ui.picture.tools.bench import Bench

Run = Callable[[Callable[[], object], Callable[[Any], None]], None]


class FillTool(CanvasTool):
    """`run(work, done)` calls `work` off the GUI thread and `done` with its result on it."""

    def __init__(self, bench: Bench, run: Run) -> None:
        self._bench = bench
        self._run = run
        self._spot: QPointF | None = None

    def press(self, touch: Touch) -> bool:
        if touch.button != Qt.MouseButton.LeftButton:
            return False
        if touch.modifiers & Qt.KeyboardModifier.AltModifier:
            found = self._bench.surface.colour_at(touch.point)
            if found is not None:
                self._bench.choose_colour(found.rgb() & 0xFFFFFF)
        else:
            self.flood(*self._bench.to_plane(touch.spot))
        return True

    def hover(self, touch: Touch) -> None:
        self._spot = touch.spot
        self._bench.surface.update()

    def leave(self) -> None:
        self._spot = None

    def flood(self, x: float, y: float) -> None:
        """Fill around a point of the plane."""
        frame, board = self._bench.surface.frame, self._bench.board
        if frame is None:
            return
        column = int((x - board.left) / board.width * frame.width)
        row = int((y - board.top) / board.height * frame.height)
        if 0 <= column < frame.width and 0 <= row < frame.height:
            tolerance = self._bench.choices.tolerance
            self._run(lambda: flood_region(frame, column, row, tolerance, board), self._fill)

    def fill(self) -> None:
        """Fill the selection, or everything."""
        self._fill(None)

    def draw(self, painter: QPainter, view: CanvasMap) -> None:
        """The colour to come beside the pointer."""
        if self._spot is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(QColor.fromRgb(self._bench.choices.colour))
            painter.setPen(QPen(QColor(255, 255, 255), 1.5))
            painter.drawEllipse(self._spot + QPointF(14, 14), 6, 6)

    def cursor(self) -> Qt.CursorShape:
        return Qt.CursorShape.CrossCursor

    def _fill(self, region: Region | None) -> None:
        now, factor = self._bench.choices, self._bench.paint_factor
        before = self._bench.laid_out()
        mark = grown_mark(Mark("fill", now.colour, opacity=now.opacity, clip=region), factor)
        layer = on_top(before.layers, self._bench.current_layer())
        after, layer_id = painted(before, mark, None if layer is None else layer.id)
        self._bench.change(after, self._bench.tr("Fill"))
        self._bench.layer_used(layer_id)


def flood_region(frame: Frame, column: int, row: int, tolerance: float, board: Artboard) -> Region:
    """What is reached in a frame of the artboard, as a region of the plane; a frame larger than a mask may be is
    looked at more coarsely."""
    step = -(-max(frame.width, frame.height) // MAX_MASK_PX)
    bits = flooded(frame.pixels[::step, ::step], column // step, row // step, tolerance)
    return region_over(board, bits.astype("uint8") * 255)
