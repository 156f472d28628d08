"""Pictures that show the same: small grey thumbnails, compared by difference hash and correlation.

Invariant: what shows the same is in one group, also where it is mirrored; what cannot be read is alone.
Difference hash: 8 x 8 signs of the change from one cell to the next (N. Krawetz, 2013).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.core.errors import StudioError
from studio.core.picture import Pixels
from studio.files.locations import cache_dir
from studio.files.picture_file import decode
from studio.training.picture.reading import Reader, in_threads
from studio.training.picture.works import Work

HEIGHT, WIDTH = 16, 18  # of a thumbnail
ABOUT_PX = 64
NEAR_BITS = 5  # of 64
ALIKE = 0.97  # correlation of two thumbnails that show the same
FLAT = 2.0  # levels; pictures that vary less have nothing to compare
KNOWN = "thumbnails.json"
MOST_KNOWN = 100_000

Thumbnail = NDArray[np.uint8]  # (HEIGHT, WIDTH)


def thumbnail(pixels: Pixels) -> Thumbnail:
    """(16, 18) grey cells of a picture (H, W, 3)."""
    grey = Image.fromarray(pixels).convert("L")
    return np.asarray(grey.resize((WIDTH, HEIGHT), Image.Resampling.BOX))


def thumbnails(works: Sequence[Work]) -> list[Thumbnail | None]:
    """One for each work, None where its file cannot be read; those seen before come from the user's cache."""
    path = cache_dir() / KNOWN
    known = _read_known(path)
    with Reader() as reader:
        reader.open(works)
        keys = [f"{work.path.absolute()}|{reader.stamp(work)}" for work in works]
        fresh = [i for i, key in enumerate(keys) if key not in known]
        found = in_threads(lambda i: _thumbnail(reader, works[i]), fresh)
        known |= {keys[i]: cells for i, cells in zip(fresh, found, strict=True)}
    if fresh:
        _write_known(path, known)
    return [_cells(known[key]) for key in keys]


def _thumbnail(reader: Reader, work: Work) -> bytes:
    try:
        return thumbnail(decode(reader.read(work), work.key, ABOUT_PX)).tobytes()
    except StudioError:
        return b""


def _cells(content: bytes) -> Thumbnail | None:
    fits = len(content) == HEIGHT * WIDTH
    return np.frombuffer(content, np.uint8).reshape(HEIGHT, WIDTH) if fits else None


def _read_known(path: Path) -> dict[str, bytes]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, bytes])
    except (OSError, msgspec.DecodeError):
        return {}


def _write_known(path: Path, known: dict[str, bytes]) -> None:
    newest = dict(list(known.items())[-MOST_KNOWN:])
    partial = path.with_suffix(f".{os.getpid()}.partial")
    with suppress(OSError):  # it only saves time
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(msgspec.json.encode(newest))
        partial.replace(path)


def same_groups(cells: Sequence[Thumbnail | None]) -> list[int]:
    """A number for each picture, equal for those that show the same, also mirrored: that of the first of them."""
    groups = list(range(len(cells)))
    for first, second in _pairs(cells):
        low, high = sorted((groups[first], groups[second]))
        groups = [low if group == high else group for group in groups] if low != high else groups
    return groups


def _pairs(cells: Sequence[Thumbnail | None]) -> Iterator[tuple[int, int]]:
    """Pairs (i, j), i < j, that show the same."""
    seen = [i for i, cell in enumerate(cells) if cell is not None]
    stack = np.array([cell for cell in cells if cell is not None], np.uint8).reshape(-1, HEIGHT, WIDTH)
    mirrored = stack[:, :, ::-1]
    hashes, turned = _hashes(stack), _hashes(mirrored)
    for n in range(len(seen)):
        for others, other_hashes in ((stack, hashes), (mirrored, turned)):
            near = n + 1 + np.nonzero(np.bitwise_count(other_hashes[n + 1 :] ^ hashes[n]) <= NEAR_BITS)[0]
            yield from ((seen[n], seen[m]) for m in near if _alike(stack[n], others[m]))


def _hashes(stack: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """(n, 16, 18) -> (n,), a bit for each step to the right in 8 x 9 cells."""
    means = stack.reshape(-1, 8, 2, 9, 2).sum(axis=(2, 4), dtype=np.int32)  # (n, 8, 9)
    bits = (means[:, :, 1:] > means[:, :, :-1]).reshape(-1, 64)
    return np.packbits(bits, axis=1).view(np.uint64)[:, 0]


def _alike(one: Thumbnail, two: Thumbnail) -> bool:
    a, b = one - one.mean(), two - two.mean()
    if min(a.std(), b.std()) < FLAT:
        return bool(np.abs(one.astype(float) - two).max() < FLAT)
    return bool((a * b).mean() >= ALIKE * a.std() * b.std())
