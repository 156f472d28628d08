"""Where pictures to learn from lie: a folder or a zip file, read member by member and never unpacked to the disk.

Invariant: names are relative, with slashes, and lead nowhere outside; what is read has a limit, whatever a file says
of itself.
"""

from __future__ import annotations

import os
import threading
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from studio.core.errors import StudioError
from studio.files.picture_file import MAX_BYTES, read_bytes

PICTURES = (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".tif", ".tiff", ".bmp", ".gif")
MAX_MEMBERS = 200_000
MAX_TOTAL = 64 * 2**30  # bytes of all members, unpacked
MAX_RATIO = 200  # unpacked to packed, of members over SMALL
SMALL = 2**20


class Source(Protocol):
    """A place with files."""

    @property
    def path(self) -> Path:
        """The folder or zip file."""

    @property
    def archive(self) -> Path | None:
        """The zip file, where it is one."""

    def names(self) -> list[str]:
        """All files in a fixed order, without hidden ones and without folders that a training run made."""

    def has(self, name: str) -> bool:
        """Whether there is such a file."""

    def read(self, name: str) -> bytes:
        """A whole file; raises StudioError where it is missing, too large or not to be trusted."""

    def stamp(self, name: str) -> str:
        """Changes when the file changes."""


def is_picture(name: str) -> bool:
    """Whether the ending says so."""
    return name.lower().endswith(PICTURES)


def leads_outside(name: str) -> bool:
    """Whether a name is absolute, climbs up, or means something else on another system."""
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or "" in parts or name[1:3] in (":/", ":\\") or "\0" in name


def _hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


class FolderSource:
    """A folder with all that is below it; links to other folders are not followed."""

    archive: Path | None = None

    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self) -> list[str]:
        found: list[str] = []
        for folder, below, files in os.walk(self.path):
            if Path(folder) != self.path and "recipe.toml" in files:  # a run: its sheets are no data
                below.clear()
                continue
            inside = Path(folder).relative_to(self.path)
            found += [(inside / file).as_posix() for file in files]
        return sorted(name for name in found if not _hidden(name))

    def has(self, name: str) -> bool:
        return (self.path / name).is_file()

    def read(self, name: str) -> bytes:
        return read_bytes(self.path / name)

    def stamp(self, name: str) -> str:
        try:
            status = (self.path / name).stat()
        except OSError:
            return "missing"
        return f"{status.st_size}:{status.st_mtime_ns}"


class ZipSource:
    """A zip file that stays open until `close`; may be read from several threads."""

    def __init__(self, path: Path) -> None:
        self.path = self.archive = path
        self._lock = threading.Lock()
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile, ValueError) as error:
            raise StudioError(f"{path.name} is damaged or no zip file.", str(error)) from error
        members = self._zip.infolist()
        if len(members) > MAX_MEMBERS or sum(m.file_size for m in members) > MAX_TOTAL:
            self.close()
            raise StudioError(
                f"{path.name} holds more than a data set should.",
                f"At most {MAX_MEMBERS} files and {MAX_TOTAL // 2**30} GiB.",
                "Unpack it yourself and name the folder.",
            )
        self._members = {
            m.filename: m
            for m in members
            if not (m.is_dir() or leads_outside(m.filename) or _hidden(m.filename))
        }

    def close(self) -> None:
        self._zip.close()

    def names(self) -> list[str]:
        return sorted(self._members)

    def has(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        member = self._members.get(name)
        if member is None:
            raise StudioError(f"{name} does not exist in {self.path.name}.")
        if member.file_size > MAX_BYTES or _too_tight(member):
            raise StudioError(f"{name} is too large to be unpacked.", hint="Leave it out of the zip file.")
        try:
            with self._lock, self._zip.open(member) as file:
                return file.read(MAX_BYTES + 1)
        except (OSError, RuntimeError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise StudioError(f"{name} cannot be unpacked.", str(error), "Make the zip file anew.") from error

    def stamp(self, name: str) -> str:
        member = self._members.get(name)
        return f"{member.file_size}:{member.CRC:08x}" if member else "missing"


def _too_tight(member: zipfile.ZipInfo) -> bool:
    return member.file_size > SMALL and member.file_size > MAX_RATIO * max(member.compress_size, 1)


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """A folder or a zip file as a source; raises StudioError where it is neither."""
    if path.is_dir():
        yield FolderSource(path)
    elif path.is_file():
        source = ZipSource(path)
        try:
            yield source
        finally:
            source.close()
    else:
        raise StudioError(f"There is no folder {path}.", hint="Give the folder or zip with the pictures.")
