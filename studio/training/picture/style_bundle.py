"""Judges a run of the style loop against the model it began with, and ships its transformer where it wins.

    python -m studio.training.picture.style_bundle RUN --data DIR --sheet sheet.png [--into models/style-transfer]

Photographs and paintings are those that the run never saw. With --into, the model folder gets the new transformer
beside its old predictor, but only where both distances are smaller.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from studio.core.errors import StudioError
from studio.engines.catalogue import CatalogueEntry
from studio.engines.picture.style_networks import StyleNetworks, StyleTransformer
from studio.training.checkpoints import CHECKPOINT, load_checkpoint
from studio.training.picture.data import list_works, pack_works, split_works
from studio.training.picture.sheets import save_sheet
from studio.training.picture.style_judge import NAME, Verdict, contact_sheet, repaintings, verdict
from studio.training.picture.style_loop import (
    STYLE_PX,
    StyleRecipe,
    StyleTrainer,
    entry_of,
    read_photos,
    start_networks,
)
from studio.training.recipe import convert_recipe, read_recipe

EACH = 8  # photographs, and paintings
SHEET = 6  # of each on the contact sheet


def learned(run_dir: Path, recipe: StyleRecipe, start: Path | None) -> tuple[StyleNetworks, StyleTransformer]:
    """(the networks that a run began with, the average transformer that it has come to)."""
    trainer = StyleTrainer(recipe, start_networks(start))
    load_checkpoint(run_dir / CHECKPOINT, trainer.parts())
    return start_networks(start).eval(), trainer.ema.module


def unseen(recipe: StyleRecipe, data_dir: Path, run_dir: Path) -> tuple[Tensor, Tensor]:
    """EACH photographs and EACH paintings that the run never saw, both (n, 3, 256, 256) in 0..1."""
    _, kept = split_works(list_works(data_dir), recipe.data.held_out, recipe.seed)
    paintings = (pack_works(kept, STYLE_PX, run_dir / "held_out.npz").centres(STYLE_PX) + 1) / 2
    _, judged = read_photos(data_dir / "photos", recipe.data.photos, recipe.data.photo_side)
    return spread(judged.centres(STYLE_PX)), spread(paintings)


def spread(pictures: Tensor) -> Tensor:
    """EACH of them, evenly from first to last."""
    return pictures[torch.linspace(0, len(pictures) - 1, min(EACH, len(pictures))).long()]


def compare(
    networks: StyleNetworks, ours: StyleTransformer, pictures: tuple[Tensor, Tensor], sheet: Path | None
) -> tuple[Verdict, Verdict]:
    """(of the transformer that `networks` hold, of `ours`); writes both side by side to `sheet`."""
    painted = [list(repaintings(networks, net, *pictures)) for net in (networks.transformer, ours)]
    if sheet is not None:
        photos, paintings = (some[::2][:SHEET] for some in pictures)
        cut = [[row[::2][:SHEET] for row in rows[::2][:SHEET]] for rows in painted]
        save_sheet(*contact_sheet(photos, paintings, cut), sheet)
    borrowed, own = (verdict(rows, *pictures) for rows in painted)
    return borrowed, own


def wins(own: Verdict, borrowed: Verdict) -> bool:
    """Whether it keeps more of the picture and is nearer to the paintings, both."""
    return all(own.figures[name] < borrowed.figures[name] for name in ("content", "style"))


def ship(entry: CatalogueEntry, ours: StyleTransformer, metrics: dict[str, float]) -> None:
    """Put a transformer into a model folder, in half precision, and tell the card."""
    tensors = {
        name: tensor
        for name, tensor in load_file(entry.weights_path).items()
        if name.startswith("predictor.")
    }
    tensors |= {f"transformer.{name}": value.half() for name, value in ours.state_dict().items()}
    save_file(tensors, entry.weights_path)
    path = entry.folder / "card.json"
    card, data = json.loads(path.read_text(encoding="utf-8")), entry.weights_path.read_bytes()
    card["weights"] |= {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    card["metrics"] |= metrics
    path.write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def figures(borrowed: Verdict, own: Verdict) -> dict[str, float]:
    """What the card says."""
    pairs = (("before", borrowed), ("after", own))
    return {
        f"{name} distance on {NAME}, {when} fine-tuning": round(found.figures[name], 4)
        for name in ("content", "style")
        for when, found in pairs
    }


def main() -> int:
    """Parse the command line, judge, and ship where that is asked for and earned."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", type=Path, help="the folder of the training run")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--from", dest="start", type=Path, help="the model folder that the run began with")
    parser.add_argument("--sheet", type=Path, help="write a contact sheet")
    parser.add_argument("--into", type=Path, help="the model folder to ship to")
    options = parser.parse_args()
    try:
        recipe = convert_recipe(read_recipe(options.run / "recipe.toml"), StyleRecipe)
        networks, ours = learned(options.run, recipe, options.start)
        borrowed, own = compare(networks, ours, unseen(recipe, options.data, options.run), options.sheet)
        metrics = figures(borrowed, own)
        print(json.dumps(metrics, indent=1))
        if options.into and not wins(own, borrowed):
            raise StudioError("It does not win on both distances; nothing was changed.")
        if options.into:
            ship(entry_of(options.into), ours, metrics)
    except StudioError as error:
        print(error.sentence(), error.detail, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
