"""Trains the generator: hinge loss, differentiable augmentation, EMA, projected or plain discriminators.

Invariant: every step seeds its own random numbers from (seed, step), so a resumed run on the CPU is the same run.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

from studio.core.latent import seed_z
from studio.engines.picture.gan import GanConfig, Generator
from studio.training.checkpoints import CHECKPOINT, begin_with, load_checkpoint, save_checkpoint
from studio.training.ema import Ema
from studio.training.log import CsvLog
from studio.training.picture.augment import augment
from studio.training.picture.codes import additive_means, fit_codes, one_hot
from studio.training.picture.data import (
    Pack,
    label_groups,
    label_names,
    list_works,
    pack_works,
    split_works,
)
from studio.training.picture.discriminators import Both, Plain, Projected
from studio.training.picture.folders import with_folders
from studio.training.picture.recipes import GanRecipe
from studio.training.picture.sheets import save_sheet
from studio.training.recipe import convert_recipe

COLUMNS = ("d_loss", "real_right", "fake_right", "g_loss", "l1", "features")
SKETCH_CROPS = 16384
SHEET_SEEDS = 50
MAX_SLOPE = 20.0  # of the gradient's norm
W_SAMPLES = 50_000


class GanTrainer:
    """Owns both networks, their optimisers and the average; one call of `step` is one update of each."""

    def __init__(self, recipe: GanRecipe) -> None:
        torch.manual_seed(recipe.seed)
        training = recipe.training
        self.recipe = recipe
        self.generator = Generator(generator_config(recipe)).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.judge = _judge(recipe)
        self.judge.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._judge_parameters = [p for p in self.judge.parameters() if p.requires_grad]
        self.generator_adam = _adam(list(self.generator.parameters()), training.generator_rate)
        self.ema = Ema(self.generator, training.ema_half_life)
        self.judge_adam = _adam(self._judge_parameters, training.judge_rate)

    def parts(self) -> dict[str, Any]:
        """What a checkpoint holds."""
        return {
            "generator": self.generator,
            "ema": self.ema.module,
            "judge": self.judge,
            "generator_adam": self.generator_adam,
            "judge_adam": self.judge_adam,
        }

    def start_from(self, model_dir: Path) -> None:
        """Take the weights of a bundled model wherever name and shape agree; the rest stays as drawn."""
        begin_with(self.generator, model_dir / "model.safetensors")
        self.ema.module.load_state_dict(self.generator.state_dict())

    def step(self, pack: Pack, step: int) -> dict[str, float]:
        """Show one batch of real and one of generated pictures; returns what the log records."""
        recipe = self.recipe
        torch.manual_seed(recipe.seed * 1_000_003 + step)
        random = np.random.default_rng((recipe.seed, step))
        size, trust = recipe.network.resolution, self.trust(step)
        real, styles = pack.batch(random, recipe.run.batch, size, recipe.data.zoom)  # (B, 3, S, S), (B, K)
        codes = self._encode(real, trust)  # (R, z_dim), R <= B
        fake = self.generate(styles, codes)  # (B, 3, S, S); the first R repaint the first R real pictures
        fake_maps = self.judge.project(augment(fake, recipe.seed + step))
        with torch.no_grad():  # the same augmentation, so that the repainted can be compared with the real
            real_maps = self.judge.project(augment(real, recipe.seed + step))
        values = self._teach_judge(real_maps, fake_maps, styles) if trust else {}
        if trust and recipe.training.r1 and step % recipe.training.r1_every == 0:
            self._flatten_judge(real, styles)
        repaint = self._repaint_loss(real, fake, (real_maps, fake_maps), codes, values)
        values["g_loss"] = self._teach_generator(fake_maps, styles, trust, repaint)
        self.ema.update(self.generator, recipe.run.batch, (step + 1) * recipe.run.batch)
        return values

    def _encode(self, real: Tensor, trust: float) -> Tensor:
        """Codes (R, z_dim) of the first R pictures; in the warm-up R is the whole batch."""
        training = self.recipe.training
        share = training.repaint if trust or not training.repaint else 1.0
        return self.generator.underpainting.sketch.encode(real[: round(len(real) * share)])

    def generate(self, styles: Tensor, codes: Tensor) -> Tensor:
        """Pictures for style indices (B, K): of the codes (R, z_dim) first, then of fresh z, with style mixing."""
        network, g, count = self.recipe.network, self.generator, len(codes)
        weights = one_hot(styles, len(self.generator.config.styles))  # (B, N)
        fresh = torch.randn(len(styles) - count, network.z_dim)
        w = torch.cat(
            [g.mapping.from_code(codes, weights[:count]), g.mapping(fresh, weights[count:])]
        )  # (B, w_dim)
        layers = w[:, None].repeat(1, g.config.num_layers, 1)  # (B, L, w_dim)
        if torch.rand(()) < self.recipe.training.style_mixing:
            cut = int(torch.randint(1, g.config.num_layers, ()))
            layers[count:, cut:] = g.mapping(torch.randn_like(fresh), weights[count:])[:, None]
        with torch.autocast("cpu", torch.bfloat16, enabled=self.recipe.run.bfloat16):
            return g.synthesise(layers)

    def _repaint_loss(
        self,
        real: Tensor,
        fake: Tensor,
        maps: tuple[list[Tensor], list[Tensor]],
        codes: Tensor,
        values: dict[str, float],
    ) -> Tensor:
        """VAE-GAN (Larsen et al., 2016): the generator must also repaint real pictures from their codes.

        This teaches forms long before the judge can, and a generator with one frozen layout cannot do it.
        """
        count = len(codes)
        if not count:
            return real.new_zeros(())
        gaps = [(a[:count] - b[:count]).square().mean() / a.var() for a, b in zip(*maps, strict=True)]
        l1 = (real[:count] - fake[:count]).abs().mean()
        values |= {"l1": l1.item(), "features": torch.stack(gaps).sum().item()}
        return self.recipe.training.repaint_weight * (10 * l1 + torch.stack(gaps).sum())

    def _teach_judge(
        self, real_maps: list[Tensor], fake_maps: list[Tensor], styles: Tensor
    ) -> dict[str, float]:
        on_real = self.judge.judge(real_maps, styles)
        on_fake = self.judge.judge([m.detach() for m in fake_maps], styles)
        losses = [F.relu(1 - r).mean() + F.relu(1 + f).mean() for r, f in zip(on_real, on_fake, strict=True)]
        loss = torch.stack(losses).sum()
        _descend(self.judge_adam, loss)
        return {
            "d_loss": loss.item() / len(on_real),
            "real_right": _share(on_real, above=True),
            "fake_right": _share(on_fake, above=False),
        }

    def _flatten_judge(self, real: Tensor, styles: Tensor) -> None:
        """R1 (Mescheder et al., 2018), made up for being taken every `r1_every` steps only."""
        training = self.recipe.training
        real = real.detach().requires_grad_(True)
        judge = self.judge.plain if isinstance(self.judge, Both) else self.judge
        logits = torch.stack([m.sum() for m in judge.judge(judge.project(real), styles)]).sum()
        (slope,) = torch.autograd.grad(logits, real, create_graph=True)
        penalty = slope.square().sum(dim=(1, 2, 3)).mean()
        _descend(self.judge_adam, penalty * (training.r1 / 2 * training.r1_every))

    def trust(self, step: int) -> float:
        """The weight of the judge: 0 in the warm-up, then rising to 1 over as many pictures again."""
        warm_up, shown = self.recipe.training.warm_up, step * self.recipe.run.batch
        return min(max((shown - warm_up) / warm_up, 0.0), 1.0) if warm_up else 1.0

    def _teach_generator(self, fake_maps: list[Tensor], styles: Tensor, trust: float, aid: Tensor) -> float:
        if not trust:
            if aid.requires_grad:
                _descend(self.generator_adam, aid)
            return 0.0
        for parameter in self._judge_parameters:
            parameter.requires_grad_(False)
        verdict = torch.stack([-v.mean() for v in self.judge.judge(fake_maps, styles)]).sum()
        _descend(self.generator_adam, trust * verdict + aid)
        for parameter in self._judge_parameters:
            parameter.requires_grad_(True)
        return verdict.item() / len(fake_maps)


def _descend(adam: torch.optim.Adam, loss: Tensor) -> None:
    adam.zero_grad(set_to_none=True)
    loss.backward()
    for group in adam.param_groups:
        nn.utils.clip_grad_norm_(group["params"], MAX_SLOPE)
    adam.step()


def generator_config(recipe: GanRecipe) -> GanConfig:
    """The generator that a recipe asks for."""
    net, data = recipe.network, recipe.data
    return GanConfig(
        label_names(data.labels, data.folders), label_groups(data.labels, data.folders),
        net.resolution, net.z_dim, net.w_dim, sketch=net.sketch, colours=net.colours, channels=net.channels,
    )  # fmt: skip


def _judge(recipe: GanRecipe) -> Projected | Plain | Both:
    training, styles = recipe.training, len(label_names(recipe.data.labels, recipe.data.folders))
    plain = Plain(styles, training.plain_width, recipe.network.resolution)
    if training.judge == "plain":
        return plain
    projected = Projected(styles, training.judge_width, training.feature_size)
    return projected if training.judge == "projected" else Both(projected, plain)


def fit_sketch(generator: Generator, pack: Pack, recipe: GanRecipe, *, keep: bool = False) -> None:
    """Set the underpainting and the codes' Gaussians from SKETCH_CROPS crops of the training pictures.

    keep: the underpainting itself stays, since the generator was begun on it.
    """
    random = np.random.default_rng(recipe.seed)
    crops, styles = pack.batch(random, SKETCH_CROPS, max(recipe.network.sketch, 32), recipe.data.zoom)
    if not keep:
        generator.underpainting.sketch.fit(crops, evenness=0.5)
    fit_codes(generator.mapping, generator.underpainting.sketch.encode(crops), styles)


def _adam(parameters: list[torch.nn.Parameter], rate: float) -> torch.optim.Adam:
    return torch.optim.Adam(parameters, lr=rate, betas=(0.0, 0.99), eps=1e-8)


def _share(logits: list[Tensor], above: bool) -> float:
    return float(torch.stack([((m > 0) == above).float().mean() for m in logits]).mean())


@torch.no_grad()
def measure_w(generator: Generator, seed: int) -> None:
    """Set each style's part of the mean w and the PCA directions from W_SAMPLES draws at psi 1."""
    config = generator.config
    random = torch.Generator().manual_seed(seed)
    z = torch.randn(W_SAMPLES, config.z_dim, generator=random)
    weights = random_styles(W_SAMPLES, config, random)
    parts = zip(z.split(1000), weights.split(1000), strict=True)
    w = torch.cat([generator.mapping(*part) for part in parts])  # (n, w_dim)
    generator.w_mean.copy_(additive_means(w, weights))
    generator.directions.fit(w - weights @ generator.w_mean)


