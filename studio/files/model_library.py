"""The user's own models: one folder, one model, put there whole, renamed, licensed and deleted.

Invariant: a folder whose name does not begin with a dot is a whole model.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from studio.core.card import Card
from studio.core.errors import StudioError
from studio.files.atomic import write_file
from studio.files.locations import ensure_folder

CARD, WEIGHTS, PREVIEW = "card.json", "model.safetensors", "preview.webp"
LONGEST_SLUG = 40
STALE_S = 3600.0


def slug(name: str) -> str:
    """A name as a folder has it: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-") or "model"


@contextmanager
def new_model(library: Path) -> Iterator[Path]:
    """A folder to write a model into. It is gone at the end, unless `settle` moved it into its place."""
    _sweep(ensure_folder(library))
    spool = Path(tempfile.mkdtemp(prefix=".importing-", dir=library))
    try:
        yield spool
    except OSError as error:
        raise StudioError(
            "The model could not be written.", str(error), "Is there space left on the disk?"
        ) from error
    finally:
        shutil.rmtree(spool, ignore_errors=True)


def _sweep(library: Path) -> None:
    """Take away what imports and deletions left behind that never came to their end."""
    for folder in (*library.glob(".importing-*"), *library.glob(".deleted-*")):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > STALE_S:
                shutil.rmtree(folder)


def settle(spool: Path, library: Path, model_id: str) -> Path:
    """Put a model that was written into its place, whole. Raises OSError."""
    home = library / model_id
    spool.chmod(0o755)
    os.replace(spool, home)
    return home


def write_card(folder: Path, card: Card) -> None:
    """Write or replace a model's card, whole; raises StudioError."""
    text = json.dumps(asdict(card), indent=1, ensure_ascii=False) + "\n"
    write_file(folder / CARD, text.encode())


def change_card(folder: Path, **changes: Any) -> None:
    """Change fields of the card of a model of the user's own; raises StudioError where that may not be."""
    path = folder / CARD
    content = json.loads(path.read_bytes())
    write_file(path, (json.dumps({**content, **changes}, indent=1, ensure_ascii=False) + "\n").encode())


def delete_model(folder: Path) -> None:
    """Take a model away: first out of the list, in one step, then from the disk. Raises StudioError."""
    try:
        gone = folder.with_name(f".deleted-{folder.name}")
        shutil.rmtree(gone, ignore_errors=True)
        os.replace(folder, gone)
    except OSError as error:
        raise StudioError(f"The model {folder.name} could not be deleted.", str(error)) from error
    shutil.rmtree(gone, ignore_errors=True)


def own_folder(library: Path, folder: Path) -> Path:
    """The folder, if it is one of the user's own models; raises StudioError for one that came with the program."""
    if folder.parent.resolve() != library.resolve():
        raise StudioError(
            f"The model {folder.name} came with the program.", hint="Only imported models can be changed."
        )
    return folder
