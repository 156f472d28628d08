"""Turns a finished phrase run into a model folder: weights, where the codes lie, examples, and a card with its figures.

`python -m studio.training.music.vae_bundle OUT_DIR MODEL_DIR --data DIR`
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.core.attributes import ATTRIBUTES
from studio.core.card import Card, WeightsInfo
from studio.core.errors import StudioError
from studio.core.latent import slerp
from studio.core.messages import DecodePhrasesRequest
from studio.core.music_messages import PhraseFrame
from studio.core.score import KeySignature, MeterChange, Score
from studio.engines.music.melody_vae import MelodyVae, MelodyVaeConfig
from studio.engines.music.melody_vae_engine import MelodyVaeEngine
from studio.files.midi import write_midi
from studio.training.music.bundling import Bundle, Finished, write_model
from studio.training.music.credits import data_of
from studio.training.music.melody_vae import ALL_STYLES, VaeRecipe, read_data
from studio.training.music.tunes import NamedTune
from studio.training.music.vae_evaluation import measure
from studio.training.music.vae_space import ANCHORS, space_of
from studio.training.recipe import convert_recipe, read_recipe

EXAMPLE_SEEDS = range(1, 6)
WAY = 8  # phrases of an example


def write_bundle(out_dir: Path, model_dir: Path, data_dir: Path) -> dict[str, Any]:
    """Write the model folder of a run's best network; returns the card."""
    recipe = convert_recipe(read_recipe(out_dir / "recipe.toml"), VaeRecipe)
    run = Finished.of(out_dir)
    train, held, left_out = read_data(recipe, data_dir)
    sizes = {**asdict(recipe.network), "anchors": ANCHORS}
    net = MelodyVae(MelodyVaeConfig(styles=ALL_STYLES, attributes=ATTRIBUTES, **sizes))
    net.load_state_dict(
        {name: t.float() for name, t in run.tensors.items() if name not in PLACES}, strict=False
    )
    space = space_of(net, train, recipe.training.seed)
    run = replace(run, tensors=run.tensors | {name: _small(name, t) for name, t in space.tensors.items()})
    net.load_state_dict({name: t.float() for name, t in run.tensors.items()})
    config = {**sizes, "attributes": dict(space.quantiles.tables)}
    about = {name: getattr(recipe, name) for name in ("id", "name", "family", "summary")}
    card = Card(**about, weights=WeightsInfo("", ""), styles=ALL_STYLES, config=config)
    engine = MelodyVaeEngine(card, net)
    metrics = measure(engine, held[1::2])
    history = {**run.history(recipe.training.seed), **_tunes(train, left_out)}
    bundle = Bundle(
        about,
        config,
        tuple(data_of(Counter(named.collection for named in train + held))),
        metrics,
        recipe.limits,
        history,
        _figures(metrics),
        {"styles": list(ALL_STYLES), "z_dim": recipe.network.latent},
    )
    written = write_model(model_dir, run, bundle)
    write_examples(engine, model_dir / "examples")
    return written


PLACES = ("mean", "axes", "anchors", "anchor_kinds", "directions", "levels")  # set here, not by training


def _small(name: str, tensor: Tensor) -> Tensor:
    return tensor.to(torch.uint8) if name == "anchor_kinds" else tensor.half()


def write_examples(engine: MelodyVaeEngine, folder: Path) -> None:
    """Whatever comes for seeds 1 to 5: two draws of four bars and the way between them, eight phrases each."""
    folder.mkdir(exist_ok=True)
    frame = PhraseFrame(0, 4, MeterChange(0, 4, 4), KeySignature(0, 2), 5)
    name = engine.info.card.id
    for seed in EXAMPLE_SEEDS:
        ends = [DecodePhrasesRequest(name, frame, samples=1, seed=number) for number in (seed, seed + 1000)]
        a, b = (np.array(engine.decode_phrases(end)[1][0]) for end in ends)
        way = tuple(tuple(slerp(a, b, i / (WAY - 1)).tolist()) for i in range(WAY))
        phrases, _ = engine.decode_phrases(DecodePhrasesRequest(name, frame, way))
        length = frame.bars * frame.meter.bar_ticks
        notes = [
            replace(note, start_ticks=note.start_ticks + i * length)
            for i, phrase in enumerate(phrases)
            for note in phrase
        ]
        score = Score.empty(f"{engine.info.card.name}, seed {seed}").with_key(2).with_notes_added(0, notes)
        write_midi(score, folder / f"seed-{seed}.mid")


def _figures(metrics: dict[str, Any]) -> str:
    lines = []
    for name, title in (("two_bars", "Two bars"), ("four_bars", "Four bars")):
        for part, what in ((name, "tunes"), (f"{name}_of_songs", "songs")):
            if found := metrics.get(part):
                lines.append(
                    f"- {title} of held-out {what}: step accuracy {found['step_accuracy']:.3f} (always hold: "
                    f"{found['step_accuracy_of_always_hold']:.3f}), onset F1 {found['onset_f1']:.3f}, "
                    f"KL {found['kl_nats']:.1f} nats, {found['phrases']} phrases."
                )
    draws, ways = metrics["draws"], metrics["ways"]
    lines.append(
        f"- Draws: {draws['model']['in_mode']:.3f} of the notes lie in one church mode on the tonic (people: "
        f"{draws['people']['in_mode']:.3f}); {draws['different']} of {draws['samples']} differ."
    )
    lines.append(
        f"- Ways of 9 phrases between two held-out ones: {ways['steps_changed_between_neighbours']:.3f} of the steps "
        f"change from one to the next, {ways['steps_changed_between_the_ends']:.3f} between the ends."
    )
    told = ", ".join(f"{name} {value['spearman']:.2f}" for name, value in metrics["attributes"].items())
    lines.append(f"- Attributes, asked against obtained (Spearman): {told}.")
    lines.append(f"\n{metrics['measured'].capitalize()}.")
    return "\n".join(lines) + (
        "\n\nExamples: `examples/seed-1.mid` to `seed-5.mid` are the ways between the draws of seeds N and 1000 + N, "
        "eight phrases of four bars, whatever came; written by `python -m studio.training.music.vae_bundle`."
    )


def _tunes(train: list[NamedTune], left_out: Counter[str]) -> dict[str, Any]:
    styles = dict(Counter(named.style for named in train).most_common())
    return {"tunes": len(train), "tunes_by_style": styles, "left_out": dict(left_out)}


def main() -> int:
    """Parse the command line and bundle."""
    parser = argparse.ArgumentParser(prog="python -m studio.training.music.vae_bundle", description=__doc__)
    parser.add_argument("out", type=Path, help="the folder of the training run")
    parser.add_argument("model", type=Path, help="the model folder to write")
    parser.add_argument("--data", type=Path, required=True, help="the music, for the card's figures")
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
