"""Pictures -> PNG, JPEG, WebP and TIFF, in sRGB, with their resolution and the recipe inside.

A PNG carries all that is needed to come back as the state that made it (see files/png.py). The others carry the recipe
as XMP where it needs no other picture and has room there; where it does not, opening the file opens its pixels.
"""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from PIL import Image

from studio.core.errors import StudioError
from studio.core.exporting import ExportWish
from studio.core.picture import Picture, Pixels
from studio.core.project import PictureDocument, Project
from studio.core.recipe import Recipe, recipe_from_json
from studio.files.colour_profile import srgb_profile
from studio.files.picture_file import BROKEN, FORMATS, read_bytes
from studio.files.png import png_bytes
from studio.files.project_file import project_json

SPACE = "urn:latent-studio:ns:1:"
MAX_XMP_BYTES = 60_000  # one segment of a JPEG
X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT, INCH = 282, 283, 296, 2
XMP_TAG = 700


@dataclass(frozen=True)
class Provenance:
    """How a picture was made. source: the opened picture that its recipe starts from; document: the whole state of a
    picture with layers, which no recipe describes."""

    recipe: Recipe | None = None
    source: Picture | None = None
    document: PictureDocument | None = None

    @property
    def project(self) -> bytes:
        """The state as JSON; it takes a while."""
        return project_json(Project(self.document)) if self.document is not None else b""

    @property
    def is_small(self) -> bool:
        """Whether the recipe alone brings the picture back."""
        return self.recipe is not None and not self.recipe.source_sha256 and self.document is None


def picture_bytes(pixels: Pixels, wish: ExportWish, made: Provenance = Provenance()) -> bytes:
    """The content of a file of (H, W, 3) pixels."""
    if wish.kind == "png":
        return png_bytes(pixels, made.recipe, made.source, wish.dpi, made.project)
    out = io.BytesIO()
    options = {"jpeg": _jpeg, "webp": _webp, "tiff": _tiff}[wish.kind](wish, _xmp(made))
    Image.fromarray(pixels).save(out, wish.kind.upper(), icc_profile=srgb_profile(), **options)
    return out.getvalue()


def read_xmp_recipe(path: Path) -> Recipe | None:
    """The recipe in a JPEG, WebP or TIFF of ours; None for any other file."""
    try:
        with Image.open(io.BytesIO(read_bytes(path)), formats=FORMATS) as image:
            packet = image.info.get("xmp")
    except (*BROKEN, Image.DecompressionBombError):
        return None  # opening it will say what is wrong
    text = _recipe_text(packet) if isinstance(packet, bytes) and len(packet) <= MAX_XMP_BYTES else None
    return recipe_from_json(text) if text else None


def _recipe_text(packet: bytes) -> str | None:
    if SPACE.encode() not in packet or b"<!" in packet:  # no document type: nothing is expanded
        return None
    try:
        root = ElementTree.fromstring(packet.strip(b"\0 \r\n"))
    except (ElementTree.ParseError, ValueError) as error:
        raise StudioError(
            "The recipe in this file is damaged.", str(error), "Nothing was changed."
        ) from error
    texts = (node.get(f"{{{SPACE}}}recipe") for node in root.iter())
    return next((text for text in texts if text), None)


def _xmp(made: Provenance) -> bytes:
    """An XMP packet that names the program, and holds the recipe where that is enough and fits."""
    recipe = made.recipe.to_json() if made.recipe is not None and made.is_small else ""
    packet = _packet(recipe)
    return packet if len(packet) <= MAX_XMP_BYTES else _packet("")


def _packet(recipe: str) -> bytes:
    held = f" ls:recipe={quoteattr(recipe)}" if recipe else ""
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
        f'xmlns:ls="{SPACE}" xmp:CreatorTool="Latent Studio"{held}/></rdf:RDF></x:xmpmeta>'
    ).encode()


def _jpeg(wish: ExportWish, xmp: bytes) -> dict[str, Any]:
    subsampling = 0 if wish.quality >= 90 else 2
    return {"quality": wish.quality, "subsampling": subsampling, "optimize": True, "xmp": xmp, **_dpi(wish)}


def _webp(wish: ExportWish, xmp: bytes) -> dict[str, Any]:
    lossless = wish.quality == 100
    return {"quality": wish.quality, "lossless": lossless, "method": 4, "exif": _exif(wish), "xmp": xmp}


def _tiff(wish: ExportWish, xmp: bytes) -> dict[str, Any]:
    return {"compression": "tiff_adobe_deflate", "tiffinfo": {XMP_TAG: xmp}, **_dpi(wish)}


def _dpi(wish: ExportWish) -> dict[str, Any]:
    return {"dpi": (wish.dpi, wish.dpi)} if wish.dpi else {}


def _exif(wish: ExportWish) -> bytes:
    if not wish.dpi:
        return b""
    exif = Image.Exif()
    exif[X_RESOLUTION] = exif[Y_RESOLUTION] = float(wish.dpi)
    exif[RESOLUTION_UNIT] = INCH
    return exif.tobytes()
