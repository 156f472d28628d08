"""Reads the files of works, from folders and zip files alike, a few at a time.

Invariant: results come in the order of the works, whichever thread was first.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from os import cpu_count
from pathlib import Path
from typing import TypeVar

from studio.training.picture.sources import FolderSource, Source, ZipSource
from studio.training.picture.works import Work

WINDOW = 64  # pictures in flight
ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")


class Reader:
    """Reads the files of works, opening each zip file once; a context that may be used from several threads."""

    def __init__(self) -> None:
        self._open: dict[Path, Source] = {}
        self._closing = ExitStack()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def open(self, works: Sequence[Work]) -> None:
        """Open the zip files of these works; raises StudioError where one is gone."""
        for archive in {work.archive for work in works if work.archive} - set(self._open):
            source = ZipSource(archive)
            self._closing.callback(source.close)
            self._open[archive] = source

    def read(self, work: Work) -> bytes:
        source, name = self._find(work)
        return source.read(name)

    def stamp(self, work: Work) -> str:
        """Changes when the file changes."""
        source, name = self._find(work)
        return source.stamp(name)

    def _find(self, work: Work) -> tuple[Source, str]:
        if work.archive:
            return self._open[work.archive], work.name
        return FolderSource(work.path.parent), work.path.name


def in_threads(task: Callable[[ItemT], ResultT], items: Sequence[ItemT]) -> Generator[ResultT]:
    """The results in order, with a few threads at work and no more than WINDOW results waiting."""
    with ThreadPoolExecutor(min(8, cpu_count() or 1)) as pool:
        for first in range(0, len(items), WINDOW):
            yield from pool.map(task, items[first : first + WINDOW])
