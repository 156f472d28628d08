"""Trains the autoencoder: L1 and a perceptual loss on frozen features, KL, and late an adversarial loss for crispness.

Invariant: every step seeds its own random numbers from (seed, step), so a resumed run on the CPU is the same run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from studio.engines.picture.vae import Vae, VaeConfig, divergence
from studio.training.checkpoints import Parts, begin_with_model
from studio.training.descent import Descent
from studio.training.ema import Ema
from studio.training.log import mean_of
from studio.training.loop import Task, train
from studio.training.picture.data import Pack, label_names, list_works, pack_works, split_works
from studio.training.picture.discriminators import Projected, norms_held
from studio.training.picture.progress import whole_data, write_held_out
from studio.training.picture.recipes import VaeRecipe
from studio.training.picture.sheets import save_sheet
from studio.training.place import Place, choose_place
from studio.training.recipe import convert_recipe

COLUMNS = ("l1", "perceptual", "kl", "d_loss")
SKETCH_CROPS = 4096
MAX_SLOPE = 1.0  # of the gradient's norm
AT_ONCE = 32  # held-out pictures
HERE = Place()


@dataclass(frozen=True)
class Draft:
    """A micro-batch: every n-th real picture, from number `part` on, of an update."""

    pictures: Tensor  # (B, 3, S, S)
    styles: Tensor  # (B, K)
    part: int


@dataclass(frozen=True)
class Copy:
    """What the autoencoder makes of a micro-batch."""

    pictures: Tensor  # (B, 3, S, S)
    nats: Tensor  # (B, z_dim)
    maps: list[Tensor]  # for the judge; empty until it has a say


class VaeTrainer:
    """Owns the autoencoder, its average, the judge and their optimisers; one call of `step` is one update."""

    def __init__(self, recipe: VaeRecipe, place: Place = HERE) -> None:
        torch.manual_seed(recipe.seed)
        training = recipe.training
        self.recipe, self.place = recipe, place
        self.update_size = recipe.run.update_size(place.world)  # pictures
        self.vae = Vae(vae_config(recipe)).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.ema = Ema(self.vae, training.ema_half_life)
        self.judge = Projected(
            len(label_names(recipe.data.labels, recipe.data.folders)),
            training.judge_width,
            training.feature_size,
        )
        self.judge.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        adam = torch.optim.Adam(self.vae.parameters(), lr=training.rate, betas=(0.9, 0.99))
        self.descent = Descent(adam, place, MAX_SLOPE)
        self.heads = [p for p in self.judge.parameters() if p.requires_grad]
        adam = torch.optim.Adam(self.heads, lr=training.judge_rate, betas=(0.0, 0.99))
        self.judge_descent = Descent(adam, place)

    def parts(self) -> Parts:
        """What a checkpoint holds."""
        return {
            "vae": self.vae,
            "ema": self.ema.module,
            "judge": self.judge,
            "adam": self.descent.optimiser,
            "judge_adam": self.judge_descent.optimiser,
            "scaler": self.descent.scaler,
            "judge_scaler": self.judge_descent.scaler,
        }

    def step(self, pack: Pack, step: int) -> dict[str, float]:
        """Learn from one batch; returns what the log records."""
        drafts = self._draw(pack, step)
        kept = self._copy(drafts[0], step) if len(drafts) == 1 else None
        self._set_rate(step)
        values = self._teach_judge(drafts, kept, step) if self._judges(step) else {}
        values |= self._teach_vae(drafts, kept, step)
        self.ema.update(self.vae, self.update_size, (step + 1) * self.update_size)
        return values

    def _draw(self, pack: Pack, step: int) -> list[Draft]:
        """This process's share of the update's pictures, in micro-batches."""
        recipe, place = self.recipe, self.place
        torch.manual_seed(recipe.seed * 1_000_003 + step)
        real, styles = pack.batch(
            np.random.default_rng((recipe.seed, step)),
            self.update_size,
            recipe.network.resolution,
            recipe.data.zoom,
            (place.rank, place.world),
        )
        n = recipe.run.accumulate
        return [
            Draft(real[i::n].to(place.device), styles[i::n].to(place.device), place.rank + i * place.world)
            for i in range(n)
        ]

    def _copy(self, draft: Draft, step: int) -> Copy:
        """Encode and decode a micro-batch; its noise is its part of the whole update's."""
        parts = self.place.world * self.recipe.run.accumulate
        random = torch.Generator().manual_seed(self.recipe.seed * 1_000_003 + step)
        with self.place.autocast():
            mean, log_variance = self.vae.posterior(draft.pictures)  # (B, z_dim) each
            size = (len(mean) * parts, mean.shape[1])
            noise = torch.randn(size, dtype=mean.dtype, device="cpu", generator=random)[draft.part :: parts]
            latent = mean + noise.to(mean.device) * (0.5 * log_variance).exp()
            pictures = self.vae.decode(latent).float()  # (B, 3, S, S)
        maps = self.judge.project(pictures) if self._judges(step) else []
        return Copy(pictures, divergence(mean.float(), log_variance.float()), maps)

    def _judges(self, step: int) -> bool:
        """Whether the judge has a say yet."""
        training = self.recipe.training
        return training.adversarial > 0 and step >= training.adversarial_from

    def _teach_judge(self, drafts: list[Draft], kept: Copy | None, step: int) -> dict[str, float]:
        """Hinge loss on real pictures and on copies."""
        rows = []
        for i, draft in enumerate(drafts):
            with torch.no_grad():
                copy = kept or self._copy(draft, step)
                real_maps = self.judge.project(draft.pictures)
            with norms_held(self.judge, i > 0):
                on_real = self.judge.judge(real_maps, draft.styles)
                on_copy = self.judge.judge([m.detach() for m in copy.maps], draft.styles)
            pairs = zip(on_real, on_copy, strict=True)
            loss = torch.stack([F.relu(1 - r).mean() + F.relu(1 + c).mean() for r, c in pairs]).sum()
            self.judge_descent.add(loss, 1 / len(drafts))
            rows.append({"d_loss": loss.item() / len(on_real)})
        self.judge_descent.take()
        return mean_of(rows)

    def _teach_vae(self, drafts: list[Draft], kept: Copy | None, step: int) -> dict[str, float]:
        rows, training = [], self.recipe.training
        for head in self.heads:
            head.requires_grad_(False)
        for i, draft in enumerate(drafts):
            copy = kept or self._copy(draft, step)
            l1, perceptual = self._gaps(draft.pictures, copy.pictures)
            nats = copy.nats.sum(dim=1).mean()
            pixels = l1 if training.pixels == "l1" else (draft.pictures - copy.pictures).square().mean()
            loss = pixels + training.perceptual * perceptual + training.kl * nats
            if copy.maps:
                with norms_held(self.judge, i > 0):
                    verdicts = [-v.mean() for v in self.judge.judge(copy.maps, draft.styles)]
                loss = loss + training.adversarial * torch.stack(verdicts).mean()
            self.descent.add(loss, 1 / len(drafts))
            rows.append({"l1": l1.item(), "perceptual": perceptual.item(), "kl": nats.item()})
        for head in self.heads:
            head.requires_grad_(True)
        self.descent.take()
        return mean_of(rows)

    def _gaps(self, real: Tensor, copy: Tensor) -> tuple[Tensor, Tensor]:
        """L1, and the distance of unit feature vectors at 1/4, 1/8 and 1/16 of the size (as in LPIPS, 2018)."""
        l1 = (real - copy).abs().mean()
        if not self.recipe.training.perceptual:
            return l1, torch.zeros_like(l1)
        with torch.no_grad():
            wanted = self.judge.see(real)[:3]
        pairs = zip(wanted, self.judge.see(copy)[:3], strict=True)
        gaps = [(F.normalize(a) - F.normalize(b)).square().sum(dim=1).mean() for a, b in pairs]
        return l1, torch.stack(gaps).sum()

    @torch.no_grad()
    def distance(self, pictures: Tensor) -> float:
        """What the averaged network loses of pictures (n, 3, S, S): L1 and the perceptual distance, weighted."""
        total = 0.0
        for part in pictures.to(self.place.device).split(AT_ONCE):
            l1, perceptual = self._gaps(part, self.ema.module.decode(self.ema.module.encode(part)))
            total += len(part) * float(l1 + self.recipe.training.perceptual * perceptual)
        return total / len(pictures)

    def _set_rate(self, step: int) -> None:
        """Cosine decay to a twentieth, after a short warm-up."""
        total = max(self.recipe.run.pictures // self.update_size, 1)
        fall = 0.525 + 0.475 * math.cos(math.pi * min(step / total, 1))
        for group in self.descent.optimiser.param_groups:
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
    pictures = pictures.to(vae.mean.device)
    drawn = [np.random.RandomState(seed).randn(1, vae.config.z_dim) for seed in range(10)]
    draws = vae.decode(torch.from_numpy(np.concatenate(drawn)).float().to(vae.mean.device))
    return torch.cat([pictures, vae.decode(vae.encode(pictures)), draws])


@torch.no_grad()
def score(vae: Vae, pictures: Tensor) -> dict[str, float]:
    """How near the copies of pictures (n, 3, S, S) come: mean L1 in levels (0..255) and PSNR in dB."""
    pictures = pictures.to(vae.mean.device)
    error = (vae.decode(vae.encode(pictures)).clamp(-1, 1) - pictures) * 127.5
    psnr = 10 * torch.log10(255**2 / error.square().mean(dim=(1, 2, 3)))
    return {"l1_levels": error.abs().mean().item(), "psnr_db": psnr.mean().item()}


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
    recipe = convert_recipe(raw, VaeRecipe)
    place = choose_place(recipe.run, device)
    recipe = replace(recipe, data=whole_data(recipe.data, data_dir, out_dir, place))
    works, kept = split_works(list_works(data_dir, recipe.data), recipe.data.held_out, recipe.seed)
    with place.leader_first():
        pack = pack_works(works, recipe.data.pack_side, out_dir / "pack.npz")
        unseen = pack_works(kept, recipe.data.pack_side, out_dir / "held_out.npz")
        write_held_out(out_dir, kept)
    trainer = VaeTrainer(recipe, place)
    if start:
        begin_with_model(start, trainer.vae, trainer.ema.module, trainer.judge)
    elif recipe.network.linear:
        fit_sketch(trainer.vae, pack, recipe)
    pictures = unseen.centres(recipe.network.resolution)
    start_name = start.name if start else ""
    facts = {"works": len(pack), "skipped": len(works) - len(pack), "start": start_name}
    train(_task(trainer, pack, pictures, facts), recipe.run, place, out_dir, resume)


def _task(trainer: VaeTrainer, pack: Pack, unseen: Tensor, facts: dict[str, Any]) -> Task:
    shown = trainer.ema.module
    return Task(
        step=lambda step: trainer.step(pack, step),
        parts=trainer.parts(),
        columns=COLUMNS,
        sheet=lambda path: save_sheet(sample_sheet(shown, unseen[:10]), 10, path, scale=2),
        facts=facts,
        measure=lambda: trainer.distance(unseen),
        figures=lambda: {"held_out": score(shown, unseen)},
    )
