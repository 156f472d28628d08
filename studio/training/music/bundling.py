"""Writes a music model's folder: half-precision weights, card.json, README.md and the recipe. Any family."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save
from torch import Tensor

from studio.core.errors import StudioError

WEIGHTS = "model.safetensors"


@dataclass(frozen=True)
class Bundle:
    """What a family says of its model. about: id, name, family, summary; config: the network's own sizes; data: as in
    core.card.DataSource; training: what the history adds (tunes, left out ...); metrics: figures and how they were
    measured; readme: paragraphs on the figures, for people; more: further entries of the card (styles ...)."""

    about: Mapping[str, str]
    config: Mapping[str, Any]
    data: tuple[Mapping[str, Any], ...]
    metrics: Mapping[str, Any]
    limits: str
    training: Mapping[str, Any] = field(default_factory=dict)
    readme: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Finished:
    """The best network of a run: its tensors, as bundled and read again (half precision), and best.json."""

    folder: Path
    tensors: dict[str, Tensor]
    facts: dict[str, Any]

    @classmethod
    def of(cls, out_dir: Path) -> Finished:
        tensors = {name: t.half() for name, t in load_file(out_dir / "best.safetensors").items()}
        facts = json.loads((out_dir / "best.json").read_text("utf-8"))
        return cls(out_dir, tensors, facts)

    def history(self, seed: int, device: str = "cpu, 1 thread") -> dict[str, Any]:
        """The part of the card's `training` that every family has."""
        return {
            "seed": seed,
            "steps": self.facts["step"],
            "device": device,
            "hours": round(self.facts["seconds"] / 3600, 2),
            "date": datetime.now(UTC).date().isoformat(),
        }


def write_model(folder: Path, run: Finished, bundle: Bundle) -> dict[str, Any]:
    """Write the model folder; returns the card."""
    content = save({name: t.contiguous() for name, t in run.tensors.items()})
    card = {
        "schema": 1,
        **bundle.about,
        "licence": "Apache-2.0",
        "config": dict(bundle.config),
        **bundle.more,
        "parameters": sum(t.numel() for t in run.tensors.values()),
        "weights": {
            "file": WEIGHTS,
            "sha256": hashlib.sha256(content).hexdigest(),
            "dtype": "float16",
            "bytes": len(content),
        },
        "data": [dict(source) for source in bundle.data],
        "training": dict(bundle.training),
        "metrics": dict(bundle.metrics),
        "limits": bundle.limits,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS).write_bytes(content)
    (folder / "card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", "utf-8")
    (folder / "recipe.toml").write_bytes((run.folder / "recipe.toml").read_bytes())
    (folder / "README.md").write_text(_readme(card, bundle.readme), "utf-8")
    return card


def _readme(card: Mapping[str, Any], figures: str) -> str:
    sources = "\n".join(
        f"- {d['name']}: {d['works']} works{', ' + d['credit'] if d.get('credit') else ''}. {d['licence']}."
        for d in card["data"]
    )
    styles = f"Styles, to be mixed by weight: {', '.join(card['styles'])}.\n\n" if card.get("styles") else ""
    training = card["training"]
    return (
        f"# {card['name']}\n\n{card['summary']}\n\n{styles}"
        f"{card['parameters'] / 1e6:.1f} million parameters, {card['weights']['bytes'] / 1e6:.1f} MB. Trained from "
        f"`recipe.toml` on {training['device']} in {training['hours']} hours.\n\n"
        f"## Measured\n\n{figures}\n\n## Learned from\n\n{sources}\n\n## Limits\n\n{card['limits']}\n\n"
        f"Weights: {card['licence']}.\n"
    )


def command(
    module: str,
    about: str | None,
    write: Callable[[argparse.Namespace], dict[str, Any]],
    extras: Mapping[str, Mapping[str, Any]] | None = None,
) -> int:
    """`python -m MODULE RUN MODEL --data DIR`: parse the command line, bundle, print the figures; the exit code.

    extras: further options, by name, as argparse takes them."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=about)
    parser.add_argument("out", type=Path, help="the folder of the training run")
    parser.add_argument("model", type=Path, help="the model folder to write")
    parser.add_argument("--data", type=Path, required=True, help="the music, for the card's figures")
    for name, facts in (extras or {}).items():
        parser.add_argument(name, **facts)
    try:
        card = write(parser.parse_args())
    except StudioError as error:
        print(error.sentence(), error.detail, file=sys.stderr)
        return 1
    print(json.dumps(card["metrics"], indent=1))
    return 0
