"""The packed pictures of a run: one file of uint8 pixels with an index at its end, mapped into memory.

Invariant: a pack on the disk is whole and of these very files (names, sizes, dates), or it is made anew.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image, ImageOps

from studio.core.errors import StudioError
from studio.core.picture import Pixels
from studio.files.picture_file import decode, read_bytes
from studio.training.picture.reading import Reader, in_threads
from studio.training.picture.works import Work

FORMAT = 1
TAIL = 8  # bytes that say how long the index is
LARGER = 8  # times the packed side: what a large JPEG is read at
BROKEN_SHARE = 0.1
NAMED = 10
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Index:
    """What the end of a pack says: a key, a shape (None for a broken file) and a word of trouble for each work."""

    keys: list[str]
    shapes: list[tuple[int, int, int] | None]
    troubles: list[str]
    format: int = FORMAT


def packed(works: Sequence[Work], side: int, cache: Path, pad: bool) -> list[Pixels | None]:
    """Every work at short side `side` px, None for what cannot be read; from `cache` where it is of these files.

    Broken files are named in the log. Raises StudioError where more than a tenth is broken, or the disk is full.
    """
    with Reader() as reader:
        reader.open(works)
        keys = [f"{work.key}|{reader.stamp(work)}@{side}{'p' if pad else ''}" for work in works]
        index = _read_index(cache)
        if index is None or index.keys != keys:
            with closing(in_threads(lambda work: _load(reader, work, side, pad), works)) as pictures:
                index = _write(cache, keys, pictures)
    troubles = [trouble for trouble in index.troubles if trouble]
    _bear(troubles, len(works))
    return _map(cache, index)


def _load(reader: Reader, work: Work, side: int, pad: bool) -> Pixels | str:
    try:
        return _fit(decode(reader.read(work), work.key, LARGER * side), side, pad)
    except StudioError as error:
        return error.title


def _bear(troubles: Sequence[str], count: int) -> None:
    """Go on without a few broken files, naming each; raise StudioError where they are many."""
    if len(troubles) > max(1, BROKEN_SHARE * count) or len(troubles) == count:
        raise StudioError(
            f"{len(troubles)} of {count} pictures cannot be read. {' '.join(troubles[:NAMED])}",
            "\n".join(troubles),
            "Remove or replace them; `latent-studio data check` lists them all.",
        )
    for trouble in troubles[:NAMED]:
        log.warning("Left out: %s", trouble)
    if troubles:
        log.warning("%d of %d pictures were left out.", len(troubles), count)


def _write(cache: Path, keys: list[str], pictures: Iterator[Pixels | str]) -> Index:
    index = Index(keys, [], [])
    partial = cache.with_name(f"{cache.name}.{os.getpid()}.partial")
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            for picture in pictures:
                index.troubles.append(picture if isinstance(picture, str) else "")
                index.shapes.append(None if isinstance(picture, str) else picture.shape)  # type: ignore[arg-type]
                if not isinstance(picture, str):
                    file.write(picture.tobytes())
            words = msgspec.json.encode(index)
            file.write(words + len(words).to_bytes(TAIL, "little"))
        os.replace(partial, cache)
    except OSError as error:
        raise StudioError(
            f"The packed pictures cannot be written to {cache.parent}.", str(error), "Is the disk full?"
        ) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return index


def _read_index(cache: Path) -> Index | None:
    """None where the pack is missing, cut or damaged."""
    try:
        with cache.open("rb") as file:
            size = file.seek(-TAIL, os.SEEK_END)
            length = int.from_bytes(file.read(TAIL), "little")
            file.seek(size - length)
            index = msgspec.json.decode(file.read(length), type=Index)
    except (OSError, ValueError, msgspec.DecodeError):
        return None
    whole = size - length == sum(int(np.prod(shape)) for shape in index.shapes if shape)
    return index if whole and index.format == FORMAT else None


def _map(cache: Path, index: Index) -> list[Pixels | None]:
    sizes = [int(np.prod(shape)) if shape else 0 for shape in index.shapes]
    pixels: Pixels = np.asarray(np.memmap(cache, np.uint8, "r", shape=(sum(sizes),)))
    ends = np.cumsum(sizes)
    return [
        pixels[end - size : end].reshape(shape) if shape else None
        for end, size, shape in zip(ends, sizes, index.shapes, strict=True)
    ]


def read_picture(path: Path, side: int, *, pad: bool = False) -> Pixels:
    """(H, W, 3) uint8 with short side `side`, or a padded square; raises StudioError that names the file."""
    return _fit(decode(read_bytes(path), path.name, LARGER * side), side, pad)


def _fit(pixels: Pixels, side: int, pad: bool) -> Pixels:
    picture = Image.fromarray(pixels)
    if pad:
        picture = ImageOps.pad(picture, (max(picture.size),) * 2, color="white")
    scale = side / min(picture.size)
    size = (max(side, round(picture.width * scale)), max(side, round(picture.height * scale)))
    return np.asarray(picture.resize(size, Image.Resampling.LANCZOS))
