"""Gives a finished model its sliders: attributes, principal components and closed-form factors, measured and named.

    python -m studio.training.picture.direction_bundle MODEL_DIR

does it for a generator that is bundled already; training's own bundles call `with_directions` and `vae_directions`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from studio.core.errors import StudioError
from studio.engines.catalogue import CatalogueEntry, read_card
from studio.engines.picture.directions import REACH, Direction, read_config
from studio.engines.picture.gan import GanConfig, Generator, home_shares
from studio.engines.picture.vae import Vae
from studio.engines.weights import fill_module, read_weights
from studio.training.picture.attribute_directions import Counts, Found, find_attributes, useful
from studio.training.picture.attributes import ATTRIBUTES
from studio.training.picture.closed_form import factors
from studio.training.picture.gan_loop import random_styles
from studio.training.picture.naming import name_directions
from studio.training.picture.space import Scale, Space, Ways, effects

COMPONENTS = 16
EXIT = 128  # px; larger pictures stop there
SPREAD = 4096  # points behind a covariance
FLOOR = 1e-4  # variance that every axis has at least
COUNTS = Counts()
NAMED_BY = 24  # pictures that name a direction
VISIBLE = 0.25  # of values in -1..1
LONGEST = 6.0  # times the natural length


def with_directions(generator: Generator, seed: int, *, bfloat16: bool) -> Generator:
    """A copy of a generator whose w was measured, with rows and words for all sliders in its config."""
    generator.requires_grad_(False)
    space = gan_space(generator, bfloat16=bfloat16)
    found = find_attributes(space, ATTRIBUTES, seed, COUNTS)
    components = generator.directions.components()[:COMPONENTS]  # (COMPONENTS, 1, w_dim)
    layered, factored = factors(generator, space.root @ space.root.T)
    factored = visible(space, factored, space.sample(NAMED_BY, seed + 6))
    plain = torch.cat([components.expand(-1, generator.config.num_layers, -1), factored])
    plain, names = _named(space, plain, seed)
    sliders = (
        *described(found),
        *(Direction(f"pca-{i}", names[i], "pca") for i in range(len(components))),
        *(Direction(f"sefa-{i}", label, "sefa") for i, label in enumerate(layered)),
    )
    copied = Generator(replace(generator.config, sliders=sliders)).eval()
    copied.load_state_dict(generator.state_dict(), strict=False)
    copied.directions.moves.copy_(torch.cat([found.ways.rows, plain]))
    copied.directions.bends.copy_(found.ways.bends)
    return copied


def gan_space(generator: Generator, *, bfloat16: bool = False) -> Space:
    """The layers' w (num_layers, w_dim) of seeds between one style and the usual mix, truncated by 0.6 to 1."""
    layers = generator.config.num_layers

    def sample(count: int, seed: int) -> Tensor:
        return _natural_w(generator, count, seed)[:, None].repeat(1, layers, 1)

    def draw(points: Tensor) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
            return generator.synthesise(points, stop_at=EXIT)

    return Space(sample, draw, _root(_natural_w(generator, SPREAD, 0)))


@torch.no_grad()
def _natural_w(generator: Generator, count: int, seed: int) -> Tensor:
    random = torch.Generator().manual_seed(seed)
    z = torch.randn(count, generator.config.z_dim, generator=random)
    one = random_styles(count, generator.config, random)
    weights = torch.lerp(home_shares(generator.config), one, torch.rand(count, 1, generator=random))
    w = generator.mapping(z, weights)  # (count, w_dim)
    mean = weights @ generator.w_mean
    return mean + torch.empty(count, 1).uniform_(0.6, 1.0, generator=random) * (w - mean)


def vae_directions(vae: Vae, pictures: Tensor | None, seed: int, *, bfloat16: bool) -> Vae:
    """A copy of an autoencoder whose latents were measured, with the attributes' rows and words in its config.

    pictures (n, 3, S, S) in -1..1: half the points are their latents, the rest is drawn from the prior.
    """
    vae.requires_grad_(False)
    found = find_attributes(vae_space(vae, pictures, bfloat16=bfloat16), ATTRIBUTES, seed, COUNTS)
    copied = Vae(replace(vae.config, sliders=described(found))).eval()
    copied.load_state_dict(vae.state_dict(), strict=False)
    if found.attributes:
        copied.moves.copy_(found.ways.rows)
        copied.bends.copy_(found.ways.bends)
    return copied


