"""Turns a finished chord finder into a model folder: half-precision weights, a card with figures, and five examples.

`python -m studio.training.music.lead_sheet_bundle OUT_DIR MODEL_DIR --data DIR [--other-seeds OUT_DIR ...]`
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from studio.core.card import Card, WeightsInfo
from studio.core.errors import StudioError
from studio.core.messages import ChordsRequest
from studio.core.recipe import ChordsSettings
from studio.core.score import MeterChange, Score, Track
from studio.engines.music.lead_sheet import LeadSheet, LeadSheetConfig
from studio.engines.music.lead_sheet_engine import LeadSheetEngine
from studio.files.midi import write_midi
from studio.inference.lead_sheets import LeadSheetPlan
from studio.training.music.bundling import Bundle, Finished, write_model
from studio.training.music.credits import data_of
from studio.training.music.lead_sheet import LeadSheetRecipe
from studio.training.music.leadsheet_evaluation import measure
from studio.training.music.leadsheets import SheetReading, read_lead_sheets, split
from studio.training.music.tunes import read_tunes
from studio.training.recipe import convert_recipe, read_recipe

EXAMPLES = (1, 2, 3, 4, 5)
EXAMPLE_STYLES = ("air", "waltz time", "march")


def write_bundle(
    out_dir: Path, model_dir: Path, data_dir: Path, other_seeds: tuple[Path, ...] = ()
) -> dict[str, Any]:
    """Write weights, card.json, README.md, the recipe and examples of a run's best network; returns the card."""
    recipe, run, net = _run_of(out_dir)
    reading = read_lead_sheets(data_dir)
    train, held = split(reading.sheets, recipe.training.held_out, recipe.training.seed)
    engine = LeadSheetEngine(Card(recipe.id, recipe.name, recipe.family, "", WeightsInfo("", "")), net)
    metrics = measure(engine, net, train, held)
    own = _in_short(recipe.training.seed, metrics)
    metrics["by_seed"] = [own, *(_measured(folder, reading) for folder in other_seeds)]
    titles = _write_examples(engine, data_dir, model_dir / "examples")
    bundle = Bundle(
        {name: getattr(recipe, name) for name in ("id", "name", "family", "summary")},
        run.facts["config"],
        tuple(data_of({"openewld": len(reading.sheets)})),
        metrics,
        recipe.limits,
        {**run.history(recipe.training.seed), **_works(len(train), len(held), reading)},
        _figures(metrics) + _told(titles),
    )
    return write_model(model_dir, run, bundle)


def _run_of(out_dir: Path) -> tuple[LeadSheetRecipe, Finished, LeadSheet]:
    recipe, run = convert_recipe(read_recipe(out_dir / "recipe.toml"), LeadSheetRecipe), Finished.of(out_dir)
    net = LeadSheet(LeadSheetConfig(**run.facts["config"])).eval()
    net.load_state_dict({name: t.float() for name, t in run.tensors.items()})
    return recipe, run, net


def _measured(out_dir: Path, reading: SheetReading) -> dict[str, Any]:
    """The figures of a run on the sheets that its own split left for judging."""
    recipe, _, net = _run_of(out_dir)
    train, held = split(reading.sheets, recipe.training.held_out, recipe.training.seed)
    engine = LeadSheetEngine(Card(recipe.id, recipe.name, recipe.family, "", WeightsInfo("", "")), net)
    return _in_short(recipe.training.seed, measure(engine, net, train, held))


def _in_short(seed: int, metrics: dict[str, Any]) -> dict[str, Any]:
    markov = metrics["baselines"]["hidden_markov"]
    return {
        "seed": seed,
        "nats_per_slot": metrics["nats_per_slot"],
        "root_found": metrics["found"]["root"],
        "hidden_markov": {"nats_per_slot": markov["nats_per_slot"], "root_found": markov["root"]},
    }


def _works(train: int, held: int, reading: SheetReading) -> dict[str, Any]:
    return {"sheets": train, "held_out": held, "left_out": dict(reading.refused), "said": dict(reading.notes)}


