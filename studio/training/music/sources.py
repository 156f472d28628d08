"""The files of music below a folder or inside zip files, one after the other: (collection, name, content).

Invariant: sizes are bounded, names that lead outside are passed over, and a zip inside a folder reads like a folder.
"""

from __future__ import annotations

import contextlib
import os
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from studio.core.errors import StudioError
from studio.files.score_reading import MAX_BYTES

KINDS = {
    ".abc": "abc",
    ".krn": "kern",
    ".mxl": "musicxml",
    ".musicxml": "musicxml",
    ".xml": "musicxml",
    ".jsonl": "jsonl",
    ".mid": "midi",
    ".midi": "midi",
}
MAX_MEMBERS = 100_000
_BROKEN_ZIP = (OSError, RuntimeError, ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True, slots=True)
class MusicFile:
    """One file: the folder that it lies in names its collection; kind is one of KINDS' values."""

    collection: str
    name: str
    kind: str
    content: bytes
    trouble: str = ""  # why the content could not be had


def music_files(place: Path, kinds: frozenset[str] = frozenset(KINDS.values())) -> Iterator[MusicFile]:
    """Every file of one of the kinds, in order of names. StudioError where `place` is neither folder, zip nor music."""
    if place.is_dir():
        for folder, below, files in os.walk(place):
            below.sort()
            for file in sorted(files):
                yield from _file(Path(folder) / file, kinds)
    elif place.is_file():
        yield from _file(place, kinds)
    else:
        raise StudioError(f"{place} does not exist.")


def _file(path: Path, kinds: frozenset[str]) -> Iterator[MusicFile]:
    kind = KINDS.get(path.suffix.lower())
    if path.suffix.lower() == ".zip":
        yield from _zipped(path, kinds)
    elif kind in kinds:
        if path.stat().st_size > MAX_BYTES:
            yield MusicFile(path.parent.name, path.name, kind or "", b"", "too large")
        else:
            yield MusicFile(path.parent.name, path.name, kind or "", path.read_bytes())


def _zipped(path: Path, kinds: frozenset[str]) -> Iterator[MusicFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = sorted(archive.infolist(), key=lambda member: member.filename)
            if len(members) > MAX_MEMBERS:
                raise StudioError(f"{path.name} holds more than {MAX_MEMBERS:,} files.")
            for member in members:
                kind = KINDS.get(PurePosixPath(member.filename).suffix.lower(), "")
                if kind in kinds:
                    yield _member(archive, member, kind, path.stem)
    except _BROKEN_ZIP as error:
        raise StudioError(f"{path.name} is damaged or no zip file.", str(error)) from error


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, kind: str, stem: str) -> MusicFile:
    path = PurePosixPath(member.filename)
    collection = path.parts[0] if len(path.parts) > 1 else stem
    if member.file_size > MAX_BYTES:
        return MusicFile(collection, path.name, kind, b"", "too large")
    try:
        with archive.open(member) as file:
            return MusicFile(collection, path.name, kind, file.read(MAX_BYTES + 1)[:MAX_BYTES])
    except _BROKEN_ZIP as error:
        return MusicFile(collection, path.name, kind, b"", f"cannot be unpacked: {error}")


PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff")


def is_of_music(place: Path) -> bool:
    """Whether a folder or zip holds music and no pictures, by the names of its files."""
    endings = {PurePosixPath(name).suffix.lower() for name in _names(place)}
    return bool(endings & KINDS.keys()) and not endings & set(PICTURES)


def _names(place: Path) -> Iterator[str]:
    paths = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    for path in paths:
        yield path.name
        if path.suffix.lower() == ".zip" and zipfile.is_zipfile(path):
            with contextlib.suppress(*_BROKEN_ZIP), zipfile.ZipFile(path) as archive:
                yield from archive.namelist()[:MAX_MEMBERS]
