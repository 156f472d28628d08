"""MATLAB files: cells of arrays come back as they were written; damaged files are refused."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from studio.core.errors import StudioError
from studio.files.mat import read_cells

CELL, DOUBLE, UINT8 = 1, 6, 9


def element(kind: int, content: bytes) -> bytes:
    if 0 < len(content) <= 4:
        return struct.pack("<HH", kind, len(content)) + content.ljust(4, b"\0")
    return struct.pack("<II", kind, len(content)) + content + bytes(-len(content) % 8)


def matrix(array_class: int, name: str, shape: tuple[int, ...], content: bytes) -> bytes:
    flags = element(6, struct.pack("<II", array_class, 0))
    sizes = element(5, struct.pack(f"<{len(shape)}i", *shape))
    return element(14, flags + sizes + element(1, name.encode()) + content)


def numbers(array: np.ndarray, name: str = "") -> bytes:
    kind, array_class = (2, UINT8) if array.dtype == np.uint8 else (9, DOUBLE)
    return matrix(array_class, name, array.shape, element(kind, array.tobytes(order="F")))


def cells(name: str, arrays: list[np.ndarray]) -> bytes:
    return matrix(CELL, name, (1, len(arrays)), b"".join(numbers(array) for array in arrays))


def write_mat(path: Path, *variables: bytes, deflate: bool = True) -> Path:
    def packed(body: bytes) -> bytes:
        content = zlib.compress(body)
        return struct.pack("<II", 15, len(content)) + content

    header = b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM"
    path.write_bytes(header + b"".join(packed(v) if deflate else v for v in variables))
    return path


@pytest.mark.parametrize("deflate", [True, False])
def test_cells_come_back(tmp_path: Path, deflate: bool) -> None:
    first = np.arange(15, dtype=np.uint8).reshape(3, 5)
    second = np.linspace(0, 1, 8).reshape(4, 2)
    path = write_mat(
        tmp_path / "a.mat", cells("train", [first, second]), numbers(first, "one"), deflate=deflate
    )
    read = read_cells(path)
    assert list(read) == ["train", "one"]
    np.testing.assert_array_equal(read["train"][0], first)
    np.testing.assert_array_equal(read["train"][1], second)
    np.testing.assert_array_equal(read["one"][0], first)


@pytest.mark.parametrize("cut", [0, 60, 128 + 30])
def test_a_file_cut_short_is_refused(tmp_path: Path, cut: int) -> None:
    path = write_mat(tmp_path / "a.mat", cells("train", [np.ones((4, 4))]))
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(StudioError, match="cannot be read"):
        read_cells(path)


def test_text_and_missing_files_are_refused(tmp_path: Path) -> None:
    path = write_mat(tmp_path / "a.mat", matrix(4, "words", (1, 3), element(16, b"abc")))
    for bad in (path, tmp_path / "nowhere.mat"):
        with pytest.raises(StudioError):
            read_cells(bad)
