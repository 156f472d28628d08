"""MapView: which part of a plane is seen, and where its tiles lie. Pure geometry: sigma and px of the widget.

Invariant: the middle of the window lies on the map. y grows upwards. A tile of level n is 2^n sigma wide, and one of
the levels is as wide as a thumbnail is good to look at.
"""

import math
from dataclasses import dataclass, replace

from studio.core.plane import REACH

TILE_PX = 36  # the least, where there is room for three; the most is twice as much
LEVELS = (-4, 1)
WHOLE_SIGMA = 2 * REACH + 1  # half a tile beyond the outermost ones
LARGEST_SCALE = TILE_PX / 2 ** LEVELS[0]
Tile = tuple[int, int, int]  # level, column, row


@dataclass(frozen=True, slots=True)
class MapView:
    """width and height in px; scale: px for one sigma; x and y: what lies in the middle; fitted: shows all."""

    width: int = 1
    height: int = 1
    scale: float = 40.0
    x: float = 0.0
    y: float = 0.0
    fitted: bool = True

    @property
    def level(self) -> int:
        """The finest level whose tiles are wide enough."""
        return min(max(math.ceil(math.log2(TILE_PX / self.scale)), LEVELS[0]), LEVELS[1])

    def resized(self, width: int, height: int) -> "MapView":
        resized = replace(self, width=max(1, width), height=max(1, height))
        return resized.fit() if self.fitted else resized

    def fit(self) -> "MapView":
        """All of the map."""
        return replace(self, scale=self._whole_scale(), x=0.0, y=0.0, fitted=True)

    def zoomed(self, factor: float, spot: tuple[float, float]) -> "MapView":
        """What lies under the spot stays there; zoomed out as far as it goes, all is seen."""
        scale = min(self.scale * factor, LARGEST_SCALE)
        if scale <= self._whole_scale():
            return self.fit()
        before, zoomed = self.to_sigma(spot), replace(self, scale=scale, fitted=False)
        after = zoomed.to_sigma(spot)
        return zoomed.moved_to(zoomed.x + before[0] - after[0], zoomed.y + before[1] - after[1])

    def panned(self, dx_px: float, dy_px: float) -> "MapView":
        """Pushed by a distance in px."""
        return self.moved_to(self.x - dx_px / self.scale, self.y + dy_px / self.scale)

    def moved_to(self, x: float, y: float) -> "MapView":
        return replace(self, x=min(max(x, -REACH), REACH), y=min(max(y, -REACH), REACH), fitted=False)

    def showing(self, x: float, y: float) -> "MapView":
        """Moved just so far that a place is seen."""
        room_x, room_y = 0.45 * self.width / self.scale, 0.45 * self.height / self.scale
        near_x = min(max(self.x, x - room_x), x + room_x)
        near_y = min(max(self.y, y - room_y), y + room_y)
        return self if (near_x, near_y) == (self.x, self.y) else self.moved_to(near_x, near_y)

    def to_px(self, x: float, y: float) -> tuple[float, float]:
        return self.width / 2 + (x - self.x) * self.scale, self.height / 2 - (y - self.y) * self.scale

    def to_sigma(self, spot: tuple[float, float]) -> tuple[float, float]:
        return (
            self.x + (spot[0] - self.width / 2) / self.scale,
            self.y - (spot[1] - self.height / 2) / self.scale,
        )

    def tiles(self) -> list[Tile]:
        """The tiles of this level that are seen."""
        level, most = self.level, most_of(self.level)
        left, top = self.to_sigma((0, 0))
        right, foot = self.to_sigma((self.width, self.height))
        step = 2.0**level
        return [
            (level, column, row)
            for row in range(max(-most, round(foot / step)), min(most, round(top / step)) + 1)
            for column in range(max(-most, round(left / step)), min(most, round(right / step)) + 1)
        ]

    def tile_at(self, spot: tuple[float, float]) -> Tile | None:
        """The tile of this level under a point of the widget."""
        x, y = self.to_sigma(spot)
        level, most = self.level, most_of(self.level)
        column, row = round(x / 2.0**level), round(y / 2.0**level)
        return (level, column, row) if max(abs(column), abs(row)) <= most else None

    def box(self, tile: Tile) -> tuple[int, int, int, int]:
        """(left, top, width, height) of a tile in px, with its edges on whole ones."""
        x, y = middle(tile)
        half = 2.0 ** tile[0] / 2
        left, top = self.to_px(x - half, y + half)
        right, foot = self.to_px(x + half, y - half)
        return round(left), round(top), round(right) - round(left), round(foot) - round(top)

    def _whole_scale(self) -> float:
        return min(self.width, self.height) / WHOLE_SIGMA


def middle(tile: Tile) -> tuple[float, float]:
    """Where on the plane a tile's picture lies."""
    return tile[1] * 2.0 ** tile[0], tile[2] * 2.0 ** tile[0]


def most_of(level: int) -> int:
    """The number of the outermost tile of a level."""
    return int(REACH / 2.0**level)


def spiral(tiles: list[Tile], around: tuple[float, float]) -> list[Tile]:
    """Ring by ring outwards from the tile at a place."""

    def turn(tile: Tile) -> tuple[int, float]:
        step = 2.0 ** tile[0]
        aside, up = tile[1] - round(around[0] / step), tile[2] - round(around[1] / step)
        return max(abs(aside), abs(up)), math.atan2(up, aside)

    return sorted(tiles, key=turn)
