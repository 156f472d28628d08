"""Measures a melody LSTM on tunes that neither trained it nor chose its best step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from studio.core.attributes import Quantiles
from studio.engines.catalogue import CatalogueEntry
from studio.engines.music.melody_engine import config_of
from studio.engines.music.melody_lstm import MelodyLstm
from studio.engines.weights import fill_module, read_weights
from studio.training.music.batches import Collator, plain_batches
from studio.training.music.melodies import read_melodies
from studio.training.music.melody import MelodyRecipe, held_out_nats
from studio.training.music.tunes import NamedTune
from studio.training.recipe import convert_recipe, read_recipe

MEASURED = "mean negative log-likelihood of a note, in nats, teacher forced; style, metre and mode told"


def evaluate(entry: CatalogueEntry, data: Path) -> dict[str, Any]:
    """The figures of a model folder, against the tunes under `data` that its recipe held out."""
    plan = convert_recipe(read_recipe(entry.folder / "recipe.toml"), MelodyRecipe).training
    held = read_melodies(data, plan).held
    net = MelodyLstm(config_of(entry.card))
    fill_module(net, read_weights(entry), entry.card.name)
    return measure(net, entry.card.config, held[1::2])


def measure(net: MelodyLstm, config: Mapping[str, Any], judges: Sequence[NamedTune]) -> dict[str, Any]:
    """config: of the card, with the attributes' quantiles."""
    net.eval()
    collator = Collator(net.config.styles, Quantiles(config.get("attributes", {})))
    nats = held_out_nats(net, plain_batches(collator, judges, 32))
    return {
        "held_out_tunes": len(judges),
        "nats_per_event": {name: round(value, 4) for name, value in nats.items()},
        "measured": MEASURED,
    }
