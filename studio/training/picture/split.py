"""The split into training and held-out works.

Invariant: it depends on the order and number of the works and on the seed; the twins of training works are in neither.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from studio.training.picture.duplicates import same_groups, thumbnails
from studio.training.picture.works import Work


def draw(count: int, held_out: float, seed: int) -> tuple[list[int], list[int]]:
    """(numbers of training works, numbers of held-out works), each ascending."""
    order = np.random.RandomState(seed).permutation(count)
    cut = round(held_out * count)
    return sorted(order[cut:].tolist()), sorted(order[:cut].tolist())


def split_works(works: Sequence[Work], held_out: float, seed: int) -> tuple[list[Work], list[Work]]:
    """(training works, held-out works), drawn by work with the recipe's seed.

    Held-out works that show the same as a training work are left out of both.
    """
    learned, kept = draw(len(works), held_out, seed)
    twins = set(twins_of(same_groups(thumbnails(works)), learned, kept) if kept else ())
    return [works[i] for i in learned], [works[i] for i in kept if i not in twins]


def twins_of(groups: Sequence[int], learned: Sequence[int], kept: Sequence[int]) -> list[int]:
    """Those of the held-out numbers `kept` whose group has a number in `learned`."""
    seen = {groups[i] for i in learned}
    return [i for i in kept if groups[i] in seen]
