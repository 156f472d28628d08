"""StrokePreview: the stroke under the hand, drawn on the screen as the compositor will draw it. GUI thread.

Invariant: it costs only the px around the newest piece of the stroke; another view draws the stroke anew.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget

from studio.core.strokes import Point, draw_segment
from studio.ui.picture.tools.bench import Bench

Levels = NDArray[np.uint8]
FINE_RADIUS_PX = 120


class StrokePreview:
    """Owns levels for each px of the screen that the canvas has. Path and radius count on the laid plane."""

    def __init__(self, bench: Bench, canvas: QWidget) -> None:
        self._bench = bench
        self._canvas = canvas
        self.clear()

    @property
    def is_empty(self) -> bool:
        return not self._path

    def clear(self) -> None:
        self._path: Sequence[Point] = ()
        self._drawn = 0
        self._view: object = None
        self._radius_px, self._hardness = 1.0, 1.0
        self._levels: Levels = np.zeros((0, 0), np.uint8)

    def show(self, path: Sequence[Point], radius_px: float, hardness: float) -> None:
        """The stroke so far; a longer one of the same start only adds its end."""
        self._path, self._radius_px, self._hardness = path, radius_px, hardness
        self._follow()

    def draw(self, painter: QPainter, ink: QColor, clip: Levels | None) -> None:
        """In the colour and opacity of the ink; clip: (H, W) levels of the screen where it may be seen."""
        self._follow()
        box = self._box()
        if box is None:
            return
        rows, columns = box
        levels = self._levels[rows, columns].astype(np.uint32)
        ratio = self._fineness()
        if clip is not None:
            levels = levels * self._at_fineness(clip)[rows, columns] // 255
        area = QRectF(
            columns.start / ratio, rows.start / ratio, levels.shape[1] / ratio, levels.shape[0] / ratio
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(area, inked(levels, ink))

    def _fineness(self) -> float:
        """px of the preview for each px of the widget: a very wide brush is drawn more coarsely, so that it keeps up
        with the hand."""
        ratio = self._canvas.devicePixelRatioF()
        radius = self._radius_px * self._bench.laid_scale * ratio
        return ratio * min(1.0, FINE_RADIUS_PX / max(radius, 1e-6))

    def _at_fineness(self, clip: Levels) -> Levels:
        """Levels of the screen, picked for each px of the preview."""
        if clip.shape == self._levels.shape:
            return clip
        rows, columns = (
            np.arange(count) * full // count
            for count, full in zip(self._levels.shape, clip.shape, strict=True)
        )
        return clip[rows[:, None], columns[None, :]]

    def _follow(self) -> None:
        ratio, rect = self._fineness(), self._canvas.rect()
        shape = (max(1, round(rect.height() * ratio)), max(1, round(rect.width() * ratio)))
        view = (self._bench.from_laid(0, 0), self._bench.laid_scale, shape)
        if view != self._view:
            self._view, self._drawn = view, 0
            self._levels = np.zeros(shape, np.uint8)
        if self._drawn >= len(self._path):
            return
        scale = self._bench.laid_scale * ratio
        fresh = [self._on_screen(point, ratio) for point in self._path[max(0, self._drawn - 1) :]]
        for ends in zip(fresh, fresh[1:] or fresh, strict=False):
            draw_segment(self._levels, ends, self._radius_px * scale, self._hardness)
        self._drawn = len(self._path)

    def _on_screen(self, point: Point, ratio: float) -> Point:
        spot = self._bench.from_laid(point[0], point[1]) * ratio
        return spot.x(), spot.y(), point[2]

    def _box(self) -> tuple[slice, slice] | None:
        """The part of the screen that the stroke can have touched."""
        if not self._path:
            return None
        ratio = self._fineness()
        spots = np.array([point[:2] for point in self._path])
        reach = self._radius_px * self._bench.laid_scale + 2
        low, high = (self._bench.from_laid(*spot) for spot in (spots.min(0), spots.max(0)))
        low, high = (low - QPointF(reach, reach)) * ratio, (high + QPointF(reach, reach)) * ratio
        height, width = self._levels.shape
        rows = slice(min(max(int(low.y()), 0), height), min(max(int(high.y()) + 1, 0), height))
        columns = slice(min(max(int(low.x()), 0), width), min(max(int(high.x()) + 1, 0), width))
        return (rows, columns) if rows.stop > rows.start and columns.stop > columns.start else None


def inked(levels: NDArray[np.uint32], ink: QColor) -> QImage:
    """Levels (H, W) from 0 to 255 as an image of one colour and its opacity, premultiplied."""
    alpha = levels * ink.alpha() // 255
    pixels = alpha << 24
    for shift, part in ((16, ink.red()), (8, ink.green()), (0, ink.blue())):
        pixels |= (alpha * part // 255) << shift
    height, width = pixels.shape
    pixels = np.ascontiguousarray(pixels, np.uint32)
    return QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied).copy()
