"""Where the codes of the training phrases lie: their mean and principal axes, and the directions that tell attributes.

Sampling along the axes draws from a Gaussian with the codes' own covariance, which is nearer to them than the standard
normal that training pulls them to. The directions are ridge regressions of the attributes' normal scores on the code.
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
RIDGE = 20.0  # as many phrases' worth of doubt


@dataclass(frozen=True, slots=True)
class Example:
    """A phrase as notes on the tonic C4, and the window that it fills."""

    notes: Notes
    window: Window


def grid_of(phrases: Phrases, row: int) -> pg.Grid:
    """The grid of a phrase; of a metre that has no number of its own, quarters."""
    numerator, sign, denominator = ev.METERS[int(phrases.meter[row])].partition("/")
    if not sign:
        return pg.Grid(phrases.beats // phrases.bars, 4, phrases.bars)
    return pg.Grid(int(numerator), int(denominator), phrases.bars)


def example(phrases: Phrases, row: int) -> Example:
    grid = grid_of(phrases, row)
    meter = MeterChange(0, grid.numerator, grid.denominator)
    return Example(pg.decode(phrases.tokens[row], 0, grid, BASE), Window(0, grid.total_ticks, meter, BASE))


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
    codes, examples = {bars: list[Floats]() for bars in LENGTHS}, {bars: list[Example]() for bars in LENGTHS}
    for phrases in phrases_of(tunes, ALL_STYLES)[0]:
        rows = rng.permutation(len(phrases.meter))[:PER_SHAPE]
        codes[phrases.bars].append(_codes(net, phrases, rows))
        examples[phrases.bars] += [example(phrases, int(row)) for row in rows]
    raw = {bars: [measure(one.notes, one.window) for one in examples[bars]] for bars in LENGTHS}
    quantiles = Quantiles.of((bars, values) for bars in LENGTHS for values in raw[bars])
    found = [_length(np.concatenate(codes[bars]), raw[bars], quantiles, bars) for bars in LENGTHS]
    names = ("mean", "axes", "directions", "levels")
    stacked = (np.stack(values) for values in zip(*found, strict=True))
    tensors = {name: torch.from_numpy(value).float() for name, value in zip(names, stacked, strict=True)}
    return Space(tensors, quantiles)


def _codes(net: MelodyVae, phrases: Phrases, rows: NDArray[np.intp]) -> Floats:
    """(N, Z): the means of z."""
    parts = []
    for first in range(0, len(rows), 512):
        batch = batch_of(phrases, rows[first : first + 512], len(ALL_STYLES))
        parts.append(net.encode(batch.tokens, net.places(batch.meter, phrases.bars, phrases.beats))[0])
    return torch.cat(parts).double().numpy()


def _length(
    codes: Floats, raw: list[dict[str, float]], quantiles: Quantiles, bars: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """mean (Z,), axes (Z, Z), slopes (A, Z), levels (A,) of the phrases of one length; codes (N, Z)."""
    mean, axes = principal_axes(codes)
    points = (codes - mean) @ np.linalg.pinv(axes)  # (N, Z)
    scores = np.array([_scores(values, quantiles, bars) for values in raw])  # (N, A)
    fits = [_regression(points, column) for column in scores.T]
    return mean, axes, np.stack([slope for slope, _ in fits]), np.array([level for _, level in fits])


def principal_axes(codes: Floats) -> tuple[Floats, Floats]:
    """(mean (Z,), axes (Z, Z)): rows widest first, each as long as the deviation along it; signs are fixed."""
    mean = codes.mean(0)
    variances, vectors = np.linalg.eigh(np.cov(codes.T))
    axes = vectors.T[::-1]
    axes = axes * np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(1)])[:, None]
    return mean, axes * np.sqrt(variances[::-1].clip(min=1e-6))[:, None]


def _scores(values: dict[str, float], quantiles: Quantiles, bars: int) -> list[float]:
    """The normal score of each attribute; what could not be measured is in the middle."""
    ranks = {name: quantiles.rank(name, value, bars) for name, value in values.items()}
    return [normal_score(ranks.get(name, 0.5)) for name in ATTRIBUTES]


def _regression(points: Floats, scores: Floats) -> tuple[Floats, float]:
    """Ridge regression: points (N, Z), scores (N,) -> (slope (Z,), level)."""
    level = float(scores.mean())
    gram = points.T @ points + RIDGE * np.eye(points.shape[1])
    return np.linalg.solve(gram, points.T @ (scores - level)).astype(np.float64), level
