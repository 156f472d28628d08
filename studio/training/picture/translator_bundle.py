"""Bundles a translator: averaged weights, how near held-out photos come to held-out paintings, and a preview."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from studio.core.card import DataSource
from studio.core.errors import StudioError
from studio.engines.picture.translator import Translator, TranslatorConfig, canvas_grain
from studio.training.bundle import Bundle
from studio.training.checkpoints import finished, load_checkpoint
from studio.training.picture.bundle_parts import DATA, half_precision
from studio.training.picture.data import Work, read_picture, split_works
from studio.training.picture.progress import NAME, distance_of_few
from studio.training.picture.sheets import grid
from studio.training.picture.translator_loop import Sides, read_sides
from studio.training.picture.translator_recipe import TranslatorRecipe
from studio.training.picture.unpaired import crops, list_paintings, list_photos
from studio.training.recipe import convert_recipe

CROPS = 256  # of each side, for the distances
PREVIEW_PX, SAMPLE_PX = 192, 384
SHOWN_PHOTOS = ("kodak", "unsplash")  # whose licence lets what is made of them be shown
FREE = "github.com/SqueezeSoftware/test_files"
TEACHERS = {
    "kodak": ("Kodak Photo CD sampler", "Free for any purpose associated with electronic imaging.", FREE),
    "unsplash": ("Photographs of Unsplash", "Unsplash licence: free to use.", FREE),
    "lomiri": ("Wallpapers of the Lomiri desktop", "CC BY 4.0 or CC BY-SA 4.0.", "Debian, lomiri-wallpapers"),
}


def bundle(out_dir: Path, raw: dict[str, Any], data_dir: Path | None, last: bool = False) -> Bundle:
    """Everything for the card of the run in `out_dir`; measured on held-out works, which `data_dir` must hold."""
    if data_dir is None:
        raise StudioError("A translator cannot show what it does without photos.", hint="Add --data DIR.")
    recipe = convert_recipe(raw, TranslatorRecipe)
    network = Translator(TranslatorConfig(**asdict(recipe.network))).eval()
    counters = load_checkpoint(finished(out_dir, last), {"ema": network})
    _, unseen = read_sides(recipe, data_dir, out_dir)
    shown = shown_photos(recipe, data_dir, PREVIEW_PX)
    tensors = half_precision(network, lambda n: paint(n, shown))
    return Bundle(
        recipe=raw,
        tensors=tensors,
        preview=Image.fromarray(grid(paint(network, shown[:8]), columns=4)),
        counters=counters,
        config=asdict(network.config),
        parameters=sum(p.numel() for p in network.parameters()),
        data=sources(recipe, data_dir),
        metrics=measure(network, unseen, recipe),
        samples=Image.fromarray(grid(paint(network, shown_photos(recipe, data_dir, SAMPLE_PX)), columns=4)),
        samples_caption="Squares of held-out photographs, painted; none was chosen.",
    )


@torch.no_grad()
def paint(network: Translator, photos: Tensor) -> Tensor:
    """Photos (n, 3, S, S) in -1..1 -> paintings, clamped to what a picture can hold."""
    grain = canvas_grain(*photos.shape[-2:])  # (1, 1, S, S)
    return torch.cat([network(photo[None], grain) for photo in photos]).clamp(-1, 1)


def measure(network: Translator, unseen: Sides, recipe: TranslatorRecipe) -> dict[str, Any]:
    """Held-out photos before and after, against held-out paintings; and what of the photos' forms is left."""
    random, size = np.random.default_rng(recipe.seed), recipe.network.resolution
    photos = crops(random, unseen.photos, CROPS, size, recipe.data.photo_shares)
    paintings = crops(random, unseen.paintings, CROPS, size, recipe.data.painting_shares)
    painted = paint(network, photos)
    figures = {
        "held-out photos": len(unseen.photos),
        "held-out paintings": len(unseen.paintings),
        "likeness of edges to the photo's (correlation)": round(edge_likeness(photos, painted), 3),
        "mean change, levels of 255": round(127.5 * (photos - painted).abs().mean().item(), 1),
    }
    before, after = (distance_of_few(paintings, made) for made in (photos, painted))
    if before is not None and after is not None:
        figures[f"photos to paintings: {NAME}"] = round(before, 3)
        figures[f"painted photos to paintings: {NAME}"] = round(after, 3)
    return figures


def shown_photos(recipe: TranslatorRecipe, data_dir: Path, size: int) -> Tensor:
    """Squares of the held-out photos that may be shown, (n, 3, size, size)."""
    _, kept = split_works(list_photos(data_dir, recipe.data.without), recipe.data.held_out, recipe.seed)
    free = [work for work in kept if work.path.name.startswith(SHOWN_PHOTOS)]
    random, side = np.random.default_rng(recipe.seed), recipe.data.pack_side
    squares = [crops(random, [read_picture(work.path, side)], 1, size, (1.0, 1.0)) for work in free]
    return torch.cat(squares)  # (n, 3, size, size)


def sources(recipe: TranslatorRecipe, data_dir: Path) -> tuple[DataSource, ...]:
    """The collections learned from, with the number of training works of each."""
    held_out, seed = recipe.data.held_out, recipe.seed
    photos, _ = split_works(list_photos(data_dir, recipe.data.without), held_out, seed)
    paintings, _ = split_works(list_paintings(data_dir, recipe.data.styles), held_out, seed)
    found = [_source(TEACHERS[key], [w for w in photos if w.path.name.startswith(key)]) for key in TEACHERS]
    found += [_source(DATA[key], [w for w in paintings if w.path.parent.name == key]) for key in DATA]
    return tuple(source for source in found if source.works)


def _source(words: tuple[str, str, str], works: list[Work]) -> DataSource:
    """What is known of a collection; photographers are credited, painters are too many to."""
    authors = {_photographer(work) for work in works} - {""}
    return DataSource(
        words[0], words[1], len(works), words[2], "By " + ", ".join(sorted(authors)) if authors else ""
    )


def _photographer(work: Work) -> str:
    """As the title or the file's name tells: "photographer: NAME" or "TITLE_by_NAME.jpg"; "" where neither does."""
    told = work.title.removeprefix("photographer: ") if "photographer" in work.title else ""
    return told or work.path.stem.partition("_by_")[2].replace("_", " ").strip()


def edge_likeness(a: Tensor, b: Tensor) -> float:
    """Mean correlation, picture by picture, of the edges of (n, 3, S, S) at half of the size."""
    maps = torch.stack([_edges(a), _edges(b)])  # (2, n, pixels)
    maps = maps - maps.mean(dim=2, keepdim=True)
    return F.cosine_similarity(maps[0], maps[1], dim=1).mean().item()


def _edges(pictures: Tensor) -> Tensor:
    """The slope of the brightness at half of the size, (n, pixels)."""
    grey = F.avg_pool2d(pictures.mean(dim=1, keepdim=True), 2)  # (n, 1, S/2, S/2)
    down, right = grey[:, :, 1:, :-1] - grey[:, :, :-1, :-1], grey[:, :, :-1, 1:] - grey[:, :, :-1, :-1]
    return (down.square() + right.square()).sqrt().flatten(1)
