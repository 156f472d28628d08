"""Trains the autoencoder: L1 and a perceptual loss on frozen features, KL, and late an adversarial loss for crispness.

Invariant: every step seeds its own random numbers from (seed, step), so a resumed run on the CPU is the same run.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

from studio.engines.picture.vae import Vae, VaeConfig, divergence
from studio.training.checkpoints import CHECKPOINT, load_checkpoint, save_checkpoint
from studio.training.ema import Ema
from studio.training.log import CsvLog
from studio.training.picture.data import Pack, label_names, list_works, pack_works, split_works
from studio.training.picture.discriminators import Projected
from studio.training.picture.folders import with_folders
from studio.training.picture.recipes import VaeRecipe
from studio.training.picture.sheets import save_sheet
from studio.training.recipe import convert_recipe

COLUMNS = ("l1", "perceptual", "kl", "d_loss")
SKETCH_CROPS = 4096


class VaeTrainer:
    """Owns the autoencoder, its average, the judge and their optimisers; one call of `step` is one update."""

    def __init__(self, recipe: VaeRecipe) -> None:
        torch.manual_seed(recipe.seed)
        training = recipe.training
        self.recipe = recipe
        self.vae = Vae(vae_config(recipe)).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.ema = Ema(self.vae, training.ema_half_life)
        self.judge = Projected(
            len(label_names(recipe.data.labels, recipe.data.folders)),
            training.judge_width,
            training.feature_size,
        )
        self.judge.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.adam = torch.optim.Adam(self.vae.parameters(), lr=training.rate, betas=(0.9, 0.99))
        self.heads = [p for p in self.judge.parameters() if p.requires_grad]
        self.judge_adam = torch.optim.Adam(self.heads, lr=training.judge_rate, betas=(0.0, 0.99))

    def parts(self) -> dict[str, nn.Module | torch.optim.Optimizer]:
        """What a checkpoint holds."""
        return {
            "vae": self.vae,
            "ema": self.ema.module,
            "judge": self.judge,
            "adam": self.adam,
            "judge_adam": self.judge_adam,
        }

    def step(self, pack: Pack, step: int) -> dict[str, float]:
        """Learn from one batch; returns what the log records."""
        recipe = self.recipe
        torch.manual_seed(recipe.seed * 1_000_003 + step)
        random = np.random.default_rng((recipe.seed, step))
        real, styles = pack.batch(random, recipe.run.batch, recipe.network.resolution, recipe.data.zoom)
        self._set_rate(step)
        with torch.autocast("cpu", torch.bfloat16, enabled=recipe.run.bfloat16):
            copy, mean, log_variance = self.vae(real)  # (B, 3, S, S), (B, z_dim), (B, z_dim)
        loss, values = self._loss(real, copy.float(), divergence(mean.float(), log_variance.float()))
        if recipe.training.adversarial and step >= recipe.training.adversarial_from:
            loss = loss + recipe.training.adversarial * self._verdict(real, copy.float(), styles, values)
        self.adam.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.vae.parameters(), 1.0)
        self.adam.step()
        self.ema.update(self.vae, recipe.run.batch, (step + 1) * recipe.run.batch)
        return values

    def _loss(self, real: Tensor, copy: Tensor, kl: Tensor) -> tuple[Tensor, dict[str, float]]:
        training = self.recipe.training
        l1 = (real - copy).abs().mean()
        pixels = l1 if training.pixels == "l1" else (real - copy).square().mean()
        perceptual = self._perceptual(real, copy) if training.perceptual else real.new_zeros(())
        nats = kl.sum(dim=1).mean()
        loss = pixels + training.perceptual * perceptual + training.kl * nats
        return loss, {"l1": l1.item(), "perceptual": perceptual.item(), "kl": nats.item()}

    def _perceptual(self, real: Tensor, copy: Tensor) -> Tensor:
        """Distance of unit feature vectors at 1/4, 1/8 and 1/16 of the size (in the spirit of LPIPS, 2018)."""
        with torch.no_grad():
            wanted = self.judge.see(real)[:3]
        pairs = zip(wanted, self.judge.see(copy)[:3], strict=True)
        return torch.stack(
            [(F.normalize(a) - F.normalize(b)).square().sum(dim=1).mean() for a, b in pairs]
        ).sum()

    def _verdict(self, real: Tensor, copy: Tensor, styles: Tensor, values: dict[str, float]) -> Tensor:
        """Teach the judge (hinge), then return what it thinks of the copies, to be minimised."""
        with torch.no_grad():
            real_maps = self.judge.project(real)
        copy_maps = self.judge.project(copy)
        on_real = self.judge.judge(real_maps, styles)
        on_copy = self.judge.judge([m.detach() for m in copy_maps], styles)
        losses = [F.relu(1 - r).mean() + F.relu(1 + c).mean() for r, c in zip(on_real, on_copy, strict=True)]
        loss = torch.stack(losses).sum()
        self.judge_adam.zero_grad(set_to_none=True)
        loss.backward()
        self.judge_adam.step()
        values["d_loss"] = loss.item() / len(losses)
        self.judge.requires_grad_(False)
        verdict = torch.stack([-v.mean() for v in self.judge.judge(copy_maps, styles)]).mean()
        for head in self.heads:
            head.requires_grad_(True)
        return verdict

    def _set_rate(self, step: int) -> None:
        """Cosine decay to a twentieth, after a short warm-up."""
        total = max(self.recipe.run.pictures // self.recipe.run.batch, 1)
        fall = 0.525 + 0.475 * math.cos(math.pi * min(step / total, 1))
        for group in self.adam.param_groups:
            group["lr"] = self.recipe.training.rate * fall * min(1.0, (step + 1) / 100)


def vae_config(recipe: VaeRecipe) -> VaeConfig:
    """The autoencoder that a recipe asks for."""
    network = recipe.network
    return VaeConfig(network.resolution, network.z_dim, network.sketch, network.channels)


def fit_sketch(vae: Vae, pack: Pack, recipe: VaeRecipe) -> None:
    """Set the linear code from SKETCH_CROPS crops of the training pictures."""
    random = np.random.default_rng(recipe.seed)
    vae.sketch.fit(
        pack.batch(random, SKETCH_CROPS, recipe.network.resolution, recipe.data.zoom)[0], evenness=1.0
    )


@torch.no_grad()
def measure_latents(vae: Vae, pack: Pack) -> None:
    """Order the latents of a finished autoencoder by their KL over the training pictures."""
    batches = pack.centres(vae.config.resolution).split(64)
    codes = [vae.posterior(batch) for batch in batches]
    vae.order_latents(torch.cat([c[0] for c in codes]), torch.cat([c[1] for c in codes]))


@torch.no_grad()
def sample_sheet(vae: Vae, pictures: Tensor) -> Tensor:
    """Rows of ten: pictures (10, 3, S, S), their copies, and ten draws from the prior."""
    drawn = [np.random.RandomState(seed).randn(1, vae.config.z_dim) for seed in range(10)]
    draws = vae.decode(torch.from_numpy(np.concatenate(drawn)).float())
    return torch.cat([pictures, vae.decode(vae.encode(pictures)), draws])


@torch.no_grad()
def score(vae: Vae, pictures: Tensor) -> dict[str, float]:
    """How near the copies of pictures (n, 3, S, S) come: mean L1 in levels (0..255) and PSNR in dB."""
    error = (vae.decode(vae.encode(pictures)).clamp(-1, 1) - pictures) * 127.5
    psnr = 10 * torch.log10(255**2 / error.square().mean(dim=(1, 2, 3)))
    return {"l1_levels": error.abs().mean().item(), "psnr_db": psnr.mean().item()}


def run(raw: dict[str, Any], data_dir: Path, out_dir: Path, resume: bool) -> None:
    """Train to the recipe's end; writes checkpoints, log.csv, sheets/ and held_out.txt under `out_dir`."""
    recipe = convert_recipe(raw, VaeRecipe)
    recipe = replace(recipe, data=with_folders(recipe.data, data_dir, out_dir / "recipe.toml"))
    torch.set_num_threads(recipe.run.threads)
    works, kept = split_works(list_works(data_dir, recipe.data), recipe.data.held_out, recipe.seed)
    pack = pack_works(works, recipe.data.pack_side, out_dir / "pack.npz")
    unseen = pack_works(kept, recipe.data.pack_side, out_dir / "held_out.npz")
    (out_dir / "held_out.txt").write_text("".join(f"{w.key}\n" for w in kept), encoding="utf-8")
    trainer = VaeTrainer(recipe)
    if recipe.network.linear:
        fit_sketch(trainer.vae, pack, recipe)
    counters = {"step": 0, "hours": 0.0, "works": len(pack)}
    if resume and (out_dir / CHECKPOINT).is_file():
        counters = load_checkpoint(out_dir / CHECKPOINT, trainer.parts())
    counters["skipped"] = len(works) - len(pack)
    _loop(trainer, (pack, unseen), out_dir, counters)


def _loop(trainer: VaeTrainer, packs: tuple[Pack, Pack], out_dir: Path, counters: dict[str, Any]) -> None:
    run_, first = trainer.recipe.run, int(counters["step"])
    unseen = packs[1].centres(trainer.recipe.network.resolution)
    total, started = run_.pictures // run_.batch, time.monotonic() - counters["hours"] * 3600
    log = CsvLog(out_dir / "log.csv", COLUMNS, first)
    for step in tqdm(
        range(first, total), initial=first, total=total, unit="step", mininterval=5, disable=None
    ):
        log.add(trainer.step(packs[0], step))
        done = step + 1
        if done % run_.log_every == 0:
            log.write_row(done)
        if done % run_.sheet_every == 0 or done == total:
            save_sheet(
                sample_sheet(trainer.ema.module, unseen[:10]), 10, out_dir / f"sheets/{done:06d}.png", 2
            )
        if done % run_.checkpoint_every == 0 or done == total:
            counters.update(step=done, hours=(time.monotonic() - started) / 3600, pictures=done * run_.batch)
            counters["held_out"] = score(trainer.ema.module, unseen)
            save_checkpoint(out_dir / CHECKPOINT, trainer.parts(), counters)
