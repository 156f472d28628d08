"""Pictures as training data: the manifests, the split by work, a packed cache and random crops.

Invariant: a crop depends only on the pack and on the generator handed in, so that a resumed run sees the same ones.
"""

from __future__ import annotations

import csv
import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError
from torch import Tensor
from torch.nn import functional as F

from studio.core.errors import StudioError
from studio.training.picture.recipes import PictureData

# What a manifest's columns may say; the last name takes in whatever is not listed.
LABELS = {
    "genre": ("landscape", "marine", "portrait", "city", "interior", "figures"),
    "style": (
        *("old-master", "romantic", "academic-realist", "impressionist", "post-impressionist"),
        *("modern-abstract", "illustration", "symbolist"),
    ),
    "category": ("flowers", "fruit", "letters", "frames", "ornaments"),
}
FOLDED = {
    "still-life": "interior",
    "east-asian": "illustration",
    "flower_illustrations": "flowers",
    "fruit_and_veg_illustrations": "fruit",
    "words": "letters",
}
PAINTINGS = PictureData()
UNTURNED = ("letters", "words")  # not to be mirrored


@dataclass(frozen=True)
class Work:
    """One work: where it is, who made it, and its labels as indices into `label_names`."""

    path: Path
    artist: str
    title: str
    labels: tuple[int, ...]
    flips: bool = True

    @property
    def key(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}"


def label_names(columns: Sequence[str]) -> tuple[str, ...]:
    """The names of all labels of the manifest's columns, one column after the other."""
    return tuple(name for column in columns for name in LABELS[column])


def label_groups(columns: Sequence[str]) -> tuple[int, ...]:
    """How many names each column has."""
    return tuple(len(LABELS[column]) for column in columns)


def list_works(data_dir: Path, data: PictureData = PAINTINGS) -> list[Work]:
    """All usable works under `data_dir` that the recipe's data names; raises StudioError where there are none."""
    if not data_dir.is_dir():
        raise StudioError(
            f"There is no folder {data_dir}.", hint="Give the folder with the pictures by --data."
        )
    manifests = [p for p in (data_dir / name / "manifest.csv" for name in data.collections) if p.is_file()]
    works = [work for manifest in manifests for work in _read_manifest(manifest, data.labels)]
    if not works:
        raise StudioError(
            f"The folder {data_dir} holds no usable pictures.",
            hint=f"It needs {' or '.join(f'{c}/manifest.csv' for c in data.collections)} with the pictures beside it.",
        )
    return works


def _read_manifest(path: Path, columns: Sequence[str]) -> list[Work]:
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row.get("usable", row.get("squareish")) != "0"]
        return [_work(path.parent / row["file"], row, columns) for row in rows]
    except (OSError, UnicodeDecodeError, KeyError, csv.Error) as error:
        raise StudioError(f"The list {path.parent.name}/{path.name} cannot be read.", str(error)) from error


def _work(path: Path, row: dict[str, str], columns: Sequence[str]) -> Work:
    labels, first = [], 0
    for column in columns:
        names, name = LABELS[column], FOLDED.get(row[column], row[column])
        labels.append(first + names.index(name if name in names else names[-1]))
        first += len(names)
    return Work(
        path, row.get("artist", ""), row["title"], tuple(labels), row.get("category", "") not in UNTURNED
    )


