"""The entries of a zip whose entries are stored as they are, as views of the file: the container of PyTorch's .pt.

Invariant: nothing is unpacked or copied, and every entry lies inside the file.
"""

from __future__ import annotations

import struct

from studio.files.pickle_machine import damaged, refused

MAX_ENTRIES = 100_000
MAX_COMMENT = 1 << 16
END, END_64, PLACE_64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
ENTRY, LOCAL = b"PK\x01\x02", b"PK\x03\x04"
ALL_ONES = 0xFFFFFFFF


def stored_entries(data: memoryview) -> dict[str, memoryview]:
    """Entries by their names; raises StudioError where the zip is damaged or packed."""
    try:
        count, position = _directory(data)
        if count > MAX_ENTRIES:
            raise refused("This file has more parts than any checkpoint", f"{count} entries")
        entries: dict[str, memoryview] = {}
        for _ in range(count):
            name, view, position = _entry(data, position)
            entries[name] = view
        return entries
    except (struct.error, UnicodeDecodeError, IndexError) as error:
        raise damaged(f"a damaged zip: {error}") from error


def _directory(data: memoryview) -> tuple[int, int]:
    """How many entries the directory has, and where it begins."""
    tail = bytes(data[-MAX_COMMENT - 22 :])
    at = tail.rfind(END)
    if at < 0:
        raise refused("This file ends in the middle", "a zip without a directory")
    count, _, position = struct.unpack_from("<HII", tail, at + 10)
    if position != ALL_ONES and count != 0xFFFF:
        return count, position
    place = tail.rfind(PLACE_64)
    (position_64,) = struct.unpack_from("<Q", tail, place + 8) if place >= 0 else (len(data),)
    if bytes(data[position_64 : position_64 + 4]) != END_64:
        raise damaged("a zip without its long directory")
    count, _, position = struct.unpack_from("<QQQ", data, position_64 + 32)
    return count, position


def _entry(data: memoryview, position: int) -> tuple[str, memoryview, int]:
    """Name, content and the place of the next entry in the directory."""
    if bytes(data[position : position + 4]) != ENTRY:
        raise damaged("a zip with a damaged directory")
    method, size, full = (struct.unpack_from("<H", data, position + 10)[0], *_sizes(data, position))
    lengths = struct.unpack_from("<HHH", data, position + 28)
    (offset,) = struct.unpack_from("<I", data, position + 42)
    name = str(data[position + 46 : position + 46 + lengths[0]], "utf-8")
    extra = data[position + 46 + lengths[0] : position + 46 + lengths[0] + lengths[1]]
    if ALL_ONES in (size, full, offset):
        full, size, offset = _long(extra, full, size, offset)
    if method != 0 or size != full:
        raise refused("This file is a packed zip, not a checkpoint", name[:80])
    return name, _content(data, offset, size), position + 46 + sum(lengths)


def _sizes(data: memoryview, position: int) -> tuple[int, int]:
    size, full = struct.unpack_from("<II", data, position + 20)
    return size, full


def _long(extra: memoryview, *short: int) -> list[int]:
    """The numbers that did not fit into 32 bits, in the order of the zip64 field."""
    position = 0
    while position + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, position)
        if kind == 1:
            longer = iter(struct.unpack_from(f"<{length // 8}Q", extra, position + 4))
            return [next(longer, 0) if number == ALL_ONES else number for number in short]
        position += 4 + length
    raise damaged("a zip with a missing size")


def _content(data: memoryview, offset: int, size: int) -> memoryview:
    if bytes(data[offset : offset + 4]) != LOCAL:
        raise damaged("a zip with a missing entry")
    name, extra = struct.unpack_from("<HH", data, offset + 26)
    start = offset + 30 + name + extra
    if start + size > len(data):
        raise refused("This file ends in the middle", "a zip entry")
    return data[start : start + size]
