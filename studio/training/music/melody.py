"""Trains the melody LSTM on tunes, and keeps the network that is best on held-out ones."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from studio.core.errors import StudioError
from studio.engines.catalogue import CatalogueEntry, read_card
from studio.engines.music.melody_lstm import MelodyLstm, MelodyLstmConfig
from studio.engines.weights import read_weights
from studio.training.music import batches
from studio.training.music.batches import IGNORED, Batch, Collator, View
from studio.training.music.loop import Plan, Task, train
from studio.training.music.melodies import Melodies, read_melodies
from studio.training.music.segments import Segments, quantiles_of
from studio.training.music.tunes import NamedTune
from studio.training.recipe import convert_recipe

BEGUN = "begun.json"  # in a run's folder: the model that it began with
HEADS = ("shift", "pitch", "duration")
WINDOWS = 6000  # tunes drawn to learn what is usual


@dataclass(frozen=True, slots=True)
class Sizes:
    """The [network] table of a recipe."""

    embedding: int = 160
    hidden: int = 256
    head: int = 192
    dropout: float = 0.25


@dataclass(frozen=True, slots=True)
class MelodyData:
    """The [data] table of a recipe. collections: what is read beside the dance tunes; style_power: how often a style is
    drawn, by its number of tunes to this power (1: as they are, 0: all alike); most_notes: of a tune shown at once."""

    collections: tuple[str, ...] = ()
    style_power: float = 1.0
    most_notes: int = 288


@dataclass(frozen=True, slots=True)
class MelodyRecipe:
    """A whole recipe.toml of the family music.melody_lstm."""

    family: str = "music.melody_lstm"
    id: str = "melody-lstm"
    name: str = "Melody"
    summary: str = ""
    limits: str = ""
    training: Plan = Plan()
    bfloat16: bool = False  # of the products, where the processor is faster at it
    network: Sizes = Sizes()
    data: MelodyData = MelodyData()


def losses(net: MelodyLstm, batch: Batch) -> tuple[Tensor, Tensor]:
    """(sum of nats by head (3,), number of notes ())."""
    condition = net.condition(*batch.told)  # (B, E) or (B, T, E)
    hidden = net(batch.rows, condition)  # (B, T, H)
    each = condition if condition.ndim == 3 else condition[:, None].expand(-1, hidden.shape[1], -1)
    real = batch.targets[..., 0] != IGNORED  # (B, T)
    targets = batch.targets[real]  # (N, 3)
    logits = net.heads(hidden[real], each[real], batch.onset[real], targets[:, 1].clamp(min=0))
    nats = [
        functional.cross_entropy(out, targets[:, i], ignore_index=IGNORED, reduction="sum")
        for i, out in enumerate(logits)
    ]
    return torch.stack(nats), real.sum()


@torch.no_grad()
def held_out_nats(net: MelodyLstm, held: list[Batch]) -> dict[str, float]:
    """Mean nats a note by head, and their sum as "event"."""
    total, notes = torch.zeros(3), 0
    for batch in held:
        nats, count = losses(net, batch)
        total, notes = total + nats, notes + int(count)
    by_head = dict(zip(HEADS, (total / notes).tolist(), strict=True))
    return {"event": sum(by_head.values()), **by_head}


class MelodyTraining:
    """One training run's data and network."""

    def __init__(self, recipe: MelodyRecipe, melodies: Melodies, start: Path | None = None) -> None:
        plan = self.plan = recipe.training
        torch.manual_seed(plan.seed)
        self.train = melodies.train
        self._shares = batches.style_shares(self.train, recipe.data.style_power)
        quantiles = quantiles_of(self.train, self._shares, min(WINDOWS, 16 * len(self.train)), plan.seed)
        self.collator = Collator(melodies.styles, quantiles)
        self._bfloat16, self._most_notes = recipe.bfloat16, recipe.data.most_notes
        choosing = melodies.held[::2]  # the other half judges the end
        self._plain = batches.plain_batches(self.collator, choosing, 32)
        asked = View(says_chords=True, segments=Segments.every(4))
        self._asked = batches.plain_batches(self.collator, choosing, 32, asked)
        self.net = MelodyLstm(MelodyLstmConfig(styles=melodies.styles, **asdict(recipe.network)))
        if start is not None:
            begin_with_model(self.net, start)
        self._pool: tuple[int, list[list[NamedTune]]] = (-1, [])

    def task(self) -> Task:
        config = {**asdict(self.net.config), "attributes": self.collator.quantiles.tables}
        return Task(self.net, self.loss, self.measure, config)

    def measure(self) -> dict[str, float]:
        """Nats a note, first the mean of those with as little told as may be and of those with all told."""
        plain, asked = held_out_nats(self.net, self._plain), held_out_nats(self.net, self._asked)
        return {"mean": (plain["event"] + asked["event"]) / 2, **plain, "asked": asked["event"]}

    def loss(self, step: int) -> Tensor:
        batch = self._batch(step)
        with torch.autocast("cpu", torch.bfloat16, enabled=self._bfloat16):
            nats, count = losses(self.net, batch)
        return nats.sum() / count

    def _batch(self, step: int) -> Batch:
        plan = self.plan
        number, index = divmod(step, batches.POOL)
        if self._pool[0] != number:
            seed = (plan.seed, number)
            self._pool = (number, batches.pool_of_batches(self.train, self._shares, plan.batch, seed))
        return batches.training_batch(
            self.collator, self._pool[1][index], (plan.seed, step), self._most_notes
        )


def begin_with_model(net: MelodyLstm, folder: Path) -> None:
    """Take over the weights of a model of these sizes. Its tables may be shorter (fewer styles, columns): what they
    lack begins at 0, and so changes nothing until it has learned something. StudioError where they do not fit."""
    card = read_card(folder / "card.json")
    weights = read_weights(CatalogueEntry(card, folder))
    if net.config.styles[: len(card.styles)] != tuple(card.styles):
        raise StudioError(f"The styles of {card.name} are not the first ones here.")
    with torch.no_grad():
        for name, tensor in net.state_dict().items():  # the module's own tensors
            tensor.zero_()
            if name in weights:
                _fill_begin(tensor, weights[name], card.name)


def _fill_begin(tensor: Tensor, given: Tensor, model: str) -> None:
    if tensor.shape[1:] != given.shape[1:] or len(given) > len(tensor):
        raise StudioError(f"The weights of {model} are of another size.")
    tensor[: len(given)] = given


def history_of(folder: Path) -> dict[str, Any]:
    """What a card says of a run that began with this model."""
    card = read_card(folder / "card.json")
    learned = {
        name: card.training[name] for name in ("steps", "hours", "device", "date") if name in card.training
    }
    return {"id": card.id, "sha256": card.weights.sha256, **learned}


def run(
    raw: dict[str, Any], data_dir: Path, out_dir: Path, resume: bool = False, start: Path | None = None
) -> None:
    """Train to the recipe's last step. `resume` goes on from the output folder's state.pt, bit for bit; start: a
    model folder whose weights to begin with."""
    recipe = convert_recipe(raw, MelodyRecipe)
    torch.set_num_threads(recipe.training.threads)
    melodies = read_melodies(data_dir, recipe.training, recipe.data.collections)
    training = MelodyTraining(recipe, melodies, start)
    if start is not None:
        (out_dir / BEGUN).write_text(json.dumps(history_of(start), indent=1), "utf-8")
    tqdm.write(
        f"{len(melodies.train)} tunes to learn from, {len(melodies.held)} held out; "
        f"left out: {dict(melodies.refused)}"
    )
    train(training.task(), recipe.training, out_dir, resume)
