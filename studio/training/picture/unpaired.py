"""Two collections that know nothing of each other: photographs, and paintings of chosen styles.

Invariant: a crop depends only on the pictures and on the generator handed in, so that a resumed run sees the same ones.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from studio.core.errors import StudioError
from studio.training.picture.data import Work, list_works

PHOTOS = "photos"


def list_photos(data_dir: Path, without: Sequence[str]) -> list[Work]:
    """The photographs under `data_dir`; left out are those whose file name or licence holds one of `without`."""
    rows = _rows(data_dir / PHOTOS / "manifest.csv")
    kept = [r for r in rows if not any(w in r["file"] or w in r["licence"] for w in without)]
    if not kept:
        raise StudioError(f"The folder {data_dir} holds no usable photographs.")
    return [Work(data_dir / PHOTOS / row["file"], "", row["title"], 0) for row in kept]


def list_paintings(data_dir: Path, styles: Sequence[str]) -> list[Work]:
    """The usable paintings of these styles."""
    works = list_works(data_dir)
    folders = {work.path.parent for work in works}
    wanted = {
        folder / row["file"] for folder in folders for row in _rows(folder / "manifest.csv") if row["style"] in styles
    }
    return [work for work in works if work.path in wanted]


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise StudioError(f"The list {path.parent.name}/{path.name} cannot be read.", str(error)) from error


def crops(
    random: np.random.Generator, pictures: Sequence[NDArray[np.uint8]], count: int, size: int, shares: tuple[float, float]
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
