"""TileStore: the map's thumbnails of late, so that going back costs nothing. GUI thread.

Invariant: at most `most` tiles; those of the plane that was not looked at for the longest time go first.
"""

from collections import OrderedDict

from PySide6.QtGui import QPixmap

from studio.core.plane import Plane
from studio.ui.picture.map.map_view import Tile

MOST = 1000  # of 64 px: 16 MB


class TileStore:
    """Tiles by plane, the newest last."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._count = 0
        self._planes: OrderedDict[Plane, OrderedDict[Tile, QPixmap]] = OrderedDict()

    def put(self, plane: Plane, tile: Tile, picture: QPixmap) -> None:
        """Remember a tile."""
        tiles = self._planes.setdefault(plane, OrderedDict())
        self._count += tile not in tiles
        tiles[tile] = picture
        while self._count > self._most:
            self._forget_one()

    def of(self, plane: Plane) -> dict[Tile, QPixmap]:
        """What is known of a plane, which is now the last to go."""
        if plane in self._planes:
            self._planes.move_to_end(plane)
        return dict(self._planes.get(plane, {}))

    def _forget_one(self) -> None:
        oldest, tiles = next(iter(self._planes.items()))
        tiles.popitem(last=False)
        self._count -= 1
        if not tiles:
            del self._planes[oldest]
