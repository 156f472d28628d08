"""Trains the chorale LSTM on Bach's chorales, and keeps the network that is best on tunes that it never saw."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from studio.engines.music import chorale_rows as rows
from studio.engines.music.chorale_lstm import ChoraleLstm, ChoraleLstmConfig
from studio.training.music.chorale_batches import Batch, Chunk, Pool, batch_of, joined, known_at_random
from studio.training.music.chorales import Chorale, read_chorales, split
from studio.training.music.loop import Plan, Task, train
from studio.training.recipe import convert_recipe

TOGETHER = 16  # works in a batch of judging


@dataclass(frozen=True, slots=True)
class Windows:
    """The [windows] table: sixteenths in a window; the share of batches with nothing told ahead; bfloat16 products."""

    frames: int = 144
    blind: float = 0.0
    bfloat16: bool = True


@dataclass(frozen=True, slots=True)
class ChoraleRecipe:
    """A whole recipe.toml of the family music.chorale_lstm. note: what the card's history shall say beside it."""

    family: str = "music.chorale_lstm"
    id: str = "chorale-lstm"
    name: str = "Chorale"
    summary: str = ""
    limits: str = ""
    note: str = ""
    training: Plan = Plan()
    windows: Windows = Windows()
    network: ChoraleLstmConfig = field(default_factory=ChoraleLstmConfig)


def nats_of(net: ChoraleLstm, batch: Batch) -> Tensor:
    """What each voice's class cost, (B, T, V), 0 where it was not asked."""
    logits = net(batch.past, batch.own, batch.ahead).float()  # (B, T, V, CLASSES)
    nats = functional.cross_entropy(logits.flatten(0, 2), batch.targets.flatten(), reduction="none")
    return nats.view(batch.targets.shape) * batch.asked


def mean_nats(net: ChoraleLstm, batches: list[Batch]) -> float:
    """Mean nats of all voice-tokens that are asked."""
    total = sum(float(nats_of(net, batch).sum()) for batch in batches)
    return total / max(1, sum(int(batch.asked.sum()) for batch in batches))


def whole_works(works: list[Chorale], known: rows.Bools | None = None) -> list[Batch]:
    """Works from their first frame to their last; known (V,) or (T or more, V): what is told ahead."""
    batches = []
    ordered = sorted(works, key=lambda work: len(work.sounds))
    for first in range(0, len(ordered), TOGETHER):
        chunks = [Chunk.whole(work) for work in ordered[first : first + TOGETHER]]
        frames, real = joined(chunks, max(len(chunk.sounds) for chunk in chunks))
        told = None
        if known is not None:
            told = np.broadcast_to(known[: real.shape[1]] if known.ndim > 1 else known, frames.sounds.shape)
        batches.append(batch_of(frames, real, told))
    return batches


class ChoraleTraining:
    """One training run's data and network."""

    def __init__(self, plan: Plan, windows: Windows, config: ChoraleLstmConfig, works: list[Chorale]) -> None:
        torch.manual_seed(plan.seed)
        self.plan, self.windows = plan, windows
        self.pool = Pool(works)
        self.net = ChoraleLstm(config)

    def loss(self, step: int) -> Tensor:
        draw = np.random.RandomState([self.plan.seed, step])
        frames, real = self.pool.batch(self.plan.batch, self.windows.frames, draw)
        blind = draw.random_sample() < self.windows.blind
        batch = batch_of(frames, real, None if blind else known_at_random(frames, draw))
        with torch.autocast("cpu", torch.bfloat16, enabled=self.windows.bfloat16):
            nats = nats_of(self.net, batch)
        return nats.sum() / batch.asked.sum()


def held_out(works: list[Chorale]) -> dict[str, list[Batch]]:
    """What the network is asked about works that it never saw."""
    voices = np.arange(rows.VOICES)
    return {
        "under_soprano": whole_works(works, voices == 0),
        "inner_voices": whole_works(works, (voices == 0) | (voices == 3)),
        "all_voices": whole_works(works, voices < 0),
    }


def measured(net: ChoraleLstm, asked: dict[str, list[Batch]]) -> dict[str, float]:
    """Mean nats a voice-token of each question, and first their mean."""
    figures = {name: mean_nats(net, batches) for name, batches in asked.items()}
    return {"nats": sum(figures.values()) / len(figures), **figures}


def run(raw: dict[str, Any], data_dir: Path, out_dir: Path, resume: bool = False) -> None:
    """Train to the recipe's last step. `resume` goes on from the output folder's state.pt, bit for bit."""
    recipe = convert_recipe(raw, ChoraleRecipe)
    torch.set_num_threads(recipe.training.threads)
    reading = read_chorales(data_dir)
    works, held = split(reading.works, recipe.training.held_out, recipe.training.seed)
    tqdm.write(
        f"{len(works)} chorales to learn from, {len(held)} held out; left out: {dict(reading.refused)}"
    )
    training = ChoraleTraining(recipe.training, recipe.windows, recipe.network, works)
    asked = held_out(held[::2])  # the other half judges the end
    task = Task(training.net, training.loss, lambda: measured(training.net, asked), asdict(recipe.network))
    train(task, recipe.training, out_dir, resume)
