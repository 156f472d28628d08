"""Flooding: what lies together around a point and looks alike, for the bucket. Any thread.

Invariant: the answer is connected, side by side, and holds the point itself.
"""

import numpy as np
from numpy.typing import NDArray

from studio.core.picture import Pixels

Bits = NDArray[np.bool_]


def flooded(pixels: Pixels, x: int, y: int, tolerance: float) -> Bits:
    """(H, W) bits of what is reached from a px without meeting one whose colour differs by more than `tolerance`
    (0 to 1) in any channel. Raises IndexError for a point outside the picture."""
    if not (0 <= x < pixels.shape[1] and 0 <= y < pixels.shape[0]):
        raise IndexError(f"({x}, {y}) is not in a picture of {pixels.shape[1]} x {pixels.shape[0]}")
    far = np.abs(pixels.astype(np.int16) - pixels[y, x].astype(np.int16)).max(2)
    alike = far <= round(tolerance * 255)
    reached = np.zeros_like(alike)
    reached[y, x] = True
    return _grown(reached, alike)


def _grown(reached: Bits, alike: Bits) -> Bits:
    """Spread along whole rows, then whole columns, until nothing is new."""
    rows, columns = _runs(alike), _runs(alike.T)
    count = 0
    while count != (count := int(reached.sum())):
        reached = _spread(reached, alike, rows)
        reached = _spread(reached.T, alike.T, columns).T
    return reached


def _runs(alike: Bits) -> NDArray[np.int64]:
    """(H, W) a number for each px, the same along a run of like px of a row."""
    edges = np.ones(alike.shape, np.int64)
    edges[:, 1:] = alike[:, 1:] != alike[:, :-1]
    return np.cumsum(edges.reshape(-1)).reshape(alike.shape)


def _spread(reached: Bits, alike: Bits, runs: NDArray[np.int64]) -> Bits:
    touched = np.zeros(int(runs[-1, -1]) + 1, np.bool_)
    touched[runs[reached]] = True
    return np.asarray(touched[runs] & alike)
