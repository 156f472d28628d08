"""PNG with the recipe inside: a picture that knows how it was made, and can be made again.

Up to three iTXt chunks stand before the pixels: the recipe as JSON; where an opened picture took part, that picture as
a base64 PNG; and for a picture with layers, which no recipe describes, the whole state as a project's JSON. Reading
them never decodes the pixels and never believes a size.
"""

import base64
import io
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from studio.core.errors import StudioError
from studio.core.picture import Picture, Pixels
from studio.core.recipe import MAX_RECIPE_CHARS, Recipe, recipe_from_json
from studio.files.atomic import write_file
from studio.files.colour_profile import srgb_profile
from studio.files.picture_file import decode, read_bytes

RECIPE_KEY = "latent-studio-recipe"
SOURCE_KEY = "latent-studio-source"
PROJECT_KEY = "latent-studio-project"
SIGNATURE = b"\x89PNG\r\n\x1a\n"
LIMITS = {
    RECIPE_KEY.encode(): MAX_RECIPE_CHARS,
    SOURCE_KEY.encode(): 320 * 2**20,
    PROJECT_KEY.encode(): 400 * 2**20,
}


def scaled(pixels: Pixels, scale: int) -> Pixels:
    """`scale` times as large in both directions (Lanczos); 1 is the picture itself."""
    if scale == 1:
        return pixels
    height, width = pixels.shape[:2]
    large = Image.fromarray(pixels).resize((width * scale, height * scale), Image.Resampling.LANCZOS)
    return np.asarray(large)


def save_png(path: Path, pixels: Pixels, recipe: Recipe | None = None, source: Picture | None = None) -> None:
    """Write (H, W, 3) pixels with their recipe, whole or not at all; raises StudioError."""
    write_file(path, png_bytes(pixels, recipe, source))


def png_bytes(
    pixels: Pixels,
    recipe: Recipe | None = None,
    source: Picture | None = None,
    dpi: int = 0,
    project: bytes = b"",
) -> bytes:
    """The file's content. dpi: written into it, 0 is none; project: the state of a picture with layers, as JSON."""
    info = PngInfo()
    if recipe is not None:
        info.add_itxt(RECIPE_KEY, recipe.to_json())
    if recipe is not None and source is not None:
        info.add_itxt(SOURCE_KEY, base64.b64encode(_plain(source.pixels)).decode())
    if project:
        info.add_itxt(PROJECT_KEY, project.decode(), zip=True)
    return _plain(pixels, pnginfo=info, icc_profile=srgb_profile(), **({"dpi": (dpi, dpi)} if dpi else {}))


def read_project(path: Path) -> bytes | None:
    """The state of a picture with layers, as JSON; None for a file without one."""
    return dict(_own_texts(read_bytes(path))).get(PROJECT_KEY.encode())


def _plain(pixels: Pixels, **options: Any) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG", **options)
    return out.getvalue()


def read_recipe(path: Path) -> tuple[Recipe, Picture | None] | None:
    """The recipe in a PNG and the opened picture that it starts from; None for a file without one.

    Raises StudioError where the file cannot be read, or its recipe or picture is damaged.
    """
    texts = dict(_own_texts(read_bytes(path)))
    text = texts.get(RECIPE_KEY.encode())
    if text is None:
        return None
    recipe = recipe_from_json(text)
    return recipe, _source(recipe, texts.get(SOURCE_KEY.encode()), path.name)


def _source(recipe: Recipe, text: bytes | None, name: str) -> Picture | None:
    if not recipe.source_sha256:
        return None
    damaged = f"The picture that {name} was made from is missing or damaged."
    try:
        content = base64.b64decode(text or b"", validate=True)
    except ValueError as error:
        raise StudioError(damaged, str(error), "Nothing was changed.") from error
    source = Picture(decode(content, f"The picture inside {name}"), recipe.source_name) if content else None
    if source is None or source.sha256 != recipe.source_sha256:
        raise StudioError(damaged, hint="Nothing was changed.")
    return source


def _own_texts(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(keyword, text) of our chunks. A file that ends before its end chunk has none: it was cut."""
    if not content.startswith(SIGNATURE) or not _is_whole(content):
        return
    for kind, data in _chunks(content):
        keyword, _, rest = data.partition(b"\0")
        if kind == b"iTXt" and keyword in LIMITS:
            yield keyword, _text(rest, LIMITS[keyword])


def _is_whole(content: bytes) -> bool:
    return any(kind == b"IEND" for kind, _ in _chunks(content))


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(kind, data) of every chunk that lies in the file whole; text is checked against its checksum."""
    position = len(SIGNATURE)
    while position + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, position)
        end = position + 8 + length
        if end + 4 > len(content):
            return
        if kind != b"iTXt":
            yield kind, b""
        elif zlib.crc32(content[position + 4 : end]) == struct.unpack_from(">I", content, end)[0]:
            yield kind, content[position + 8 : end]
        position = end + 4


def _text(rest: bytes, limit: int) -> bytes:
    """The text of an iTXt chunk after its keyword; another program may have compressed it."""
    compressed, rest = rest[:1] == b"\x01", rest[2:]
    _, _, rest = rest.partition(b"\0")  # language
    _, _, text = rest.partition(b"\0")  # translated keyword
    if compressed:
        try:
            text = zlib.decompressobj().decompress(text, limit + 1)
        except zlib.error as error:
            raise StudioError(
                "The recipe in this file is damaged.", str(error), "Nothing was changed."
            ) from error
    if len(text) > limit:
        raise StudioError("The recipe in this file is too large to be real.", hint="Nothing was changed.")
    return text
