"""Projects as files: one JSON document with the picture's state, the score, and an opened picture as PNG inside.

Nothing in a project file is code; every value is checked against its type and range when it is read.
"""

import base64
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from PIL import Image

from studio.core.errors import StudioError
from studio.core.picture import Picture
from studio.core.project import PictureDocument, Project
from studio.core.score import Score
from studio.files.atomic import write_file

SUFFIX = ".latent"
SCHEMA = 1
MAX_FILE_BYTES = 400 * 2**20
MAX_PIXELS = 100_000_000


class _Document(msgspec.Struct):
    """What stands in the file. `source_png` is base64; `picture.source` stays empty."""

    picture: PictureDocument
    score: Score
    source_png: str = ""
    source_name: str = ""
    kind: str = "latent-studio-project"
    schema: int = SCHEMA


def save_project(project: Project, path: Path) -> None:
    """Write a project in one piece; raises StudioError."""
    source = project.picture.source
    document = _Document(
        picture=replace(project.picture, source=None),
        score=project.score,
        source_png=_to_png(source) if source else "",
        source_name=source.name if source else "",
    )
    write_file(path, msgspec.json.encode(document))


def load_project(path: Path) -> Project:
    """Read a project; raises StudioError with the reason."""
    content = _read(path)
    try:
        document = msgspec.json.decode(content, type=_Document, dec_hook=_refuse)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, StudioError) as error:
        raise StudioError(
            f"{path.name} is not a project of Latent Studio, or it is damaged.",
            str(error),
            "Nothing was changed.",
        ) from error
    if document.schema > SCHEMA:
        raise StudioError(
            f"{path.name} was made by a newer Latent Studio.", hint="Update the app to open it."
        )
    source = _from_png(document.source_png, document.source_name) if document.source_png else None
    return Project(replace(document.picture, source=source), document.score)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise StudioError(f"{path.name} is too large to be a project.", hint="Nothing was changed.")
        return path.read_bytes()
    except OSError as error:
        raise StudioError(
            f"{path.name} cannot be read.", str(error), "Check that it exists and is yours."
        ) from error


def _refuse(kind: type, _value: Any) -> Any:
    raise NotImplementedError(f"{kind.__name__} does not stand in a project file")


def _to_png(picture: Picture) -> str:
    out = io.BytesIO()
    Image.fromarray(picture.pixels).save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def _from_png(text: str, name: str) -> Picture:
    try:
        with Image.open(io.BytesIO(base64.b64decode(text, validate=True)), formats=["PNG"]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise StudioError("The picture in this project is too large.", hint="Nothing was changed.")
            return Picture(np.asarray(image.convert("RGB")), name)
    except (OSError, ValueError, SyntaxError) as error:
        raise StudioError(
            "The picture in this project is damaged.", str(error), "Nothing was changed."
        ) from error
