"""Turns a finished melody run into a model folder: half-precision weights, and a card that says how good they are.

`python -m studio.training.music.bundle RECIPE.toml --data DIR --run DIR --out MODEL_DIR`
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tomllib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save

from studio.core.errors import StudioError
from studio.engines.music.melody_lstm import MelodyLstm, MelodyLstmConfig
from studio.training.music.batches import plain_batches
from studio.training.music.melody import MelodyRecipe, held_out_nats, recipe_of
from studio.training.music.tunes import STYLES, NamedTune, Reading, read_tunes, split

WEIGHTS = "model.safetensors"
BOOKS = {
    "oneills1850": ("O'Neill's Music of Ireland (1903)", "Norbert Paap and the O'Neill's ABC transcribers"),
    "airdsAirs": ("Aird's Selection of Scotch, English, Irish and Foreign Airs (1778-1801)", "Jack Campin"),
    "ryansMammoth": ("Ryan's Mammoth Collection (1883)", "Ray Davies and the contributors that he names"),
}
LICENCE = (
    "public domain (printed books); encodings distributed with the encoders' permission (music21 corpus)"
)
SOURCE = "music21 10.5.1 corpus (BSD-3-Clause), ABC"


def bundle(recipe: MelodyRecipe, data_dir: Path, run_dir: Path, out_dir: Path) -> dict[str, Any]:
    """Write the weights and card.json of a run's best network into `out_dir`; returns the card."""
    facts = json.loads((run_dir / "best.json").read_text("utf-8"))
    sizes = {name: value for name, value in facts["config"].items() if name != "styles"}
    tensors = {name: t.half() for name, t in load_file(run_dir / "best.safetensors").items()}
    net = MelodyLstm(MelodyLstmConfig(styles=STYLES, **sizes))
    net.load_state_dict({name: t.float() for name, t in tensors.items()})
    reading = read_tunes(data_dir)
    train, held = split(reading.tunes, recipe.training.held_out, recipe.training.seed)
    content = save(tensors)
    card = {
        "schema": 1,
        "id": recipe.id,
        "name": recipe.name,
        "family": recipe.family,
        "summary": recipe.summary,
        "licence": "Apache-2.0",
        "config": sizes,
        "styles": list(STYLES),
        "parameters": sum(p.numel() for p in net.parameters()),
        "weights": {
            "file": WEIGHTS,
            "sha256": hashlib.sha256(content).hexdigest(),
            "dtype": "float16",
            "bytes": len(content),
        },
        "data": _sources(reading),
        "training": {
            "seed": recipe.training.seed,
            "steps": facts["step"],
            "device": "cpu, 1 thread",
            "hours": round(facts["seconds"] / 3600, 2),
            "date": datetime.now(UTC).date().isoformat(),
            "tunes": len(train),
            "tunes_by_style": dict(Counter(named.style for named in train).most_common()),
            "left_out": dict(reading.refused),
        },
        "metrics": _metrics(net, held[1::2]),
        "limits": recipe.limits,
    }
    out_dir.mkdir(parents=True, exist_ok=True)
    (out_dir / WEIGHTS).write_bytes(content)
    (out_dir / "card.json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return card


def _metrics(net: MelodyLstm, judges: list[NamedTune]) -> dict[str, Any]:
    """On tunes that neither trained the network nor chose its best step."""
    nats = held_out_nats(net, plain_batches(judges, 32))
    told = "style, metre and mode told; as bundled (float16)"
    return {
        "held_out_tunes": len(judges),
        "nats_per_event": {name: round(value, 4) for name, value in nats.items()},
        "measured": f"mean negative log-likelihood of a note, in nats, teacher forced; {told}",
    }


def _sources(reading: Reading) -> list[dict[str, Any]]:
    works = Counter(named.collection for named in reading.tunes)
    return [
        {"name": name, "works": works[folder], "licence": LICENCE, "source": SOURCE, "credit": credit}
        for folder, (name, credit) in BOOKS.items()
        if works[folder]
    ]


def main() -> int:
    """Bundle; a StudioError becomes one line and exit code 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe", type=Path)
    for name in ("--data", "--run", "--out"):
        parser.add_argument(name, type=Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    try:
        recipe = recipe_of(tomllib.loads(options.recipe.read_text("utf-8")))
        card = bundle(recipe, options.data, options.run, options.out)
    except StudioError as error:
        print(error.sentence(), error.detail, file=sys.stderr)
        return 1
    print(json.dumps(card["metrics"], indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
