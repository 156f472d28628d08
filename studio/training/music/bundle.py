"""Turns a finished melody run into a model folder: half-precision weights, and a card that says how good they are.

`python -m studio.training.music.bundle OUT_DIR MODEL_DIR --data DIR`
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save

from studio.core.errors import StudioError
from studio.engines.music.melody_lstm import MelodyLstm, MelodyLstmConfig
from studio.training.music.batches import plain_batches
from studio.training.music.melody import MelodyRecipe, held_out_nats
from studio.training.music.tunes import STYLES, NamedTune, Reading, read_tunes, split
from studio.training.recipe import convert_recipe, read_recipe

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


def write_bundle(out_dir: Path, model_dir: Path, data_dir: Path) -> dict[str, Any]:
    """Write weights, card.json, README.md and the recipe of a run's best network; returns the card."""
    recipe = convert_recipe(read_recipe(out_dir / "recipe.toml"), MelodyRecipe)
    facts = json.loads((out_dir / "best.json").read_text("utf-8"))
    tensors = {name: t.half() for name, t in load_file(out_dir / "best.safetensors").items()}
    content = save(tensors)
    facts["config"].pop("styles")
    net = MelodyLstm(MelodyLstmConfig(styles=STYLES, **facts["config"]))
    net.load_state_dict({name: t.float() for name, t in tensors.items()})
    reading = read_tunes(data_dir)
    card = {
        **_about(recipe),
        "config": facts["config"],
        "styles": list(STYLES),
        "parameters": sum(p.numel() for p in net.parameters()),
        "weights": _weights(content),
        "data": _sources(reading),
        **_history(recipe, facts, reading, net),
        "limits": recipe.limits,
    }
    model_dir.mkdir(parents=True, exist_ok=True)
    (model_dir / WEIGHTS).write_bytes(content)
    (model_dir / "card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", "utf-8")
    (model_dir / "recipe.toml").write_bytes((out_dir / "recipe.toml").read_bytes())
    (model_dir / "README.md").write_text(_readme(card), "utf-8")
    return card


def _readme(card: dict[str, Any]) -> str:
    nats, training = card["metrics"]["nats_per_event"], card["training"]
    books = "\n".join(
        f"- {d['name']}: {d['works']} tunes, encoded by {d['credit']}. {d['licence']}." for d in card["data"]
    )
    heads = ", ".join(f"{name} {value:.3f}" for name, value in nats.items() if name != "event")
    return (
        f"# {card['name']}\n\n{card['summary']}\n\n"
        f"Styles, to be mixed by weight: {', '.join(card['styles'])}.\n\n"
        f"{card['parameters'] / 1e6:.1f} million parameters, {card['weights']['bytes'] / 1e6:.1f} MB. Trained from "
        f"`recipe.toml` on {training['device']} in {training['hours']} hours, on {training['tunes']} tunes.\n\n"
        f"## Measured\n\n{nats['event']:.3f} nats a note ({heads}) on {card['metrics']['held_out_tunes']} tunes "
        "that neither trained it nor chose its best step (no variants of trained tunes among them); "
        f"{card['metrics']['measured']}.\n\n"
        f"## Learned from\n\n{books}\n\n## Limits\n\n{card['limits']}\n\nWeights: {card['licence']}.\n"
    )


def _about(recipe: MelodyRecipe) -> dict[str, Any]:
    own = {name: getattr(recipe, name) for name in ("id", "name", "family", "summary")}
    return {"schema": 1, **own, "licence": "Apache-2.0"}


def _weights(content: bytes) -> dict[str, Any]:
    sha256 = hashlib.sha256(content).hexdigest()
    return {"file": WEIGHTS, "sha256": sha256, "dtype": "float16", "bytes": len(content)}


def _history(
    recipe: MelodyRecipe, facts: dict[str, Any], reading: Reading, net: MelodyLstm
) -> dict[str, Any]:
    """The card's training and metrics."""
    plan = recipe.training
    train, held = split(reading.tunes, plan.held_out, plan.seed)
    training = {
        "seed": plan.seed,
        "steps": facts["step"],
        "device": "cpu, 1 thread",
        "hours": round(facts["seconds"] / 3600, 2),
        "date": datetime.now(UTC).date().isoformat(),
        "tunes": len(train),
        "tunes_by_style": dict(Counter(named.style for named in train).most_common()),
        "left_out": dict(reading.refused),
    }
    return {"training": training, "metrics": _metrics(net, held[1::2])}


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
