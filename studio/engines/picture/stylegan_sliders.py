"""The sliders of an imported generator, found when it is imported.

They are the principal components of w (GANSpace, Härkönen et al., 2020) and the closed-form factors of its modulation
(SeFa, Shen and Zhou, 2021).

Invariant: the same weights give the same sliders; no picture is drawn for them.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.engines.picture.directions import Direction, as_config, fixed_sign, strongest
from studio.engines.picture.style_mapping import Mapping as MappingNetwork
from studio.engines.picture.style_mapping import MappingConfig

SAMPLES, BATCH = 5_000, 1_000
COMPONENTS, PER_BAND = 24, 4
BANDS = (("Large forms", 0, 4), ("Middle forms", 4, 8), ("Finish", 8, 64))  # layers from and to

Tensors = Mapping[str, NDArray[np.generic]]
Found = tuple[list[dict[str, Any]], NDArray[np.float32]]


def find_sliders(config: Mapping[str, Any], tensors: Tensors) -> Generator[tuple[int, int], None, Found]:
    """Yields (done, total) and returns the sliders, as a card keeps them, and their rows (n, layers, w_dim)."""
    affines = _affines(tensors)
    total = SAMPLES // BATCH + len(BANDS) + 1
    with torch.inference_mode():
        w = yield from _samples(config, tensors, total)
        names, rows = _components(w, len(affines))
        yield total - len(BANDS), total
        spread = (w.T @ w / len(w)).float()  # (w_dim, w_dim)
        for number, (label, first, last) in enumerate(BANDS, 1):
            more, found = _factors(label, affines[first:last], spread)
            start = sum(name.group == "sefa" for name in names)
            names += [Direction(f"sefa-{start + i}", one, "sefa") for i, one in enumerate(more)]
            rows = torch.cat([rows, _in_layers(found, first, last, len(affines))])
            yield total - len(BANDS) + number, total
    return [asdict(name) for name in names], rows.numpy()


def _samples(
    config: Mapping[str, Any], tensors: Tensors, total: int
) -> Generator[tuple[int, int], None, Tensor]:
    """w of many seeds (n, w_dim), less its mean; of all classes in turn, each less its own."""
    mapping = _mapping(config, tensors)
    z = np.random.RandomState(0).randn(SAMPLES, mapping.config.z_dim).astype(np.float32)
    classes = torch.arange(SAMPLES) % max(mapping.config.c_dim, 1)
    parts = []
    for done, start in enumerate(range(0, SAMPLES, BATCH)):
        yield done, total
        part = slice(start, start + BATCH)
        one_hot = torch.nn.functional.one_hot(classes[part], max(mapping.config.c_dim, 1)).float()
        parts.append(mapping(torch.from_numpy(z[part]), one_hot))
    w = torch.cat(parts).double()
    sums = torch.zeros(int(classes.max()) + 1, w.shape[1], dtype=w.dtype).index_add_(0, classes, w)
    return w - (sums / classes.bincount()[:, None])[classes]


def _mapping(config: Mapping[str, Any], tensors: Tensors) -> MappingNetwork:
    names = {"z_dim", "c_dim", "w_dim", "mapping", "mapping_lr", "size"}
    with torch.device("meta"):
        plan = {name: config[name] for name in names}
        mapping = MappingNetwork(as_config(plan, MappingConfig, "The plan of this generator"))
    prefix = "mapping."
    own = {name.removeprefix(prefix): array for name, array in tensors.items() if name.startswith(prefix)}
    state = {name: torch.from_numpy(np.array(array, np.float32)) for name, array in own.items()}
    mapping.load_state_dict(state, assign=True)
    return mapping


def _components(w: Tensor, layers: int) -> tuple[list[Direction], Tensor]:
    """The widest components, the same in every layer, one standard deviation long."""
    variances, vectors = torch.linalg.eigh(w.T @ w / len(w))
    rows = vectors.flip(1).T[:COMPONENTS].float()  # (n, w_dim)
    rows = rows * fixed_sign(rows) * variances.flip(0)[:COMPONENTS].clamp(min=0).sqrt().float()[:, None]
    names = [Direction(f"pca-{i}", f"Direction {i + 1}", "pca") for i in range(len(rows))]
    return names, rows[:, None].repeat(1, layers, 1)


def _factors(label: str, affines: list[Tensor], spread: Tensor) -> tuple[list[str], Tensor]:
    """Labels, and the factors (n, w_dim) of some layers, as long as w spreads along them."""
    if not affines:
        return [], spread[:0]
    factors = strongest(torch.cat(affines), PER_BAND)
    lengths = torch.einsum("ni,ij,nj->n", factors, spread, factors).clamp(min=0).sqrt()
    return [f"{label} {i + 1}" for i in range(len(factors))], factors * lengths[:, None]


def _in_layers(factors: Tensor, first: int, last: int, layers: int) -> Tensor:
    rows = torch.zeros(len(factors), layers, factors.shape[1])
    rows[:, first:last] = factors[:, None]
    return rows


def _affines(tensors: Tensors) -> list[Tensor]:
    """The modulation (channels, w_dim) of each layer of w, coarsest first; the colours of StyleGAN2 share a layer's."""
    return [
        torch.from_numpy(np.array(tensors[f"{name}.affine.weight"], np.float32))
        for name in _layer_names(tensors)
    ]


def _layer_names(tensors: Tensors) -> Iterator[str]:
    names = [name.removesuffix(".affine.weight") for name in tensors if name.endswith(".affine.weight")]
    convolutions = [name for name in names if not name.endswith(".torgb")]
    yield from convolutions  # they stand in the order of the network
    yield from (name for name in names[-1:] if name.endswith(".torgb"))
