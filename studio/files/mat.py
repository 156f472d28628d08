"""MATLAB files (version 5) whose variables are cells of number arrays: what the piano-roll benchmarks come in.

Reads real, full arrays and cells of them, plain or deflated (MATLAB's "MAT-File Format", level 5). Nothing in the
file is ever executed; what it does not know it refuses with a StudioError.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError

Array = NDArray[Any]
HEADER_BYTES = 128
MATRIX, COMPRESSED = 14, 15
CELL, FIRST_NUMBERS = 1, 6  # array classes; 6 to 15 are numbers from double to uint64
COMPLEX = 0x0800
NUMBERS: dict[int, np.dtype[Any]] = {
    1: np.dtype("<i1"),
    2: np.dtype("<u1"),
    3: np.dtype("<i2"),
    4: np.dtype("<u2"),
    5: np.dtype("<i4"),
    6: np.dtype("<u4"),
    7: np.dtype("<f4"),
    9: np.dtype("<f8"),
    12: np.dtype("<i8"),
    13: np.dtype("<u8"),
}


def read_cells(path: Path) -> dict[str, list[Array]]:
    """The arrays of every cell variable, by its name. Raises StudioError where the file is no such file."""
    try:
        data = path.read_bytes()
        if len(data) < HEADER_BYTES or data[126:128] != b"IM":
            raise ValueError("no little-endian MATLAB 5 header")
        return dict(_variable(body) for kind, body in _elements(data[HEADER_BYTES:]) if kind == MATRIX)
    except (OSError, ValueError, IndexError, zlib.error) as error:
        raise StudioError(f"The file {path.name} cannot be read as a MATLAB file.", str(error)) from error


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(type, content) of the elements that follow each other in `data`; deflated ones are opened."""
    at = 0
    while at + 8 <= len(data):
        kind, size = (int(n) for n in np.frombuffer(data, "<u4", 2, at))
        if kind >> 16:  # a small element: its size and content share one word of eight bytes
            kind, size, begin, step = kind & 0xFFFF, kind >> 16, at + 4, 8
        else:
            begin, step = at + 8, 8 + (size if kind == COMPRESSED else -(-size // 8) * 8)
        if begin + size > len(data):
            raise ValueError("the file is cut short")
        body = data[begin : begin + size]
        if kind == COMPRESSED:
            yield from _elements(zlib.decompress(body))
        else:
            yield kind, body
        at += step


def _variable(matrix: bytes) -> tuple[str, list[Array]]:
    """Name and arrays of a cell; an array of numbers counts as a cell of one."""
    (_, flags), _, (_, name), *parts = _elements(matrix)
    if flags[0] != CELL:
        return name.decode("latin-1"), [_numbers(matrix)]
    return name.decode("latin-1"), [_numbers(body) for kind, body in parts if kind == MATRIX]


def _numbers(matrix: bytes) -> Array:
    """One array of numbers, in its own shape (MATLAB stores column after column)."""
    if not matrix:
        return np.zeros((0, 0))
    (_, flags), (_, shape), _, (kind, content), *_ = _elements(matrix)
    if flags[0] < FIRST_NUMBERS or flags[1] & (COMPLEX >> 8) or kind not in NUMBERS:
        raise ValueError("only real, full arrays of numbers can be read")
    sizes = [int(n) for n in np.frombuffer(shape, "<i4")]
    numbers: Array = np.frombuffer(content, dtype=NUMBERS[kind])
    return numbers.reshape(sizes, order="F")
