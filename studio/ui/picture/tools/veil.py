"""Veil: the selection on the canvas, as marching ants or as a tint over what is not selected. GUI thread.

Invariant: it is worked out anew only when the selection or the view changes, for the px of the screen that show it.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QImage, QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from studio.core.errors import StudioError
from studio.core.layers import Region
from studio.ui.common.canvas_tool import CanvasMap, CanvasTool
from studio.ui.common.theme import colour
from studio.ui.picture.tools.bench import Bench
from studio.ui.picture.tools.stroke_preview import inked

STEP_MS = 140
DASH_PX = 4
SLOPE_PX = 4  # how far to either side it is looked which way the edge runs
VEIL_ALPHA = 0.55
CLEARING = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
DARK, BRIGHT = 0xFF202020, 0xFFFFFFFF
Levels = NDArray[np.uint8]
Edge = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""Row and column of each px of the line, and how far along it that lies."""


class Veil(QObject, CanvasTool):
    """Drawn over the canvas. `set_still` holds the ants (reduced motion)."""

    def __init__(self, bench: Bench, canvas: QWidget) -> None:
        QObject.__init__(self, canvas)
        self._bench = bench
        self._canvas = canvas
        self._key: object = None
        self._levels: Levels = np.zeros((1, 1), np.uint8)
        self._edge: Edge = _edge(self._levels)
        self._region: Region | None = None
        self._mask: Levels = np.zeros((1, 1), np.uint8)
        self._phase = 0
        self._timer = QTimer(self, interval=STEP_MS)
        self._timer.timeout.connect(self._march)
        self._still = False
        self._followed: tuple[Region | None, bool, bool] | None = None

    def set_still(self, still: bool) -> None:
        self._still = still
        self.follow()

    def follow(self) -> None:
        """March while there is a selection to see, and rest otherwise."""
        selection, mask_view = self._bench.selection, self._bench.mask_view
        if (selection, mask_view, self._still) == self._followed:
            return  # a slider moves: nothing to draw anew
        self._followed = (selection, mask_view, self._still)
        marches = selection is not None and not self._still and not mask_view
        self._timer.start() if marches else self._timer.stop()
        self._canvas.update()

    def draw(self, painter: QPainter, view: CanvasMap) -> None:
        region = self._bench.selection
        if region is None:
            return
        levels = self.seen(region)
        area = view.area.toAlignedRect() & self._canvas.rect()
        if self._bench.mask_view:
            painter.setClipRect(area)
            painter.drawImage(QRectF(self._canvas.rect()), self._tint(levels))
        else:
            self._draw_ants(painter)

    def key(self, event: QKeyEvent) -> bool:
        """Delete clears what is selected, whatever tool is in hand."""
        if event.key() not in CLEARING or self._bench.selection is None:
            return False
        self._bench.clear()
        return True

    def seen(self, region: Region) -> Levels:
        """(H, W) levels of a region for each px of the screen that the canvas has."""
        ratio, rect = self._canvas.devicePixelRatioF(), self._canvas.rect()
        size = (max(1, round(rect.width() * ratio)), max(1, round(rect.height() * ratio)))
        start, end = (
            self._bench.to_plane(QPointF(0, 0)),
            self._bench.to_plane(QPointF(rect.width(), rect.height())),
        )
        key = (region, start, end, size)
        if key != self._key:
            self._key = key
            self._levels = self._sampled(region, (*start, *end), size)
            self._edge = _edge(self._levels)
        return self._levels

    def _sampled(
        self, region: Region, area: tuple[float, float, float, float], size: tuple[int, int]
    ) -> Levels:
        """A smooth look at a part of the plane (left, top, right, bottom)."""
        if region is not self._region:
            self._region, self._mask = region, np.pad(self._unpacked(region), 1)
        across, down = region.mask.width / region.width, region.mask.height / region.height
        left, top, right, bottom = area
        box = ((left - region.left) * across + 1, (top - region.top) * down + 1,
               (right - region.left) * across + 1, (bottom - region.top) * down + 1)  # fmt: skip
        flat = region.mask.width * region.mask.height == 1
        kind = Image.Resampling.NEAREST if flat else Image.Resampling.BILINEAR
        return np.asarray(Image.fromarray(self._mask).transform(size, Image.Transform.EXTENT, box, kind))

    def _unpacked(self, region: Region) -> Levels:
        """The mask's levels; a damaged one (of a file) selects nothing, and that is said."""
        try:
            return region.mask.levels
        except StudioError as error:
            self._bench.notice.emit(error.title)
            return np.zeros((region.mask.height, region.mask.width), np.uint8)

    def _tint(self, levels: Levels) -> QImage:
        """What is not selected under a colour that no picture wears by chance."""
        wanted = colour("danger")
        wanted.setAlphaF(VEIL_ALPHA)
        return inked((255 - levels).astype(np.uint32), wanted)

    def _draw_ants(self, painter: QPainter) -> None:
        rows, columns, along = self._edge
        if not len(rows):
            return
        image = np.zeros(self._levels.shape, np.uint32)
        dark = (along - self._phase) // DASH_PX % 2 == 0
        image[rows, columns] = np.where(dark, np.uint32(DARK), np.uint32(BRIGHT))
        painter.drawImage(QRectF(self._canvas.rect()), _image(image))

    def _march(self) -> None:
        self._phase += 1
        self._canvas.update()


def _edge(levels: Levels) -> Edge:
    """The selected px that have one beside them that is not: a line one px wide, walked clockwise."""
    inside = np.pad(levels >= 128, 1, mode="edge")
    middle = inside[1:-1, 1:-1]
    whole = inside[:-2, 1:-1] & inside[2:, 1:-1] & inside[1:-1, :-2] & inside[1:-1, 2:]
    rows, columns = np.nonzero(middle & ~whole)
    around = np.pad(levels, SLOPE_PX, mode="edge").astype(np.int64)
    y, x = rows + SLOPE_PX, columns + SLOPE_PX
    down = around[y + SLOPE_PX, x] - around[y - SLOPE_PX, x]
    right = around[y, x + SLOPE_PX] - around[y, x - SLOPE_PX]
    lies = np.abs(down) >= np.abs(right)
    return rows, columns, np.where(lies, columns * np.sign(down), rows * -np.sign(right))


def _image(pixels: NDArray[np.uint32]) -> QImage:
    """Premultiplied ARGB in one number a px."""
    height, width = pixels.shape
    return QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied).copy()
