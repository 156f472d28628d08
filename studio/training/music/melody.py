"""Trains the melody LSTM: a plain loop over tunes, exactly resumable, that keeps the network best on held-out tunes.

Writes under the output folder: state.pt (to go on), best.safetensors, log.csv.
"""

from __future__ import annotations

import csv
import json
import math
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from studio.engines.music.melody_lstm import MelodyLstm, MelodyLstmConfig
from studio.training.music.batches import IGNORED, Batch, batches_of_epoch, plain_batches, training_batch
from studio.training.music.tunes import STYLES, NamedTune, Reading, read_tunes, split
from studio.training.recipe import convert_recipe

HEADS = ("shift", "pitch", "duration")


@dataclass(frozen=True, slots=True)
class Schedule:
    """The [training] table of a recipe."""

    seed: int = 1
    steps: int = 4000
    batch: int = 24
    learning_rate: float = 2e-3
    warmup: int = 100
    weight_decay: float = 0.01
    held_out: float = 0.08
    evaluate_every: int = 160
    threads: int = 1

    def learning_rate_at(self, step: int) -> float:
        """Linear warm-up, then a cosine down to a fiftieth."""
        if step < self.warmup:
            return self.learning_rate * (step + 1) / self.warmup
        share = (step - self.warmup) / max(1, self.steps - self.warmup)
        return self.learning_rate * (0.02 + 0.49 * (1 + math.cos(math.pi * min(1.0, share))))


@dataclass(frozen=True, slots=True)
class Sizes:
    """The [network] table of a recipe."""

    embedding: int = 160
    hidden: int = 256
    head: int = 192
    dropout: float = 0.25


@dataclass(frozen=True, slots=True)
class MelodyRecipe:
    """A whole recipe.toml of the family music.melody_lstm."""

    family: str = "music.melody_lstm"
    id: str = "melody-lstm"
    name: str = "Melody"
    summary: str = ""
    limits: str = ""
    training: Schedule = Schedule()
    network: Sizes = Sizes()


def losses(net: MelodyLstm, batch: Batch) -> tuple[Tensor, Tensor]:
    """(sum of nats by head (3,), number of notes ())."""
    hidden = net(batch.rows, net.condition(batch.styles, batch.meter, batch.mode))  # (B, T, H)
    real = batch.targets[..., 0] != IGNORED  # (B, T)
    targets, onset = batch.targets[real], batch.onset[real]  # (N, 3), (N, 2)
    logits = net.heads(hidden[real], onset[:, 0], onset[:, 1], targets[:, 1].clamp(min=0))
    nats = [
        functional.cross_entropy(out, targets[:, i], ignore_index=IGNORED, reduction="sum")
        for i, out in enumerate(logits)
    ]
    return torch.stack(nats), real.sum()


@torch.no_grad()
def held_out_nats(net: MelodyLstm, batches: list[Batch]) -> dict[str, float]:
    """Mean nats a note by head, and their sum as "event"."""
    net.eval()
    total, notes = torch.zeros(3), 0
    for batch in batches:
        nats, count = losses(net, batch)
        total, notes = total + nats, notes + int(count)
    net.train()
    by_head = dict(zip(HEADS, (total / notes).tolist(), strict=True))
    return {"event": sum(by_head.values()), **by_head}


class MelodyTraining:
    """One training run: network, optimiser, data, and where it has got to."""

    def __init__(self, recipe: MelodyRecipe, reading: Reading, out: Path) -> None:
        plan = self.plan = recipe.training
        torch.manual_seed(plan.seed)
        self.out = out
        self.train, held = split(reading.tunes, plan.held_out, plan.seed)
        self.held_count, self.held = len(held), plain_batches(held[::2], 32)  # the other half judges the end
        self.net = MelodyLstm(MelodyLstmConfig(styles=STYLES, **asdict(recipe.network)))
        self.optimiser = torch.optim.AdamW(
            self.net.parameters(), plan.learning_rate, (0.9, 0.99), weight_decay=plan.weight_decay
        )
        self.step, self.best, self.seconds = 0, math.inf, 0.0
        self._epoch: tuple[int, list[list[NamedTune]]] = (-1, [])

    @property
    def state_path(self) -> Path:
        return self.out / "state.pt"

    def next_batch(self) -> Batch:
        plan, length = self.plan, -(-len(self.train) // self.plan.batch)
        epoch, index = divmod(self.step, length)
        if self._epoch[0] != epoch:
            self._epoch = (epoch, batches_of_epoch(self.train, plan.batch, plan.seed, epoch))
        return training_batch(self._epoch[1][index], plan.seed, self.step)

    def do_step(self) -> float:
        began = time.monotonic()
        for group in self.optimiser.param_groups:
            group["lr"] = self.plan.learning_rate_at(self.step)
        nats, count = losses(self.net, self.next_batch())
        loss = nats.sum() / count
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimiser.step()
        self.step += 1
        self.seconds += time.monotonic() - began
        return float(loss.detach())

    def save(self) -> None:
        state = {
            "net": self.net.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "best": self.best,
            "seconds": self.seconds,
            "random": torch.get_rng_state(),
        }
        torch.save(state, part := self.state_path.with_suffix(".part"))
        os.replace(part, self.state_path)

    def load(self) -> None:
        state = torch.load(self.state_path, weights_only=True)
        self.net.load_state_dict(state["net"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.best, self.seconds = state["step"], state["best"], state["seconds"]
        torch.set_rng_state(state["random"])

    def evaluate(self, train_loss: float) -> dict[str, float]:
        """Measure on held-out tunes, log, keep the best, save the state."""
        nats = held_out_nats(self.net, self.held)
        with (self.out / "log.csv").open("a", newline="") as file:
            writer = csv.writer(file)
            if file.tell() == 0:
                writer.writerow(["step", "seconds", "train", *nats])
            writer.writerow(
                [self.step, round(self.seconds), *(f"{x:.4f}" for x in (train_loss, *nats.values()))]
            )
        if nats["event"] < self.best:
            self.best = nats["event"]
            weights = {name: t.contiguous() for name, t in self.net.state_dict().items()}
            save_file(weights, self.out / "best.safetensors")
            facts = {
                "step": self.step,
                "seconds": self.seconds,
                "nats": nats,
                "config": asdict(self.net.config),
            }
            (self.out / "best.json").write_text(json.dumps(facts, indent=1))
        self.save()
        return nats


def run(raw: dict[str, Any], data_dir: Path, out_dir: Path, resume: bool = False) -> None:
    """Train to the recipe's last step. `resume` goes on from the output folder's state.pt, bit for bit."""
    recipe = convert_recipe(raw, MelodyRecipe)
    torch.set_num_threads(recipe.training.threads)
    reading = read_tunes(data_dir)
    training = MelodyTraining(recipe, reading, out_dir)
    if resume and training.state_path.exists():
        training.load()
    tqdm.write(
        f"{len(training.train)} tunes to learn from, {training.held_count} held out; "
        f"left out: {dict(reading.refused)}"
    )
    _train(training, recipe.training)


def _train(training: MelodyTraining, plan: Schedule) -> None:
    mean = 0.0
    with tqdm(total=plan.steps, initial=training.step, unit="step") as bar:
        while training.step < plan.steps:
            loss = training.do_step()
            mean = loss if not mean else 0.98 * mean + 0.02 * loss
            bar.update()
            if training.step % plan.evaluate_every == 0 or training.step == plan.steps:
                nats = training.evaluate(mean)
                bar.set_postfix(train=f"{mean:.3f}", **{name: f"{value:.3f}" for name, value in nats.items()})
