"""Trains the generator: hinge loss, differentiable augmentation, EMA, projected or plain discriminators.

Invariant: every step seeds its own random numbers from (seed, step), so a resumed run on the CPU is the same run.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from studio.core.errors import StudioError
from studio.core.latent import seed_z
from studio.engines.picture.gan import GanConfig, Generator
from studio.training.checkpoints import Parts, begin_with_model
from studio.training.descent import Descent
from studio.training.ema import Ema
from studio.training.log import mean_of
from studio.training.loop import Task, train
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
from studio.training.picture.discriminators import Both, Plain, Projected, norms_held
from studio.training.picture.drafts import Draft, Seen
from studio.training.picture.progress import Distance, whole_data, write_held_out
from studio.training.picture.recipes import GanRecipe
from studio.training.picture.sheets import save_sheet
from studio.training.place import Place, choose_place
from studio.training.recipe import convert_recipe

COLUMNS = ("d_loss", "real_right", "fake_right", "g_loss", "l1", "features")
SKETCH_CROPS = 16384
SHEET_SEEDS = 50
MAX_SLOPE = 20.0  # of the gradient's norm
W_SAMPLES = 50_000
HERE = Place()


class GanTrainer:
    """Owns both networks, their optimisers and the average; one call of `step` is one update of each."""

    def __init__(self, recipe: GanRecipe, place: Place = HERE) -> None:
        torch.manual_seed(recipe.seed)
        training = recipe.training
        self.recipe, self.place = recipe, place
        self.update_size = recipe.run.update_size(place.world)  # pictures
        self.generator = Generator(generator_config(recipe)).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.judge = _judge(recipe)
        self.judge.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._judge_parameters = [p for p in self.judge.parameters() if p.requires_grad]
        adam = _adam(list(self.generator.parameters()), training.generator_rate)
        self.generator_descent = Descent(adam, place, MAX_SLOPE)
        self.ema = Ema(self.generator, training.ema_half_life)
        adam = _adam(self._judge_parameters, training.judge_rate)
        self.judge_descent = Descent(adam, place, MAX_SLOPE)

    def parts(self) -> Parts:
        """What a checkpoint holds."""
        return {
            "generator": self.generator,
            "ema": self.ema.module,
            "judge": self.judge,
            "generator_adam": self.generator_descent.optimiser,
            "judge_adam": self.judge_descent.optimiser,
            "generator_scaler": self.generator_descent.scaler,
            "judge_scaler": self.judge_descent.scaler,
        }

    def step(self, pack: Pack, step: int) -> dict[str, float]:
        """Show one batch of real and one of generated pictures; returns what the log records."""
        training, trust = self.recipe.training, self.trust(step)
        drafts = self._draw(pack, step, trust)
        kept = self._see(drafts[0], step) if len(drafts) == 1 else None
        values = self._teach_judge(drafts, kept, step) if trust else {}
        if trust and training.r1 and step % training.r1_every == 0:
            self._flatten_judge(drafts)
        values |= self._teach_generator(drafts, kept, step, trust)
        self.ema.update(self.generator, self.update_size, (step + 1) * self.update_size)
        return values

    def _draw(self, pack: Pack, step: int, trust: float) -> list[Draft]:
        """This process's share of the update's pictures, in micro-batches; all draw the same random numbers.

        In the warm-up the generator repaints the whole batch.
        """
        recipe, place, size = self.recipe, self.place, self.update_size
        torch.manual_seed(recipe.seed * 1_000_003 + step)
        random = np.random.default_rng((recipe.seed, step))
        real, styles = pack.batch(
            random, size, recipe.network.resolution, recipe.data.zoom, (place.rank, place.world)
        )
        training = recipe.training
        share = training.repaint if trust or not training.repaint else 1.0
        repainted = round(size * share)
        z = torch.randn(size - repainted, recipe.network.z_dim, device="cpu")
        other, cut = z, 0
        if torch.rand((), device="cpu") < training.style_mixing:
            cut = int(torch.randint(1, self.generator.config.num_layers, (), device="cpu"))
            other = torch.randn_like(z)
        if place.rank:  # its own grain in the generator's noise
            torch.manual_seed(recipe.seed * 1_000_003 + step + (place.rank << 40))
        whole = Draft(real, styles, repainted, z, other, cut)
        return whole.split(recipe.run.accumulate, place)

    def _see(self, draft: Draft, step: int) -> Seen:
        """Paint the draft, and project real and generated pictures with the same augmentation, to compare them."""
        codes = self.generator.underpainting.sketch.encode(draft.real[: draft.repainted])
        fake = self._paint(draft, codes)  # (B, 3, S, S)
        spots, tints = (self.recipe.seed + step, draft.part, draft.parts), self.recipe.training.tints
        fake_maps = self.judge.project(augment(fake, *spots, tints=tints))
        with torch.no_grad():
            real_maps = self.judge.project(augment(draft.real, *spots, tints=tints))
        return Seen(fake, real_maps, fake_maps)

    def _paint(self, draft: Draft, codes: Tensor) -> Tensor:
        """Pictures of the codes (R, z_dim) first, then of fresh z, with style mixing: (B, 3, S, S)."""
        g, count = self.generator, len(codes)
        weights = one_hot(draft.styles, len(g.config.styles))  # (B, N)
        w = torch.cat(
            [g.mapping.from_code(codes, weights[:count]), g.mapping(draft.z, weights[count:])]
        )  # (B, w_dim)
        layers = w[:, None].repeat(1, g.config.num_layers, 1)  # (B, L, w_dim)
        if draft.cut:
            layers[count:, draft.cut :] = g.mapping(draft.other, weights[count:])[:, None]
        with self.place.autocast():
            return g.synthesise(layers)

    def _teach_judge(self, drafts: list[Draft], kept: Seen | None, step: int) -> dict[str, float]:
        rows = []
        for i, draft in enumerate(drafts):
            with torch.no_grad():
                seen = kept or self._see(draft, step)
            with norms_held(self.judge, i > 0):
                on_real = self.judge.judge(seen.real_maps, draft.styles)
                on_fake = self.judge.judge([m.detach() for m in seen.fake_maps], draft.styles)
            pairs = zip(on_real, on_fake, strict=True)
            loss = torch.stack([F.relu(1 - r).mean() + F.relu(1 + f).mean() for r, f in pairs]).sum()
            self.judge_descent.add(loss, 1 / len(drafts))
            right = {"real_right": _share(on_real, above=True), "fake_right": _share(on_fake, above=False)}
            rows.append({"d_loss": loss.item() / len(on_real), **right})
        self.judge_descent.take()
        return mean_of(rows)

    def _flatten_judge(self, drafts: list[Draft]) -> None:
        """R1 (Mescheder et al., 2018), made up for being taken every `r1_every` steps only."""
        training = self.recipe.training
        judge = self.judge.plain if isinstance(self.judge, Both) else self.judge
        for i, draft in enumerate(drafts):
            real = draft.real.detach().requires_grad_(True)
            with norms_held(judge, i > 0):
                logits = torch.stack([m.sum() for m in judge.judge(judge.project(real), draft.styles)]).sum()
            (slope,) = torch.autograd.grad(logits, real, create_graph=True)
            penalty = slope.square().sum(dim=(1, 2, 3)).mean()
            self.judge_descent.add(penalty * (training.r1 / 2 * training.r1_every), 1 / len(drafts))
        self.judge_descent.take()

    def trust(self, step: int) -> float:
        """The weight of the judge: 0 in the warm-up, then rising to 1 over as many pictures again."""
        warm_up, shown = self.recipe.training.warm_up, step * self.update_size
        return min(max((shown - warm_up) / warm_up, 0.0), 1.0) if warm_up else 1.0

    def _teach_generator(
        self, drafts: list[Draft], kept: Seen | None, step: int, trust: float
    ) -> dict[str, float]:
        rows = []
        for parameter in self._judge_parameters:
            parameter.requires_grad_(False)
        for i, draft in enumerate(drafts):
            seen = kept or self._see(draft, step)
            loss, values = self._repaint_loss(draft, seen)
            if trust:
                with norms_held(self.judge, i > 0):
                    logits = self.judge.judge(seen.fake_maps, draft.styles)
                verdict = torch.stack([-v.mean() for v in logits]).sum()
                loss = trust * verdict + loss
                values["g_loss"] = verdict.item() / len(logits)
            if loss.requires_grad:
                self.generator_descent.add(loss, 1 / len(drafts))
            rows.append(values)
        for parameter in self._judge_parameters:
            parameter.requires_grad_(True)
        self.generator_descent.take()
        return mean_of(rows)

    def _repaint_loss(self, draft: Draft, seen: Seen) -> tuple[Tensor, dict[str, float]]:
        """VAE-GAN (Larsen et al., 2016): the generator must also repaint real pictures from their codes.

        This teaches forms long before the judge can, and a generator with one frozen layout cannot do it.
        """
        count = draft.repainted
        if not count:
            return draft.real.new_zeros(()), {}
        pairs = zip(seen.real_maps, seen.fake_maps, strict=True)
        gaps = torch.stack([(a[:count] - b[:count]).square().mean() / a.var() for a, b in pairs]).sum()
        l1 = (draft.real[:count] - seen.fake[:count]).abs().mean()
        loss = self.recipe.training.repaint_weight * (10 * l1 + gaps)
        return loss, {"l1": l1.item(), "features": gaps.item()}


def generator_config(recipe: GanRecipe) -> GanConfig:
    """The generator that a recipe asks for."""
    net, data = recipe.network, recipe.data
    names = label_names(data.labels, data.folders)
    return GanConfig(
        names, label_groups(data.labels, data.folders), _home(names, recipe.home),
        net.resolution, net.z_dim, net.w_dim, sketch=net.sketch,
        colours=net.colours, ink=net.ink, channels=net.channels,
    )  # fmt: skip


def _home(names: tuple[str, ...], weights: dict[str, float]) -> tuple[float, ...]:
    unknown = sorted(set(weights) - set(names))
    if unknown:
        raise StudioError(f"The recipe's home names {unknown[0]!r}, which is no label of the data.")
    return tuple(weights.get(name, 0.0) for name in names) if weights else ()


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
    real, labels = (part.to(generator.w_mean.device) for part in crops)
    styles = one_hot(labels, len(generator.config.styles))  # (10, N)
    w = generator.mapping.from_code(generator.underpainting.sketch.encode(real), styles)
    rows = generator.mapping(_seeds(generator, SHEET_SEEDS), styles.repeat(SHEET_SEEDS // 10, 1))
    layers = torch.cat([w, rows])[:, None].expand(-1, generator.config.num_layers, -1)
    return torch.cat([real, generator.synthesise(layers)])


@torch.no_grad()
def draw_seeds(generator: Generator, count: int) -> Tensor:
    """Pictures (count, 3, S, S) of the seeds 0, 1, 2 ... in styles drawn once and for all."""
    styles = random_styles(count, generator.config, torch.Generator().manual_seed(0))
    parts = zip(_seeds(generator, count).split(16), styles.to(generator.w_mean.device).split(16), strict=True)
    return torch.cat([generator(*part) for part in parts])


def _seeds(generator: Generator, count: int) -> Tensor:
    """z (count, z_dim) of the first seeds, on the generator's device."""
    z = np.concatenate([seed_z(seed, generator.config.z_dim) for seed in range(count)])
    return torch.from_numpy(z).float().to(generator.w_mean.device)


