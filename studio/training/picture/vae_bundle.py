"""Bundles an autoencoder: averaged weights, latents in the order of what they carry, held-out figures, preview."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from studio.core.latent import seed_z
from studio.engines.picture.vae import SLIDERS, Vae
from studio.training.bundle import Bundle
from studio.training.checkpoints import finished, load_checkpoint
from studio.training.picture.bundle_parts import half_precision, preview, sources
from studio.training.picture.data import list_works, pack_works, split_works
from studio.training.picture.direction_bundle import latent_names, vae_directions
from studio.training.picture.evaluation import measured
from studio.training.picture.recipes import VaeRecipe
from studio.training.picture.sheets import grid
from studio.training.picture.subjects import vae_subject
from studio.training.picture.vae_loop import measure_latents, vae_config
from studio.training.recipe import convert_recipe

CROPS = 512  # whose latents the directions are regressed on


@torch.no_grad()
def bundle(out_dir: Path, raw: dict[str, Any], data_dir: Path | None, last: bool = False) -> Bundle:
    """Everything for the card of the run in `out_dir`; the latents are ordered where `data_dir` is given."""
    recipe = convert_recipe(raw, VaeRecipe)
    vae = Vae(vae_config(recipe)).eval()
    counters = load_checkpoint(finished(out_dir, last), {"ema": vae})
    crops: Tensor | None = None
    if data_dir is not None:
        works, _ = split_works(list_works(data_dir, recipe.data), recipe.data.held_out, recipe.seed)
        pack = pack_works(works, recipe.data.pack_side, out_dir / "pack.npz")
        measure_latents(vae, pack)
        random = np.random.default_rng(recipe.seed)
        crops, _ = pack.batch(random, CROPS, vae.config.resolution, recipe.data.zoom)
    vae = vae_directions(vae, crops, recipe.seed, bfloat16=recipe.run.bfloat16)
    tensors = half_precision(vae, lambda v: draws(v, range(8), 1.0))
    metrics = measured(vae_subject(vae, recipe, counters["pictures"]), recipe, data_dir)
    if metrics:
        metrics["latents that carry more than 0.1 nats"] = int((vae.kl > 0.1).sum())
    return Bundle(
        recipe=raw,
        tensors=tensors,
        preview=preview(draws(vae, range(16), 0.9), columns=4),
        samples=Image.fromarray(grid(draws(vae, range(64), 0.9), columns=8)),
        samples_caption="Seeds 0 to 63 at psi 0.9, none left out.",
        counters=counters,
        config={**asdict(vae.config), "direction_labels": latent_names(vae, SLIDERS)},
        parameters=sum(p.numel() for p in vae.parameters()),
        data=sources(counters["works"], recipe, data_dir),
        metrics=metrics,
    )


def draws(vae: Vae, seeds: range, psi: float) -> Tensor:
    """Pictures (n, 3, S, S) of the seeds."""
    z = torch.from_numpy(np.concatenate([seed_z(seed, vae.config.z_dim) for seed in seeds])).float() * psi
    return vae.decode(vae.mean + vae.spread * z)
