"""Marks of a hand as coverage: brush and eraser strokes by their distance to a line, fills by their region. Torch-free.

A stroke's coverage is the greatest of its segments', so that it never darkens itself where it crosses itself, and so
that a stroke that grows needs only its new segments.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.core.layers import Mark
from studio.engines.picture.blending import Plane
from studio.engines.picture.canvas_piece import Box

AT_ONCE = 1 << 16  # numbers that one step of the distance field holds
MOST_SEGMENTS = 24
Points = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scale:
    """From px of the plane to px of the sheet: sheet = (plane - origin) * factor."""

    left: float
    top: float
    factor: float

    def points(self, points: Points) -> Points:
        """(n, 3) x, y, pressure with x and y in px of the sheet."""
        return np.column_stack(
            [(points[:, 0] - self.left) * self.factor, (points[:, 1] - self.top) * self.factor, points[:, 2]]
        ).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Nib:
    """A mark's tip in px of the sheet."""

    radius: float
    hardness: float

    @classmethod
    def of(cls, mark: Mark, scale: Scale) -> "Nib":
        return cls(mark.radius_px * scale.factor, mark.hardness)


def stroke_box(points: Points, nib: Nib, window: Box) -> Box:
    """Where a stroke (points in px of the sheet) can leave anything."""
    if not len(points):
        return Box(0, 0, 0, 0)
    reach = nib.radius + 1
    low, high = points[:, :2].min(axis=0) - reach, points[:, :2].max(axis=0) + reach
    box = Box(math.floor(low[0]), math.floor(low[1]), math.ceil(high[0]) + 1, math.ceil(high[1]) + 1)
    return box.within(window)


def cover(coverage: Plane, window: Box, points: Points, nib: Nib) -> None:
    """Draw a stroke into `coverage`, the plane (h, w) of a window: each px keeps the greater coverage."""
    for chunk in _chunks(_segments(points), nib):
        box = stroke_box(chunk.reshape(-1, 3), nib, window)
        if not box.is_empty:
            rows, columns = box.slices(window)
            there = coverage[rows, columns]
            np.maximum(there, _field(chunk, box, nib), out=there)


def _segments(points: Points) -> Points:
    """(n, 2, 3) ends of the segments; a single point is one of no length."""
    if len(points) == 1:
        return np.stack([points, points], axis=1)
    return np.stack([points[:-1], points[1:]], axis=1)


def _chunks(segments: Points, nib: Nib) -> Iterator[Points]:
    """Neighbours together, as many as keep one step's field small."""
    start = 0
    while start < len(segments):
        stop = start + 1
        while (
            stop < min(len(segments), start + MOST_SEGMENTS)
            and _cost(segments[start : stop + 1], nib) <= AT_ONCE
        ):
            stop += 1
        yield segments[start:stop]
        start = stop


def _cost(segments: Points, nib: Nib) -> float:
    spots = segments.reshape(-1, 3)[:, :2]
    width, height = spots.max(axis=0) - spots.min(axis=0) + 2 * nib.radius + 2
    return float(width * height) * len(segments)


def _field(segments: Points, box: Box, nib: Nib) -> Plane:
    """(h, w) the greatest coverage of the segments (n, 2, 3) at each px's middle. Where the pressure is even, the
    nearest segment is the one that covers most, and the falloff is drawn once."""
    along, square = _nearest(segments, box)
    pressure = segments[..., 2]
    first = pressure[0, 0]
    if (pressure == first).all():
        distance = np.sqrt(square.min(axis=0))
        return _falloff(distance, np.full_like(distance, first * np.float32(nib.radius)), nib.hardness)
    start, way = pressure[:, 0, None, None], (pressure[:, 1] - pressure[:, 0])[:, None, None]
    radius = (start + along * way) * np.float32(nib.radius)
    found: Plane = _falloff(np.sqrt(square), radius, nib.hardness).max(axis=0)
    return found


def _nearest(segments: Points, box: Box) -> tuple[Plane, Plane]:
    """(n, h, w): how far along each segment its point nearest to each px lies, 0 to 1, and the distance squared."""
    x = np.arange(box.left, box.right, dtype=np.float32)[None, None, :] + np.float32(0.5)
    y = np.arange(box.top, box.bottom, dtype=np.float32)[None, :, None] + np.float32(0.5)
    way = segments[:, 1, :2] - segments[:, 0, :2]  # (n, 2)
    share = way / np.maximum((way**2).sum(axis=1), np.float32(1e-6))[:, None]
    x, y = x - segments[:, 0, 0, None, None], y - segments[:, 0, 1, None, None]
    along = x * share[:, 0, None, None] + y * share[:, 1, None, None]
    np.maximum(along, 0, out=along)
    np.minimum(along, 1, out=along)
    across = x - along * way[:, 0, None, None]
    across *= across
    down = y - along * way[:, 1, None, None]
    down *= down
    across += down
    return along, across


def _falloff(distance: Plane, radius: Plane, hardness: float) -> Plane:
    """Full within hardness * radius, none beyond it; an edge is never less than a px wide, a hair never too dark."""
    edge = np.maximum(radius * np.float32(1 - hardness), 1)
    rise = np.clip((radius + np.float32(0.5) - distance) / edge, 0, 1)
    thin = np.minimum(1, 2 * radius / (radius + np.float32(0.5)))
    return rise * rise * (3 - 2 * rise) * thin if hardness < 1 else rise * thin
