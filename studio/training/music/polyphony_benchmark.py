"""The piano-roll benchmark: `python -m studio.training.music.polyphony_benchmark --data DIR --out DIR`.

Trains and scores the polyphony LSTM on the Boulanger-Lewandowski data sets, one run for each data set, head and seed,
and writes what it found: a folder's runs add up to benchmark.json and benchmark.md. A run that is there already is not
made again. Heads are never mixed: independent keys and a joint distribution over the frame are different games.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from statistics import fmean
from typing import Any

import torch

from studio.core.errors import StudioError
from studio.engines.music.polyphony_lstm import PolyphonyConfig
from studio.training.music.polyphony_data import FILES, Cutting, read_rolls
from studio.training.music.polyphony_run import RollRecipe, train_and_score

HEADS = ("joint", "independent")
# The last frame, and those of which training data shows that the music comes back to them (bars, repeats).
LAGS = {
    "jsb": (1,),
    "nottingham": (1, 16, 48, 64, 96, 128, 192),
    "musedata": (1, 2, 4, 8),
    "piano_midi": (1, 2, 4, 8),
}
EPOCHS = {  # of the joint and of the independent head
    "jsb": (80, 80),
    "nottingham": (3, 8),
    "musedata": (16, 12),
    "piano_midi": (40, 30),
}
SMALL = ("jsb", "nottingham")
PAPERS: dict[str, dict[str, dict[str, float]]] = {
    "independent": {
        "LSTM (Bai 2018)": {"jsb": 8.45, "nottingham": 3.29},
        "TCN (Bai 2018)": {"jsb": 8.10, "nottingham": 3.07},
    },
    "joint": {
        "RNN-NADE (Boulanger-Lewandowski 2012)": {
            "jsb": 5.19,
            "nottingham": 2.31,
            "musedata": 5.60,
            "piano_midi": 7.05,
        }
    },
}


def recipe_of(head: str, dataset: str) -> RollRecipe:
    """One recipe a head; JSB, by far the smallest, is moved by semitones and takes more dropout and rounds."""
    lags, tiny, epochs = LAGS[dataset], dataset == "jsb", EPOCHS[dataset][HEADS.index(head)]
    network = PolyphonyConfig(joint=head == "joint", memories=len(lags), tied=16 if dataset in SMALL else 8)
    network = replace(network, dropout=0.2, head_dropout=0.1 if tiny else 0.0)
    cutting = Cutting(8 if dataset in SMALL else 16, moves=tiny, lags=lags)
    recipe = RollRecipe(network, epochs, cutting)
    return recipe if tiny else replace(recipe, measure_every=2, averaging=0.995)


def run_once(data: Path, out: Path, dataset: str, head: str, seed: int) -> dict[str, Any]:
    """One run's figures, from its file where it was made before with this recipe."""
    path, recipe = out / f"{dataset}-{head}-{seed}.json", recipe_of(head, dataset)
    made = json.loads(path.read_text("utf-8")) if path.exists() else {}
    if made.get("recipe") == json.loads(json.dumps(asdict(recipe))):
        return dict(made)
    print(f"{dataset}, {head} head, seed {seed}", file=sys.stderr)
    result = train_and_score(read_rolls(data, dataset), recipe, seed, _tell)
    named = {"dataset": dataset, "head": head, "seed": seed}
    run = {**named, **asdict(result), "recipe": asdict(recipe)}
    path.write_text(json.dumps(run, indent=1) + "\n", "utf-8")
    return run


def _tell(line: str) -> None:
    print(" ", line, file=sys.stderr, flush=True)


def summary(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """By head and data set: every seed's figures, and their mean; the recipes once."""
    table: dict[str, Any] = {"unit": "nats a frame on test, lower is better", "papers": PAPERS}
    for head in HEADS:
        sets = {name: _row([r for r in runs if r["head"] == head and r["dataset"] == name]) for name in FILES}
        table[head] = {name: row for name, row in sets.items() if row}
    return table


def _row(runs: list[dict[str, Any]]) -> dict[str, Any]:
    if not runs:
        return {}
    own = ("seed", "valid", "test", "epoch", "seconds")
    return {
        "mean": round(fmean(run["test"] for run in runs), 4),
        "parameters": runs[0]["parameters"],
        "seeds": [{key: round(run[key], 4) for key in own} for run in runs],
        "recipe": runs[0]["recipe"],
    }


def as_markdown(table: dict[str, Any]) -> str:
    """A table a head, with the papers' figures of the same head beside."""
    parts = []
    for head in HEADS:
        title = "Joint distribution over the frame" if head == "joint" else "Independent keys"
        lines = [f"### {title}", "", "| | " + " | ".join(FILES) + " |", "|---|" + "---:|" * len(FILES)]
        lines.append(
            _line("**this network, mean of the seeds**", {k: v["mean"] for k, v in table[head].items()})
        )
        for seed in sorted({run["seed"] for row in table[head].values() for run in row["seeds"]}):
            tests = {
                k: run["test"] for k, v in table[head].items() for run in v["seeds"] if run["seed"] == seed
            }
            lines.append(_line(f"seed {seed}", tests))
        lines += [_line(name, figures) for name, figures in PAPERS[head].items()]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _line(name: str, figures: dict[str, float]) -> str:
    cells = (f"{figures[key]:.2f}" if key in figures else "" for key in FILES)
    return f"| {name} | " + " | ".join(cells) + " |"


def main() -> int:
    """Parse the command line, run what is missing, and print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m studio.training.music.polyphony_benchmark", description=__doc__
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder of the .mat files")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--dataset", choices=tuple(FILES), action="append", help="all, if none is named")
    parser.add_argument("--head", choices=HEADS, action="append", help="both, if none is named")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        table = _all_runs(options)
    except (StudioError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(table, indent=1) if options.json else as_markdown(table))
    return 0


def _all_runs(options: argparse.Namespace) -> dict[str, Any]:
    for dataset in options.dataset or FILES:
        for head in options.head or HEADS:
            for seed in options.seeds:
                run_once(options.data, options.out, dataset, head, seed)
    found = [json.loads(path.read_text("utf-8")) for path in sorted(options.out.glob("*-*-*.json"))]
    table = summary(found)
    (options.out / "benchmark.json").write_text(json.dumps(table, indent=1) + "\n", "utf-8")
    (options.out / "benchmark.md").write_text(as_markdown(table), "utf-8")
    return table


if __name__ == "__main__":
    sys.exit(main())
