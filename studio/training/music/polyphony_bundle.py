"""Turns a finished polyphony run into a model folder, with the piano-roll benchmark of its family beside it.

`python -m studio.training.music.polyphony_bundle OUT_DIR MODEL_DIR --data DIR [--benchmark DIR]`
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from studio.core.errors import StudioError
from studio.engines.music.polyphony_lstm import PolyphonyLstm
from studio.training.music.bundling import Bundle, Finished, write_model
from studio.training.music.piano_works import GENRES, Works, read_works, split
from studio.training.music.polyphony import PolyphonyRecipe
from studio.training.music.polyphony_benchmark import as_markdown
from studio.training.music.polyphony_evaluation import measure
from studio.training.recipe import convert_recipe, read_recipe

SOURCE = {
    "name": "First Editions of Fryderyk Chopin's Music, Humdrum **kern",
    "licence": "CC BY 4.0 (encodings; the music is in the public domain)",
    "source": "https://github.com/pl-wnifc/humdrum-chopin-first-editions at 95dfb105c1669c72d10b04088566154f12d3dc1c",
    "credit": (
        "Copyright 2017-2021 The Fryderyk Chopin Institute (https://nifc.pl), https://chopinscores.org; changed: "
        "works for piano alone, one edition each, as frames of a sixteenth"
    ),
}
BENCHMARK = "benchmark.json"


def write_bundle(out_dir: Path, model_dir: Path, data_dir: Path, benchmark: Path | None) -> dict[str, Any]:
    """Write the model folder of a run's best network; returns the card. benchmark: the folder of a benchmark's runs;
    without it the one that stands in the model folder stays."""
    recipe = convert_recipe(read_recipe(out_dir / "recipe.toml"), PolyphonyRecipe)
    works, run = read_works(data_dir), Finished.of(out_dir)
    train, held = split(works.works, recipe.training.held_out, recipe.training.seed)
    net = PolyphonyLstm(recipe.config())
    net.load_state_dict({name: t.float() for name, t in run.tensors.items()})
    metrics = measure(net, train, held[1::2])
    config = {name: value for name, value in run.facts["config"].items() if name != "styles"}
    table = _benchmark(model_dir, benchmark)
    return write_model(
        model_dir,
        run,
        Bundle(
            about={name: getattr(recipe, name) for name in ("id", "name", "family", "summary")},
            config=config,
            data=({**SOURCE, "works": len(train)},),
            metrics=metrics,
            limits=recipe.limits,
            training={**run.history(recipe.training.seed), **_history(works, len(train))},
            readme=_readme(metrics) + table,
            more={"styles": list(GENRES)},
        ),
    )


def _history(works: Works, learned_from: int) -> dict[str, Any]:
    genres = Counter(work.genre for work in works.works)
    return {
        "works": learned_from,
        "works_by_genre": dict(genres.most_common()),
        "editions_read": works.editions,
        "left_out": dict(works.refused),
    }


def _readme(metrics: dict[str, Any]) -> str:
    nats, alone = metrics["nats_per_frame"], metrics["nats_of_single_keys"]
    return (
        f"{nats['frame']:.3f} nats a frame (which keys sound {nats['sounding']:.3f}, which ringing ones are struck "
        f"anew {nats['striking']:.3f}) on {metrics['held_out_works']} works of which no edition trained it or chose "
        f"its best step; keys that each go their own way from their last frame would cost {alone:.3f}. "
        f"{metrics['measured'].capitalize()}. As bundled (float16).\n\n"
        "Examples, uncurated: `examples/seed-1.mid` to `seed-5.mid`, each made by "
        "`latent-studio compose piano-texture --bars 8 --seed N -o seed-N.mid`."
    )


def _benchmark(model_dir: Path, benchmark: Path | None) -> str:
    """The benchmark's part of the README; its figures are kept in the model folder."""
    source = (benchmark or model_dir) / BENCHMARK
    if not source.exists():
        return ""
    table = json.loads(source.read_text("utf-8"))
    model_dir.mkdir(parents=True, exist_ok=True)
    (model_dir / BENCHMARK).write_text(json.dumps(table, indent=1) + "\n", "utf-8")
    return (
        "\n\n## The family on the piano-roll benchmark\n\nNetworks of this family, trained on the training parts of "
        "the Boulanger-Lewandowski data sets (splits of Bai 2018) for this comparison alone; the bundled model has "
        "never seen them. Nats a frame on the test part, lower is better; the two kinds of head are different games. "
        "`python -m studio.training.music.polyphony_benchmark --data DIR --out DIR` makes the table again, and what is "
        "empty here, which was not run.\n\n" + as_markdown(table).rstrip()
    )


def main() -> int:
    """Parse the command line and bundle."""
    parser = argparse.ArgumentParser(
        prog="python -m studio.training.music.polyphony_bundle", description=__doc__
    )
    parser.add_argument("out", type=Path, help="the folder of the training run")
    parser.add_argument("model", type=Path, help="the model folder to write")
    parser.add_argument("--data", type=Path, required=True, help="the piano works, for the card's figures")
    parser.add_argument("--benchmark", type=Path, help="the folder of the benchmark's runs")
    options = parser.parse_args()
    try:
        card = write_bundle(options.out, options.model, options.data, options.benchmark)
    except StudioError as error:
        print(error.sentence(), error.detail, file=sys.stderr)
        return 1
    print(json.dumps(card["metrics"], indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
