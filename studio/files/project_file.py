"""Projects as files: one JSON document with the picture's state and the score; pictures stand in it as PNG.

Nothing in a project file is code; every value is checked against its type and range when it is read.
"""

import base64
import io
from dataclasses import replace
from pathlib import Path
from typing import Any, get_origin

import msgspec
import numpy as np
from PIL import Image

from studio.core.errors import StudioError
from studio.core.picture import Picture, Pixels
from studio.core.project import PictureDocument, Project
from studio.core.score import Score
from studio.files.atomic import write_file

SUFFIX = ".latent"
SCHEMA = 1
MAX_FILE_BYTES = 400 * 2**20
MAX_PIXELS = 100_000_000


class _Document(msgspec.Struct):
    """What stands in the file. Older files kept the opened picture in `source_png`, beside the document."""

    picture: PictureDocument
    score: Score
    source_png: str = ""
    source_name: str = ""
    kind: str = "latent-studio-project"
    schema: int = SCHEMA


def save_project(project: Project, path: Path) -> None:
    """Write a project in one piece; raises StudioError."""
    write_file(path, project_json(project))


def project_json(project: Project) -> bytes:
    """The content of a project file."""
    return msgspec.json.encode(_Document(project.picture, project.score), enc_hook=_to_png)


def load_project(path: Path) -> Project:
    """Read a project; raises StudioError with the reason."""
    return project_of(_read(path), path)


def project_of(content: bytes, path: Path) -> Project:
    """The project in a file's content, or in that of a picture which carries one; raises StudioError with the
    reason."""
    try:
        document = msgspec.json.decode(content, type=_Document, dec_hook=_from_text)
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
    picture = document.picture
    if document.source_png:
        pixels = _from_png(document.source_png)
        picture = replace(picture, source=Picture(pixels, document.source_name))
    return Project(picture, document.score)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise StudioError(f"{path.name} is too large to be a project.", hint="Nothing was changed.")
        return path.read_bytes()
    except OSError as error:
        raise StudioError(
            f"{path.name} cannot be read.", str(error), "Check that it exists and is yours."
        ) from error


def _to_png(value: Any) -> str:
    """The pixels of a picture as base64; msgspec asks for nothing else."""
    out = io.BytesIO()
    Image.fromarray(value).save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def _from_text(kind: type, value: Any) -> Any:
    if get_origin(kind) is np.ndarray and isinstance(value, str):
        return _from_png(value)
    raise NotImplementedError(f"{kind!r} does not stand in a project file")


def _from_png(text: str) -> Pixels:
    try:
        with Image.open(io.BytesIO(base64.b64decode(text, validate=True)), formats=["PNG"]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise StudioError("The picture in this project is too large.", hint="Nothing was changed.")
            return np.asarray(image.convert("RGB"))
    except (OSError, ValueError, SyntaxError) as error:
        raise StudioError(
            "The picture in this project is damaged.", str(error), "Nothing was changed."
        ) from error
