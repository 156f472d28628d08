"""What all layouts are brought to: a Checkpoint with canonical names, and the parts of a network it is made from.

Canonical names are those of NVIDIA's PyTorch programs, since most files have them. Immutable; any thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.files.checkpoint_words import Record, plain
from studio.files.pickle_machine import refused

Array = NDArray[np.generic]
MAX_MODULE_DEPTH = 8
MAX_PARTS = 20_000
MAX_SIDE, MAX_FEATURES = 8192, 1 << 28
STYLEGAN2, STYLEGAN3, LIGHTWEIGHT = "picture.stylegan2", "picture.stylegan3", "picture.lightweight_gan"


@dataclass(frozen=True)
class Checkpoint:
    """A generator as it was found. kind: what people call it; family: the engine that draws it; config: the network's
    own, as JSON takes it; tensors: by canonical names, in any float type, perhaps views of the file."""

    kind: str
    family: str
    config: Mapping[str, Any]
    tensors: Mapping[str, Array]

    @property
    def resolution(self) -> int:
        """The longer side in px."""
        return int(max(self.config["size"]))

    @property
    def classes(self) -> int:
        return int(self.config["c_dim"])

    @property
    def parameters(self) -> int:
        """How many numbers were learned: not the noise and the filters."""
        return sum(array.size for name, array in self.tensors.items() if not name.endswith(BUFFERS))


BUFFERS = (
    ".noise_const",
    ".w_avg",
    "_filter",
    ".transform",
    ".freqs",
    ".phases",
    ".magnitude_ema",
    ".running_mean",
    ".running_var",
    ".waves",
)


@dataclass(frozen=True)
class Parts:
    """A network laid flat: arrays by their full names, and the plain attributes of each module by its name."""

    arrays: dict[str, Array] = field(default_factory=dict)
    notes: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def note(self, module: str, name: str, usual: Any = None) -> Any:
        """One attribute of a module; `usual` where it is not there."""
        value = self.notes.get(module, {}).get(name, usual)
        array = plain(value)
        return value if array is None else array.tolist()

    def array(self, name: str) -> Array:
        """One array; raises StudioError where the generator lacks it."""
        if name not in self.arrays:
            raise lacking(name)
        return self.arrays[name]

    def shape(self, name: str, dimensions: int) -> tuple[int, ...]:
        """The shape of an array of so many dimensions, none of them 0; raises StudioError where it has another."""
        shape = self.array(name).shape
        if len(shape) != dimensions or 0 in shape:
            raise refused("The generator in this file has parts of a strange shape", f"{name}: {shape}")
        return tuple(shape)

    def names(self, prefix: str) -> list[str]:
        return [name for name in self.arrays if name.startswith(prefix)]


def lacking(name: str) -> StudioError:
    return refused("The generator in this file is not complete", f"{name} is missing")


def fitted(
    kind: str,
    family: str,
    config: Mapping[str, Any],
    wanted: Mapping[str, tuple[int, ...]],
    arrays: Mapping[str, Array],
) -> Checkpoint:
    """The checkpoint with the wanted arrays; raises StudioError where one is missing or has another shape."""
    for name, shape in wanted.items():
        if name not in arrays:
            raise lacking(name)
        if arrays[name].shape != shape:
            raise refused(
                "The generator in this file has parts that do not fit each other",
                f"{name}: {arrays[name].shape}, not {shape}",
            )
    return Checkpoint(kind, family, config, {name: arrays[name] for name in wanted})


def check_extent(channels: int, sides: Iterable[int]) -> None:
    """Raises StudioError for features that are larger than any generator's: drawing them would take all memory."""
    height, width = sides
    if max(height, width) > MAX_SIDE or channels * height * width > MAX_FEATURES:
        raise refused(
            "The generator in this file draws pictures larger than any", f"{channels} × {height} × {width}"
        )


def laid_flat(module: Record) -> Parts:
    """All parts of a module of NVIDIA's programs; raises StudioError where they are nested without an end."""
    parts = Parts()
    for name, fields in _modules("", module, 0):
        parts.notes[name] = fields
        for kind in ("_parameters", "_buffers"):
            for own, value in _entries(fields, kind).items():
                array = plain(value)
                if array is not None and isinstance(own, str):
                    parts.arrays[f"{name}.{own}" if name else own] = array
        if len(parts.arrays) + len(parts.notes) > MAX_PARTS:
            raise refused("This file has more parts than any generator", f"more than {MAX_PARTS}")
    return parts


def _modules(name: str, module: Record, depth: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if depth > MAX_MODULE_DEPTH:
        raise refused("This file is nested deeper than any generator", f"more than {MAX_MODULE_DEPTH} levels")
    fields = module.fields
    yield name, fields
    for own, child in _entries(fields, "_modules").items():
        if isinstance(child, Record) and isinstance(own, str):
            yield from _modules(f"{name}.{own}" if name else own, child, depth + 1)


def _entries(fields: Mapping[str, Any], kind: str) -> Mapping[Any, Any]:
    entries = fields.get(kind)
    return entries if isinstance(entries, dict) else {}


def arrays_of(state: Mapping[Any, Any]) -> dict[str, Array]:
    """A state dict: every array by its name."""
    found = {name: plain(value) for name, value in state.items() if isinstance(name, str)}
    return {name: array for name, array in found.items() if array is not None}


def whole(value: object, usual: int) -> int:
    """An attribute that must be a whole number from 0; raises StudioError where it is something else."""
    value = usual if value is None else value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is not int or not 0 <= value < 2**31:
        raise refused("The generator in this file describes itself in numbers that are none", str(value)[:80])
    return value


def real(value: object, usual: float) -> float:
    """An attribute that must be a number; None is `usual`."""
    value = usual if value is None else value
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e12:
        raise refused("The generator in this file describes itself in numbers that are none", str(value)[:80])
    return float(value)
