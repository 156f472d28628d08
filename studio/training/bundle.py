"""`python -m studio.training.bundle OUT_DIR MODEL_DIR`: turns a training run into a model folder that the app opens.

Writes model.safetensors, card.json, README.md, the pictures and the recipe. The card says only what was measured.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import sys
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image
from safetensors.torch import save_file
from torch import Tensor

from studio.core.card import Card, DataSource, WeightsInfo
from studio.core.errors import StudioError
from studio.training.checkpoints import CHECKPOINT, STATE, slim_state
from studio.training.recipe import read_recipe

FAMILIES = {
    "picture.gan": "studio.training.picture.gan_bundle",
    "picture.vae": "studio.training.picture.vae_bundle",
    "picture.restoration": "studio.training.picture.restoration_bundle",
    "picture.translator": "studio.training.picture.translator_bundle",
}
WEIGHTS = "model.safetensors"


@dataclass(frozen=True)
class Bundle:
    """What a family hands over: tensors and facts for the card, and pictures of what the model makes.

    samples: a contact sheet that nobody has chosen from; its caption goes under it in the README.
    """

    recipe: dict[str, Any]
    tensors: dict[str, Tensor]
    preview: Image.Image
    counters: dict[str, Any]
    config: dict[str, Any]
    parameters: int
    styles: tuple[str, ...] = ()
    data: tuple[DataSource, ...] = ()
    metrics: dict[str, Any] = field(default_factory=dict)
    samples: Image.Image | None = None
    samples_caption: str = ""


def write_bundle(
    out_dir: Path, model_dir: Path, data_dir: Path | None, *, last: bool = False, state: bool = False
) -> Card:
    """Bundle the run in `out_dir` as `model_dir`; `data_dir`, where given, is measured against for the card.

    last: the last weights, not the best by the metric; state: add what `--from` needs to go on (the judge, small).
    """
    recipe = read_recipe(out_dir / "recipe.toml")
    if recipe["family"] not in FAMILIES:
        raise StudioError(f"Runs of the family {recipe['family']!r} cannot be bundled.")
    family, options = importlib.import_module(FAMILIES[recipe["family"]]), {"last": True} if last else {}
    bundle: Bundle = family.bundle(out_dir, recipe, data_dir, **options)
    model_dir.mkdir(parents=True, exist_ok=True)
    save_file(bundle.tensors, model_dir / WEIGHTS)
    if state:
        save_file(slim_state(out_dir / CHECKPOINT), model_dir / STATE)
    bundle.preview.save(model_dir / "preview.webp", quality=80)
    if bundle.samples is not None:
        bundle.samples.save(model_dir / "samples.webp", quality=80)
    (model_dir / "recipe.toml").write_bytes((out_dir / "recipe.toml").read_bytes())
    card = _card(bundle, (model_dir / WEIGHTS).read_bytes())
    (model_dir / "card.json").write_text(
        json.dumps(asdict(card), indent=1, ensure_ascii=False) + "\n", "utf-8"
    )
    (model_dir / "README.md").write_text(_readme(card, bundle), "utf-8")
    return card


def _card(bundle: Bundle, weights: bytes) -> Card:
    recipe, counters = bundle.recipe, bundle.counters
    dtype = str(next(iter(bundle.tensors.values())).dtype).removeprefix("torch.")
    return Card(
        id=recipe["id"],
        name=recipe["name"],
        family=recipe["family"],
        summary=recipe["summary"],
        weights=WeightsInfo(WEIGHTS, hashlib.sha256(weights).hexdigest(), dtype, len(weights)),
        licence=recipe.get("licence", "Apache-2.0"),
        config=bundle.config,
        resolution=bundle.config["resolution"],
        z_dim=bundle.config.get("z_dim", 0),
        styles=bundle.styles,
        parameters=bundle.parameters,
        seed_default=recipe.get("seed_default", 0),
        data=bundle.data,
        training={
            "seed": recipe["seed"],
            "steps": counters["step"],
            "pictures_shown": counters["pictures"],
            "device": counters.get("device", "cpu, 1 thread"),
            "hours": round(counters["hours"], 2),
            "date": datetime.now(UTC).date().isoformat(),
        },
        metrics=bundle.metrics,
        limits=recipe.get("limits", ""),
    )


def _works(source: DataSource) -> str:
    return f"{source.name}: {source.works} works." if source.works else f"{source.name}."


def _readme(card: Card, bundle: Bundle) -> str:
    data = "\n".join(f"- {_works(d)} {d.licence} Source: {d.source}" for d in card.data)
    metrics = "\n".join(f"- {name}: {value}" for name, value in card.metrics.items())
    notes = bundle.recipe.get("notes", "")
    samples = (
        f"![{bundle.samples_caption}](samples.webp)\n\n{bundle.samples_caption}\n\n" if bundle.samples else ""
    )
    shown, hours = card.training["pictures_shown"], card.training["hours"]
    return (
        f"# {card.name}\n\n{card.summary}\n\n![Pictures that the model makes](preview.webp)\n\n"
        f"{card.parameters / 1e6:.1f} million parameters, {card.resolution} px. "
        f"Trained from `recipe.toml` on {card.training['device']}: {shown:,} pictures shown in {hours} hours.\n\n"
        f"{samples}## Measured\n\n{metrics}\n\n{notes}{_directions(card)}"
        f"## Learned from\n\n{data}\n\n## Limits\n\n{card.limits}\n\n"
        f"Weights: {card.licence}.\n"
    )


def _directions(card: Card) -> str:
    """What the attribute sliders move, as they were measured on fresh pictures; nothing where there are none."""
    found = [slider for slider in card.config.get("sliders", ()) if slider["group"] == "attribute"]
    if not found:
        return ""
    rows = "\n".join(
        f"| {s['name']} | {s['label']} | {s['own']:.2f} | {s['other']:.2f} ({s['other_name']}) |"
        for s in found
    )
    return (
        "## Sliders\n\nFrom rest to either end, in standard deviations over the model's pictures:\n\n"
        f"| name | from – to | moves its own by | and no other by more than |\n|---|---|---|---|\n{rows}\n\n"
    )


def main() -> int:
    """Parse the command line and bundle."""
    parser = argparse.ArgumentParser(prog="python -m studio.training.bundle", description=__doc__)
    parser.add_argument("out", type=Path, help="the folder of the training run")
    parser.add_argument("model", type=Path, help="the model folder to write")
    parser.add_argument("--data", type=Path, help="measure against these pictures, for the card")
    parser.add_argument("--last", action="store_true", help="the last weights, not the best by the metric")
    parser.add_argument("--state", action="store_true", help=f"add {STATE}, for going on with --from")
    options = parser.parse_args()
    try:
        card = write_bundle(options.out, options.model, options.data, last=options.last, state=options.state)
    except StudioError as error:
        print(error.sentence(), error.detail, file=sys.stderr)
        return 1
    print(f"{card.id}: {card.parameters / 1e6:.1f} M parameters, {card.weights.bytes / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
