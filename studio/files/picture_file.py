"""Pictures of any common kind -> Picture. What cannot be opened is one clear sentence; nothing is changed.

Orientation (EXIF) is applied, colours are brought to sRGB, transparency lies on white, more than 8 bits are
reduced, and a very large picture is scaled down to LONGEST_PX.
"""

import io
import logging
import struct
import warnings
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from studio.core.errors import StudioError
from studio.core.picture import Picture, Pixels
from studio.core.restyle import MAX_MASK_PX, Mask

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")
MAX_PIXELS = 100_000_000
MAX_BYTES = 800 * 2**20
LONGEST_PX = 8192
SRGB = ImageCms.createProfile("sRGB")
BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
    Warning,
)
"""What Pillow raises for files that are cut, damaged or made to do harm."""

logging.getLogger("PIL").setLevel(logging.CRITICAL)  # what matters comes as an exception
warnings.filterwarnings(
    "ignore", module=r"PIL\."
)  # sizes are checked here; small faults in a file are no news


def open_picture(path: Path) -> Picture:
    """Read the (first) picture of a file; raises StudioError with the reason."""
    return Picture(decode(read_bytes(path), path.name), path.name)


def open_rgba(path: Path) -> NDArray[np.uint8]:
    """(H, W, 4): a picture with its straight alpha, 255 all over where it has none; raises StudioError."""
    return decode_rgba(read_bytes(path), path.name)


def shrunk(picture: Picture, longest_px: int) -> Picture:
    """The same picture with a longer side of `longest_px` at most."""
    image = Image.fromarray(picture.pixels)
    if max(image.size) <= longest_px:
        return picture
    image.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS)
    return Picture(np.array(image), picture.name)


def open_mask(path: Path) -> Mask:
    """A picture as a mask: white is all of it, black nothing; scaled down to MAX_MASK_PX."""
    image = Image.fromarray(decode(read_bytes(path), path.name)).convert("L")
    image.thumbnail((MAX_MASK_PX, MAX_MASK_PX), Image.Resampling.BOX)
    return Mask.of(np.asarray(image))


def read_bytes(path: Path) -> bytes:
    """The whole file; raises StudioError where it is missing, a folder, empty or not ours to read."""
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise StudioError(f"{path.name} is a folder, not a picture.", hint="Choose a file.")
        if size > MAX_BYTES:
            raise StudioError(f"{path.name} is too large to be opened.", hint="Make it smaller first.")
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise StudioError(f"{path.name} does not exist.", str(error), "Choose another file.") from error
    except OSError as error:
        raise StudioError(
            f"{path.name} cannot be read.", str(error), "Check that it is yours to read."
        ) from error
    if not content:
        raise StudioError(f"{path.name} is empty.", hint="Choose another file.")
    return content


def decode(content: bytes, name: str, about_px: int = 0) -> Pixels:
    """(H, W, 3) uint8 RGB of an encoded picture; raises StudioError that calls it `name`.

    about_px: a JPEG may come smaller, and sooner, but no side shorter than this; 0 is the full size.
    """
    return _decoded(content, name, as_rgb, about_px)


def decode_rgba(content: bytes, name: str) -> NDArray[np.uint8]:
    """(H, W, 4) uint8 with straight alpha; raises StudioError that calls it `name`."""
    return _decoded(content, name, lambda image: np.array(_upright(image).convert("RGBA")))


def _decoded(
    content: bytes, name: str, read: Callable[[Image.Image], NDArray[np.uint8]], about_px: int = 0
) -> NDArray[np.uint8]:
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            check_size(image, name)
            if about_px:
                image.draft(image.mode, (about_px, about_px))
            return read(image)
    except Image.DecompressionBombError as error:
        raise _too_large(name) from error
    except UnidentifiedImageError as error:
        raise StudioError(
            f"{name} is not a picture that can be opened.",
            str(error),
            "Open a PNG, JPEG, WebP, TIFF, BMP or GIF.",
        ) from error
    except BROKEN as error:
        raise StudioError(
            f"{name} is damaged or cut short.", f"{type(error).__name__}: {error}", "Open another copy of it."
        ) from error


def check_size(image: Image.Image, name: str) -> None:
    """Raises StudioError for more than MAX_PIXELS."""
    if image.width * image.height > MAX_PIXELS:
        raise _too_large(name)


def _too_large(name: str) -> StudioError:
    return StudioError(
        f"{name} is too large: more than {MAX_PIXELS // 1_000_000} million pixels.",
        hint="Make it smaller first.",
    )


def as_rgb(image: Image.Image) -> Pixels:
    """The frame that an open picture stands at, upright, in sRGB, on white."""
    return np.array(_on_white(_upright(image)))


def _upright(image: Image.Image) -> Image.Image:
    """RGB, grey or RGBA of 8 bits, no longer than LONGEST_PX."""
    image.load()
    oriented = ImageOps.exif_transpose(image)
    small = _eight_bits(_in_srgb(oriented))
    if max(small.size) > LONGEST_PX:
        small.thumbnail((LONGEST_PX, LONGEST_PX), Image.Resampling.LANCZOS)
    return small


def _in_srgb(image: Image.Image) -> Image.Image:
    """Colours of another profile (a wide-gamut camera, a press) as a screen shows them; as they are without one."""
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "CMYK"):
        with suppress(ImageCms.PyCMSError, *BROKEN):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return ImageCms.profileToProfile(image, source, SRGB, outputMode="RGB") or image
    return image


def _eight_bits(image: Image.Image) -> Image.Image:
    """Grey pictures of 16 bits, 32 bits or floating point as 8 bits; palettes and the like as RGBA."""
    if image.mode.startswith(("I", "F")):
        values = np.nan_to_num(np.asarray(image, dtype=np.float64))
        levels = values.clip(0) * (255 / _white(image.mode, float(values.max(initial=0))))
        return Image.fromarray(levels.round().astype(np.uint8))
    if image.mode in ("RGB", "L"):
        return image.copy() if "transparency" not in image.info else image.convert("RGBA")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _white(mode: str, brightest: float) -> float:
    """The number that means white: set for 16 bits, guessed from the brightest pixel elsewhere."""
    usual = {"F": (1.0, 255.0, 65535.0), "I": (255.0, 65535.0)}.get(mode, (65535.0,))
    return next((white for white in usual if brightest <= white), brightest)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image.convert("RGB")
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image).convert("RGB")
