"""Trains the chord finder on lead sheets, and keeps the network that is best on held-out ones."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from studio.engines.music.lead_sheet import LeadSheet, LeadSheetConfig
from studio.training.music.leadsheets import SheetReading, read_lead_sheets, split
from studio.training.music.loop import Plan, Task, train
from studio.training.music.sheet_batches import (
    IGNORED,
    OFTEN,
    Heard,
    SheetBatch,
    plain_batches,
    training_batch,
)
from studio.training.recipe import convert_recipe

MEASURED_A_BAR = 2
KEY_SHARE, ALONE_SHARE = 0.2, 0.5  # of the key and of the melody alone in the loss


@dataclass(frozen=True, slots=True)
class LeadSheetRecipe:
    """A whole recipe.toml of the family music.lead_sheet."""

    family: str = "music.lead_sheet"
    id: str = "lead-sheet"
    name: str = "Lead sheet"
    summary: str = ""
    limits: str = ""
    training: Plan = Plan(batch=32, held_out=0.2)
    network: LeadSheetConfig = LeadSheetConfig()


def slot_logits(net: LeadSheet, batch: SheetBatch) -> tuple[Tensor, Tensor]:
    """(B, T, CHOICES), each slot told the chord that truly stands before it; (B, T, SYMBOLS), from the melody alone."""
    heard = net.listen(batch.numbers, batch.places, batch.given, batch.lengths)  # (B, T, 2N)
    fits = net.fits(batch.numbers, heard)  # (B, T, 12, KINDS)
    written, _ = net.write(heard, batch.so_far)
    return net.logits(written, fits, batch.so_far), fits.flatten(-2)


def nats_of(logits: Tensor, answers: Tensor) -> Tensor:
    """(B, T, V), (B, T) -> (B, T), 0 where nothing is asked."""
    return functional.cross_entropy(logits.transpose(1, 2), answers, ignore_index=IGNORED, reduction="none")


@torch.no_grad()
def held_out_nats(net: LeadSheet, batches: list[SheetBatch]) -> dict[str, float]:
    """Mean nats a slot, of the melody alone, and of a chord that begins; the share of keys that are found."""
    sums: defaultdict[str, float] = defaultdict(float)
    for batch in batches:
        logits, alone = slot_logits(net, batch)
        asked, begins = batch.answers != IGNORED, batch.chords != batch.so_far.now
        lost = nats_of(logits, batch.answers)
        sums["slot"] += float(lost.sum())
        sums["alone"] += float(nats_of(alone, batch.chords).sum())
        sums["change"] += float(lost[asked & begins].sum())
        sums["slots"] += int(asked.sum())
        sums["changes"] += int((asked & begins).sum())
        sums["key"] += int((net.key_logits(batch.clues).argmax(-1) == batch.keys).sum())
        sums["keys"] += len(batch.keys)
    over = {"slot": "slots", "alone": "slots", "change": "changes", "key": "keys"}
    return {name: sums[name] / max(1, sums[count]) for name, count in over.items()}


class LeadSheetTraining:
    """One training run's data and network."""

    def __init__(self, recipe: LeadSheetRecipe, reading: SheetReading) -> None:
        plan = self.plan = recipe.training
        torch.manual_seed(plan.seed)
        train, held = split(reading.sheets, plan.held_out, plan.seed)
        self.train = [[Heard.of(sheet, often) for often in OFTEN] for sheet in train]
        self.held_count, self.held = (
            len(held),
            plain_batches(held[::2], MEASURED_A_BAR),
        )  # the rest judges the end
        self.net = LeadSheet(recipe.network)

    def task(self) -> Task:
        return Task(self.net, self.loss, lambda: held_out_nats(self.net, self.held), asdict(self.net.config))

    def loss(self, step: int) -> Tensor:
        batch = training_batch(self.train, self.plan.batch, self.plan.seed, step)
        logits, alone = slot_logits(self.net, batch)
        nats = nats_of(logits, batch.answers).sum() + ALONE_SHARE * nats_of(alone, batch.chords).sum()
        key = functional.cross_entropy(self.net.key_logits(batch.clues), batch.keys)
        return nats / (batch.answers != IGNORED).sum().clamp(min=1) + KEY_SHARE * key


def run(raw: dict[str, Any], data_dir: Path, out_dir: Path, resume: bool = False) -> None:
    """Train to the recipe's last step. `resume` goes on from the output folder's state.pt, bit for bit."""
    recipe = convert_recipe(raw, LeadSheetRecipe)
    torch.set_num_threads(recipe.training.threads)
    reading = read_lead_sheets(data_dir)
    training = LeadSheetTraining(recipe, reading)
    tqdm.write(
        f"{len(training.train)} sheets to learn from, {training.held_count} held out; "
        f"left out: {dict(reading.refused)}; {dict(reading.notes)}"
    )
    train(training.task(), recipe.training, out_dir, resume)
