"""The melodies that the melody LSTM learns from: dance tunes, and the other collections that a recipe names.

Invariant: the dance tunes are split as they were when they stood alone, and nothing trained on is a variant of a
held-out melody of any collection.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from studio.core.errors import StudioError
from studio.training.music.loop import Plan
from studio.training.music.melody_sources import SOURCES, Collected
from studio.training.music.tunes import STYLES, NamedTune, read_tunes, split, without_variants


@dataclass(frozen=True, slots=True)
class Melodies:
    """train and held: each collection's own split, one after the other; styles: the dance tunes' first; refused: why
    others were left out; remarks: what readers lost or had to guess; works: how many by collection."""

    train: tuple[NamedTune, ...]
    held: tuple[NamedTune, ...]
    styles: tuple[str, ...]
    refused: Counter[str]
    works: Counter[str]
    remarks: Counter[str]


def read_melodies(folder: Path, plan: Plan, collections: Iterable[str] = ()) -> Melodies:
    """StudioError for a collection that is unknown or not there."""
    reading = read_tunes(folder)
    train, held = split(reading.tunes, plan.held_out, plan.seed)
    works, refused, remarks = (
        Counter(t.collection for t in reading.tunes),
        Counter(reading.refused),
        Counter[str](),
    )
    names = tuple(collections)
    for name in names:
        more = _read(name, folder)
        more_train, more_held = _split_by_work(more.tunes, plan.held_out, plan.seed)
        train, held = [*train, *more_train], [*held, *without_variants(more_held, train)]
        refused, remarks = refused + more.refused, remarks + more.remarks
        works[name] += more.works
    styles = (*STYLES, *(SOURCES[name].style for name in names))
    kept = without_variants(train, held) if names else train
    refused["too like a held-out melody"] += len(train) - len(kept)
    return Melodies(tuple(kept), tuple(held), styles, +refused, works, remarks)


def _read(name: str, folder: Path) -> Collected:
    if name not in SOURCES:
        raise StudioError(f"There is no collection {name!r}.", hint=f"Known: {', '.join(SOURCES)}.")
    return SOURCES[name].read(folder)


def _split_by_work(
    tunes: Sequence[NamedTune], share: float, seed: int
) -> tuple[list[NamedTune], list[NamedTune]]:
    """(training, held out): melodies of one title stand on one side, the same whatever else is in the collection; no
    held-out one has a variant on the other."""
    train = [named for named in tunes if not _is_held(named, share, seed)]
    return train, without_variants((t for t in tunes if _is_held(t, share, seed)), train)


def _is_held(named: NamedTune, share: float, seed: int) -> bool:
    return crc32(f"{seed} {named.tune.titles[0]}".encode()) < share * 2**32
