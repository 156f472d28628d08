"""Measures a melody LSTM on tunes that neither trained it nor chose its best step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from studio.engines.catalogue import CatalogueEntry
from studio.engines.music.melody_engine import config_of
from studio.engines.music.melody_lstm import MelodyLstm
from studio.engines.weights import fill_module, read_weights
from studio.training.music.batches import plain_batches
from studio.training.music.melody import MelodyRecipe, held_out_nats
from studio.training.music.tunes import NamedTune, read_tunes, split
from studio.training.recipe import convert_recipe, read_recipe

MEASURED = "mean negative log-likelihood of a note, in nats, teacher forced; style, metre and mode told"


def evaluate(entry: CatalogueEntry, data: Path) -> dict[str, Any]:
    """The figures of a model folder, against the tunes under `data` that its recipe held out."""
    plan = convert_recipe(read_recipe(entry.folder / "recipe.toml"), MelodyRecipe).training
    _, held = split(read_tunes(data).tunes, plan.held_out, plan.seed)
    net = MelodyLstm(config_of(entry.card))
    fill_module(net, read_weights(entry), entry.card.name)
    return measure(net, held[1::2])


def measure(net: MelodyLstm, judges: list[NamedTune]) -> dict[str, Any]:
    net.eval()
    nats = held_out_nats(net, plain_batches(judges, 32))
    return {
        "held_out_tunes": len(judges),
        "nats_per_event": {name: round(value, 4) for name, value in nats.items()},
        "measured": MEASURED,
    }
