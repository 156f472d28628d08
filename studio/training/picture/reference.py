"""What samples are compared with: crops of works that a model learned from, and of works held out from it.

Like is compared with like: crops are drawn by the model's own recipe (size, zoom, share of genres), with fixed seeds.
Invariant: the same pictures, recipe and features give the same reference; what was seen is kept in the user's cache
under a key of all three.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from studio.core.errors import StudioError
from studio.core.messages import Progress
from studio.files.locations import cache_dir
from studio.training.checkpoints import save_atomically
from studio.training.picture.data import Pack, Work, list_works, split_works
from studio.training.picture.packing import packed
from studio.training.picture.recipes import PictureData
from studio.training.picture.seeing import DISTANCES, PLACES, Tell, see
from studio.training.picture.subjects import Recipe
from studio.training.picture.vgg import Sight

SAMPLES = 1000  # pictures of each kind
BANK = 8  # crops of each training work in which copies are looked for, half of them mirrored
VERSION = 1  # of what is kept in the cache
KEPT = 8  # files of each kind in the cache, about 50 MB each


@dataclass(frozen=True)
class Seen:
    """Features of real pictures: (n, d) for distances, (n, D) for neighbours."""

    train: Tensor
    held_out: Tensor
    bank: Tensor  # BANK rows a training work
    fresh_places: Tensor  # of other crops of training works
    held_out_places: Tensor


@dataclass(frozen=True)
class Reference:
    """Both halves of the data and what the sight saw of them. labels: (n, K) of the training crops."""

    works: list[Work]
    kept: list[Work]
    pack: Pack
    unseen: Pack
    recipe: Recipe
    train: Tensor
    labels: Tensor
    seen: Seen


def load_reference(recipe: Recipe, data_dir: Path, sight: Sight, tell: Tell) -> Reference:
    """Read the pictures, split as the recipe says, and look at crops; raises StudioError where too few are there."""
    data = recipe.data
    tell(Progress(0, "Looking for pictures", 0, 0))
    works, kept = halves(recipe, data_dir)
    if not works or not kept:
        raise StudioError(
            "There are too few pictures to measure with: some must be held out, some learned from.",
            f"{len(works)} to learn from, {len(kept)} held out.",
            "Give the folder that the model learned from, or a larger share as held_out in its recipe.",
        )
    tell(Progress(0, "Reading pictures", 0, 0))
    (works, pack), (kept, unseen) = _pack(works, data), _pack(kept, data)
    size = recipe.network.resolution
    train, labels = pack.batch(np.random.default_rng(1), SAMPLES, size, data.zoom)
    path = cache_dir() / "features" / f"{_key(pack, unseen, recipe, sight)}.safetensors"
    seen = _read(path)
    if seen is None:
        seen = _look(pack, unseen, train, recipe, sight, tell)
        save_atomically(path, vars(seen), {})
        _prune(path)
    return Reference(works, kept, pack, unseen, recipe, train, labels, seen)


def halves(recipe: Recipe, data_dir: Path) -> tuple[list[Work], list[Work]]:
    """The works that the recipe's model learns from, and those it never sees."""
    return split_works(list_works(data_dir, recipe.data), recipe.data.held_out, recipe.seed)


def _pack(works: Sequence[Work], data: PictureData) -> tuple[list[Work], Pack]:
    """The works that can be read, and their pictures, from the cache where it holds these very files."""
    name = hashlib.sha256(repr([(work.archive, work.path, work.key) for work in works]).encode()).hexdigest()
    path = cache_dir() / "packs" / f"{name[:24]}-{data.pack_side}.pack"
    pictures = packed(works, data.pack_side, path, data.pad)
    _prune(path)
    readable = [i for i, picture in enumerate(pictures) if picture is not None]
    labels = np.array([works[i].labels for i in readable], dtype=np.int64).reshape(len(readable), -1)
    flips = np.array([works[i].flips for i in readable])
    pack = Pack([picture for picture in pictures if picture is not None], labels, flips)
    return [works[i] for i in readable], pack


def _look(pack: Pack, unseen: Pack, train: Tensor, recipe: Recipe, sight: Sight, tell: Tell) -> Seen:
    size, zoom = recipe.network.resolution, recipe.data.zoom
    held_out = unseen.batch(np.random.default_rng(1), SAMPLES, size, zoom)[0]
    show = "Looking at held-out works"
    return Seen(
        train=see(sight, train, DISTANCES, "Looking at training works", tell),
        held_out=see(sight, held_out, DISTANCES, show, tell),
        bank=see(sight, bank_crops(pack, size, zoom), PLACES, "Looking for what could be copied", tell),
        fresh_places=see(sight, train, PLACES, "Looking at training works", tell),
        held_out_places=see(sight, held_out, PLACES, show, tell),
    )


def bank_crops(pack: Pack, size: int, zoom: float) -> Tensor:
    """BANK crops of every picture, at many places and scales, half of them mirrored: (n BANK, 3, size, size)."""
    random, rows = np.random.default_rng(2), []
    for i in range(len(pack)):
        one = Pack(pack.pictures[i : i + 1], pack.labels[i : i + 1], pack.flips[i : i + 1])
        crops = one.batch(random, BANK // 2, size, zoom)[0]
        rows += [crops, crops.flip(3)]
    return torch.cat(rows)


def _key(pack: Pack, unseen: Pack, recipe: Recipe, sight: Sight) -> str:
    told = (
        VERSION,
        sight.name,
        SAMPLES,
        BANK,
        repr((DISTANCES, PLACES)),
        recipe.network.resolution,
        asdict(recipe.data),
    )
    digest = hashlib.sha256(repr(told).encode())
    for part in (pack, unseen):
        digest.update(part.labels.tobytes() + part.flips.tobytes())
        for picture in part.pictures:
            digest.update(repr(picture.shape).encode() + picture.tobytes())
    return digest.hexdigest()[:24]


def _read(path: Path) -> Seen | None:
    """What was kept; None where nothing was, or where it is damaged."""
    try:
        tensors = load_file(path)
        return Seen(**{field.name: tensors[field.name] for field in fields(Seen)})
    except (OSError, SafetensorError, KeyError):
        return None


def _prune(path: Path) -> None:
    """Keep the KEPT latest files of the folder and kind of `path`."""
    files = sorted(path.parent.glob(f"*{path.suffix}"), key=lambda each: each.stat().st_mtime)
    for each in files[:-KEPT]:
        with suppress(OSError):  # another program may have removed it, or have it open
            each.unlink()
