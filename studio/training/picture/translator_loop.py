"""Trains the photo-to-painting translator, unpaired (CUT, Park et al., 2020) with projected discriminators.

Invariant: every step seeds its own random numbers from (seed, step), so a resumed run on the CPU is the same run.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from studio.engines.picture.translator import Translator, TranslatorConfig, canvas_grain
from studio.training.ema import Ema
from studio.training.loop import Task, train
from studio.training.picture.augment import augment
from studio.training.picture.data import pack_works, split_works
from studio.training.picture.discriminators import Projected
from studio.training.picture.patch_nce import PatchNce
from studio.training.picture.sheets import save_sheet
from studio.training.picture.translator_recipe import TranslatorRecipe
from studio.training.picture.unpaired import Pictures, crops, list_paintings, list_photos
from studio.training.place import choose_place
from studio.training.recipe import convert_recipe

COLUMNS = ("d_loss", "real_right", "fake_right", "g_loss", "nce", "identity")
MAX_SLOPE = 5.0  # of the gradient's norm
SHEET = 24  # photos on a sheet


@dataclass(frozen=True)
class Sides:
    """The two collections: pictures (H, W, 3) uint8."""

    photos: Pictures
    paintings: Pictures


class TranslatorTrainer:
    """Owns the translator, its average, the judge, the patch heads and the optimisers; `step` is one update."""

    def __init__(self, recipe: TranslatorRecipe) -> None:
        torch.manual_seed(recipe.seed)
        training = recipe.training
        self.recipe = recipe
        self.network = Translator(TranslatorConfig(**asdict(recipe.network)))
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.ema = Ema(self.network, training.ema_half_life)
        self.judge = Projected(1, training.judge_width, training.feature_size)
        self.judge.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        width = recipe.network.width
        self.nce = PatchNce((width,) * 3, training.nce_width, training.nce_patches)
        self.heads = [p for p in self.judge.parameters() if p.requires_grad]
        painters = [*self.network.parameters(), *self.nce.parameters()]
        self.adam = torch.optim.Adam(painters, lr=training.rate, betas=(0.5, 0.99))
        self.judge_adam = torch.optim.Adam(self.heads, lr=training.judge_rate, betas=(0.0, 0.99))

    def parts(self) -> dict[str, nn.Module | torch.optim.Optimizer]:
        """What a checkpoint holds."""
        return {
            "network": self.network,
            "ema": self.ema.module,
            "judge": self.judge,
            "nce": self.nce,
            "adam": self.adam,
            "judge_adam": self.judge_adam,
        }

    def step(self, sides: Sides, step: int) -> dict[str, float]:
        """Learn from one batch of photos and one of paintings; returns what the log records."""
        recipe, batch = self.recipe, self.recipe.run.batch
        torch.manual_seed(recipe.seed * 1_000_003 + step)
        random = np.random.default_rng((recipe.seed, step))
        size = recipe.network.resolution
        photos = crops(random, sides.photos, batch, size, recipe.data.photo_shares)  # (B, 3, S, S)
        paintings = crops(random, sides.paintings, batch, size, recipe.data.painting_shares)
        self._set_rate(step)
        kept = paintings[: round(batch * recipe.training.identity_share)]  # (I, 3, S, S)
        both = torch.cat([photos, kept])
        with torch.autocast("cpu", torch.bfloat16, enabled=recipe.run.bfloat16):
            seen = self.network.encode(both, torch.randn(len(both), 1, size, size))
            made = self.network.decode(seen[-1], both).float()  # (B + I, 3, S, S)
            again = self.network.encode(made[:batch], torch.randn(batch, 1, size, size))
        nce = self.nce([m[:batch] for m in self._chosen(seen)], self._chosen(again))
        identity = (made[batch:] - kept).abs().mean()
        values = {"nce": nce.item(), "identity": identity.item()}
        loss = recipe.training.nce * nce + recipe.training.identity * identity
        trust = self._trust(step)
        if trust:
            loss = loss + trust * self._verdict(paintings, made[:batch], step, values)
        _descend(self.adam, loss)
        self.ema.update(self.network, batch, (step + 1) * batch)
        return values

    def _chosen(self, seen: list[Tensor]) -> list[Tensor]:
        """The three maps that are contrasted, all at a quarter of the size: finer ones would forbid a broad stroke."""
        return [seen[1], seen[1 + len(seen) // 3], seen[-2]]

    def _verdict(self, paintings: Tensor, made: Tensor, step: int, values: dict[str, float]) -> Tensor:
        """Teach the judge (hinge), then return what it thinks of the pictures made, to be minimised."""
        seed, kind = self.recipe.seed + step, torch.zeros(len(made), 1, dtype=torch.long)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.recipe.run.bfloat16):
            with torch.no_grad():
                real_maps = self.judge.project(augment(paintings, seed))
            made_maps = self.judge.project(augment(made, seed))
        real_maps, made_maps = ([m.float() for m in maps] for maps in (real_maps, made_maps))
        on_real = self.judge.judge(real_maps, kind)
        on_made = self.judge.judge([m.detach() for m in made_maps], kind)
        losses = [F.relu(1 - r).mean() + F.relu(1 + m).mean() for r, m in zip(on_real, on_made, strict=True)]
        _descend(self.judge_adam, torch.stack(losses).sum())
        verdict = self._unmoved(made_maps, kind)
        values["d_loss"] = torch.stack(losses).mean().item()
        values["real_right"] = float(torch.stack([(r > 0).float().mean() for r in on_real]).mean())
        values["fake_right"] = float(torch.stack([(m < 0).float().mean() for m in on_made]).mean())
        values["g_loss"] = verdict.item()
        return verdict

    def _unmoved(self, made_maps: list[Tensor], kind: Tensor) -> Tensor:
        """The verdict on the pictures made, without a slope for the judge."""
        for head in self.heads:
            head.requires_grad_(False)
        verdict = torch.stack([-v.mean() for v in self.judge.judge(made_maps, kind)]).mean()
        for head in self.heads:
            head.requires_grad_(True)
        return verdict

    def _trust(self, step: int) -> float:
        """The weight of the judge: 0 in the warm-up, then rising to 1 over as many pictures again."""
        warm_up, shown = self.recipe.training.warm_up, step * self.recipe.run.batch
        return min(max((shown - warm_up) / warm_up, 0.0), 1.0) if warm_up else 1.0

    def _set_rate(self, step: int) -> None:
        """Even in the first half, then a cosine down to a tenth (CUT decays linearly in its second half)."""
        total = max(self.recipe.run.pictures // self.recipe.run.batch, 1)
        late = min(max(2 * step / total - 1, 0.0), 1.0)
        for group in self.adam.param_groups:
            group["lr"] = self.recipe.training.rate * (0.55 + 0.45 * math.cos(math.pi * late))


def _descend(adam: torch.optim.Adam, loss: Tensor) -> None:
    adam.zero_grad(set_to_none=True)
    loss.backward()
    for group in adam.param_groups:
        nn.utils.clip_grad_norm_(group["params"], MAX_SLOPE)
    adam.step()


@torch.no_grad()
def sample_sheet(network: Translator, photos: Tensor) -> Tensor:
    """Photos (n, 3, S, S) and what they become, side by side: (2n, 3, S, S)."""
    grain = canvas_grain(*photos.shape[-2:]).expand(len(photos), -1, -1, -1)
    return torch.stack([photos, network(photos, grain)], dim=1).flatten(0, 1)


def read_sides(recipe: TranslatorRecipe, data_dir: Path, out_dir: Path) -> tuple[Sides, Sides]:
    """(what is learned from, what is held out), split by work; writes held_out.txt and the caches."""
    photos = split_works(list_photos(data_dir, recipe.data.without), recipe.data.held_out, recipe.seed)
    paintings = split_works(list_paintings(data_dir, recipe.data.styles), recipe.data.held_out, recipe.seed)
    kept = "".join(f"{work.key}\n" for work in [*photos[1], *paintings[1]])
    (out_dir / "held_out.txt").write_text(kept, encoding="utf-8")
    packs = [
        pack_works(works, recipe.data.pack_side, out_dir / f"{name}.npz").pictures
        for name, works in zip(
            ("photos", "photos_held_out", "paintings", "paintings_held_out"),
            (*photos, *paintings),
            strict=True,
        )
    ]
    return Sides(packs[0], packs[2]), Sides(packs[1], packs[3])


def run(raw: dict[str, Any], data_dir: Path, out_dir: Path, resume: bool) -> None:
    """Train to the recipe's end; writes checkpoints, log.csv, sheets/ and held_out.txt under `out_dir`."""
    recipe = convert_recipe(raw, TranslatorRecipe)
    place = choose_place(recipe.run, "cpu")
    sides, unseen = read_sides(recipe, data_dir, out_dir)
    trainer = TranslatorTrainer(recipe)
    random = np.random.default_rng(recipe.seed)
    shown = crops(random, unseen.photos, SHEET, recipe.network.resolution * 2, (0.5, 0.8))
    task = Task(
        step=lambda step: trainer.step(sides, step),
        parts=trainer.parts(),
        columns=COLUMNS,
        sheet=lambda path: save_sheet(sample_sheet(trainer.ema.module, shown), 6, path),
        facts={"works": len(sides.photos), "paintings": len(sides.paintings)},
    )
    train(task, recipe.run, place, out_dir, resume)
