"""Where the codes of the training phrases lie: by metre and style, their principal axes, and what tells attributes.

Sampling along the axes draws from Gaussians with the codes' own means and covariance, which lie nearer to the codes
than the standard normal that training pulls them to. The directions are ridge regressions of the attributes' normal
scores on the code.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.core.attributes import ATTRIBUTES, Quantiles, Window, measure
from studio.core.music_messages import Notes
from studio.core.score import MeterChange
from studio.engines.music import events as ev
from studio.engines.music import phrase_grid as pg
from studio.engines.music.melody_vae import LENGTHS, MelodyVae
from studio.engines.music.phrase_steering import normal_score
from studio.training.music.melody_vae import ALL_STYLES, batch_of
from studio.training.music.phrases import Phrases, phrases_of
from studio.training.music.tunes import NamedTune

Floats = NDArray[np.float64]

BASE = 60  # phrases are laid on C4 to be measured
PER_SHAPE = 4000  # phrases of each shape that are looked at
ANCHORS = 1000  # codes of each length that draws are made about
RIDGE = 20.0  # as many phrases' worth of doubt


@dataclass(frozen=True, slots=True)
class Example:
    """A phrase as notes on the tonic C4, the window that it fills, and its style."""

    notes: Notes
    window: Window
    style: str


@dataclass(frozen=True)
class Heard:
    """Phrases as the network hears them: codes (N, Z), metre and style (N,), raw attributes."""

    codes: Floats
    meter: NDArray[np.int64]
    style: NDArray[np.int64]
    raw: list[dict[str, float]]

    @classmethod
    def together(cls, parts: list[Heard]) -> Heard:
        codes, meter, style = (
            np.concatenate([getattr(part, name) for part in parts]) for name in ("codes", "meter", "style")
        )
        return cls(codes, meter, style, [raw for part in parts for raw in part.raw])


def grid_of(phrases: Phrases, row: int) -> pg.Grid:
    """The grid of a phrase; of a metre that has no number of its own, quarters."""
    numerator, sign, denominator = ev.METERS[int(phrases.meter[row])].partition("/")
    if not sign:
        return pg.Grid(phrases.beats // phrases.bars, 4, phrases.bars)
    return pg.Grid(int(numerator), int(denominator), phrases.bars)


def example(phrases: Phrases, row: int) -> Example:
    grid = grid_of(phrases, row)
    meter = MeterChange(0, grid.numerator, grid.denominator)
    window = Window(0, grid.total_ticks, meter, BASE)
    return Example(pg.decode(phrases.tokens[row], 0, grid, BASE), window, ALL_STYLES[phrases.style[row]])


@dataclass(frozen=True)
class Space:
    """What is written into the bundle: tensors by name, and the attributes' quantiles."""

    tensors: dict[str, Tensor]
    quantiles: Quantiles


@torch.inference_mode()
def space_of(net: MelodyVae, tunes: list[NamedTune], seed: int) -> Space:
    """From up to PER_SHAPE phrases of each shape of the training tunes."""
    net.eval()
    rng = np.random.default_rng(seed)
    heard = {bars: list[Heard]() for bars in LENGTHS}
    for phrases in phrases_of(tunes, ALL_STYLES)[0]:
        rows = rng.permutation(len(phrases.meter))[:PER_SHAPE]
        raw = [measure(one.notes, one.window) for one in (example(phrases, int(row)) for row in rows)]
        codes = _codes(net, phrases, rows)
        heard[phrases.bars].append(Heard(codes, phrases.meter[rows], phrases.style[rows], raw))
    quantiles = Quantiles.of((bars, raw) for bars in LENGTHS for part in heard[bars] for raw in part.raw)
    found = [_length(Heard.together(heard[bars]), quantiles, bars, rng) for bars in LENGTHS]
    stacked = {name: torch.from_numpy(np.stack([each[name] for each in found])) for name in found[0]}
    return Space({name: value.float() for name, value in stacked.items()}, quantiles)


def _codes(net: MelodyVae, phrases: Phrases, rows: NDArray[np.intp]) -> Floats:
    """(N, Z): the means of z."""
    parts = []
    for first in range(0, len(rows), 512):
        batch = batch_of(phrases, rows[first : first + 512], len(ALL_STYLES))
        parts.append(net.encode(batch.tokens, net.places(batch.meter, phrases.bars, phrases.beats))[0])
    return torch.cat(parts).double().numpy()


def _length(
    heard: Heard, quantiles: Quantiles, bars: int, rng: np.random.Generator
) -> dict[str, Floats | NDArray[np.int64]]:
    """The tensors of the phrases of one length, by name."""
    middle = heard.codes.mean(0)
    mean = group_means(heard.codes, heard.meter, middle, len(ev.METERS))  # (M, Z)
    about = heard.codes - mean[heard.meter]  # (N, Z)
    axes = principal_axes(about)
    points = about @ np.linalg.pinv(axes)  # (N, Z)
    scores = np.array([_scores(values, quantiles, bars) for values in heard.raw])  # (N, A)
    fits = [_regression(points, column) for column in scores.T]
    chosen = _spread(heard, ANCHORS, rng)
    return {
        "mean": mean,
        "anchors": points[chosen],
        "anchor_kinds": np.stack([heard.meter[chosen], heard.style[chosen]], 1),
        "axes": axes,
        "directions": np.stack([slope for slope, _ in fits]),
        "levels": np.array([level for _, level in fits]),
    }


def _spread(heard: Heard, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Rows of `count` phrases, rare kinds (a metre in a style) more often than their share: by the root of it."""
    kinds = heard.meter * len(ALL_STYLES) + heard.style
    chances = 1 / np.sqrt(np.bincount(kinds))[kinds]
    few = len(kinds) < count
    return rng.choice(len(kinds), count, replace=few, p=chances / chances.sum())


def group_means(values: Floats, groups: NDArray[np.int64], usual: Floats, count: int) -> Floats:
    """The mean of each group's rows (count, Z), drawn towards the usual one where a group is small."""
    sums = np.tile(RIDGE * usual, (count, 1))
    np.add.at(sums, groups, values)
    return sums / (RIDGE + np.bincount(groups, minlength=count))[:, None]


def principal_axes(about: Floats) -> Floats:
    """Of codes less their mean (N, Z): (Z, Z), widest first, each as long as the deviation along it; signs fixed."""
    variances, vectors = np.linalg.eigh(np.cov(about.T))
    axes = vectors.T[::-1]
    axes = axes * np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(1)])[:, None]
    return axes * np.sqrt(variances[::-1].clip(min=1e-6))[:, None]


def _scores(values: dict[str, float], quantiles: Quantiles, bars: int) -> list[float]:
    """The normal score of each attribute; what could not be measured is in the middle."""
    ranks = {name: quantiles.rank(name, value, bars) for name, value in values.items()}
    return [normal_score(ranks.get(name, 0.5)) for name in ATTRIBUTES]


def _regression(points: Floats, scores: Floats) -> tuple[Floats, float]:
    """Ridge regression: points (N, Z), scores (N,) -> (slope (Z,), level)."""
    level = float(scores.mean())
    gram = points.T @ points + RIDGE * np.eye(points.shape[1])
    return np.linalg.solve(gram, points.T @ (scores - level)).astype(np.float64), level
