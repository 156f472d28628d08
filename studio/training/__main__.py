"""`python -m studio.training RECIPE.toml --data DIR --out DIR [--resume]`: trains a model of any family."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

from studio.core.errors import StudioError
from studio.training.checkpoints import CHECKPOINT
from studio.training.recipe import read_recipe

LOOPS = {
    "picture.gan": "studio.training.picture.gan_loop",
    "picture.dcgan": "studio.training.picture.dcgan_loop",
    "picture.vae": "studio.training.picture.vae_loop",
    "picture.restoration": "studio.training.picture.restoration_loop",
    "picture.translator": "studio.training.picture.translator_loop",
    "music.melody_lstm": "studio.training.music.melody",
}


def run(recipe: Path, data_dir: Path, out_dir: Path, resume: bool = False, start: Path | None = None) -> None:
    """Train the family that the recipe names; `start` is a model folder to take weights from.

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
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        (out_dir / "recipe.toml").write_bytes(recipe.read_bytes())
    except OSError as error:
        raise StudioError(f"The folder {out_dir} cannot be written.", str(error)) from error
    more = {"start": start} if start else {}
    importlib.import_module(LOOPS[raw["family"]]).run(raw, data_dir, out_dir, resume, **more)


def main() -> int:
    """Parse the command line, train, and turn a StudioError into one line and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m studio.training", description=__doc__)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--from", dest="start", type=Path, help="begin with this model's weights")
    options = parser.parse_args()
    try:
        run(options.recipe, options.data, options.out, options.resume, options.start)
    except StudioError as error:
        print(error.sentence(), error.detail, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
