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

SPREADS = (0.15, 0.3, 0.45, 0.6, 0.8, 1.0)  # of the points that are tried, a round each
TRIES = 8  # points in each round
CORRECTION = 0.8
FAR = 0.02  # how much a deviation's distance from the first z counts against a point
UNHEARD = 5.0  # and an attribute that cannot be measured in what was written
EXTREME = 0.02  # quantiles nearer to 0 or 1 than this are aimed at as this


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
    """z (N, Z) moved so that what is written from it has the asked attributes. Each round tries some points about the
    best so far, corrected along the directions; of all that were tried each row's best stays, near ones first."""
    moves = moves_of(aim.slopes)  # (K, Z)
    stray = np.random.RandomState(0).randn(len(SPREADS), TRIES, z.shape[1])  # the same for every row
    stray[:, 0] = 0.0
    best, least = z.copy(), np.full(len(z), np.inf)
    centre = z + (aim.wanted - (z @ aim.slopes.T + aim.levels)) @ moves  # (N, Z)
    for spread, noise in zip(SPREADS, stray, strict=True):
        tried = centre[:, None] + spread * noise  # (N, TRIES, Z)
        heard = np.stack([aim.heard(phrase, window) for phrase in written(tried.reshape(-1, z.shape[1]))])
        gap = aim.wanted - heard.reshape(*tried.shape[:2], -1)  # (N, TRIES, K)
        off = np.nan_to_num(np.abs(gap), nan=UNHEARD).sum(2)
        off = off + FAR * np.linalg.norm(tried - z[:, None], axis=2)  # (N, TRIES)
        found = off.argmin(1)
        rows = np.arange(len(z))
        better = off[rows, found] < least
        best[better], least = tried[rows, found][better], np.minimum(least, off[rows, found])
        step = CORRECTION * np.nan_to_num(gap[rows, found], nan=0.0) @ moves
        centre = np.where(better[:, None], best + step, best)
    return best
