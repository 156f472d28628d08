"""An imported model as it was exported again: safetensors, and its card as JSON beside it -> Checkpoint.

Invariant: the tensors must have the shapes that the card's config asks for; sliders are not taken over but found anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from studio.files.checkpoint_lightweight import check_plan as check_plan_of_lightweight
from studio.files.checkpoint_lightweight import shapes as shapes_of_lightweight
from studio.files.checkpoint_parts import LIGHTWEIGHT, STYLEGAN2, STYLEGAN3, Checkpoint, fitted
from studio.files.checkpoint_stylegan2 import check_plan, mapping_shapes, synthesis_shapes
from studio.files.checkpoint_stylegan3 import check_plan as check_plan_of_stylegan3
from studio.files.checkpoint_stylegan3 import synthesis_shapes as shapes_of_stylegan3
from studio.files.pickle_machine import damaged, refused
from studio.files.safetensors_file import read_safetensors

SUFFIX, CARD = ".safetensors", "card.json"
MAX_CARD_BYTES = 1_000_000
CHECKS = {STYLEGAN2: check_plan, STYLEGAN3: check_plan_of_stylegan3, LIGHTWEIGHT: check_plan_of_lightweight}
SHAPES = {STYLEGAN2: synthesis_shapes, STYLEGAN3: shapes_of_stylegan3, LIGHTWEIGHT: shapes_of_lightweight}


def read_own(weights: Path, data: memoryview) -> Checkpoint:
    """The generator in a weights file of ours; raises StudioError where its card is missing or does not fit."""
    card = _card_beside(weights)
    family, config = card.get("family"), card.get("config")
    if family not in SHAPES or not isinstance(config, dict):
        raise refused("The card beside this file describes no StyleGAN", f"family {str(family)[:80]}")
    try:
        CHECKS[family](config)
        wanted = {**mapping_shapes(config), **SHAPES[family](config)}
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError) as error:
        raise damaged(f"a card that is none: {error!r}") from error
    plan = {name: value for name, value in config.items() if name != "sliders"}
    kind = card.get("training", {}).get("kind") if isinstance(card.get("training"), dict) else None
    name = {STYLEGAN2: "StyleGAN2", STYLEGAN3: "StyleGAN3", LIGHTWEIGHT: "lightweight-gan"}[family]
    return fitted(str(kind or name)[:60], family, plan, wanted, read_safetensors(data))


def _card_beside(weights: Path) -> dict[str, Any]:
    for path in (weights.with_suffix(".json"), weights.with_name(CARD)):
        if path.is_file() and path.stat().st_size <= MAX_CARD_BYTES:
            try:
                card = json.loads(path.read_bytes())
            except (ValueError, RecursionError) as error:
                raise damaged(f"{path.name}: {error}") from error
            if isinstance(card, dict):
                return card
    raise refused("This file comes without the card that describes it", f"no {weights.stem}.json beside it")
