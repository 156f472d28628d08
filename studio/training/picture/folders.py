"""Sub-folders become styles: their names are written into the run's own recipe once, where every later step finds them.

Invariant: a run's recipe.toml says everything about its network, without the pictures at hand.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path

from studio.core.errors import StudioError
from studio.training.picture.recipes import PictureData
from studio.training.picture.sources import open_source
from studio.training.picture.works import find_rows, folder_labels


def with_folders(data: PictureData, data_dir: Path, recipe: Path) -> PictureData:
    """The data with the names of its sub-folders where the labels ask for them; `recipe` is the run's copy."""
    if "folder" not in data.labels or data.folders:
        return data
    with open_source(data_dir) as source:
        folders = folder_labels([row for row in find_rows(source, data.collections) if row.usable])
    _write(recipe, folders)
    return replace(data, folders=folders)


def _write(recipe: Path, folders: tuple[str, ...]) -> None:
    """Put the names before the line with the labels, and make sure that the recipe says what it should."""
    text = recipe.read_text(encoding="utf-8")
    names = json.dumps(folders, ensure_ascii=False)
    fuller = re.sub(
        r"(?m)^(\s*(?:data\.)?)labels\s*=", lambda m: f"{m[1]}folders = {names}\n{m[0]}", text, count=1
    )
    try:
        right = tomllib.loads(fuller)["data"].get("folders") == list(folders)
    except tomllib.TOMLDecodeError:
        right = False
    if not right:
        raise StudioError(
            "The names of the sub-folders cannot be written into the recipe.",
            hint='Write labels = ["folder"] on a line of its own under [data].',
        )
    recipe.write_text(fuller, encoding="utf-8")
