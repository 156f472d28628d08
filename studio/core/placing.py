"""Placing: a layer moved, scaled, turned and mirrored by hand. Pure geometry on the plane; any thread.

Invariant: the handle opposite to the one that is held stays where it is.
"""

import math
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from studio.core.layers import Artboard, Layer, Layers, Mark, Placement, Region, with_layer
from studio.core.restyle import Mask
from studio.core.selecting import bounds, everything

LEAST_PX = 1.0
Matrix = NDArray[np.float64]
"""(2, 3): x and y from x, y and 1."""
REGION_PX = 1024
Box = tuple[float, float, float, float]
"""left, top, right, bottom."""


def moved(place: Placement, dx: float, dy: float) -> Placement:
    return replace(place, left=place.left + dx, top=place.top + dy)


def centre(place: Placement) -> tuple[float, float]:
    return place.left + place.width / 2, place.top + place.height / 2


def scaled(
    place: Placement,
    handle: tuple[int, int],
    delta: tuple[float, float],
    keep: bool = False,
    both: bool = False,
) -> Placement:
    """The placement after one of its eight handles (-1, 0 or 1 in x and y) was moved on the plane.

    keep: width to height stays; both: the middle stays instead of the opposite side."""
    angle = math.radians(place.turn_deg)
    across = delta[0] * math.cos(angle) + delta[1] * math.sin(angle)
    down = -delta[0] * math.sin(angle) + delta[1] * math.cos(angle)
    reach = 2 if both else 1
    width = max(LEAST_PX, place.width + handle[0] * across * reach)
    height = max(LEAST_PX, place.height + handle[1] * down * reach)
    if keep:
        share = _share(place, handle, width, height)
        width, height = max(LEAST_PX, place.width * share), max(LEAST_PX, place.height * share)
    anchor = (0, 0) if both else handle
    shift = (anchor[0] * (width - place.width) / 2, anchor[1] * (height - place.height) / 2)
    x, y = centre(place)
    x += shift[0] * math.cos(angle) - shift[1] * math.sin(angle)
    y += shift[0] * math.sin(angle) + shift[1] * math.cos(angle)
    return replace(place, left=x - width / 2, top=y - height / 2, width=width, height=height)


def turned(place: Placement, degrees: float) -> Placement:
    """Turned clockwise by an angle about its middle; kept between -180 and 180."""
    turn = (place.turn_deg + degrees + 180) % 360 - 180
    return replace(place, turn_deg=turn)


def mirrored(place: Placement, across: bool) -> Placement:
    """Mirrored as it is seen, left to right (`across`) or top to bottom, about its own middle."""
    turned_back = replace(place, turn_deg=-place.turn_deg)
    return (
        replace(turned_back, flip_x=not place.flip_x)
        if across
        else replace(turned_back, flip_y=not place.flip_y)
    )


def corners(place: Placement) -> tuple[tuple[float, float], ...]:
    """Upper left, upper right, lower right, lower left, on the plane."""
    across, down = matrix(place)[:, :2], matrix(place)[:, 2]
    spots = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    return tuple((float(x), float(y)) for x, y in (across @ spot + down for spot in spots))


def matrix(place: Placement, with_flips: bool = False) -> Matrix:
    """From the unit square to where the placement puts it."""
    angle = math.radians(place.turn_deg)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    size = np.array([place.width, place.height])
    if with_flips:
        size = size * (-1 if place.flip_x else 1, -1 if place.flip_y else 1)
    linear = turn * size
    return np.column_stack([linear, np.array(centre(place)) - linear @ (0.5, 0.5)])


def between(before: Placement, after: Placement) -> Matrix:
    """What happened on the plane when a placement changed."""
    first, second = (np.vstack([matrix(place, True), (0, 0, 1)]) for place in (before, after))
    return np.asarray((second @ np.linalg.inv(first))[:2])


def place_of(layer: Layer, board: Artboard) -> Placement:
    """Where a layer lies: its own place (all of the artboard where it has none), or what its marks cover."""
    if layer.place is not None and layer.kind != "paint":
        return layer.place
    boxes = [box for mark in layer.marks if (box := _box(mark)) is not None]
    if not boxes:
        return Placement(board.left, board.top, board.width, board.height)
    low, high = np.min([box[:2] for box in boxes], axis=0), np.max([box[2:] for box in boxes], axis=0)
    width, height = np.maximum(high - low, LEAST_PX)
    return Placement(float(low[0]), float(low[1]), float(width), float(height))


