"""Closed-form factorisation of the modulation weights (SeFa, Shen and Zhou, 2021): no picture is drawn for it.

A step along the eigenvector with the largest eigenvalue of A^T A, A being the stacked affine weights, changes the
scales of the convolutions' channels most. Done for the coarse, the middle and the fine layers apart, and applied to
those layers only: then a slider moves either the forms or the finish, which one over all layers does not.
"""

from __future__ import annotations

import torch
from torch import Tensor

from studio.engines.picture.directions import strongest
from studio.engines.picture.gan import Block, Generator, Start
from studio.engines.picture.modulation import EqualLinear

RANGES = (("Large forms", 0, 8), ("Middle forms", 16, 32), ("Finish", 64, 4096))  # name, px from and to
PER_RANGE = 4


def factors(generator: Generator, spread: Tensor) -> tuple[list[str], Tensor]:
    """Labels, and rows (n, num_layers, w_dim) with PER_RANGE for each range of layers that the generator has.

    spread: the covariance (w_dim, w_dim) of w; 1 on a slider is a standard deviation of w along its row.
    """
    labels, rows = [], []
    for name, first, last in RANGES:
        stages = [(layers, part) for size, layers, part in _stages(generator) if first <= size <= last]
        if not stages:
            continue
        weights = torch.cat([affine for _, part in stages for affine in _affines(part)])  # (channels, w_dim)
        chosen = sorted({layer for layers, _ in stages for layer in layers})
        for number, factor in enumerate(strongest(weights, PER_RANGE), 1):
            row = torch.zeros(generator.config.num_layers, generator.config.w_dim)
            row[chosen] = factor * (factor @ spread @ factor).clamp(min=0).sqrt()
            labels.append(f"{name} {number}")
            rows.append(row)
    return labels, torch.stack(rows)


def _stages(generator: Generator) -> list[tuple[int, tuple[int, int], Start | Block]]:
    """Each resolution in px, its two layers and its part of the network."""
    stages: list[tuple[int, tuple[int, int], Start | Block]] = [(4, (0, 1), generator.start)]
    for i, block in enumerate(generator.blocks):
        assert isinstance(block, Block)
        stages.append((8 << i, (2 * i + 2, 2 * i + 3), block))
    return stages


def _affines(part: Start | Block) -> list[Tensor]:
    """The effective weights (channels, w_dim) of all modulations in a part."""
    named = part.named_modules()
    affines = [m for name, m in named if name.endswith("affine") and isinstance(m, EqualLinear)]
    return [a.weight.detach() * a.weight_scale for a in affines]
