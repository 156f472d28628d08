"""What can be measured: bundled picture models and training runs, opened to draw from z and, where they can, to copy.

Invariant: a subject's `draw` is a pure function of z and labels, at psi 1, with the weights that are shown and shipped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from studio.core.card import Card
from studio.core.errors import StudioError
from studio.engines.catalogue import Catalogue, CatalogueEntry, read_card
from studio.engines.picture.directions import read_config
from studio.engines.picture.gan import GanConfig, Generator
from studio.engines.picture.vae import Vae, VaeConfig
from studio.engines.weights import fill_module, read_weights
from studio.training.checkpoints import CHECKPOINT, finished, load_checkpoint
from studio.training.picture.codes import one_hot
from studio.training.picture.data import Pack, label_names
from studio.training.picture.dcgan_loop import load_generator
from studio.training.picture.gan_loop import generator_config
from studio.training.picture.recipes import DcganRecipe, GanRecipe, PictureData, VaeRecipe
from studio.training.picture.vae_loop import measure_latents, vae_config
from studio.training.recipe import convert_recipe, read_recipe

Draw = Callable[[Tensor, Tensor], Tensor]
Recipe = GanRecipe | VaeRecipe | DcganRecipe
KINDS: dict[str, type[Recipe]] = {
    "picture.gan": GanRecipe,
    "picture.vae": VaeRecipe,
    "picture.dcgan": DcganRecipe,
}


@dataclass(frozen=True)
class Place:
    """A model folder (with its card) or the folder of a training run, and the recipe that lies in it."""

    folder: Path
    recipe: Recipe
    card: Card | None

    @property
    def data(self) -> PictureData:
        return self.recipe.data


@dataclass(frozen=True)
class Subject:
    """An opened model. draw: z (n, z_dim) and labels (n, K) -> (n, 3, S, S); copy: (n, 3, S, S) -> the same."""

    name: str
    family: str
    resolution: int
    z_dim: int
    pictures_shown: int
    draw: Draw
    copy: Callable[[Tensor], Tensor] | None = None


def find_place(model: str, catalogue: Catalogue) -> Place:
    """The model with this id, or the model or run in this folder; raises StudioError where there is none."""
    folder = Path(model)
    if (folder / "card.json").is_file():
        return _place(folder, read_card(folder / "card.json"))
    if (folder / CHECKPOINT).is_file():
        return _place(folder, None)
    if folder.is_dir():
        raise StudioError(f"The folder {folder} holds neither a model nor a training run with a checkpoint.")
    entry = catalogue.entry(model)
    return _place(entry.folder, entry.card)


def _place(folder: Path, card: Card | None) -> Place:
    raw = read_recipe(folder / "recipe.toml") if card is None else {"family": card.family}
    family = str(raw["family"])
    if family not in KINDS:
        raise StudioError(
            f"Models of the family {family} cannot be measured with pictures.",
            hint=f"Known: {', '.join(KINDS)}.",
        )
    return Place(folder, convert_recipe(read_recipe(folder / "recipe.toml"), KINDS[family]), card)


def open_subject(place: Place, pack: Pack) -> Subject:
    """Load the weights; `pack` holds the training works, from which a VAE's run takes where its latents lie."""
    recipe = place.recipe
    if isinstance(recipe, GanRecipe):
        generator, shown = _open(place, Generator, GanConfig, generator_config(recipe))
        return gan_subject(generator, recipe, shown)
    if isinstance(recipe, VaeRecipe):
        vae, shown = _open(place, Vae, VaeConfig, vae_config(recipe))
        if place.card is None:
            measure_latents(vae, pack)
        return vae_subject(vae, recipe, shown)
    network, counters = load_generator(recipe, finished(place.folder))
    return _subject(recipe, int(counters["pictures"]), lambda z, labels: network(z))


def _open(place: Place, kind: Any, config_kind: Any, config: Any) -> tuple[Any, int]:
    """The module with the shipped weights, or with those that a run has to show; and how many pictures it was shown."""
    if place.card is None:
        module = kind(config).eval()
        return module, int(load_checkpoint(finished(place.folder), {"ema": module})["pictures"])
    card = place.card
    module = kind(read_config(card, config_kind)).eval()
    fill_module(module, read_weights(CatalogueEntry(card, place.folder)), card.name)
    return module, int(card.training.get("pictures_shown", 0))


def gan_subject(generator: Generator, recipe: GanRecipe, shown: int) -> Subject:
    """A generator to measure: every label's style is given whole."""
    names = label_names(recipe.data.labels, recipe.data.folders)
    columns = [names.index(style) for style in generator.config.styles]

    def draw(z: Tensor, labels: Tensor) -> Tensor:
        weights = one_hot(labels, len(names))[:, columns]  # (n, N)
        layers = generator.mapping(z, weights)[:, None].expand(-1, generator.config.num_layers, -1)
        return generator.synthesise(layers)

    return _subject(recipe, shown, draw)


def vae_subject(vae: Vae, recipe: VaeRecipe, shown: int) -> Subject:
    """An autoencoder to measure: z counts in standard deviations of its latents, as the sliders do."""
    return _subject(
        recipe,
        shown,
        lambda z, labels: vae.decode(vae.mean + vae.spread * z),
        lambda pictures: vae.decode(vae.encode(pictures)),
    )


def _subject(
    recipe: Recipe, shown: int, draw: Draw, copy: Callable[[Tensor], Tensor] | None = None
) -> Subject:
    network = recipe.network
    return Subject(
        recipe.name,
        recipe.family,
        network.resolution,
        network.z_dim,
        shown,
        quiet(draw),
        copy and quiet(copy),
    )


def quiet(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The function in portions of 25 pictures, without gradients, its result in -1..1."""

    @torch.no_grad()
    def call(*arguments: Tensor) -> Tensor:
        parts = zip(*(argument.split(25) for argument in arguments), strict=True)
        return torch.cat([function(*part).float().clamp(-1, 1) for part in parts])

    return call
