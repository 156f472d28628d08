"""How far a model in training has come: its distance to works that were held out, and what all its processes share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from torch import Tensor

from studio.core.errors import StudioError
from studio.files.atomic import write_file
from studio.training.picture.data import Pack, Work
from studio.training.picture.folders import with_folders
from studio.training.picture.metrics import frechet_distance
from studio.training.picture.recipes import PictureData
from studio.training.picture.seeing import FEW, see
from studio.training.picture.vgg import Vgg, load_vgg
from studio.training.place import Place
from studio.training.recipe import read_recipe

MEASURED = 500  # crops, and pictures
NAME = f"Fréchet distance on {Vgg.name} block 3, over the variance of real crops"


def distance_of_few(real: Tensor, fake: Tensor) -> float | None:
    """NAME, of pictures (n, 3, S, S) and (m, 3, S, S); None where the features are not installed."""
    try:
        sight = load_vgg()
    except StudioError:
        return None
    seen = [see(sight, pictures, FEW, "", lambda _: None) for pictures in (real, fake)]
    return frechet_distance(*seen)


class Distance:
    """Owns MEASURED crops of held-out works; measures pictures against them, with features that no loss has seen."""

    def __init__(self, unseen: Pack, size: int, zoom: float) -> None:
        self._real = unseen.batch(np.random.default_rng(1), MEASURED, size, zoom)[0]  # (n, 3, size, size)

    def __call__(self, draw: Callable[[int], Tensor]) -> float | None:
        """The Fréchet distance of MEASURED pictures; None where the features are not installed."""
        return distance_of_few(self._real, draw(MEASURED).float().cpu())


def whole_data(data: PictureData, data_dir: Path, out_dir: Path, place: Place) -> PictureData:
    """The recipe's data with the names of its sub-folders: the first process writes them, the others read them."""
    recipe = out_dir / "recipe.toml"
    with place.leader_first():
        if place.leads:
            return with_folders(data, data_dir, recipe)
        return replace(data, folders=tuple(read_recipe(recipe).get("data", {}).get("folders", ())))


def write_held_out(out_dir: Path, kept: list[Work]) -> None:
    """List the held-out works in `out_dir`; raises StudioError where it cannot."""
    write_file(out_dir / "held_out.txt", "".join(f"{work.key}\n" for work in kept).encode())
