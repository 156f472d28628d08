"""Trains the melody LSTM on tunes, and keeps the network that is best on held-out ones."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from studio.engines.music.melody_lstm import MelodyLstm, MelodyLstmConfig
from studio.training.music.batches import IGNORED, Batch, batches_of_epoch, plain_batches, training_batch
from studio.training.music.loop import Plan, Task, train
from studio.training.music.tunes import STYLES, NamedTune, Reading, read_tunes, split
from studio.training.recipe import convert_recipe

HEADS = ("shift", "pitch", "duration")


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
    training: Plan = Plan()
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
    total, notes = torch.zeros(3), 0
    for batch in batches:
        nats, count = losses(net, batch)
        total, notes = total + nats, notes + int(count)
    by_head = dict(zip(HEADS, (total / notes).tolist(), strict=True))
    return {"event": sum(by_head.values()), **by_head}


class MelodyTraining:
    """One training run's data and network."""

    def __init__(self, recipe: MelodyRecipe, reading: Reading) -> None:
        plan = self.plan = recipe.training
        torch.manual_seed(plan.seed)
        self.train, held = split(reading.tunes, plan.held_out, plan.seed)
        self.held_count, self.held = len(held), plain_batches(held[::2], 32)  # the other half judges the end
        self.net = MelodyLstm(MelodyLstmConfig(styles=STYLES, **asdict(recipe.network)))
        self._epoch: tuple[int, list[list[NamedTune]]] = (-1, [])

    def task(self) -> Task:
        config = asdict(self.net.config)
        return Task(self.net, self.loss, lambda: held_out_nats(self.net, self.held), config)

    def loss(self, step: int) -> Tensor:
        nats, count = losses(self.net, self._batch(step))
        return nats.sum() / count

    def _batch(self, step: int) -> Batch:
        plan, length = self.plan, -(-len(self.train) // self.plan.batch)
        epoch, index = divmod(step, length)
        if self._epoch[0] != epoch:
            self._epoch = (epoch, batches_of_epoch(self.train, plan.batch, plan.seed, epoch))
        return training_batch(self._epoch[1][index], plan.seed, step)


def run(raw: dict[str, Any], data_dir: Path, out_dir: Path, resume: bool = False) -> None:
    """Train to the recipe's last step. `resume` goes on from the output folder's state.pt, bit for bit."""
    recipe = convert_recipe(raw, MelodyRecipe)
    torch.set_num_threads(recipe.training.threads)
    reading = read_tunes(data_dir)
    training = MelodyTraining(recipe, reading)
    tqdm.write(
        f"{len(training.train)} tunes to learn from, {training.held_count} held out; "
        f"left out: {dict(reading.refused)}"
    )
    train(training.task(), recipe.training, out_dir, resume)