def random_styles(count: int, config: GanConfig, random: torch.Generator) -> Tensor:
    """Style weights (count, N) with one style of each group, all equally likely."""
    groups = [F.one_hot(torch.randint(size, (count,), generator=random), size) for size in config.group_sizes]
    return torch.cat(groups, dim=1).float()


@torch.no_grad()
def sample_sheet(generator: Generator, crops: tuple[Tensor, Tensor]) -> Tensor:
    """Ten real crops, the same repainted, then SHEET_SEEDS seeds in the styles of ten works each: (n, 3, S, S)."""
    styles = one_hot(crops[1], len(generator.config.styles))  # (10, N)
    z = np.concatenate([seed_z(seed, generator.config.z_dim) for seed in range(SHEET_SEEDS)])
    w = generator.mapping.from_code(generator.underpainting.sketch.encode(crops[0]), styles)
    rows = generator.mapping(torch.from_numpy(z).float(), styles.repeat(SHEET_SEEDS // 10, 1))
    layers = torch.cat([w, rows])[:, None].expand(-1, generator.config.num_layers, -1)
    return torch.cat([crops[0], generator.synthesise(layers)])


def run(raw: dict[str, Any], data_dir: Path, out_dir: Path, resume: bool, start: Path | None = None) -> None:
    """Train to the recipe's end; writes checkpoints, log.csv, sheets/ and held_out.txt under `out_dir`.

    start: a model folder whose weights to begin with, as far as they fit.
    """
    recipe = convert_recipe(raw, GanRecipe)
    recipe = replace(recipe, data=with_folders(recipe.data, data_dir, out_dir / "recipe.toml"))
    torch.set_num_threads(recipe.run.threads)
    works, kept = split_works(list_works(data_dir, recipe.data), recipe.data.held_out, recipe.seed)
    pack = pack_works(works, recipe.data.pack_side, out_dir / "pack.npz", pad=recipe.data.pad)
    (out_dir / "held_out.txt").write_text("".join(f"{w.key}\n" for w in kept), encoding="utf-8")
    trainer = GanTrainer(recipe)
    if start:
        trainer.start_from(start)
    fit_sketch(trainer.generator, pack, recipe, keep=start is not None)
    counters = {"step": 0, "hours": 0.0, "works": len(pack), "start": start.name if start else ""}
    if resume and (out_dir / CHECKPOINT).is_file():
        counters = load_checkpoint(out_dir / CHECKPOINT, trainer.parts())
    counters["skipped"] = len(works) - len(pack)
    _loop(trainer, pack, out_dir, counters)


def _loop(trainer: GanTrainer, pack: Pack, out_dir: Path, counters: dict[str, Any]) -> None:
    run_, first = trainer.recipe.run, int(counters["step"])
    total, started = run_.pictures // run_.batch, time.monotonic() - counters["hours"] * 3600
    log = CsvLog(out_dir / "log.csv", COLUMNS, first)
    bar = tqdm(range(first, total), initial=first, total=total, unit="step", mininterval=5, disable=None)
    for step in bar:
        log.add(trainer.step(pack, step))
        done = step + 1
        if done % run_.log_every == 0:
            means = log.write_row(done)
            bar.set_postfix({k: f"{v:.2f}" for k, v in means.items()})
        if done % run_.sheet_every == 0 or done == total:
            crops = pack.batch(np.random.default_rng(0), 10, trainer.recipe.network.resolution, 0.9)
            save_sheet(
                sample_sheet(trainer.ema.module, crops), 10, out_dir / f"sheets/{done:06d}.png", scale=2
            )
        if done % run_.checkpoint_every == 0 or done == total:
            counters.update(step=done, hours=(time.monotonic() - started) / 3600, pictures=done * run_.batch)
            save_checkpoint(out_dir / CHECKPOINT, trainer.parts(), counters)
