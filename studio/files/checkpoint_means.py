"""The mean w of a mapping network whose file does not tell it, over w of many z, as the field does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.files.checkpoint_parts import Array, Parts

SAMPLES = 10_000


def with_mean_w(parts: Parts, config: Mapping[str, Any]) -> Mapping[str, Array]:
    """The arrays, with the mean w measured where it is missing and can be."""
    if "mapping.w_avg" in parts.arrays:
        return parts.arrays
    return {**parts.arrays, "mapping.w_avg": mean_w(parts, config)}


def mean_w(parts: Parts, config: Mapping[str, Any]) -> NDArray[np.float32]:
    """(w_dim,): the mean of w over z of numpy.random.RandomState(0), and over the classes where there are some."""
    random = np.random.RandomState(0)
    x = _even(random.randn(SAMPLES, config["z_dim"]).astype(np.float32))
    if config["c_dim"]:
        classes = np.eye(config["c_dim"], dtype=np.float32)[np.arange(SAMPLES) % config["c_dim"]]
        x = np.concatenate([x, _even(_linear(parts, "mapping.embed", classes, 1.0))], axis=1)
    for i in range(len(config["mapping"]) - 1):
        y = _linear(parts, f"mapping.fc{i}", x, config["mapping_lr"])
        x = np.where(y < 0, 0.2 * y, y) * np.float32(np.sqrt(2))
    mean: NDArray[np.float32] = x.mean(axis=0, dtype=np.float64).astype(np.float32)
    return mean


def _linear(parts: Parts, name: str, x: NDArray[np.float32], lr: float) -> NDArray[np.float32]:
    weight = parts.array(f"{name}.weight").astype(np.float32) * np.float32(lr / np.sqrt(x.shape[1]))
    y: NDArray[np.float32] = x @ weight.T + parts.array(f"{name}.bias").astype(np.float32) * np.float32(lr)
    return y


def _even(x: NDArray[np.float32]) -> NDArray[np.float32]:
    even: NDArray[np.float32] = x / np.sqrt(np.square(x).mean(axis=1, keepdims=True) + np.float32(1e-8))
    return even
