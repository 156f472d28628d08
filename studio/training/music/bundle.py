"""Turns a finished melody run into a model folder: half-precision weights, and a card that says how good they are.

`python -m studio.training.music.bundle OUT_DIR MODEL_DIR --data DIR`
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from studio.engines.catalogue import CatalogueEntry, read_card
from studio.engines.music.melody_engine import open_engine
from studio.training.music.attribute_control import Trial
from studio.training.music.bundling import Bundle, Finished, command, write_model
from studio.training.music.credits import data_of
from studio.training.music.melodies import Melodies, read_melodies
from studio.training.music.melody import BEGUN, MelodyRecipe
from studio.training.music.melody_evaluation import evaluate
from studio.training.music.melody_examples import paragraph, write_examples
from studio.training.music.melody_figures import paragraphs
from studio.training.recipe import convert_recipe, read_recipe


def write_bundle(
    out_dir: Path, model_dir: Path, data_dir: Path, requests: int = Trial().requests
) -> dict[str, Any]:
    """Write weights, card.json, README.md and the recipe of a run's best network; returns the card. requests: how many
    an attribute are tried when its figures are taken."""
    recipe = convert_recipe(read_recipe(out_dir / "recipe.toml"), MelodyRecipe)
    run, melodies = Finished.of(out_dir), read_melodies(data_dir, recipe.training, recipe.data.collections)
    bundle = Bundle(
        {name: getattr(recipe, name) for name in ("id", "name", "family", "summary")},
        {name: value for name, value in run.facts["config"].items() if name != "styles"},
        tuple(data_of(melodies.works)),
        {},
        recipe.limits,
        {**run.history(recipe.training.seed), **_begun(out_dir), **_tunes(melodies)},
        more={"styles": list(melodies.styles)},
    )
    write_model(model_dir, run, bundle)  # to be measured as it will be used
    entry = CatalogueEntry(read_card(model_dir / "card.json"), model_dir)
    metrics = evaluate(entry, data_dir, requests)
    write_examples(open_engine(entry, torch.device("cpu")), model_dir / "examples")
    readme = "\n\n".join((paragraphs(metrics), *_began(_begun(out_dir)), paragraph(recipe.id)))
    return write_model(model_dir, run, replace(bundle, metrics=metrics, readme=readme))


def _begun(out_dir: Path) -> dict[str, Any]:
    """The model whose weights the run began with, where there was one."""
    path = out_dir / BEGUN
    return {"began_with": json.loads(path.read_text("utf-8"))} if path.exists() else {}


def _began(begun: dict[str, Any]) -> Iterator[str]:
    """The same for people."""
    for first in begun.values():
        yield (
            f"The run began with the weights of an earlier {first['id']}, which had learned from the dance tunes alone "
            f"({first['steps']} steps in {first['hours']} hours); those hours are not counted above."
        )


def _tunes(melodies: Melodies) -> dict[str, Any]:
    return {
        "tunes": len(melodies.train),
        "tunes_by_style": dict(Counter(named.style for named in melodies.train).most_common()),
        "left_out": dict(melodies.refused),
        "lost_or_guessed": dict(melodies.remarks),
    }


if __name__ == "__main__":
    sys.exit(
        command(
            "studio.training.music.bundle",
            __doc__,
            lambda asked: write_bundle(asked.out, asked.model, asked.data),
        )
    )
