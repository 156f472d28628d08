"""Turns a finished chorale run into a model folder: half-precision weights, a card with figures, and five examples.

`python -m studio.training.music.chorale_bundle OUT_DIR MODEL_DIR --data DIR [--benchmark RESULT.json]`
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.core.card import Card, WeightsInfo
from studio.core.score import MeterChange, Score, TempoChange, Track
from studio.engines.music import chorale_rows as rows
from studio.engines.music.chorale_engine import ChoraleEngine
from studio.engines.music.chorale_lstm import ChoraleLstm, ChoraleLstmConfig
from studio.files.midi import write_midi
from studio.training.music.bundling import Bundle, Finished, command, write_model
from studio.training.music.chorale import ChoraleRecipe
from studio.training.music.chorale_evaluation import measure, request_of
from studio.training.music.chorales import Chorale, Reading, read_chorales, split
from studio.training.music.credits import data_of
from studio.training.recipe import convert_recipe, read_recipe

EXAMPLES = (1, 2, 3, 4, 5)


def write_bundle(out_dir: Path, model_dir: Path, data_dir: Path, benchmark: dict[str, Any]) -> dict[str, Any]:
    """Write weights, card.json, README.md, the recipe and examples of a run's best network; returns the card."""
    recipe = convert_recipe(read_recipe(out_dir / "recipe.toml"), ChoraleRecipe)
    run, reading = Finished.of(out_dir), read_chorales(data_dir)
    net = ChoraleLstm(ChoraleLstmConfig(**run.facts["config"]))
    net.load_state_dict({name: t.float() for name, t in run.tensors.items()})
    train, held = split(reading.works, recipe.training.held_out, recipe.training.seed)
    card = Card(recipe.id, recipe.name, recipe.family, "", WeightsInfo("", ""))
    metrics = measure(card, net, held[1::2], train)
    if benchmark:
        metrics["benchmark_of_the_same_network"] = benchmark
    _write_examples(ChoraleEngine(card, net), held[1::2], model_dir / "examples")
    bundle = Bundle(
        {name: getattr(recipe, name) for name in ("id", "name", "family", "summary")},
        run.facts["config"],
        tuple(data_of({"bach": len(reading.works)})),
        metrics,
        recipe.limits,
        {**run.history(recipe.training.seed), **_works(train, held, reading), "note": recipe.note},
        _figures(metrics, [work.name for work in held[1::2]]),
    )
    return write_model(model_dir, run, bundle)


def _works(train: list[Chorale], held: list[Chorale], reading: Reading) -> dict[str, Any]:
    return {
        "works": len(train),
        "held_out": sorted(work.name for work in held),
        "left_out": dict(reading.refused),
    }


def _write_examples(engine: ChoraleEngine, judges: list[Chorale], folder: Path) -> None:
    """Five melodies that it never saw, harmonised with seeds 1 to 5, whatever comes."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed, work in zip(EXAMPLES, judges, strict=False):
        request = replace(request_of(work), seed=seed)
        answer = engine.compose_voices(request)[0]
        tracks = [
            Track(name, 19, (*given, *new))  # on an organ
            for name, given, new in zip(rows.VOICE_NAMES, request.voices, answer.voices, strict=True)
        ]
        meters = (MeterChange(0, request.meter.numerator, 4), request.meter)
        score = Score(
            tuple(tracks), (TempoChange(0, 76),), meters[request.meter.ticks == 0 :], title=work.name
        )
        write_midi(score, folder / f"seed-{seed}.mid")


def _figures(metrics: dict[str, Any], judges: list[str]) -> str:
    nats, led = metrics["nats"], metrics["voice_leading"]
    heads = "| | " + " | ".join(name.replace("_", " ") for name in led["bach"]) + " |\n"
    table = heads + "|---" * (len(led["bach"]) + 1) + "|\n"
    for name, values in led.items():
        table += (
            f"| {name.replace('_', ' ')} | "
            + " | ".join(f"{value:.3f}" for value in values.values())
            + " |\n"
        )
    names = ", ".join(f"{seed}: {name}" for seed, name in zip(EXAMPLES, judges, strict=False))
    return (
        f"On {metrics['held_out_works']} chorales whose tunes neither trained it nor chose its best step: "
        f"{nats['under_soprano']:.3f} nats a voice's sixteenth under a given soprano, {nats['inner_voices']:.3f} for "
        f"the inner voices between soprano and bass, {nats['all_voices']:.3f} with nothing told ahead. "
        f"{metrics['as_bach_wrote']:.0%} of the sixteenths that it writes below are Bach's own pitch.\n\n"
        f"{table}\n{metrics['led']}.{_told(metrics.get('benchmark_of_the_same_network', {}))}\n\n"
        "## Examples\n\n`examples/seed-1.mid` to `seed-5.mid`: the first five held-out melodies harmonised with seeds "
        f"1 to 5, not chosen ({names}). Written by this model's `chorale_bundle` with the command's own settings: "
        "`latent-studio harmonize MELODY.mid --seed N -o OUT.mid`."
    )


def _told(benchmark: dict[str, Any]) -> str:
    if not benchmark:
        return ""
    return (
        f"\n\nThe same network trained on the benchmark's own split (not these weights) costs "
        f"{benchmark['test_mean']:.3f} nats a voice-token on JSB Chorales in sixteenths, left to right, mean of "
        f"{len(benchmark['runs'])} seeds; a bigram with the beat costs {benchmark['bigram_and_beat']:.3f}."
    )


def _write(asked: argparse.Namespace) -> dict[str, Any]:
    benchmark = json.loads(asked.benchmark.read_text("utf-8")) if asked.benchmark else {}
    return write_bundle(asked.out, asked.model, asked.data, benchmark)


if __name__ == "__main__":
    sys.exit(
        command(
            "studio.training.music.chorale_bundle",
            __doc__,
            _write,
            {"--benchmark": {"type": Path, "help": "result.json of chorale_benchmark, for the card"}},
        )
    )