def run(
    raw: dict[str, Any],
    data_dir: Path,
    out_dir: Path,
    resume: bool,
    start: Path | None = None,
    device: str = "",
) -> None:
    """Train to the recipe's end; writes checkpoints, log.csv, sheets/ and held_out.txt under `out_dir`.

    start: a model folder whose weights to begin with, as far as they fit; device: instead of the recipe's.
    """
    recipe = convert_recipe(raw, GanRecipe)
    place = choose_place(recipe.run, device)
    recipe = replace(recipe, data=whole_data(recipe.data, data_dir, out_dir, place))
    works, kept = split_works(list_works(data_dir, recipe.data), recipe.data.held_out, recipe.seed)
    side, pad = recipe.data.pack_side, recipe.data.pad
    with place.leader_first():
        pack = pack_works(works, side, out_dir / "pack.npz", pad=pad)
        measured = kept if recipe.run.measure_every else []
        unseen = pack_works(measured, side, out_dir / "held_out.npz", pad=pad) if measured else None
        write_held_out(out_dir, kept)
    trainer = GanTrainer(recipe, place)
    if start:
        begin_with_model(start, trainer.generator, trainer.ema.module, trainer.judge)
    fit_sketch(trainer.generator, pack, recipe, keep=start is not None)
    start_name = start.name if start else ""
    facts = {"works": len(pack), "skipped": len(works) - len(pack), "start": start_name}
    train(_task(trainer, pack, unseen, facts), recipe.run, place, out_dir, resume)


def _task(trainer: GanTrainer, pack: Pack, unseen: Pack | None, facts: dict[str, Any]) -> Task:
    recipe, shown = trainer.recipe, trainer.ema.module
    crops = pack.batch(np.random.default_rng(0), 10, recipe.network.resolution, 0.9)
    distance = Distance(unseen, recipe.network.resolution, recipe.data.zoom) if unseen else None
    return Task(
        step=lambda step: trainer.step(pack, step),
        parts=trainer.parts(),
        columns=COLUMNS,
        sheet=lambda path: save_sheet(sample_sheet(shown, crops), 10, path, scale=2),
        facts=facts,
        measure=(lambda: distance(lambda n: draw_seeds(shown, n))) if distance else None,
    )
