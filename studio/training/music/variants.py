"""Which works are variants of one another, and splits of works that no variant crosses.

Two melodies are variants where the shorter shares 30% of its runs of seven intervals with the other, whatever the key.
Invariant: a split depends on the works' ids and the seed, not on their order or number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from studio.training.music.corpus import Work

ALIKE = 0.3
_USUAL = 60  # a run that so many works have says nothing of their kinship
Runs = Sequence[NDArray[np.int64]]


def runs_of(works: Sequence[Work]) -> list[NDArray[np.int64]]:
    """The interval runs of each work's melody."""
    return [work.runs for work in works]


class Kinship:
    """Finds, for runs, the works of a collection that they are alike to. Built once, asked often."""

    def __init__(self, runs: Runs) -> None:
        self._sizes = np.array([max(1, len(one)) for one in runs])
        owners = np.repeat(np.arange(len(runs)), [len(one) for one in runs])
        values = np.concatenate([*runs, np.zeros(0, np.int64)])
        order = np.argsort(values, kind="stable")
        self._values, self._owners = values[order], owners[order]

    def shares(self, runs: NDArray[np.int64]) -> NDArray[np.float64]:
        """(works,) how much of the shorter of the two melodies is shared."""
        low = np.searchsorted(self._values, runs, "left")
        high = np.searchsorted(self._values, runs, "right")
        few = high - low <= _USUAL
        hits = [self._owners[a:b] for a, b in zip(low[few], high[few], strict=True)]
        counts = np.bincount(np.concatenate([*hits, np.zeros(0, np.int64)]), minlength=len(self._sizes))
        return counts / np.minimum(self._sizes, max(1, len(runs)))

    def alike(self, runs: NDArray[np.int64], share: float = ALIKE) -> NDArray[np.int64]:
        """The indices of the works that are variants."""
        return np.flatnonzero(self.shares(runs) >= share)


def groups(runs: Runs, share: float = ALIKE) -> list[list[int]]:
    """The works by kinship, each once, in the order of each group's first; a variant's variant is of the group."""
    kinship, leader = Kinship(runs), list(range(len(runs)))

    def find(index: int) -> int:
        while leader[index] != index:
            leader[index] = index = leader[leader[index]]
        return index

    for index, own in enumerate(runs):
        for other in kinship.alike(own, share):
            a, b = find(index), find(int(other))
            leader[max(a, b)] = min(a, b)
    found: dict[int, list[int]] = {}
    for index in range(len(runs)):
        found.setdefault(find(index), []).append(index)
    return list(found.values())


def split(works: Sequence[Work], share: float, seed: int) -> tuple[list[Work], list[Work]]:
    """(training, held out). A held-out work of which a variant is trained on is dropped: it would judge nothing."""
    held = [work for work in works if _chance(work.id, seed) < share]
    train = [work for work in works if _chance(work.id, seed) >= share]
    kinship = Kinship(runs_of(train))
    return train, [work for work in held if not len(kinship.alike(work.runs))]


def without_editions(works: Sequence[Work], style: str) -> list[Work]:
    """Of works of a style that are editions of one another the longest, which then counts them; others stay."""
    several = [work for work in works if work.style == style]
    chosen: dict[str, Work] = {}
    for group in groups(runs_of(several)):
        best = max((several[index] for index in group), key=lambda work: len(work.melody))
        chosen[best.id] = replace(best, editions=len(group))
    kept = (chosen.get(work.id) if work.style == style else work for work in works)
    return [work for work in kept if work is not None]


def _chance(name: str, seed: int) -> float:
    """A number from 0 to 1 that depends on nothing but the name and the seed."""
    digest = hashlib.blake2b(f"{seed}:{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64
