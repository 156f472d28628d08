"""Selecting: which places of the plane brushes and fills may work on. Pure functions; any thread.

A selection is a Region over the artboard as it was; no selection means everywhere. What is empty becomes no selection.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from studio.core.layers import Artboard, Mark, Region
from studio.core.project import PictureDocument
from studio.core.restyle import MAX_MASK_PX, Mask

Mode = Literal["replace", "add", "subtract", "intersect"]
MODES: tuple[Mode, ...] = ("replace", "add", "subtract", "intersect")
Levels = NDArray[np.uint8]
FINE_PX = 1024  # the mask of a small picture is at least this long, so that its edge is smooth
SUB_ROWS = 4  # rows of a polygon's edge for each row of the mask


def plane_of(document: PictureDocument, width: int, height: int) -> Artboard:
    """The window in which selections lie: the artboard, or the picture of that size where there is none."""
    return document.artboard or Artboard(width, height)


def selection_on(document: PictureDocument, width: int) -> Region | None:
    """The selection on the plane of a picture that is so wide now: a style or an upscaler may have made it larger."""
    region, then = document.selection, document.selection_px
    if region is None or document.artboard is not None or then in (0, width):
        return region
    return grown_by(region, width / then)


def mask_size(board: Artboard) -> tuple[int, int]:
    """Width and height of the mask of a selection over the artboard."""
    longer = max(board.width, board.height)
    scale = min(max(longer, FINE_PX), MAX_MASK_PX) / longer
    return max(1, round(board.width * scale)), max(1, round(board.height * scale))


def everything(board: Artboard) -> Region:
    """All of the artboard."""
    return _over(board, np.full((1, 1), 255, np.uint8))


def polygon_levels(board: Artboard, points: Sequence[tuple[float, float]]) -> Levels:
    """(height, width) levels over the artboard of what a closed line on the plane goes around, smooth at its edge."""
    width, height = mask_size(board)
    sums = np.zeros((height, width + 1), np.float32)
    corners = np.asarray(points, np.float64) - (board.left, board.top)
    corners *= (width / board.width, height / board.height)
    for begin, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        _add_edge(sums, begin, end)
    covered = np.abs(np.cumsum(sums[:, :width], axis=1)).clip(0, 1)
    return (covered * 255 + 0.5).astype(np.uint8)


def rectangle_levels(board: Artboard, left: float, top: float, width: float, height: float) -> Levels:
    """The same of an upright rectangle on the plane."""
    right, bottom = left + width, top + height
    return polygon_levels(board, ((left, top), (right, top), (right, bottom), (left, bottom)))


def levels_of(region: Region | None, board: Artboard) -> Levels:
    """A selection as levels of `mask_size`, all 255 where there is none."""
    width, height = mask_size(board)
    if region is None:
        return np.full((height, width), 255, np.uint8)
    return sampled(region, (board.left, board.top, board.width, board.height), (width, height))


def sampled(region: Region, area: tuple[float, float, float, float], size: tuple[int, int]) -> Levels:
    """(height, width) levels of a region over an area of the plane (left, top, width, height)."""
    levels = region.mask.levels
    left, top, across, down = area
    columns, inside_x = _indices((left - region.left, across, region.width), levels.shape[1], size[0])
    rows, inside_y = _indices((top - region.top, down, region.height), levels.shape[0], size[1])
    found = levels[rows[:, None], columns[None, :]]
    return np.where(inside_y[:, None] & inside_x[None, :], found, np.uint8(0))


def combined(before: Region | None, shape: Levels, mode: Mode, board: Artboard) -> Region | None:
    """The selection after a shape (levels over the artboard) was added to it, taken from it, or crossed with it."""
    if mode == "replace" or (before is None and mode != "subtract"):
        return _found(board, shape)
    old = levels_of(before, board)
    if mode == "add":
        return _found(board, np.maximum(old, shape))
    if mode == "subtract":
        return _found(board, np.minimum(old, 255 - shape))
    return _found(board, np.minimum(old, shape))


def inverted(region: Region | None, board: Artboard) -> Region | None:
    """What was not selected."""
    return None if region is None else _found(board, 255 - levels_of(region, board))


def moved(region: Region, dx: float, dy: float) -> Region:
    """The same shape elsewhere on the plane."""
    return replace(region, left=region.left + dx, top=region.top + dy)


def stretched(region: Region, dx: float, dy: float) -> Region:
    """Wider and higher by so much, from its upper left corner; never less than a px."""
    return replace(region, width=max(1.0, region.width + dx), height=max(1.0, region.height + dy))


def grown_by(region: Region, factor: float) -> Region:
    """The same shape on a plane that counts `factor` px for each of before."""
    return Region(
        region.mask, region.left * factor, region.top * factor, region.width * factor, region.height * factor
    )


def grown_mark(mark: Mark, factor: float) -> Mark:
    """The same mark on a plane that counts `factor` px for each of before."""
    points = mark.points * np.array([factor, factor, 1.0])
    clip: Region | None = mark.clip and grown_by(mark.clip, factor)
    return replace(mark, path=points.astype("<f4").tobytes(), radius_px=mark.radius_px * factor, clip=clip)


def feathered(levels: Levels, radius_px: float) -> Levels:
    """Levels with a soft edge: three box blurs come close to a Gaussian one (Wells 1986)."""
    reach, found = round(radius_px * 0.6), bounds(levels)
    if reach <= 0 or found is None:
        return levels
    margin = 3 * reach + 1
    rows = slice(max(0, found[1] - margin), found[3] + margin)
    columns = slice(max(0, found[0] - margin), found[2] + margin)
    part = levels[rows, columns].astype(np.float32)
    for _ in range(3):
        part = _blurred(_blurred(part, reach).T, reach).T
    soft = levels.copy()
    soft[rows, columns] = (part + 0.5).astype(np.uint8)
    return soft


def feather_px(board: Artboard, radius: float) -> float:
    """A distance on the plane in px of the mask over the artboard."""
    return radius * mask_size(board)[0] / board.width


def both(first: Region | None, second: Region | None, board: Artboard) -> Region | None:
    """Where both regions are; None is everywhere."""
    if first is None or second is None:
        return first or second
    return _over(board, np.minimum(levels_of(first, board), levels_of(second, board)))


def bounds(levels: NDArray[np.uint8]) -> tuple[int, int, int, int] | None:
    """(left, top, right, bottom) of what is above 0; None where nothing is."""
    rows, columns = np.flatnonzero(levels.any(1)), np.flatnonzero(levels.any(0))
    if not len(rows):
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def region_over(board: Artboard, levels: Levels) -> Region:
    """Levels stretched over the artboard, as a region."""
    return _over(board, levels)


def _found(board: Artboard, levels: Levels) -> Region | None:
    return _over(board, levels) if levels.any() else None


def _over(board: Artboard, levels: Levels) -> Region:
    """Only what is there is kept: every mark that was clipped to a selection carries it along."""
    found = bounds(levels)
    if found is None:
        return Region(Mask.of(np.zeros((1, 1), np.uint8)), board.left, board.top, board.width, board.height)
    left, top, right, bottom = found
    across, down = board.width / levels.shape[1], board.height / levels.shape[0]
    mask = Mask.of(np.ascontiguousarray(levels[top:bottom, left:right]))
    width, height = (right - left) * across, (bottom - top) * down
    return Region(mask, board.left + left * across, board.top + top * down, width, height)


def _add_edge(sums: NDArray[np.float32], begin: NDArray[np.float64], end: NDArray[np.float64]) -> None:
    """Add what lies to the right of an edge, as steps from column to column (signed: the way the edge goes)."""
    (x0, y0), (x1, y1) = begin, end
    top, bottom = sorted((y0, y1))
    first, last = (
        np.clip(np.ceil((top, bottom)[i] * SUB_ROWS - 0.5), 0, len(sums) * SUB_ROWS) for i in (0, 1)
    )
    sub = np.arange(int(first), int(last))
    if not len(sub):
        return
    share = ((sub + 0.5) / SUB_ROWS - y0) / (y1 - y0)
    x = np.clip(x0 + share * (x1 - x0), 0, sums.shape[1] - 1.001)
    column = x.astype(int)
    part = x - column
    amount = (1 if y1 > y0 else -1) / SUB_ROWS
    np.add.at(sums, (sub // SUB_ROWS, column), amount * (1 - part))
    np.add.at(sums, (sub // SUB_ROWS, np.minimum(column + 1, sums.shape[1] - 1)), amount * part)


def _indices(
    span: tuple[float, float, float], count: int, wanted: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Which of `count` cells over a length each of `wanted` samples meets; span: offset, extent, length."""
    offset, extent, length = span
    cells = np.floor((offset + (np.arange(wanted) + 0.5) * extent / wanted) / length * count + 1e-6)
    inside = (cells >= 0) & (cells < count)
    return cells.clip(0, count - 1).astype(np.int64), inside


def _blurred(levels: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """Each row as the mean of 2 reach + 1 neighbours; beyond the edge it goes on as it ended."""
    wide = np.pad(levels, ((0, 0), (reach + 1, reach)), mode="edge")
    sums = np.cumsum(wide, axis=1)
    count = 2 * reach + 1
    return ((sums[:, count:] - sums[:, :-count]) / count).astype(np.float32)
