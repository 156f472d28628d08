"""The sliders of an imported lightweight-gan, found when it is imported: ways through z, since it has no w.

They are the principal components of its first features, brought back to z by regression (GANSpace, Härkönen et al.,
2020, section 3.2), and the closed-form factors of its first weights (SeFa, Shen and Zhou, 2021).

Invariant: the same weights give the same sliders; no picture is drawn for them.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.engines.picture.directions import Direction, as_config, fixed_sign, strongest
from studio.engines.picture.lightweight_gan import EPS, LightweightConfig, LightweightGan
from studio.engines.picture.stylegan_sliders import Found, Tensors

SAMPLES, BATCH = 1_500, 500
COMPONENTS, FACTORS = 16, 8
FIRST = ("first.", "first_norm.")


def find_sliders(config: Mapping[str, Any], tensors: Tensors) -> Generator[tuple[int, int], None, Found]:
    """Yields (done, total) and returns the sliders, as a card keeps them, and their rows (n, 1, z_dim)."""
    total = SAMPLES // BATCH + 2
    network = _beginning(config, tensors)
    with torch.inference_mode():
        z = torch.from_numpy(np.random.RandomState(0).randn(SAMPLES, config["z_dim"])).float()
        features = []
        for done, part in enumerate(z.split(BATCH)):
            yield done, total
            features.append(network.begin(part).flatten(1))
        yield total - 2, total
        components = _components(z, torch.cat(features))
        yield total - 1, total
        factors = strongest(_first_weights(network), FACTORS)
    names = [Direction(f"pca-{i}", f"Direction {i + 1}", "pca") for i in range(len(components))]
    names += [Direction(f"sefa-{i}", f"Large forms {i + 1}", "sefa") for i in range(len(factors))]
    return [asdict(name) for name in names], torch.cat([components, factors])[:, None].numpy()


def _beginning(config: Mapping[str, Any], tensors: Tensors) -> LightweightGan:
    """The network, of which only the first block has numbers."""
    with torch.device("meta"):
        network = LightweightGan(
            as_config({**config, "sliders": ()}, LightweightConfig, "The plan of this generator")
        )
    own = {name: array for name, array in tensors.items() if name.startswith(FIRST)}
    state = {name: torch.from_numpy(np.array(array, np.float32)) for name, array in own.items()}
    network.load_state_dict(state, strict=False, assign=True)
    return network


def _components(z: Tensor, features: Tensor) -> Tensor:
    """Where in z (n, z_dim) the widest components of the features (n, d) lie, one standard deviation long."""
    centred = (features - features.mean(dim=0)).double()
    _, vectors = torch.linalg.eigh(centred @ centred.T)  # of the samples: fewer than features
    count = min(COMPONENTS, z.shape[1])
    places = vectors.flip(1)[:, :count] * len(z) ** 0.5  # (n, count), each of unit deviation
    rows = (places.T @ z.double() / len(z)).float()  # (count, z_dim)
    rows = rows / rows.norm(dim=1, keepdim=True).clamp(min=1e-8)
    return rows * fixed_sign(rows)


def _first_weights(network: LightweightGan) -> Tensor:
    """(16 outputs, z_dim): the first convolution, as its norm scales it."""
    norm = network.first_norm
    scale = norm.weight / (norm.running_var + EPS).sqrt()
    return (network.first.weight * scale[:, None, None]).flatten(1).T
