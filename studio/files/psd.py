"""Photoshop documents (PSD): 8 bits RGB in sRGB, layers with names, opacity, blend modes and visibility.

After Adobe's file format specification (2019). Rows are PackBits: constant ones as runs, others literally, so that any
reader takes them and writing stays fast. Big-endian throughout; every section begins with its length.
"""

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.core.layers import BlendMode
from studio.files.colour_profile import srgb_profile
from studio.files.layer_file import FileLayer, LayeredPicture

MAX_PX = 30000
BLEND_KEYS: dict[BlendMode, bytes] = {
    "normal": b"norm",
    "multiply": b"mul ",
    "screen": b"scrn",
    "overlay": b"over",
    "soft-light": b"sLit",
    "hard-light": b"hLit",
    "darken": b"dark",
    "lighten": b"lite",
    "color-dodge": b"div ",
    "color-burn": b"idiv",
    "difference": b"diff",
    "exclusion": b"smud",
}
RESOLUTION, ICC, RUNS = 1005, 1039, 1
HIDDEN = 0x02
CHANNELS = ((-1, 3), (0, 0), (1, 1), (2, 2))  # of a layer: alpha first
Plane = NDArray[np.uint8]


def psd_bytes(picture: LayeredPicture) -> bytes:
    """The file's content; raises StudioError for a picture larger than the format holds."""
    height, width = picture.flat.shape[:2]
    if max(width, height) > MAX_PX:
        raise StudioError(f"A PSD holds pictures of up to {MAX_PX} px.", hint="Choose a smaller size.")
    return b"".join(
        (
            struct.pack(">4sH6xHIIHH", b"8BPS", 1, 3, height, width, 8, 3),
            struct.pack(">I", 0),  # colour mode data
            _sized(_resource(RESOLUTION, _resolution(picture.dpi)) + _resource(ICC, srgb_profile())),
            _sized(_sized(_layers(picture.layers), even=True) + struct.pack(">I", 0)),
            _merged(picture.flat),
        )
    )


def _sized(content: bytes, even: bool = False) -> bytes:
    content += b"\0" * (len(content) % 2) if even else b""
    return struct.pack(">I", len(content)) + content


def _resource(number: int, content: bytes) -> bytes:
    padded = content + b"\0" * (len(content) % 2)
    return struct.pack(">4sHHI", b"8BIM", number, 0, len(content)) + padded


def _resolution(dpi: int) -> bytes:
    """Fixed point px an inch, shown in inches, both ways."""
    return struct.pack(">IHHIHH", dpi << 16, 1, 1, dpi << 16, 1, 1)


def _layers(layers: Sequence[FileLayer]) -> bytes:
    records, planes = [], []
    for layer in layers:
        channels = [_channel(layer.rgba[..., index]) for _, index in CHANNELS]
        records.append(_record(layer, [len(content) for content in channels]))
        planes.extend(channels)
    return struct.pack(">h", len(records)) + b"".join(records) + b"".join(planes)


def _record(layer: FileLayer, lengths: list[int]) -> bytes:
    height, width = layer.rgba.shape[:2]
    place = struct.pack(">iiii", layer.top, layer.left, layer.top + height, layer.left + width)
    channels = b"".join(
        struct.pack(">hI", number, length) for (number, _), length in zip(CHANNELS, lengths, strict=True)
    )
    how = struct.pack(
        ">4s4sBBBx", b"8BIM", BLEND_KEYS[layer.mode], round(layer.opacity * 255), 0,
        0 if layer.visible else HIDDEN,
    )  # fmt: skip
    extra = struct.pack(">II", 0, 0) + _pascal(layer.name) + _unicode_name(layer.name)
    return place + struct.pack(">H", len(CHANNELS)) + channels + how + _sized(extra)


def _pascal(name: str) -> bytes:
    """The name for old readers, padded to 4 bytes."""
    text = name.encode("mac-roman", "replace")[:255]
    content = bytes([len(text)]) + text
    return content + b"\0" * (-len(content) % 4)


def _unicode_name(name: str) -> bytes:
    text = name.encode("utf-16-be")
    content = struct.pack(">I", len(text) // 2) + text
    content += b"\0" * (-len(content) % 4)
    return struct.pack(">4s4sI", b"8BIM", b"luni", len(content)) + content


def _channel(plane: Plane) -> bytes:
    """Compression, the rows' lengths, the rows."""
    rows = _packed_rows(plane)
    return struct.pack(">H", RUNS) + struct.pack(f">{len(rows)}H", *map(len, rows)) + b"".join(rows)


def _merged(flat: NDArray[np.uint8]) -> bytes:
    rows = [row for index in range(3) for row in _packed_rows(flat[..., index])]
    return struct.pack(">H", RUNS) + struct.pack(f">{len(rows)}H", *map(len, rows)) + b"".join(rows)


def _packed_rows(plane: Plane) -> list[bytes]:
    """Each row as PackBits."""
    plane = np.ascontiguousarray(plane)
    even = (plane == plane[:, :1]).all(axis=1)
    return [
        _run(row[0], plane.shape[1]) if same else _literal(row.tobytes())
        for row, same in zip(plane, even, strict=True)
    ]


def _run(value: int, length: int) -> bytes:
    """One value `length` times: runs of 128, then what is left."""
    whole, rest = divmod(length, 128)
    tail = b"" if not rest else bytes([(257 - rest) & 0xFF, value]) if rest > 1 else bytes([0, value])
    return bytes([129, value]) * whole + tail


def _literal(row: bytes) -> bytes:
    parts = (row[start : start + 128] for start in range(0, len(row), 128))
    return b"".join(bytes([len(part) - 1]) + part for part in parts)
