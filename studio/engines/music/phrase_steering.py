"""Pulling latents towards asked attributes: along the directions that tell them, then corrected by what was heard.

A direction is a row of slopes (Z,): the attribute's normal score (0 is the median tune, 1 one standard deviation above)
is predicted by slopes . z + level. All asked attributes are met at once by the smallest move of z. Torch-free.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from studio.core.attributes import Quantiles, Window
from studio.core.errors import StudioError
from studio.core.music_messages import Notes

Floats = NDArray[np.float64]

ROUNDS = 4  # how often what was written is measured and corrected
CORRECTION = 0.8
EXTREME = 0.02  # quantiles nearer to 0 or 1 than this are aimed at as this
FARTHEST = 3.5  # normal scores; beyond them phrases fall apart


def normal_score(rank: float) -> float:
    """The standard normal's value at a quantile."""
    return NormalDist().inv_cdf(min(max(rank, EXTREME), 1 - EXTREME))


def moves_of(slopes: Floats) -> Floats:
    """(A, Z): what moves each attribute's prediction by one deviation and leaves the others where they are."""
    return np.linalg.pinv(slopes).T.astype(np.float64) if len(slopes) else slopes


@dataclass(frozen=True)
class Aim:
    """Asked attributes: names, normal scores wanted (K,), and the rows that tell them: slopes (K, Z), levels (K,)."""

    names: tuple[str, ...]
    wanted: Floats
    slopes: Floats
    levels: Floats
    quantiles: Quantiles

    @classmethod
    def of(
        cls,
        asked: tuple[tuple[str, float], ...],
        names: tuple[str, ...],
        quantiles: Quantiles,
        slopes: Floats,
        levels: Floats,
    ) -> Aim:
        """StudioError for an attribute that the model does not know, or a wish outside 0 to 1."""
        for name, value in asked:
            if name not in names:
                known = ", ".join(names) or "none"
                raise StudioError(
                    f"This model does not know the attribute {name!r}.", hint=f"It knows: {known}."
                )
            if not 0.0 <= value <= 1.0:
                raise StudioError(f"{name.capitalize()} is asked from 0 to 1, not {value:g}.")
        rows = [names.index(name) for name, _ in asked]
        wanted = np.array([normal_score(value) for _, value in asked])
        return cls(tuple(name for name, _ in asked), wanted, slopes[rows], levels[rows], quantiles)

    def heard(self, phrase: Notes, window: Window) -> Floats:
        """The normal scores of a phrase (K,), NaN for what cannot be measured in it."""
        ranks = self.quantiles.ranks(phrase, window)
        return np.array([normal_score(ranks[name]) if name in ranks else np.nan for name in self.names])


def aimed(z: Floats, aim: Aim, written: Callable[[Floats], tuple[Notes, ...]], window: Window) -> Floats:
    """z (N, Z) moved so that what is written from it has the asked attributes; of all rounds each row's best."""
    moves = moves_of(aim.slopes)  # (K, Z)
    target = np.tile(aim.wanted, (len(z), 1))  # (N, K)
    best, least = z, np.full(len(z), np.inf)
    for _ in range(ROUNDS):
        told = z @ aim.slopes.T + aim.levels  # (N, K)
        tried = z + (target - told) @ moves
        heard = np.stack([aim.heard(phrase, window) for phrase in written(tried)])  # (N, K)
        gap = np.nan_to_num(aim.wanted - heard, nan=0.0)
        off = np.abs(gap).sum(1) + 10.0 * np.isnan(heard).any(1)
        better = off < least - 1e-9
        best, least = np.where(better[:, None], tried, best), np.where(better, off, least)
        target = np.clip(target + CORRECTION * gap, -FARTHEST, FARTHEST)
    return best
