"""Fine-tunes the style transformer with perceptual losses, from the weights of an installed model.

The predictor stays as it is, so that every style vector, slider and recipe keeps its meaning. Invariant: every step
seeds its own random numbers from (seed, step), so a resumed run on the CPU is the same run.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from studio.core.errors import StudioError
from studio.engines.catalogue import CatalogueEntry, read_card
from studio.engines.picture.style_networks import StyleNetworks
from studio.engines.picture.style_transfer import read_networks
from studio.files.locations import models_dir
from studio.training.checkpoints import Parts
from studio.training.descent import Descent
from studio.training.ema import Ema
from studio.training.log import mean_of
from studio.training.loop import Task, train
from studio.training.picture.data import Pack, list_works, pack_works, read_picture, split_works
from studio.training.picture.progress import write_held_out
from studio.training.picture.recipes import Positive, Rate, Run
from studio.training.picture.sheets import save_sheet
from studio.training.picture.style_losses import (
    CONTENT_MAPS,
    PerceptualLoss,
    content_distance,
    palette_distance,
    style_distance,
)
from studio.training.place import Place, choose_place
from studio.training.recipe import convert_recipe

BUNDLED = "style-transfer"
COLUMNS = ("content", "style", "palette")
STYLE_PX = 256  # the side at which a painting is read, and at which its statistics are taken
MAX_SLOPE = 1.0  # of the gradient's norm
HERE = Place()
SHOWN = 6  # photographs and paintings on a sheet


@dataclass(frozen=True)
class StyleData:
    """photos: how the names of the photographs begin that are learned from; the others are for judging."""

    photos: tuple[str, ...] = ("kodak", "unsplash")
    photo_side: Positive = 384  # px, the shorter one
    zoom: Annotated[float, msgspec.Meta(ge=0.1, le=1)] = 0.5
    painted_content: Annotated[float, msgspec.Meta(ge=0, le=1)] = (
        0.25  # share of paintings among the contents
    )
    held_out: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.08


@dataclass(frozen=True)
class StyleTraining:
    """content, style, palette: weights of the three relative distances."""

    size: Positive = 192
    rate: Rate = 1e-3
    content: float = 1.0
    style: float = 6.5
    palette: float = 1.0
    ema_half_life: float = 1000.0


@dataclass(frozen=True)
class StyleRecipe:
    """A whole recipe for `family = "picture.style_transfer"`."""

    id: str
    name: str
    family: Literal["picture.style_transfer"]
    seed: int
    summary: str = ""
    limits: str = ""
    data: StyleData = field(default_factory=StyleData)
    training: StyleTraining = field(default_factory=StyleTraining)
    run: Run = field(default_factory=Run)


class Photos:
    """Photographs in memory, shorter side `side` px."""

    def __init__(self, pictures: list[NDArray[np.uint8]]) -> None:
        self.pictures = pictures

    def batch(self, random: np.random.Generator, count: int, size: int) -> Tensor:
        """Random crops (count, 3, size, size) in 0..1, half of them mirrored."""
        return torch.cat([self._crop(random, size) for _ in range(count)])

    def _crop(self, random: np.random.Generator, size: int) -> Tensor:
        picture = self.pictures[random.integers(len(self.pictures))]
        side = round(random.uniform(min(1.0, size / min(picture.shape[:2])), 1.0) * min(picture.shape[:2]))
        top, left = (random.integers(edge - side + 1) for edge in picture.shape[:2])
        crop = resized(picture[top : top + side, left : left + side], size)
        return crop.flip(3) if random.random() < 0.5 else crop

    def centres(self, size: int) -> Tensor:
        """The middle squares (n, 3, size, size) in 0..1."""
        return torch.cat([resized(middle(picture), size) for picture in self.pictures])


class StyleTrainer:
    """Owns both networks, the transformer's average, the losses and the optimiser; one `step` is one update."""

    def __init__(self, recipe: StyleRecipe, networks: StyleNetworks, place: Place = HERE) -> None:
        self.recipe, self.place = recipe, place
        self.networks = networks.requires_grad_(False).to(place.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.transformer = networks.transformer.requires_grad_(True)
        self.ema = Ema(self.transformer, recipe.training.ema_half_life)
        self.loss = PerceptualLoss(place).to(place.device)
        adam = torch.optim.Adam(self.transformer.parameters(), lr=recipe.training.rate, betas=(0.9, 0.99))
        self.descent = Descent(adam, place, MAX_SLOPE)

    def parts(self) -> Parts:
        """What a checkpoint holds."""
        return {"transformer": self.transformer, "ema": self.ema.module, "adam": self.descent.optimiser}

    def step(self, paintings: Pack, photos: Photos, step: int) -> dict[str, float]:
        """Learn from one update's pictures; returns what the log records."""
        run_ = self.recipe.run
        self._set_rate(step)
        told = []
        for part in range(run_.accumulate):
            number = (step * run_.accumulate + part) * self.place.world + self.place.rank
            random = np.random.default_rng((self.recipe.seed, number))
            styles = (paintings.batch(random, run_.batch, STYLE_PX, self.recipe.data.zoom)[0] + 1) / 2
            contents = self._contents(random, paintings, photos)
            loss, values = self._loss(contents.to(self.place.device), styles.to(self.place.device))
            self.descent.add(loss, 1 / run_.accumulate)
            told.append(values)
        self.descent.take()
        size = run_.update_size(self.place.world)
        self.ema.update(self.transformer, size, (step + 1) * size)
        return mean_of(told)

    def _contents(self, random: np.random.Generator, paintings: Pack, photos: Photos) -> Tensor:
        """(B, 3, size, size) in 0..1: photographs, and some paintings."""
        batch, size = self.recipe.run.batch, self.recipe.training.size
        painted = int(random.binomial(batch, self.recipe.data.painted_content))
        crops = (
            photos.batch(random, batch - painted, size) if painted < batch else torch.empty(0, 3, size, size)
        )
        if not painted:
            return crops
        return torch.cat([crops, (paintings.batch(random, painted, size, self.recipe.data.zoom)[0] + 1) / 2])

    def _loss(self, contents: Tensor, paintings: Tensor) -> tuple[Tensor, dict[str, float]]:
        training, judge = self.recipe.training, self.loss
        with torch.no_grad():
            styles = self.networks.predictor(paintings)  # (B, 100)
            wanted = judge.statistics(paintings, judge.deep(paintings))
            seen = [judge.deep(contents)[i] for i in CONTENT_MAPS]
        with self.place.autocast():
            tiles = contents.contiguous(memory_format=torch.channels_last)
            painted = self.transformer(tiles, styles).float().contiguous()  # (B, 3, size, size)
        deep = judge.deep(painted)
        content = content_distance([deep[i] for i in CONTENT_MAPS], seen).mean()
        style = style_distance(judge.statistics(painted, deep), wanted).clamp(max=4).mean()
        palette = palette_distance(painted, paintings).clamp(max=4).mean()
        loss = training.content * content + training.style * style + training.palette * palette
        return loss, {"content": content.item(), "style": style.item(), "palette": palette.item()}

    def _set_rate(self, step: int) -> None:
        """Cosine decay to a twentieth, after a short warm-up."""
        total = max(self.recipe.run.pictures // self.recipe.run.update_size(self.place.world), 1)
        fall = 0.525 + 0.475 * math.cos(math.pi * min(step / total, 1))
        for group in self.descent.optimiser.param_groups:
            group["lr"] = self.recipe.training.rate * fall * min(1.0, (step + 1) / 100)


def middle(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The centre square of a picture (H, W, 3)."""
    height, width = picture.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return picture[top : top + side, left : left + side]


def resized(square: NDArray[np.uint8], size: int) -> Tensor:
    """(side, side, 3) uint8 -> (1, 3, size, size) in 0..1."""
    x = torch.from_numpy(np.array(square)).permute(2, 0, 1)[None].float() / 255
    return F.interpolate(x, size=(size, size), mode="bilinear", antialias=True)


def read_photos(folder: Path, beginnings: tuple[str, ...], side: int) -> tuple[Photos, Photos]:
    """(to learn from, to judge by): the usable photographs of a manifest, told apart by how their names begin."""
    try:
        with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
            names = [row["file"] for row in csv.DictReader(file) if row.get("usable", "1") != "0"]
    except (OSError, UnicodeDecodeError, KeyError, csv.Error) as error:
        raise StudioError(f"The list {folder.name}/manifest.csv cannot be read.", str(error)) from error
    learned = [read_picture(folder / name, side) for name in names if name.startswith(beginnings)]
    judged = [read_picture(folder / name, side) for name in names if not name.startswith(beginnings)]
    if not learned or not judged:
        raise StudioError(f"The folder {folder.name} needs photographs to learn from and others to judge by.")
    return Photos(learned), Photos(judged)


def entry_of(folder: Path) -> CatalogueEntry:
    return CatalogueEntry(read_card(folder / "card.json"), folder)


def start_networks(folder: Path | None = None) -> StyleNetworks:
    """The weights that a run begins with: those of a model folder, or of the model that is bundled."""
    return read_networks(entry_of(folder or models_dir() / BUNDLED))


def run(
    raw: dict[str, Any],
    data_dir: Path,
    out_dir: Path,
    resume: bool,
    start: Path | None = None,
    device: str = "",
) -> None:
    """Train to the recipe's end; writes checkpoints, log.csv, sheets/ and held_out.txt under `out_dir`.

    start: the model folder whose weights to begin with, the bundled one where none is named; device: instead of the
    recipe's.
    """
    recipe = convert_recipe(raw, StyleRecipe)
    place = choose_place(recipe.run, device)
    works, kept = split_works(list_works(data_dir), recipe.data.held_out, recipe.seed)
    with place.leader_first():
        paintings = pack_works(works, STYLE_PX, out_dir / "pack.npz")
        unseen = pack_works(kept, STYLE_PX, out_dir / "held_out.npz")
        write_held_out(out_dir, kept)
    photos, judged = read_photos(data_dir / "photos", recipe.data.photos, recipe.data.photo_side)
    trainer = StyleTrainer(recipe, start_networks(start), place)
    shown = (judged.centres(STYLE_PX)[:SHOWN], (unseen.centres(STYLE_PX)[:SHOWN] + 1) / 2)
    task = Task(
        step=lambda step: trainer.step(paintings, photos, step),
        parts=trainer.parts(),
        columns=COLUMNS,
        sheet=lambda path: save_sheet(sample_sheet(trainer, *shown), SHOWN + 1, path),
        facts={"works": len(paintings), "photographs": len(photos.pictures)},
    )
    train(task, recipe.run, place, out_dir, resume)


@torch.no_grad()
def sample_sheet(trainer: StyleTrainer, photos: Tensor, paintings: Tensor) -> Tensor:
    """The paintings above, then each photograph and its repaintings, in -1..1."""
    device = trainer.place.device
    photos, paintings = photos.to(device), paintings.to(device)
    styles = trainer.networks.predictor(paintings)
    rows = [torch.cat([torch.full_like(photos[:1], 0.5), paintings])]
    for photo in photos[:, None]:
        rows.append(torch.cat([photo, trainer.ema.module(photo.expand(len(styles), -1, -1, -1), styles)]))
    return torch.cat(rows).cpu() * 2 - 1
