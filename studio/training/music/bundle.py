"""Turns a finished melody run into a model folder: half-precision weights, and a card that says how good they are.

`python -m studio.training.music.bundle OUT_DIR MODEL_DIR --data DIR`
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from studio.core.errors import StudioError
from studio.engines.music.melody_lstm import MelodyLstm, MelodyLstmConfig
from studio.training.music.bundling import Bundle, Finished, write_model
from studio.training.music.melodies import Melodies, read_melodies
from studio.training.music.melody import MelodyRecipe
from studio.training.music.melody_evaluation import measure
from studio.training.recipe import convert_recipe, read_recipe

BOOKS = {
    "oneills1850": ("O'Neill's Music of Ireland (1903)", "Norbert Paap and the O'Neill's ABC transcribers"),
    "airdsAirs": ("Aird's Selection of Scotch, English, Irish and Foreign Airs (1778-1801)", "Jack Campin"),
    "ryansMammoth": ("Ryan's Mammoth Collection (1883)", "Ray Davies and the contributors that he names"),
}
LICENCE = (
    "public domain (printed books); encodings distributed with the encoders' permission (music21 corpus)"
)
SOURCE = "music21 10.5.1 corpus (BSD-3-Clause), ABC"


def write_bundle(out_dir: Path, model_dir: Path, data_dir: Path) -> dict[str, Any]:
    """Write weights, card.json, README.md and the recipe of a run's best network; returns the card."""
    recipe = convert_recipe(read_recipe(out_dir / "recipe.toml"), MelodyRecipe)
    run, melodies = Finished.of(out_dir), read_melodies(data_dir, recipe.training)
    config = {name: value for name, value in run.facts["config"].items() if name != "styles"}
    net = MelodyLstm(MelodyLstmConfig(styles=melodies.styles, **asdict(recipe.network)))
    net.load_state_dict({name: t.float() for name, t in run.tensors.items()})
    metrics = measure(net, config, melodies.held[1::2])
    bundle = Bundle(
        {name: getattr(recipe, name) for name in ("id", "name", "family", "summary")},
        config,
        tuple(_sources(melodies)),
        metrics,
        recipe.limits,
        {**run.history(recipe.training.seed), **_tunes(melodies)},
        _figures(metrics),
        {"styles": list(melodies.styles)},
    )
    return write_model(model_dir, run, bundle)


def _figures(metrics: dict[str, Any]) -> str:
    nats = metrics["nats_per_event"]
    heads = ", ".join(f"{name} {value:.3f}" for name, value in nats.items() if name != "event")
    return (
        f"{nats['event']:.3f} nats a note ({heads}) on {metrics['held_out_tunes']} tunes "
        "that neither trained it nor chose its best step (no variants of trained tunes among them); "
        f"{metrics['measured']}."
    )


def _tunes(melodies: Melodies) -> dict[str, Any]:
    return {
        "tunes": len(melodies.train),
        "tunes_by_style": dict(Counter(named.style for named in melodies.train).most_common()),
        "left_out": dict(melodies.refused),
    }


def _sources(melodies: Melodies) -> list[dict[str, Any]]:
    works = melodies.works
    return [
        {"name": name, "works": works[folder], "licence": LICENCE, "source": SOURCE, "credit": credit}
        for folder, (name, credit) in BOOKS.items()
        if works[folder]
    ]


def main() -> int:
    """Parse the command line and bundle."""
    parser = argparse.ArgumentParser(prog="python -m studio.training.music.bundle", description=__doc__)
    parser.add_argument("out", type=Path, help="the folder of the training run")
    parser.add_argument("model", type=Path, help="the model folder to write")
    parser.add_argument("--data", type=Path, required=True, help="the tunes, for the card's figures")
    options = parser.parse_args()
    try:
        card = write_bundle(options.out, options.model, options.data)
    except StudioError as error:
        print(error.sentence(), error.detail, file=sys.stderr)
        return 1
    print(json.dumps(card["metrics"], indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
