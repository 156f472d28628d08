"""The data room: works are listed, split by work, packed and cut into random crops.

Invariant: a crop depends only on the pack and on the generator handed in, so that a resumed run sees the same ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from studio.core.errors import StudioError
from studio.training.picture.packing import packed, read_picture
from studio.training.picture.split import split_works
from studio.training.picture.works import (
    FOLDED,
    LABELS,
    PAINTINGS,
    Work,
    label_groups,
    label_names,
    list_works,
)

Spot = tuple[float, float, float, bool]  # share of the side, where across and down (0 to 1), mirrored

__all__ = [
    "FOLDED",
    "LABELS",
    "PAINTINGS",
    "Pack",
    "Work",
    "label_groups",
    "label_names",
    "list_works",
    "pack_works",
    "read_picture",
    "split_works",
]


class Pack:
    """Pictures in memory, short side `side` px, uint8. Owns the arrays; crops are float tensors in -1..1."""

    def __init__(
        self, pictures: list[NDArray[np.uint8]], labels: NDArray[np.int64], flips: NDArray[np.bool_]
    ) -> None:
        """labels: (n, K), one column a kind of label; flips: which pictures may be mirrored."""
        self.pictures, self.labels, self.flips = pictures, labels, flips
        counts = np.bincount(labels.ravel()).clip(min=1)
        # Rare labels are shown more often, but not as often as the common.
        chance = np.exp(-np.log(counts[labels]).mean(axis=1) / 2) if labels.size else np.ones(len(labels))
        self._chances = chance / chance.sum()

    def __len__(self) -> int:
        return len(self.pictures)

    def batch(
        self, random: np.random.Generator, count: int, size: int, zoom: float, share: tuple[int, int] = (0, 1)
    ) -> tuple[Tensor, Tensor]:
        """Random crops (count, 3, size, size) and labels (count, K). zoom: the smallest crop, as share of the side.

        share (i, n): all `count` crops are drawn, and every n-th from number i on is cut and returned.
        """
        first, step = share
        chosen = random.choice(len(self), count, p=self._chances)
        spots = [_draw_spot(random, zoom) for _ in chosen][first::step]
        chosen = chosen[first::step]
        crops = [self._crop(int(i), spot, size) for i, spot in zip(chosen, spots, strict=True)]
        return torch.stack(crops), torch.from_numpy(self.labels[chosen])

    def centres(self, size: int) -> Tensor:
        """The middle square of every picture, (n, 3, size, size): for tests and metrics."""
        return torch.cat([_resize(_square(p, 0.5, 0.5, min(p.shape[:2])), size) for p in self.pictures])

    def _crop(self, index: int, spot: Spot, size: int) -> Tensor:
        picture, (share, x, y, flip) = self.pictures[index], spot
        square = _square(picture, x, y, round(min(picture.shape[:2]) * share))
        crop = _resize(square, size)[0]  # (3, size, size)
        return crop.flip(2) if flip and self.flips[index] else crop


def _draw_spot(random: np.random.Generator, zoom: float) -> Spot:
    share = 1.0 if random.random() < 0.4 else random.uniform(zoom, 1.0)
    return share, random.random(), random.random(), random.random() < 0.5


def _square(picture: NDArray[np.uint8], x: float, y: float, side: int) -> NDArray[np.uint8]:
    top, left = round(y * (picture.shape[0] - side)), round(x * (picture.shape[1] - side))
    return picture[top : top + side, left : left + side]


def _resize(square: NDArray[np.uint8], size: int) -> Tensor:
    x = torch.from_numpy(square.copy()).permute(2, 0, 1)[None].float()  # (1, 3, side, side)
    if x.shape[-1] != size:
        x = F.interpolate(x, size=(size, size), mode="bilinear", antialias=True, align_corners=False)
    return x / 127.5 - 1


def pack_works(works: Sequence[Work], side: int, cache: Path, *, pad: bool = False) -> Pack:
    """Load every work at short side `side` px, from `cache` (.pack) where these very files are already packed.

    pad: works become white squares of `side` px instead, nothing cut off. Files that cannot be read are left out.
    """
    if not works:
        raise StudioError("There are no works to pack.", hint="Give more pictures, or a larger held_out.")
    pictures = packed(works, side, cache.with_suffix(".pack"), pad)
    kept = [i for i, picture in enumerate(pictures) if picture is not None]
    labels = np.array([works[i].labels for i in kept], dtype=np.int64).reshape(len(kept), -1)
    flips = np.array([works[i].flips for i in kept])
    return Pack([picture for picture in pictures if picture is not None], labels, flips)
