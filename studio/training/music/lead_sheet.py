"""Trains the chord finder on lead sheets, and keeps the network that is best on held-out ones."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from studio.engines.music import chord_slots as cs
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
KEY_SHARE = 0.2  # of the loss


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


def slot_logits(net: LeadSheet, batch: SheetBatch) -> Tensor:
    """(B, T, CHOICES), each slot told the chord that truly stands before it."""
    heard = net.listen(batch.numbers, batch.places, batch.given, batch.lengths)  # (B, T, 2N)
    written, _ = net.write(heard, batch.so_far)
    return net.logits(written, net.fits(batch.numbers), batch.so_far)


def slot_nats(net: LeadSheet, batch: SheetBatch) -> tuple[Tensor, Tensor]:
    """(sum of nats (), number of slots ())."""
    logits = slot_logits(net, batch)
    nats = functional.cross_entropy(
        logits.flatten(0, 1), batch.answers.flatten(), ignore_index=IGNORED, reduction="sum"
    )
    return nats, (batch.answers != IGNORED).sum()


@torch.no_grad()
def held_out_nats(net: LeadSheet, batches: list[SheetBatch]) -> dict[str, float]:
    """Mean nats a slot, nats a chord that begins, and the share of keys that are found."""
    nats = slots = changes = change_nats = keys = right = 0.0
    for batch in batches:
        lost = _nats_of_each(net, batch)
        asked, begins = batch.answers != IGNORED, (batch.answers != IGNORED) & (batch.answers != cs.HOLD)
        nats, slots = nats + float(lost[asked].sum()), slots + int(asked.sum())
        change_nats, changes = change_nats + float(lost[begins].sum()), changes + int(begins.sum())
        right += int((net.key_logits(batch.clues).argmax(-1) == batch.keys).sum())
        keys += len(batch.keys)
    return {"slot": nats / slots, "change": change_nats / max(1.0, changes), "key": right / keys}


def _nats_of_each(net: LeadSheet, batch: SheetBatch) -> Tensor:
    """(B, T), 0 where nothing is asked."""
    logits = slot_logits(net, batch).transpose(1, 2)  # (B, CHOICES, T)
    return functional.cross_entropy(logits, batch.answers, ignore_index=IGNORED, reduction="none")


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
        nats, count = slot_nats(self.net, batch)
        key = functional.cross_entropy(self.net.key_logits(batch.clues), batch.keys)
        return nats / count.clamp(min=1) + KEY_SHARE * key


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