def vae_space(vae: Vae, pictures: Tensor | None, *, bfloat16: bool = False) -> Space:
    """z (z_dim,) in standard deviations of what pictures have there."""
    drawn = torch.randn(SPREAD, vae.config.z_dim, generator=torch.Generator().manual_seed(0))
    known = drawn
    if pictures is not None:
        with torch.no_grad():
            codes = torch.cat([vae.encode(batch) for batch in pictures.split(64)])
        known = (codes - vae.mean) / vae.spread.clamp(min=1e-4)  # (n, z_dim)

    def sample(count: int, seed: int) -> Tensor:
        random = torch.Generator().manual_seed(seed)
        chosen = known[torch.randint(len(known), (count,), generator=random)]
        fresh = torch.randn(count, vae.config.z_dim, generator=random)
        return torch.where(torch.rand(count, 1, generator=random) < 0.5, chosen, fresh)

    def draw(points: Tensor) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
            return vae.decode(vae.mean + vae.spread * points).float()

    return Space(sample, draw, _root(torch.cat([known, drawn])))


def latent_names(vae: Vae, count: int) -> list[str]:
    """What the first latents change most."""
    space, rows = vae_space(vae, None), torch.eye(vae.config.z_dim)[:count]
    return _names(space, Ways(rows, torch.zeros_like(rows)), space.sample(NAMED_BY, 5), _scale(space, 4))


def described(found: Found) -> tuple[Direction, ...]:
    """The card's words for the attributes that were found."""
    moved = found.effects.moved
    directions = []
    for index, attribute in enumerate(found.attributes):
        others = moved[index].clone()
        own, others[index] = float(others[index]), -1.0
        farthest = int(others.argmax())
        more = (round(own, 2), round(max(float(others[farthest]), 0.0), 2), found.attributes[farthest].name)
        directions.append(Direction(attribute.name, attribute.label, "attribute", *more))
    return tuple(directions)


def _named(space: Space, rows: Tensor, seed: int) -> tuple[Tensor, list[str]]:
    """Rows at a length whose ends keep their picture, and what the first COMPONENTS change most."""
    points, scale = space.sample(NAMED_BY, seed + 5), _scale(space, seed + 4)
    ways = useful(space, Ways(rows, torch.zeros_like(rows)), points, scale)
    return ways.rows, _names(space, ways.only(range(COMPONENTS)), points, scale)


@torch.no_grad()
def visible(space: Space, rows: Tensor, points: Tensor) -> Tensor:
    """Rows (k, *shape) so long that the end of a slider changes values by VISIBLE on average, as far as LONGEST allows.

    Natural steps in a few layers alone are hardly seen.
    """
    still = space.draw(points)
    change = torch.stack([(space.draw(points + REACH * row) - still).abs().mean() for row in rows])
    return rows * (VISIBLE / change).clamp(1.0, LONGEST).view(-1, *[1] * (rows.dim() - 1))


def _names(space: Space, ways: Ways, points: Tensor, scale: Scale) -> list[str]:
    return name_directions(2 * effects(space, ways, points, scale).slope, scale.attributes)


def _scale(space: Space, seed: int) -> Scale:
    points = space.sample(COUNTS.samples // 2, seed)
    return Scale(ATTRIBUTES, space.measure(points, ATTRIBUTES)[0].std(dim=0))


def _root(points: Tensor) -> Tensor:
    """The Cholesky root (d, d) of the covariance of points (n, d)."""
    centred = points - points.mean(dim=0)
    return torch.linalg.cholesky(centred.T @ centred / len(points) + FLOOR * torch.eye(points.shape[1]))


def add_directions(model_dir: Path, seed: int, *, bfloat16: bool = False) -> Sequence[Direction]:
    """Find the directions of a bundled generator anew; its weights file and card are replaced."""
    card = read_card(model_dir / "card.json")
    if card.family != "picture.gan":
        raise StudioError(f"The model {card.name} is no generator.")
    tensors = read_weights(CatalogueEntry(card, model_dir))
    for name in ("directions.moves", "directions.bends"):
        tensors.pop(name, None)
    generator = Generator(replace(read_config(card, GanConfig), sliders=())).eval()
    fill_module(generator, tensors, card.name)
    found = with_directions(generator, seed, bfloat16=bfloat16)
    halved = card.weights.dtype == "float16"
    state = {name: t.half() if halved else t for name, t in found.state_dict().items()}
    save_file({name: t.contiguous() for name, t in state.items()}, model_dir / card.weights.file)
    data = (model_dir / card.weights.file).read_bytes()
    weights = replace(card.weights, sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))
    config = {k: v for k, v in asdict(found.config).items() if k != "direction_labels"}
    text = json.dumps(asdict(replace(card, weights=weights, config=config)), indent=1, ensure_ascii=False)
    (model_dir / "card.json").write_text(text + "\n", "utf-8")
    return found.config.sliders


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path, help="the model folder")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--bfloat16", action="store_true", help="faster where the processor has it")
    options = parser.parse_args()
    for slider in add_directions(options.model, options.seed, bfloat16=options.bfloat16):
        print(f"{slider.name}: {slider.label}. {slider.hint}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
