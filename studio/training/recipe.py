"""Training recipes: a TOML file that says everything about a run, read into a typed, frozen record."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from studio.core.errors import StudioError

RecipeT = TypeVar("RecipeT")
Positive = Annotated[int, msgspec.Meta(ge=1)]
Count = Annotated[int, msgspec.Meta(ge=0)]


@dataclass(frozen=True)
class Run:
    """How long, where, and how often to report, in updates.

    pictures: shown in all; batch: at a time in one process; accumulate: how many such batches make one update;
    measure_every: updates between two measurements (0 never measures); patience: measurements without progress that
    end the run (0 never does); device: auto, cpu, cuda, cuda:1 or mps; precision: of the convolutions (float16 is for
    CUDA, bfloat16 elsewhere); bfloat16: the older word for precision = "bfloat16".
    """

    pictures: Positive = 200_000
    batch: Positive = 16
    accumulate: Positive = 1
    log_every: Positive = 20
    sheet_every: Positive = 250
    checkpoint_every: Positive = 250
    measure_every: Count = 0
    patience: Count = 0
    threads: Positive = 1
    device: str = "auto"
    precision: Literal["float32", "bfloat16", "float16"] = "float32"
    bfloat16: bool = False

    def update_size(self, world: int) -> int:
        """Pictures behind one update of `world` processes."""
        return self.batch * self.accumulate * world


def read_recipe(path: Path) -> dict[str, Any]:
    """The raw recipe; raises StudioError where it is missing, no TOML, or names no family."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise StudioError(f"The training recipe {path.name} cannot be read.", str(error)) from error
    if not isinstance(raw.get("family"), str):
        raise StudioError(
            f"The training recipe {path.name} names no family.", hint='Add family = "picture.gan".'
        )
    return raw


def convert_recipe(raw: dict[str, Any], kind: type[RecipeT]) -> RecipeT:
    """Check a raw recipe against its record type; the message names the entry that is wrong or unknown."""
    try:
        recipe = msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        raise StudioError("The training recipe has an entry that does not fit.", str(error)) from error
    unknown = _unknown(raw, msgspec.to_builtins(recipe))
    if unknown:
        raise StudioError(f"The training recipe has an unknown entry: {unknown[0]}.", hint="Is it misspelt?")
    return recipe


def _unknown(raw: dict[str, Any], known: dict[str, Any], prefix: str = "") -> list[str]:
    """The names in `raw`, with their tables, that `known` does not have."""
    found = [prefix + name for name in raw if name not in known]
    for name, value in raw.items():
        if isinstance(value, dict) and isinstance(known.get(name), dict):
            found += _unknown(value, known[name], f"{prefix}{name}.")
    return found
