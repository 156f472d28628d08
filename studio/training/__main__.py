"""`python -m studio.training RECIPE.toml --data DIR --out DIR [--resume]`: trains a model of any family.

On several GPUs or machines: `torchrun --nproc-per-node 2 -m studio.training RECIPE.toml --data DIR --out DIR`; each
process takes its share of every batch, and all see the same folders. An update is then of as many batches as there are
processes.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from studio.core.errors import StudioError
from studio.training.checkpoints import CHECKPOINT
from studio.training.place import leave
from studio.training.recipe import read_recipe

LOOPS = {
    "picture.gan": "studio.training.picture.gan_loop",
    "picture.dcgan": "studio.training.picture.dcgan_loop",
    "picture.vae": "studio.training.picture.vae_loop",
    "picture.restoration": "studio.training.picture.restoration_loop",
    "picture.translator": "studio.training.picture.translator_loop",
    "picture.style_transfer": "studio.training.picture.style_loop",
    "music.melody_lstm": "studio.training.music.melody",
    "music.polyphony_lstm": "studio.training.music.polyphony",
    "music.lead_sheet": "studio.training.music.lead_sheet",
    "music.chorale_lstm": "studio.training.music.chorale",
    "music.melody_vae": "studio.training.music.melody_vae",
}


def run(
    recipe: Path,
    data_dir: Path,
    out_dir: Path,
    resume: bool = False,
    start: Path | None = None,
    device: str = "",
) -> None:
    """Train the family that the recipe names.

    start: a model folder to take weights from; device: auto, cpu, cuda, cuda:1 or mps instead of the recipe's.
    Raises StudioError for a bad recipe, data or folder.
    """
    raw = read_recipe(recipe)
    if raw["family"] not in LOOPS:
        names = ", ".join(LOOPS)
        raise StudioError(f"There is no training for the family {raw['family']!r}.", hint=f"Known: {names}.")
    if not resume and (out_dir / CHECKPOINT).exists():
        raise StudioError(
            f"The folder {out_dir} holds a training run.", hint="Add --resume or choose another folder."
        )
    family = importlib.import_module(LOOPS[raw["family"]])
    options = _options(family, raw["family"], start, device)
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        if _leads():
            (out_dir / "recipe.toml").write_bytes(recipe.read_bytes())
    except OSError as error:
        raise StudioError(f"The folder {out_dir} cannot be written.", str(error)) from error
    try:
        family.run(raw, data_dir, out_dir, resume, **options)
    except OSError as error:
        raise StudioError(
            "The training run met trouble with a file.", str(error), "Is the disk full?"
        ) from error
    finally:
        leave()


def _options(family: ModuleType, name: str, start: Path | None, device: str) -> dict[str, Any]:
    """What was asked for beside the recipe; raises StudioError where the family's loop does not take it."""
    known = inspect.signature(family.run).parameters
    if start and "start" not in known:
        raise StudioError(f"The family {name!r} cannot begin with another model's weights.")
    if "device" not in known and (device not in ("", "auto", "cpu") or _processes() > 1):
        raise StudioError(f"The family {name!r} trains in one process on the CPU.")
    asked: dict[str, Any] = {"start": start, "device": device}
    return {key: value for key, value in asked.items() if value and key in known}


def _processes() -> int:
    return int(os.environ.get("WORLD_SIZE", "1"))


def _leads() -> bool:
    """Whether this is the process that writes; known before the processes have met."""
    return os.environ.get("RANK", "0") == "0"


def main() -> int:
    """Parse the command line, train, and turn a StudioError into one line and exit code 1."""
    parser = argparse.ArgumentParser(
        prog="python -m studio.training",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--from", dest="start", type=Path, help="begin with this model's weights")
    parser.add_argument("--device", default="", help="auto, cpu, cuda, cuda:1 or mps instead of the recipe's")
    options = parser.parse_args()
    try:
        run(options.recipe, options.data, options.out, options.resume, options.start, options.device)
    except StudioError as error:
        print(error.sentence(), error.detail, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
