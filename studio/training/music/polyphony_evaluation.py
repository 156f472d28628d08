"""Measures a polyphony LSTM on piano works of which no edition trained it or chose its best step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.engines.catalogue import CatalogueEntry
from studio.engines.music.polyphony_engine import config_of
from studio.engines.music.polyphony_lstm import KEYS, PolyphonyLstm
from studio.engines.weights import fill_module, read_weights
from studio.training.music.piano_works import PianoWork, read_works, split
from studio.training.music.polyphony import PolyphonyRecipe, held_out_nats
from studio.training.recipe import convert_recipe, read_recipe

MEASURED = (
    "mean negative log-likelihood of a frame of a sixteenth over 88 keys (which sound, and which of those that rang "
    "are struck anew), in nats, teacher forced; metre, place in the bar and genre told; frames before a window of "
    "512 are seen by the look back alone"
)


def evaluate(entry: CatalogueEntry, data: Path) -> dict[str, Any]:
    """The figures of a model folder, against the works under `data` that its recipe held out."""
    plan = convert_recipe(read_recipe(entry.folder / "recipe.toml"), PolyphonyRecipe).training
    train, held = split(read_works(data).works, plan.held_out, plan.seed)
    net = PolyphonyLstm(config_of(entry.card))
    fill_module(net, read_weights(entry), entry.card.name)
    return measure(net, train, held[1::2])


def measure(net: PolyphonyLstm, train: list[PianoWork], judges: list[PianoWork]) -> dict[str, Any]:
    """Nats a frame, and those of each key going its own way from its last frame, counted on the training works."""
    net.eval()
    nats = held_out_nats(net, judges)
    return {
        "held_out_works": len(judges),
        "held_out_frames": sum(len(work.frames) for work in judges),
        "nats_per_frame": {name: round(value, 4) for name, value in nats.items()},
        "nats_of_single_keys": round(single_keys_nats(train, judges), 4),
        "measured": MEASURED,
    }


def single_keys_nats(train: list[PianoWork], judges: list[PianoWork]) -> float:
    """A baseline: every key a chain of its own with three states, off, ringing and struck."""
    counts = np.full((KEYS, 3, 3), 0.5)
    for work in train:
        _count(work, counts)
    odds = np.log(counts / counts.sum(2, keepdims=True))  # (K, before, after)
    seen = np.zeros((KEYS, 3, 3))
    for work in judges:
        _count(work, seen)
    return -float((seen * odds).sum()) / sum(len(work.frames) for work in judges)


def _count(work: PianoWork, counts: NDArray[np.float64]) -> None:
    """Add the work's changes of state, from silence on: counts (K, 3, 3)."""
    states = work.frames[:, 0].astype(np.int64) + work.frames[:, 1]  # (T, K): 0 off, 1 ringing, 2 struck
    before = np.concatenate([np.zeros_like(states[:1]), states[:-1]])
    keys = np.broadcast_to(np.arange(KEYS), states.shape)
    np.add.at(counts, (keys, before, states), 1.0)
