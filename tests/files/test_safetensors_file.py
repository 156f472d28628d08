"""Our safetensors: what the library reads, and what a lying header comes to."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load, save

from studio.core.errors import StudioError
from studio.files.safetensors_file import read_safetensors, write_safetensors

ARRAYS = {
    "a.weight": np.arange(24, dtype=np.float32).reshape(2, 3, 4).transpose(2, 0, 1),
    "b": np.float16([1, 2]),
    "c": np.float64([[3]]),
    "d": np.array(5, np.float32),
}


def test_the_library_reads_what_we_write(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    written = write_safetensors(path, ARRAYS)
    content = path.read_bytes()
    assert (written.sha256, written.bytes) == (hashlib.sha256(content).hexdigest(), len(content))
    for found in (load(content), read_safetensors(memoryview(content))):
        assert found.keys() == ARRAYS.keys()
        for name, array in ARRAYS.items():
            np.testing.assert_array_equal(found[name], array)
            assert found[name].shape == array.shape


def test_we_read_what_the_library_writes() -> None:
    content = save({name: np.ascontiguousarray(array) for name, array in ARRAYS.items()})
    np.testing.assert_array_equal(read_safetensors(memoryview(content))["a.weight"], ARRAYS["a.weight"])


def with_header(head: object, numbers: bytes = bytes(16)) -> bytes:
    text = json.dumps(head).encode()
    return len(text).to_bytes(8, "little") + text + numbers


@pytest.mark.parametrize(
    "content",
    [
        b"",
        (10**12).to_bytes(8, "little") + b"{}",
        with_header([1]),
        with_header({"a": 1}),
        with_header({"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 17]}}),
        with_header({"a": {"dtype": "F32", "shape": [5], "data_offsets": [0, 16]}}),
        with_header({"a": {"dtype": "F32", "shape": [-4, -1], "data_offsets": [0, 16]}}),
        with_header({"a": {"dtype": "F32", "shape": [2**60, 2**60, 0], "data_offsets": [0, 16]}}),
        with_header({"a": {"dtype": "OBJ", "shape": [4], "data_offsets": [0, 16]}}),
        (50_000).to_bytes(8, "little") + b"[" * 50_000,
    ],
)
def test_a_header_is_not_believed(content: bytes) -> None:
    with pytest.raises(StudioError, match="not opened"):
        read_safetensors(memoryview(content))
