"""Bundles a generator: the averaged weights with their directions, named, measured and previewed."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from studio.core.latent import seed_z
from studio.engines.picture.gan import Generator
from studio.training.bundle import Bundle
from studio.training.checkpoints import finished, load_checkpoint
from studio.training.picture.bundle_parts import half_precision, preview, sources
from studio.training.picture.direction_bundle import with_directions
from studio.training.picture.evaluation import measured
from studio.training.picture.gan_loop import generator_config, measure_w
from studio.training.picture.recipes import GanRecipe
from studio.training.picture.sheets import grid
from studio.training.picture.subjects import gan_subject
from studio.training.recipe import convert_recipe


@torch.no_grad()
def bundle(out_dir: Path, raw: dict[str, Any], data_dir: Path | None, last: bool = False) -> Bundle:
    """Everything for the card of the run in `out_dir`; measured only where `data_dir` is given."""
    recipe = convert_recipe(raw, GanRecipe)
    generator = Generator(generator_config(recipe)).eval()
    counters = load_checkpoint(finished(out_dir, last), {"ema": generator})
    measure_w(generator, recipe.seed)
    generator = with_directions(generator, recipe.seed, bfloat16=recipe.run.bfloat16)
    tensors = half_precision(generator, lambda g: seeds_sheet(g, range(8), psi=1.0))
    return Bundle(
        recipe=raw,
        tensors=tensors,
        preview=preview(seeds_sheet(generator, range(16), psi=0.7), columns=4),
        counters=counters,
        config=asdict(generator.config),
        parameters=sum(p.numel() for p in generator.parameters()),
        styles=generator.config.styles,
        data=sources(counters["works"], recipe, data_dir),
        samples=Image.fromarray(grid(seeds_sheet(generator, range(64), psi=0.7), columns=8)),
        samples_caption="Seeds 0 to 63 at psi 0.7, none left out; the styles of each group take turns.",
        metrics=measured(gan_subject(generator, recipe, counters["pictures"]), recipe, data_dir),
    )


def seeds_sheet(generator: Generator, seeds: range, psi: float) -> Tensor:
    """Pictures (n, 3, S, S) of the seeds; the styles of every group take turns."""
    config = generator.config
    z = torch.from_numpy(np.concatenate([seed_z(seed, config.z_dim) for seed in seeds])).float()  # (n, z_dim)
    turns = torch.tensor(list(seeds))
    weights = torch.cat([F.one_hot(turns % size, size).float() for size in config.group_sizes], dim=1)
    w = generator.truncate(generator.mapping(z, weights), weights, psi)
    layers = w[:, None].expand(-1, config.num_layers, -1)
    return torch.cat([generator.synthesise(part) for part in layers.split(16)])
