"""Writes and reads safetensors piece by piece: nothing is copied as a whole, and a header is never believed.

Format: the length of a JSON header, the header with dtype, shape and place of each tensor, the numbers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from studio.files.checkpoint_parts import Array
from studio.files.pickle_machine import damaged, refused

MAX_HEADER_BYTES = 8 << 20
CODES = {"F32": "<f4", "F16": "<f2", "F64": "<f8"}
NAMES = {np.dtype(code): name for name, code in CODES.items()}


@dataclass(frozen=True)
class Written:
    """What a card says of its weights file."""

    sha256: str
    bytes: int


def write_safetensors(path: Path, tensors: Mapping[str, Array]) -> Written:
    """Write tensors, numbers other than of 2 or 4 bytes as float32. Raises OSError."""
    arrays = {name: _plain(array) for name, array in tensors.items()}
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        for piece in (memoryview(_head(arrays)), *map(raw_bytes, arrays.values())):
            file.write(piece)
            digest.update(piece)
            size += len(piece)
    return Written(digest.hexdigest(), size)


def raw_bytes(array: Array) -> memoryview:
    """The numbers of an array in their order, copied only where they do not lie so."""
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8).data


def _head(arrays: Mapping[str, Array]) -> bytes:
    head: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    place = 0
    for name, array in arrays.items():
        end = place + array.nbytes
        head[name] = {"dtype": NAMES[array.dtype], "shape": list(array.shape), "data_offsets": [place, end]}
        place = end
    text = json.dumps(head, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text


def read_safetensors(data: memoryview) -> dict[str, Array]:
    """The tensors as views of the file; raises StudioError where the header does not fit what is there."""
    length = int.from_bytes(data[:8], "little")
    if not 2 <= length <= min(MAX_HEADER_BYTES, len(data) - 8):
        raise refused("This file ends in the middle or is no safetensors file", f"a header of {length} bytes")
    try:
        head = json.loads(bytes(data[8 : 8 + length]))
    except (ValueError, RecursionError) as error:
        raise damaged(str(error)) from error
    if not isinstance(head, dict):
        raise damaged("a header that is none")
    numbers = data[8 + length :]
    return {name: _window(numbers, entry) for name, entry in head.items() if name != "__metadata__"}


def _window(numbers: memoryview, entry: Any) -> Array:
    match entry:
        case {"dtype": str(kind), "shape": [*shape], "data_offsets": [int(start), int(end)]} if kind in CODES:
            sizes = [size for size in shape if type(size) is int and 0 <= size < 2**40]
            count = int(np.prod([1, *sizes], dtype=object))
            fits = len(sizes) == len(shape) <= 8 and 0 <= start <= end <= len(numbers)
            if fits and count * np.dtype(CODES[kind]).itemsize == end - start:
                return np.frombuffer(numbers[start:end], CODES[kind]).reshape(sizes)
    raise refused("This file has a tensor that lies about its numbers", str(entry)[:200])


def _plain(array: Array) -> Array:
    return array if array.dtype in (np.dtype("<f4"), np.dtype("<f2")) else array.astype("<f4")
