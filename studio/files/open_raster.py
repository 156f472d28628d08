"""OpenRaster (.ora): a zip of PNG layers with a stack, as Krita, MyPaint and GIMP read it; our state beside it.

After the OpenRaster specification 0.0.6: `mimetype` comes first and uncompressed; the stack lists the uppermost first.
"""

import io
import zipfile
import zlib
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.core.errors import StudioError
from studio.core.layers import BlendMode
from studio.files.colour_profile import srgb_profile
from studio.files.layer_file import FileLayer, LayeredPicture

MIMETYPE = "image/openraster"
PROJECT_ENTRY = "latent-studio/project.json"
MERGED = "mergedimage.png"
MAX_ENTRY_BYTES = 400 * 2**20
THUMBNAIL_PX = 256
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same picture gives the same bytes


def ora_bytes(picture: LayeredPicture) -> bytes:
    """The file's content."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        _add(archive, "mimetype", MIMETYPE.encode(), zipfile.ZIP_STORED)
        _add(archive, "stack.xml", _stack(picture))
        for number, layer in enumerate(picture.layers):
            _add(archive, _entry(number), _png(layer.rgba), zipfile.ZIP_STORED)
        _add(archive, MERGED, _png(picture.flat), zipfile.ZIP_STORED)
        _add(archive, "Thumbnails/thumbnail.png", _thumbnail(picture.flat), zipfile.ZIP_STORED)
        if picture.project:
            _add(archive, PROJECT_ENTRY, picture.project)
    return out.getvalue()


def operator(mode: BlendMode) -> str:
    """The stack's word for a blend mode."""
    return {"normal": "svg:src-over", "exclusion": "krita:exclusion"}.get(mode, f"svg:{mode}")


def _stack(picture: LayeredPicture) -> bytes:
    height, width = picture.flat.shape[:2]
    image = ElementTree.Element(
        "image", version="0.0.6", w=str(width), h=str(height), xres=str(picture.dpi), yres=str(picture.dpi)
    )
    stack = ElementTree.SubElement(image, "stack")
    for number, layer in reversed(list(enumerate(picture.layers))):
        ElementTree.SubElement(stack, "layer", _attributes(layer, _entry(number)))
    return bytes(ElementTree.tostring(image, "UTF-8", xml_declaration=True))


def _attributes(layer: FileLayer, entry: str) -> dict[str, str]:
    return {
        "name": layer.name,
        "src": entry,
        "x": str(layer.left),
        "y": str(layer.top),
        "opacity": f"{layer.opacity:.4f}",
        "visibility": "visible" if layer.visible else "hidden",
        "composite-op": operator(layer.mode),
    }


def _entry(number: int) -> str:
    return f"data/layer{number:03}.png"


def _add(archive: zipfile.ZipFile, name: str, content: bytes, how: int = zipfile.ZIP_DEFLATED) -> None:
    info = zipfile.ZipInfo(name, LONG_AGO)
    info.compress_type = how
    archive.writestr(info, content)


def _png(pixels: NDArray[np.uint8]) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG", icc_profile=srgb_profile(), compress_level=4)
    return out.getvalue()


def _thumbnail(flat: NDArray[np.uint8]) -> bytes:
    image = Image.fromarray(flat)
    image.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.LANCZOS)
    return _png(np.asarray(image))


def read_ora(content: bytes, name: str) -> tuple[bytes | None, bytes]:
    """(our state as JSON, or None; the merged picture as PNG) of a file's content; raises StudioError that calls it
    `name`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
            if max(sizes.get(entry, 0) for entry in (PROJECT_ENTRY, MERGED)) > MAX_ENTRY_BYTES:
                raise StudioError(f"{name} is too large to be opened.", hint="Nothing was changed.")
            project = archive.read(PROJECT_ENTRY) if PROJECT_ENTRY in sizes else None
            return project, archive.read(MERGED)
    except (
        zipfile.BadZipFile,
        KeyError,
        OSError,
        ValueError,
        EOFError,
        zlib.error,
        NotImplementedError,
    ) as error:
        raise StudioError(
            f"{name} is no OpenRaster picture, or it is damaged.", str(error), "Nothing was changed."
        ) from error
