"""Two collections that know nothing of each other: photographs, and paintings of chosen styles.

Invariant: a crop depends only on the pictures and on the generator handed in, so that a resumed run sees the same ones.
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
from studio.training.picture.data import Work, label_names, list_works
from studio.training.picture.recipes import PictureData

Pictures = Sequence[NDArray[np.uint8]]
PHOTOS = PictureData(collections=("photos",), labels=())
PAINTINGS = PictureData(labels=("style",))


def list_photos(data_dir: Path, without: Sequence[str]) -> list[Work]:
    """The photographs under `data_dir`, but for those whose file names begin with one of `without`."""
    kept = [work for work in list_works(data_dir, PHOTOS) if not work.path.name.startswith(tuple(without))]
    if not kept:
        raise StudioError(f"The folder {data_dir} holds no usable photographs.")
    return kept


def list_paintings(data_dir: Path, styles: Sequence[str]) -> list[Work]:
    """The usable paintings of these styles; raises StudioError where there are none."""
    names = label_names(PAINTINGS.labels)
    kept = [work for work in list_works(data_dir, PAINTINGS) if names[work.labels[0]] in styles]
    if not kept:
        raise StudioError(
            f"No painting is of the style {' or '.join(styles)}.", hint=f"Known: {', '.join(names)}."
        )
    return kept


def crops(
    random: np.random.Generator, pictures: Pictures, count: int, size: int, shares: tuple[float, float]
) -> Tensor:
    """Random squares (count, 3, size, size) in -1..1, half of them mirrored; shares: of the short side, from..to."""
    chosen = random.choice(len(pictures), count)
    return torch.stack([_crop(random, pictures[i], size, random.uniform(*shares)) for i in chosen])


def _crop(random: np.random.Generator, picture: NDArray[np.uint8], size: int, share: float) -> Tensor:
    height, width = picture.shape[:2]
    side = max(min(size, height, width), round(min(height, width) * share))
    top, left = random.integers(height - side + 1), random.integers(width - side + 1)
    square = picture[top : top + side, left : left + side]
    x = torch.from_numpy(square.copy()).permute(2, 0, 1)[None].float()  # (1, 3, side, side)
    x = F.interpolate(x, size=(size, size), mode="bilinear", antialias=True, align_corners=False)[0]
    return (x.flip(2) if random.random() < 0.5 else x) / 127.5 - 1
