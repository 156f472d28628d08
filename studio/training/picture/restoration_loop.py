"""Trains inpainting, denoising and enlarging side by side: each step is one update of each network.

L1 for all three; for what has to be invented (holes, fine detail) also a perceptual loss on frozen features and,
later, a projected judge. Invariant: every step seeds its own random numbers from (seed, step), so a resumed run on
the CPU is the same run.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from studio.engines.picture.restoration import Restoration, RestorationConfig
from studio.training.checkpoints import CHECKPOINT, Parts, begin_with
from studio.training.ema import Ema
from studio.training.loop import Task, train
from studio.training.picture.damage import holes, noisy_windows, shrunk
from studio.training.picture.data import Pack, list_works, pack_works, split_works
from studio.training.picture.discriminators import Projected
from studio.training.picture.ncnn_weights import find_weights, read_chain
from studio.training.picture.progress import write_held_out
from studio.training.picture.restoration_recipe import RestorationRecipe
from studio.training.picture.restoration_score import sample_sheet
from studio.training.picture.sheets import save_sheet
from studio.training.place import choose_place
from studio.training.recipe import convert_recipe

COLUMNS = ("hole_l1", "noise_l1", "detail_l1", "perceptual", "d_loss")
LEAST_SEEN = 32  # px; the frozen features see nothing smaller
AROUND = 0.2  # weight of what is known around a hole
INPAINTED, ENLARGED = 0, 1  # the judge's two classes


class RestorationTrainer:
    """Owns the networks, their average, the judge and their optimisers; one call of `step` is one update."""

    def __init__(self, recipe: RestorationRecipe) -> None:
        torch.manual_seed(recipe.seed)
        training = recipe.training
        self.recipe = recipe
        self.nets = Restoration(restoration_config(recipe))
        self.nets.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.judge = Projected(2, training.judge_width, recipe.network.resolution)
        self.judge.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.adam = torch.optim.Adam(
            [
                {"params": self.nets.inpainter.parameters(), "top": training.inpaint_rate},
                {"params": self.nets.denoiser.parameters(), "top": training.denoise_rate},
                {"params": self.nets.upscaler.parameters(), "top": training.upscale_rate},
            ],
            lr=training.inpaint_rate,
            betas=(0.9, 0.99),
        )
        self.heads = [p for p in self.judge.parameters() if p.requires_grad]
        self.judge_adam = torch.optim.Adam(self.heads, lr=training.judge_rate, betas=(0.0, 0.99))
        self.ema = Ema(self.nets, training.ema_half_life)

    def start_from(self, param: Path) -> None:
        """Give the upscaler, and its average, the weights of a network that others trained."""
        weights = read_chain(param)
        for nets in (self.nets, self.ema.module):
            nets.upscaler.load_state_dict(weights)

    def keep_from(self, model_dir: Path) -> None:
        """Take the networks that do not learn from a bundled model."""
        model = Restoration(self.nets.config)
        begin_with(model, model_dir / "model.safetensors")
        kept = {"inpaint": "inpainter", "denoise": "denoiser", "upscale": "upscaler"}
        for name in kept.keys() - set(self.recipe.training.learns):
            weights = model.get_submodule(kept[name]).state_dict()
            for nets in (self.nets, self.ema.module):
                nets.get_submodule(kept[name]).load_state_dict(weights)

    def parts(self) -> Parts:
        """What a checkpoint holds."""
        return {
            "nets": self.nets,
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
        real = pack.batch(random, recipe.run.batch, self._size(step), recipe.data.zoom)[0]
        self._set_rates(step)
        values: dict[str, float] = {}
        learns = recipe.training.learns
        made: list[Tensor] = []
        kinds: list[int] = []
        loss = real.new_zeros(())
        if "inpaint" in learns:
            mended, l1 = self._mend(random, real, values)  # (B, 3, S, S)
            made, kinds, loss = [*made, mended], [*kinds, INPAINTED], loss + l1
        if "upscale" in learns:
            sharp, l1 = self._enlarge(real, values)  # (B, 3, S, S)
            made, kinds, loss = [*made, sharp], [*kinds, ENLARGED], loss + l1
        if "denoise" in learns:
            loss = loss + self._denoise(random, real, values)
        if made:
            loss = loss + self._opinions(real, (torch.cat(made), kinds), step, values)
        self.adam.zero_grad(set_to_none=True)
        loss.backward()
        for network in self.nets.children():
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        self.adam.step()
        self.ema.update(self.nets, recipe.run.batch, (step + 1) * recipe.run.batch)
        return values

    def _autocast(self) -> torch.autocast:
        return torch.autocast("cpu", torch.bfloat16, enabled=self.recipe.run.bfloat16)

    def _mend(
        self, random: np.random.Generator, real: Tensor, values: dict[str, float]
    ) -> tuple[Tensor, Tensor]:
        fill, mask, rough = holes(random, real)
        with self._autocast():
            painted = self.nets.inpainter(fill, mask, rough).float()  # (B, 3, S, S)
        error = (painted - real).abs().mean(dim=1, keepdim=True)
        inside = (error * mask).sum() / mask.sum()
        values["hole_l1"] = inside.item()
        return real * (1 - mask) + painted * mask, inside + AROUND * (error * (1 - mask)).mean()

    def _denoise(self, random: np.random.Generator, real: Tensor, values: dict[str, float]) -> Tensor:
        clean, noisy, sigma = noisy_windows(random, real)
        with self._autocast():
            cleaned = self.nets.denoiser(noisy, sigma).float()
        loss = (cleaned - clean).abs().mean()
        values["noise_l1"] = loss.item()
        return loss

    def _enlarge(self, real: Tensor, values: dict[str, float]) -> tuple[Tensor, Tensor]:
        with self._autocast():
            sharp = self.nets.upscaler(shrunk(real)).float() * 2 - 1  # (B, 3, S, S)
        loss = (sharp - real).abs().mean()
        values["detail_l1"] = loss.item()
        return sharp, loss

    def _opinions(
        self, real: Tensor, guesses: tuple[Tensor, list[int]], step: int, values: dict[str, float]
    ) -> Tensor:
        """What the frozen features, and later the judge, think of pictures made (nB, 3, S, S), of n kinds, beside
        real (B, ...)."""
        training, (made, kinds) = self.recipe.training, guesses
        self.judge.feature_size = max(real.shape[-1], LEAST_SEEN)
        with self._autocast():
            with torch.no_grad():
                wanted = self.judge.see(real)
            seen = self.judge.see(made)
        distance = feature_distance(wanted, seen)
        values["perceptual"] = distance.item()
        loss = training.perceptual * distance
        if training.adversarial and step >= training.judge_from:
            loss = loss + training.adversarial * self._verdict(wanted, seen, kinds, values)
        return loss

    def _verdict(
        self, wanted: list[Tensor], seen: list[Tensor], made: list[int], values: dict[str, float]
    ) -> Tensor:
        """Teach the judge (hinge), then return what it thinks of what was made, to be minimised."""
        kinds = torch.tensor(made).repeat_interleave(len(wanted[0]))[:, None]
        with self._autocast():
            with torch.no_grad():
                real_maps = [m.repeat(len(made), 1, 1, 1) for m in self.judge.mix(wanted)]
            made_maps = self.judge.mix(seen)
            on_real = self.judge.judge(real_maps, kinds)
            on_made = self.judge.judge([m.detach() for m in made_maps], kinds)
        pairs = zip(on_real, on_made, strict=True)
        losses = [F.relu(1 - r.float()).mean() + F.relu(1 + m.float()).mean() for r, m in pairs]
        loss = torch.stack(losses).sum()
        self.judge_adam.zero_grad(set_to_none=True)
        loss.backward()
        self.judge_adam.step()
        values["d_loss"] = loss.item() / len(losses)
        self.judge.requires_grad_(False)
        with self._autocast():
            opinions = self.judge.judge(made_maps, kinds)
        for head in self.heads:
            head.requires_grad_(True)
        return torch.stack([-opinion.float().mean() for opinion in opinions]).mean()

    def _size(self, step: int) -> int:
        """Most steps work on crops of half the size: composition is learned there at a quarter of the cost."""
        whole = step % self.recipe.training.whole_every == 0
        return self.recipe.network.resolution // (1 if whole else 2)

    def _set_rates(self, step: int) -> None:
        """Cosine decay to a fiftieth, after a short warm-up."""
        total = max(self.recipe.run.pictures // self.recipe.run.batch, 1)
        fall = 0.51 + 0.49 * math.cos(math.pi * min(step / total, 1))
        for group in self.adam.param_groups:
            group["lr"] = group["top"] * fall * min(1.0, (step + 1) / 100)


def feature_distance(wanted: list[Tensor], seen: list[Tensor]) -> Tensor:
    """Of unit feature vectors at 1/4, 1/8 and 1/16 of the size (in the spirit of LPIPS, 2018).

    `seen` holds a whole number of batches that all ought to look like `wanted`.
    """
    gaps = []
    for want, see in zip(wanted[:3], seen[:3], strict=True):
        repeated = F.normalize(want.float()).repeat(len(see) // len(want), 1, 1, 1)
        gaps.append((repeated - F.normalize(see.float())).square().sum(dim=1).mean())
    return torch.stack(gaps).sum()


def restoration_config(recipe: RestorationRecipe) -> RestorationConfig:
    """The networks that a recipe asks for."""
    n = recipe.network
    return RestorationConfig(
        n.resolution,
        n.inpaint_channels,
        n.inpaint_dilations,
        n.denoise_channels,
        n.denoise_layers,
        n.upscale_channels,
        n.upscale_layers,
    )


def run(raw: dict[str, Any], data_dir: Path, out_dir: Path, resume: bool, start: Path | None = None) -> None:
    """Train to the recipe's end; writes checkpoints, log.csv, sheets/ and held_out.txt under `out_dir`. start: a model
    folder to take the networks from that do not learn."""
    recipe = convert_recipe(raw, RestorationRecipe)
    place = choose_place(recipe.run, "cpu")
    works, kept = split_works(list_works(data_dir, recipe.data), recipe.data.held_out, recipe.seed)
    pack = pack_works(works, recipe.data.pack_side, out_dir / "pack.npz")
    unseen = pack_works(kept, recipe.data.pack_side, out_dir / "held_out.npz")
    write_held_out(out_dir, kept)
    trainer = RestorationTrainer(recipe)
    if recipe.training.start and not (resume and (out_dir / CHECKPOINT).is_file()):
        trainer.start_from(find_weights(recipe.training.start))
    if start is not None:
        trainer.keep_from(start)
    shown = unseen.centres(recipe.network.resolution)[:10]
    task = Task(
        step=lambda step: trainer.step(pack, step),
        parts=trainer.parts(),
        columns=COLUMNS,
        sheet=lambda path: save_sheet(sample_sheet(trainer.ema.module, shown), 10, path),
        facts={"works": len(pack), "skipped": len(works) - len(pack)},
    )
    train(task, recipe.run, place, out_dir, resume)
