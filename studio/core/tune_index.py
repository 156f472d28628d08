"""TuneIndex: the melodies of many tunes laid end to end, and for any phrase the places where it has been before.

Pure NumPy. A place is found by its first SEED steps, packed into one number; matches are then followed as far as they
go. Invariant: symbols of two tunes never make one match, for a stop stands between them. Thread: any (read-only).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from studio.core.melody import SYMBOLS, Steps

SEED = 5  # steps: the shortest match that is looked for has one note more
STOP = SYMBOLS  # between tunes
_BITS = 12
_MOST = 4000  # places that are followed for one step of the phrase; more of the same say no more
Lengths = NDArray[np.int32]
Places = NDArray[np.int64]
assert STOP < 1 << _BITS
assert SEED * _BITS <= 63


@dataclass(frozen=True)
class TuneIndex:
    """symbols: every tune's steps, with a STOP after each; starts (tunes,): where each begins; bars: of each symbol's
    first note, from 0; names and collections (tunes,)."""

    symbols: Steps
    starts: NDArray[np.int32]
    bars: NDArray[np.uint16]
    names: tuple[str, ...]
    collections: tuple[str, ...]

    @classmethod
    def of(cls, tunes: Sequence[tuple[Steps, Sequence[int], str, str]]) -> TuneIndex:
        """From (steps, bar of each note, name, collection) of every tune."""
        sizes = [len(steps) + 1 for steps, *_ in tunes]
        symbols = [part for steps, *_ in tunes for part in (steps, np.array([STOP], np.uint16))]
        bars = [np.minimum(bars, 65_535)[: len(steps) + 1] for steps, bars, *_ in tunes]
        starts = np.cumsum([0, *sizes[:-1]]) if tunes else np.zeros(0)
        return cls(
            np.concatenate([*symbols, np.zeros(0, np.uint16)]).astype(np.uint16),
            starts.astype(np.int32),
            np.concatenate([*bars, np.zeros(0)]).astype(np.uint16),
            tuple(name for _, _, name, _ in tunes),
            tuple(collection for *_, collection in tunes),
        )

    def tune_at(self, place: int) -> int:
        """Which tune a symbol belongs to."""
        return int(np.searchsorted(self.starts, place, "right")) - 1

    @cached_property
    def _seeds(self) -> tuple[NDArray[np.int64], Places]:
        """The packed beginnings of all places, sorted, and the places."""
        keys = _packed(self.symbols)
        order = np.argsort(keys, kind="stable")
        return keys[order], order

    @cached_property
    def _owners(self) -> NDArray[np.int32]:
        """(symbols,) the tune of each."""
        sizes = np.diff([*self.starts, len(self.symbols)])
        return np.repeat(np.arange(len(self.starts), dtype=np.int32), sizes)

    def warm(self) -> None:
        """Sort now what the first search would sort."""
        _ = self._seeds, self._owners

    def matches(self, steps: Steps, without: Collection[int] = ()) -> tuple[Lengths, Places]:
        """For every step of a phrase how many steps from there on stand in one tune, and where (-1: fewer than SEED).

        without: tunes that do not count."""
        lengths, places = np.zeros(len(steps), np.int32), np.full(len(steps), -1, np.int64)
        if len(steps) < SEED or len(self.symbols) < SEED:
            return lengths, places
        mine, theirs = self._candidates(steps, without)
        found = self._followed(steps, mine, theirs)
        order = np.argsort(found, kind="stable")  # the longest is written last, and stays
        lengths[mine[order]], places[mine[order]] = found[order], theirs[order]
        return lengths, places

    def _candidates(self, steps: Steps, without: Collection[int]) -> tuple[Places, Places]:
        """All pairs (step of the phrase, place) that begin alike."""
        keys, order = self._seeds
        wanted = _packed(steps)
        low = np.searchsorted(keys, wanted, "left")
        counts = np.minimum(np.searchsorted(keys, wanted, "right") - low, _MOST)
        mine = np.repeat(np.arange(len(wanted)), counts)
        inside = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        theirs = order[np.repeat(low, counts) + inside]
        if len(without):
            kept = ~np.isin(self._owners[theirs], np.fromiter(without, np.int32))
            mine, theirs = mine[kept], theirs[kept]
        return mine, theirs

    def _followed(self, steps: Steps, mine: Places, theirs: Places) -> NDArray[np.int64]:
        """How far each pair goes on alike, in steps."""
        phrase = np.append(steps, STOP + 1)  # unlike everything
        lengths = np.full(len(mine), SEED, np.int64)
        alive = np.arange(len(mine))
        while len(alive):
            a, b = mine[alive] + lengths[alive], theirs[alive] + lengths[alive]
            alive = alive[
                (b < len(self.symbols)) & (phrase[a] == self.symbols[np.minimum(b, len(self.symbols) - 1)])
            ]
            lengths[alive] += 1
        return lengths


def _packed(symbols: Steps) -> NDArray[np.int64]:
    """(symbols - SEED + 1,) each run of SEED symbols as one number."""
    count = max(0, len(symbols) - SEED + 1)
    keys = np.zeros(count, np.int64)
    for offset in range(SEED):
        keys = (keys << _BITS) | symbols[offset : offset + count].astype(np.int64)
    return keys
