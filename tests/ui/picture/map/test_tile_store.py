"""Tiles of late are kept, the oldest plane's go first."""

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from studio.core.latent import Latent
from studio.core.plane import Plane
from studio.ui.picture.map.tile_store import TileStore


def test_the_plane_that_was_not_looked_at_for_longest_goes_first(qapp: QApplication) -> None:
    store, picture = TileStore(most=4), QPixmap(2, 2)
    first, second = (Plane.through("m", Latent(seed), "x", "y") for seed in (1, 2))
    for number in range(2):
        store.put(first, (0, number, 0), picture)
        store.put(second, (0, number, 0), picture)
    assert set(store.of(first)) == {(0, 0, 0), (0, 1, 0)}
    store.put(first, (0, 2, 0), picture)
    store.put(first, (0, 2, 0), picture)
    assert set(store.of(second)) == {(0, 1, 0)}
    assert len(store.of(first)) == 3
    for number in range(9):
        store.put(first, (1, number, 0), picture)
    assert store.of(second) == {}
    assert set(store.of(first)) == {(1, number, 0) for number in range(5, 9)}
