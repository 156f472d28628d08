"""Trains a plain DCGAN (Radford et al., 2016): the baseline in the tables, not a model for the app.

It sees the same crops as the style-based generator but no genres: transposed convolutions, batch norm, binary
cross-entropy, Adam at 2e-4 and beta 0.5; no features, no augmentation, no average of the weights.

Invariant: every step seeds its own random numbers from (seed, step), so a resumed run on the CPU is the same run.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from studio.core.latent import seed_z
from studio.training.checkpoints import load_checkpoint
from studio.training.loop import Task, train
from studio.training.picture.data import Pack, list_works, pack_works, split_works
from studio.training.picture.progress import write_held_out
from studio.training.picture.recipes import DcganNetwork, DcganRecipe
from studio.training.picture.sheets import save_sheet
from studio.training.place import choose_place
from studio.training.recipe import convert_recipe

COLUMNS = ("d_loss", "real_right", "fake_right", "g_loss")
SLOPE = 0.2
SETTLING = 16  # batches of 64 from which the statistics of a finished generator are taken


class DcganGenerator(nn.Module):
    """z (B, z_dim) -> pictures (B, 3, S, S) in -1..1: from 4 px, each step twice as large."""

    def __init__(self, network: DcganNetwork) -> None:
        super().__init__()
        widths = network.channels
        self.z_dim = network.z_dim
        self.first = _up(network.z_dim, widths[0], stride=1, padding=0)
        self.steps = nn.Sequential(*(_up(a, b) for a, b in pairwise(widths)))
        self.last = nn.ConvTranspose2d(widths[-1], 3, 4, 2, 1)
        self.apply(_initialise)

    def forward(self, z: Tensor) -> Tensor:
        x = self.first(z[:, :, None, None])  # (B, C, 4, 4)
        return torch.tanh(self.last(self.steps(x)))  # (B, 3, S, S)


class DcganJudge(nn.Module):
    """Pictures (B, 3, S, S) -> logits (B,): the generator's mirror image."""

    def __init__(self, network: DcganNetwork) -> None:
        super().__init__()
        widths = network.channels[::-1]
        self.first = nn.Conv2d(3, widths[0], 4, 2, 1)
        self.steps = nn.Sequential(*(_down(a, b) for a, b in pairwise(widths)))
        self.last = nn.Conv2d(widths[-1], 1, 4)
        self.apply(_initialise)

    def forward(self, pictures: Tensor) -> Tensor:
        x = F.leaky_relu(self.first(pictures), SLOPE)  # (B, C, S/2, S/2)
        return self.last(self.steps(x)).flatten()


def _up(inputs: int, outputs: int, stride: int = 2, padding: int = 1) -> nn.Module:
    conv = nn.ConvTranspose2d(inputs, outputs, 4, stride, padding, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs), nn.ReLU())


def _down(inputs: int, outputs: int) -> nn.Module:
    conv = nn.Conv2d(inputs, outputs, 4, 2, 1, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs), nn.LeakyReLU(SLOPE))


def _initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0.0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)


class DcganTrainer:
    """Owns both networks and their optimisers; one call of `step` is one update of each."""

    def __init__(self, recipe: DcganRecipe) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe = recipe
        self.generator = DcganGenerator(recipe.network).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.judge = DcganJudge(recipe.network).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.generator_adam = _adam(self.generator, recipe.training.rate)
        self.judge_adam = _adam(self.judge, recipe.training.rate)

    def parts(self) -> dict[str, Any]:
        """What a checkpoint holds."""
        return {
            "generator": self.generator,
            "judge": self.judge,
            "generator_adam": self.generator_adam,
            "judge_adam": self.judge_adam,
        }

    def step(self, pack: Pack, step: int) -> dict[str, float]:
        """Show one batch of real and one of generated pictures; returns what the log records."""
        recipe, batch = self.recipe, self.recipe.run.batch
        torch.manual_seed(recipe.seed * 1_000_003 + step)
        random = np.random.default_rng((recipe.seed, step))
        real = pack.batch(random, batch, recipe.network.resolution, recipe.data.zoom)[0]  # (B, 3, S, S)
        real = real.contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16, enabled=recipe.run.bfloat16):
            fake = self.generator(torch.randn(batch, recipe.network.z_dim))  # (B, 3, S, S)
            on_real, on_fake = self.judge(real).float(), self.judge(fake.detach()).float()
        d_loss = F.softplus(-on_real).mean() + F.softplus(on_fake).mean()
        _descend(self.judge_adam, d_loss)
        with torch.autocast("cpu", torch.bfloat16, enabled=recipe.run.bfloat16):
            verdict = self.judge(fake).float()
        g_loss = F.softplus(-verdict).mean()
        _descend(self.generator_adam, g_loss)
        return {
            "d_loss": d_loss.item(),
            "real_right": (on_real > 0).float().mean().item(),
            "fake_right": (on_fake <= 0).float().mean().item(),
            "g_loss": g_loss.item(),
        }


def _adam(module: nn.Module, rate: float) -> torch.optim.Adam:
    return torch.optim.Adam(module.parameters(), lr=rate, betas=(0.5, 0.999))


def _descend(adam: torch.optim.Adam, loss: Tensor) -> None:
    adam.zero_grad(set_to_none=True)
    loss.backward()
    adam.step()


@torch.no_grad()
def load_generator(recipe: DcganRecipe, checkpoint: Path) -> tuple[DcganGenerator, dict[str, Any]]:
    """The trained generator and the run's counters; its norms take fresh statistics, which batches of 16 blur."""
    generator = DcganGenerator(recipe.network)
    counters = load_checkpoint(checkpoint, {"generator": generator})
    random = torch.Generator().manual_seed(recipe.seed)
    for norm in generator.modules():
        if isinstance(norm, nn.BatchNorm2d):
            norm.reset_running_stats()
            norm.momentum = None  # the plain mean over all batches
    for _ in range(SETTLING):
        generator.train()(torch.randn(64, generator.z_dim, generator=random))
    return generator.eval(), counters


@torch.no_grad()
def sample_sheet(generator: DcganGenerator) -> Tensor:
    """The seeds 0 to 39 as the network sees them while it learns: (40, 3, S, S). Changes no statistics."""
    kept = {name: value.clone() for name, value in generator.named_buffers()}
    z = np.concatenate([seed_z(seed, generator.z_dim) for seed in range(40)])
    pictures = generator(torch.from_numpy(z).float())
    for name, value in generator.named_buffers():
        value.copy_(kept[name])
    return pictures


def run(raw: dict[str, Any], data_dir: Path, out_dir: Path, resume: bool) -> None:
    """Train to the recipe's end; writes checkpoints, log.csv, sheets/ and held_out.txt under `out_dir`."""
    recipe = convert_recipe(raw, DcganRecipe)
    place = choose_place(recipe.run, "cpu")
    works, kept = split_works(list_works(data_dir, recipe.data), recipe.data.held_out, recipe.seed)
    pack = pack_works(works, recipe.data.pack_side, out_dir / "pack.npz", pad=recipe.data.pad)
    write_held_out(out_dir, kept)
    trainer = DcganTrainer(recipe)
    task = Task(
        step=lambda step: trainer.step(pack, step),
        parts=trainer.parts(),
        columns=COLUMNS,
        sheet=lambda path: save_sheet(sample_sheet(trainer.generator), 10, path),
        facts={"works": len(pack), "skipped": len(works) - len(pack)},
        shown="generator",
    )
    train(task, recipe.run, place, out_dir, resume)
