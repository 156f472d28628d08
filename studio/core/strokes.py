"""Strokes: a hand's points become a smooth path, and a path becomes soft levels on a grid. Any thread.

Invariant: a stroke never adds to itself: where it crosses itself, the stronger level stays.
"""

import math

import numpy as np
from numpy.typing import NDArray

from studio.core.layers import Artboard

Point = tuple[float, float, float]
"""x, y and pressure from 0 to 1."""
Levels = NDArray[np.uint8]
LONGEST_CURVE = 16  # points of a curve between two points of the hand


class StrokePath:
    """One stroke while it is drawn: quadratic curves through the middles between the hand's points.

    `spacing` is the least distance that counts as a move; `points` only ever grows."""

    def __init__(self, start: Point, spacing: float) -> None:
        self.points: list[Point] = [start]
        self._spacing = max(spacing, 1e-6)
        self._corner = start
        self._last = start

    def add(self, point: Point) -> None:
        """The hand has come here."""
        self._last = point
        length = math.dist(point[:2], self._corner[:2])
        if length < self._spacing:
            return
        begin, end = self.points[-1], _between(self._corner, point, 0.5)
        count = min(LONGEST_CURVE, max(1, math.ceil(length / (2 * self._spacing))))
        self.points.extend(_curve(begin, self._corner, end, step / count) for step in range(1, count + 1))
        self._corner = point

    def line_to(self, point: Point) -> None:
        """Straight from where the path ends."""
        self.points.append(point)
        self._corner = self._last = point

    def finish(self) -> tuple[Point, ...]:
        """The hand let go: the path ends where it was last."""
        if self._last != self.points[-1]:
            self.points.append(self._last)
        return tuple(self.points)


def draw_segment(levels: Levels, ends: tuple[Point, Point], radius_px: float, hardness: float) -> None:
    """Draw a round brush from one point to another into (H, W) levels; x and y count in px of the grid."""
    (x0, y0, p0), (x1, y1, p1) = ends
    reach = radius_px * max(p0, p1) + 1
    height, width = levels.shape
    left, right = _clip(min(x0, x1) - reach, max(x0, x1) + reach, width)
    top, bottom = _clip(min(y0, y1) - reach, max(y0, y1) + reach, height)
    if left >= right or top >= bottom:
        return
    x = np.arange(left, right, dtype=np.float32)[None, :] + np.float32(0.5 - x0)
    y = np.arange(top, bottom, dtype=np.float32)[:, None] + np.float32(0.5 - y0)
    dx, dy = x1 - x0, y1 - y0
    along = np.clip((x * dx + y * dy) / max(dx * dx + dy * dy, 1e-9), 0, 1)
    distance = np.hypot(x - along * dx, y - along * dy)
    radius = radius_px * (p0 + along * (p1 - p0))
    box = levels[top:bottom, left:right]
    np.maximum(box, (255 * brush_level(distance, radius, hardness) + 0.5).astype(np.uint8), out=box)


def brush_level(
    distance: NDArray[np.floating], radius: NDArray[np.floating] | float, hardness: float
) -> NDArray[np.float32]:
    """How strongly a brush works at a distance from its middle, 0 to 1, as in the picture: at least a px of its edge
    is soft, and a hair is never too dark."""
    soft = np.maximum(np.asarray(radius) * (1 - hardness), 1.0)
    share = np.clip((radius + 0.5 - distance) / soft, 0, 1)
    thin = np.minimum(1, 2 * np.asarray(radius) / (np.asarray(radius) + 0.5))
    return np.asarray((share * share * (3 - 2 * share) if hardness < 1 else share) * thin, dtype=np.float32)


def stroke_levels(
    points: NDArray[np.float32], radius_px: float, hardness: float, board: Artboard, size: tuple[int, int]
) -> Levels:
    """(height, width) levels of a stroke on the plane, over the artboard; size: width and height."""
    width, height = size
    scale = width / board.width
    levels = np.zeros((height, width), np.uint8)
    path = [((x - board.left) * scale, (y - board.top) * scale, p) for x, y, p in points.tolist()]
    for ends in zip(path, path[1:] or path, strict=False):
        draw_segment(levels, ends, radius_px * scale, hardness)
    return levels


def _curve(begin: Point, corner: Point, end: Point, t: float) -> Point:
    return _between(_between(begin, corner, t), _between(corner, end, t), t)


def _between(a: Point, b: Point, t: float) -> Point:
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t)


def _clip(low: float, high: float, size: int) -> tuple[int, int]:
    return max(0, math.floor(low)), min(size, math.ceil(high))