def placed(layers: Layers, layer: Layer, before: Placement, after: Placement, board: Artboard) -> Layers:
    """The stack with a layer brought from one placement to another: its marks and its region come along."""
    way = between(before, after)
    region = layer.region and carried(layer.region, way)
    if layer.kind != "paint":
        return with_layer(layers, replace(layer, place=after, region=region))
    marks = tuple(_carried_mark(mark, way, board) for mark in layer.marks)
    return with_layer(layers, replace(layer, marks=marks, region=region))


def carried(region: Region, way: Matrix) -> Region:
    """A region brought along; one that is turned is drawn anew on an upright rectangle."""
    left, top = way @ (region.left, region.top, 1)
    right, bottom = way @ (region.left + region.width, region.top + region.height, 1)
    if max(abs(way[0, 1]), abs(way[1, 0])) < 1e-9:
        levels = region.mask.levels[:: -1 if bottom < top else 1, :: -1 if right < left else 1]
        mask = region.mask if right > left and bottom > top else Mask.of(np.ascontiguousarray(levels))
        return Region(mask, min(left, right), min(top, bottom), abs(right - left), abs(bottom - top))
    return _turned_region(region, way)


def _turned_region(region: Region, way: Matrix) -> Region:
    spots = [
        (region.left + x * region.width, region.top + y * region.height, 1) for x in (0, 1) for y in (0, 1)
    ]
    ends = np.array(spots) @ way.T
    (left, top), (right, bottom) = ends.min(0), ends.max(0)
    scale = REGION_PX / max(right - left, bottom - top)
    width, height = (max(1, round(side * scale)) for side in (right - left, bottom - top))
    x = left + (np.arange(width) + 0.5) / width * (right - left)
    y = top + (np.arange(height) + 0.5) / height * (bottom - top)
    grid = np.stack([*np.meshgrid(x, y), np.ones((height, width))], axis=-1)
    back = np.linalg.inv(np.vstack([way, (0, 0, 1)]))[:2]
    found = grid @ back.T
    levels = region.mask.levels
    column = np.floor((found[..., 0] - region.left) / region.width * levels.shape[1]).astype(int)
    row = np.floor((found[..., 1] - region.top) / region.height * levels.shape[0]).astype(int)
    inside = (column >= 0) & (row >= 0) & (column < levels.shape[1]) & (row < levels.shape[0])
    picked = levels[row.clip(0, levels.shape[0] - 1), column.clip(0, levels.shape[1] - 1)]
    turned_levels = np.where(inside, picked, np.uint8(0))
    return Region(Mask.of(turned_levels), float(left), float(top), float(right - left), float(bottom - top))


def _share(place: Placement, handle: tuple[int, int], width: float, height: float) -> float:
    """How much larger a layer becomes where both sides grow alike: as the side that the hand moved most."""
    shares = (width / place.width, height / place.height)
    if 0 in handle:
        return shares[0] if handle[1] == 0 else shares[1]
    return max(shares, key=lambda share: abs(share - 1))


def _carried_mark(mark: Mark, way: Matrix, board: Artboard) -> Mark:
    """A mark brought along: its points, the width of its brush and where it may work."""
    points = mark.points
    points[:, :2] = points[:, :2] @ way[:, :2].T + way[:, 2]
    growth = math.sqrt(abs(float(np.linalg.det(way[:, :2]))))
    clip = mark.clip or (everything(board) if mark.kind == "fill" else None)
    return replace(
        mark,
        path=points.astype("<f4").tobytes(),
        radius_px=min(max(mark.radius_px * growth, 0.1), 4096.0),
        clip=clip and carried(clip, way),
    )


def _box(mark: Mark) -> Box | None:
    """(left, top, right, bottom) of what a mark can cover; None where it says nothing about it."""
    if mark.kind == "fill":
        return _seen(mark.clip) if mark.clip is not None else None
    points = mark.points
    if mark.kind == "eraser" or not len(points):
        return None
    return _around(points[:, :2].tolist(), mark.radius_px)


@lru_cache(maxsize=64)
def _seen(region: Region) -> Box | None:
    """What a region really covers: unpacking its mask takes a while, and a hand asks with every move."""
    found = bounds(region.mask.levels)
    if found is None:
        return None
    across, down = region.width / region.mask.width, region.height / region.mask.height
    left, top, right, bottom = found
    return (
        region.left + left * across,
        region.top + top * down,
        region.left + right * across,
        region.top + bottom * down,
    )


def _around(points: Iterable[tuple[float, float]], margin: float) -> Box:
    spots = np.asarray(list(points))
    low, high = spots.min(0) - margin, spots.max(0) + margin
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