def split_works(works: Sequence[Work], held_out: float, seed: int) -> tuple[list[Work], list[Work]]:
    """(training works, held-out works), drawn by work with the recipe's seed."""
    order = np.random.RandomState(seed).permutation(len(works))
    count = round(held_out * len(works))
    return [works[i] for i in sorted(order[count:])], [works[i] for i in sorted(order[:count])]


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

    def batch(self, random: np.random.Generator, count: int, size: int, zoom: float) -> tuple[Tensor, Tensor]:
        """Random crops (count, 3, size, size) and labels (count, K). zoom: the smallest crop, as share of the side."""
        chosen = random.choice(len(self), count, p=self._chances)
        crops = torch.stack([self._crop(random, int(i), size, zoom) for i in chosen])
        return crops, torch.from_numpy(self.labels[chosen])

    def centres(self, size: int) -> Tensor:
        """The middle square of every picture, (n, 3, size, size): for tests and metrics."""
        return torch.cat([_resize(_square(p, 0.5, 0.5, min(p.shape[:2])), size) for p in self.pictures])

    def _crop(self, random: np.random.Generator, index: int, size: int, zoom: float) -> Tensor:
        picture = self.pictures[index]
        share = 1.0 if random.random() < 0.4 else random.uniform(zoom, 1.0)
        x, y, flip = random.random(), random.random(), random.random() < 0.5
        square = _square(picture, x, y, round(min(picture.shape[:2]) * share))
        crop = _resize(square, size)[0]  # (3, size, size)
        return crop.flip(2) if flip and self.flips[index] else crop


def _square(picture: NDArray[np.uint8], x: float, y: float, side: int) -> NDArray[np.uint8]:
    top, left = round(y * (picture.shape[0] - side)), round(x * (picture.shape[1] - side))
    return picture[top : top + side, left : left + side]


def _resize(square: NDArray[np.uint8], size: int) -> Tensor:
    x = torch.from_numpy(square.copy()).permute(2, 0, 1)[None].float()  # (1, 3, side, side)
    if x.shape[-1] != size:
        x = F.interpolate(x, size=(size, size), mode="bilinear", antialias=True, align_corners=False)
    return x / 127.5 - 1


def pack_works(works: Sequence[Work], side: int, cache: Path, *, pad: bool = False) -> Pack:
    """Load every work at short side `side` px, from `cache` where these works are already packed.

    pad: works become white squares of `side` px instead, nothing cut off.
    """
    keys = np.array([f"{work.key}@{side}{'p' if pad else ''}" for work in works])
    labels = np.array([work.labels for work in works], dtype=np.int64).reshape(len(works), -1)
    pictures = _read_cache(cache, keys)
    if pictures is None:
        pictures = [read_picture(work.path, side, pad=pad) for work in works]
        _write_cache(cache, keys, pictures)
    return Pack(pictures, labels, np.array([work.flips for work in works]))


def _read_cache(cache: Path, keys: NDArray[np.str_]) -> list[NDArray[np.uint8]] | None:
    """The packed pictures; None where the cache is missing, damaged or of other works."""
    try:
        with cache.open("rb") as raw, np.load(raw) as file:
            same = np.array_equal(file["keys"], keys)
            return _unpack(file["pixels"], file["shapes"]) if same else None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _write_cache(cache: Path, keys: NDArray[np.str_], pictures: list[NDArray[np.uint8]]) -> None:
    cache.parent.mkdir(parents=True, exist_ok=True)
    partial = cache.with_suffix(".partial.npz")
    shapes = np.array([p.shape for p in pictures])
    np.savez(partial, keys=keys, shapes=shapes, pixels=np.concatenate([p.ravel() for p in pictures]))
    os.replace(partial, cache)


def _unpack(pixels: NDArray[np.uint8], shapes: NDArray[np.int64]) -> list[NDArray[np.uint8]]:
    ends = np.cumsum(shapes.prod(axis=1))
    parts = np.split(pixels, ends[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]


def read_picture(path: Path, side: int, *, pad: bool = False) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 with short side `side`, or a padded square; raises StudioError that names the file."""
    try:
        with Image.open(path) as image:
            picture = image.convert("RGB")
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise StudioError(
            f"The picture {path.name} cannot be read.", str(error), "Remove it from the list or replace it."
        ) from error
    if pad:
        picture = ImageOps.pad(picture, (max(picture.size),) * 2, color="white")
    scale = side / min(picture.size)
    size = (max(side, round(picture.width * scale)), max(side, round(picture.height * scale)))
    return np.asarray(picture.resize(size, Image.Resampling.LANCZOS))
