"""Flooding: what lies together around a point and looks alike, for the bucket. Any thread.

Invariant: the answer is connected, side by side, and holds the point itself.
"""

import numpy as np
from numpy.typing import NDArray

from studio.core.picture import Pixels

Bits = NDArray[np.bool_]
Numbers = NDArray[np.int64]


def flooded(pixels: Pixels, x: int, y: int, tolerance: float) -> Bits:
    """(H, W) bits of what is reached from a px without meeting one whose colour differs by more than `tolerance`
    (0 to 1) in any channel. Raises IndexError for a point outside the picture."""
    if not (0 <= x < pixels.shape[1] and 0 <= y < pixels.shape[0]):
        raise IndexError(f"({x}, {y}) is not in a picture of {pixels.shape[1]} x {pixels.shape[0]}")
    far = np.abs(pixels.astype(np.int16) - pixels[y, x].astype(np.int16)).max(2)
    alike = far <= round(tolerance * 255)
    runs = _runs(alike)
    group = _groups(_touching(alike, runs), int(runs[-1, -1]) + 1)
    return np.asarray((group == group[runs[y, x]])[runs] & alike)


def _runs(alike: Bits) -> Numbers:
    """(H, W) a number for each px, the same along a run of like px of a row."""
    edges = np.ones(alike.shape, np.int64)
    edges[:, 1:] = alike[:, 1:] != alike[:, :-1]
    return np.cumsum(edges.reshape(-1)).reshape(alike.shape) - 1


def _touching(alike: Bits, runs: Numbers) -> Numbers:
    """(n, 2) the pairs of runs that lie one above the other, each pair once."""
    both = alike[:-1] & alike[1:]
    both[:, 1:] &= (runs[:-1, 1:] != runs[:-1, :-1]) | (runs[1:, 1:] != runs[1:, :-1]) | ~both[:, :-1]
    return np.stack([runs[:-1][both], runs[1:][both]], axis=1)


def _groups(pairs: Numbers, count: int) -> Numbers:
    """For each of `count` runs the least number of those that it hangs together with (hooking and pointer jumping:
    Shiloach and Vishkin, 1982)."""
    group = np.arange(count)
    while len(pairs):
        low, high = pairs.min(1), pairs.max(1)
        np.minimum.at(group, high, low)
        while not np.array_equal(group, group[group]):
            group = group[group]
        pairs = group[pairs]
        pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
    return group