def _write_examples(engine: LeadSheetEngine, data_dir: Path, folder: Path) -> list[str]:
    """Five tunes drawn from the public-domain collections, none of them a song that it learned from; their titles."""
    tunes = [named.tune for named in read_tunes(data_dir).tunes if named.style in EXAMPLE_STYLES]
    chosen = np.random.default_rng(1).choice(len(tunes), len(EXAMPLES), replace=len(tunes) < len(EXAMPLES))
    folder.mkdir(parents=True, exist_ok=True)
    for seed, index in zip(EXAMPLES, chosen, strict=True):
        tune = tunes[index]
        notes = tuple(tune.notes)
        score = Score(
            (Track("Melody", 73, notes),), meters=(MeterChange(0, *tune.meter),), title=tune.titles[0]
        )
        plan = LeadSheetPlan.of(score, engine.info.card, ChordsSettings(seed=seed, temperature=0.8))
        request: ChordsRequest = plan.request
        write_midi(plan.with_answer(engine.find_chords(request)[0]), folder / f"seed-{seed}.mid")
    return [tunes[index].titles[0] for index in chosen]


def _figures(metrics: dict[str, Any]) -> str:
    found, baselines = metrics["found"], metrics["baselines"]
    markov, counted = baselines["hidden_markov"], baselines["scale_degree"]
    rows = [
        ("this model", metrics["nats_per_slot"], found),
        ("its answer, best of eight", None, metrics["best_of_eight"]),
        ("its answer, a single one", None, metrics["one_answer"]),
        ("hidden Markov model", markov["nats_per_slot"], markov),
        ("most frequent chord of the scale degree", counted["nats_per_slot"], counted),
    ]
    table = "".join(
        f"| {name} | {'' if nats is None else f'{nats:.3f}'} | {own['root']:.1%} | {own['root_and_triad']:.1%} |\n"
        for name, nats, own in rows
    )
    like, seeds = metrics["plausibility"], metrics["by_seed"]
    each = "; ".join(
        f"{one['nats_per_slot']:.3f} nats and {one['root_found']:.1%} of the roots "
        f"({one['hidden_markov']['nats_per_slot']:.3f}, {one['hidden_markov']['root_found']:.1%})"
        for one in seeds
    )
    means = "".join(
        f"| {name.replace('_', ' ')} | {one['chord_tones_on_strong_beats']:.1%} | {one['changes_a_bar']:.2f} | "
        f"{one['ends_on_the_tonic']:.1%} |\n"
        for name, one in like.items()
    )
    return (
        f"On {metrics['held_out_sheets']} songs that neither trained it nor chose its best step, two slots a bar:\n\n"
        f"| | nats a slot | root found | root and triad |\n|---|---|---|---|\n{table}\n"
        f"Nats: from the whole melody and the chord before. Found: from the melody alone, the likeliest chord of each "
        f"slot; there is more than one good answer. "
        f"By seed, each with a split of its own, and the hidden Markov model on the same: {each}. "
        f"It finds the key of {metrics['keys']['found']:.0%} of the songs; key profiles find "
        f"{metrics['keys']['by_profiles']:.0%}.\n\n"
        f"| chords | chord tones on strong beats | changes a bar | end on the tonic |\n|---|---|---|---|\n{means}"
    )


def _told(titles: list[str]) -> str:
    names = ", ".join(f"{seed}: {title}" for seed, title in zip(EXAMPLES, titles, strict=True))
    return (
        "\n## Examples\n\n`examples/seed-1.mid` to `seed-5.mid`: five tunes drawn by lot from collections that it "
        f"never saw, not chosen ({names}): `latent-studio chords TUNE.mid --seed N -o OUT.mid`."
    )


def main() -> int:
    """Parse the command line and bundle."""
    parser = argparse.ArgumentParser(
        prog="python -m studio.training.music.lead_sheet_bundle", description=__doc__
    )
    parser.add_argument("out", type=Path, help="the folder of the training run")
    parser.add_argument("model", type=Path, help="the model folder to write")
    parser.add_argument("--data", type=Path, required=True, help="the lead sheets and the tunes")
    parser.add_argument("--other-seeds", type=Path, nargs="*", default=[], help="runs with other seeds")
    options = parser.parse_args()
    try:
        card = write_bundle(options.out, options.model, options.data, tuple(options.other_seeds))
    except StudioError as error:
        print(error.sentence(), error.detail, file=sys.stderr)
        return 1
    print(json.dumps(card["metrics"], indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
