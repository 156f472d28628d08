"""Frame sequences: a GIF, an animated WebP or a folder of numbered pictures, read one frame at a time.

Invariant: frames come in the order of their numbers; a damaged one is a clear sentence that names it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from studio.core.errors import StudioError
from studio.core.picture import Pixels
from studio.files.picture_file import BROKEN, as_rgb, check_size, open_picture, read_bytes

ANIMATIONS = ("GIF", "WEBP", "PNG")
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp")


@dataclass(frozen=True, slots=True)
class ClipFrame:
    """One frame (H, W, 3) and how long it is shown; 0 ms where nothing says."""

    pixels: Pixels
    duration_ms: int = 0


@dataclass(frozen=True, slots=True)
class Clip:
    """A sequence that lies at `path`, `count` frames long. Reading it twice gives the same frames."""

    path: Path
    count: int

    def frames(self) -> Iterator[ClipFrame]:
        """Raises StudioError for the first frame that cannot be read."""
        if self.path.is_dir():
            return (ClipFrame(open_picture(file).pixels) for file in numbered(self.path))
        return self._animated()

    def _animated(self) -> Iterator[ClipFrame]:
        with Image.open(self.path, formats=ANIMATIONS) as image:
            for index in range(self.count):
                yield _frame(image, index, self.path.name)


def open_clip(path: Path) -> Clip:
    """Raises StudioError where there is nothing to read; a picture that does not move is a clip of one frame."""
    if path.is_dir():
        count = len(numbered(path))
        if not count:
            raise StudioError(
                f"The folder {path.name} holds no pictures.", hint="Give one with numbered frames."
            )
        return Clip(path, count)
    read_bytes(path)  # says so where it is missing, empty or not ours
    try:
        with Image.open(path, formats=ANIMATIONS) as image:
            check_size(image, path.name)
            return Clip(path, getattr(image, "n_frames", 1))
    except UnidentifiedImageError as error:
        hint = "Give a GIF, an animated WebP or a folder of numbered pictures."
        raise StudioError(f"{path.name} is not an animation that can be read.", str(error), hint) from error
    except BROKEN as error:
        raise StudioError(
            f"{path.name} is damaged or cut short.", f"{type(error).__name__}: {error}"
        ) from error


def numbered(folder: Path) -> list[Path]:
    """The pictures of a folder by the numbers in their names: 2 comes before 10."""
    files = [path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.name[0] != "."]
    return sorted(files, key=lambda path: _by_number(path.name))


def _by_number(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]


def _frame(image: Image.Image, index: int, name: str) -> ClipFrame:
    try:
        image.seek(index)
        return ClipFrame(as_rgb(image), round(image.info.get("duration", 0)))
    except BROKEN as error:
        raise StudioError(
            f"Frame {index + 1} of {name} is damaged.",
            f"{type(error).__name__}: {error}",
            "Open another copy of it.",
        ) from error
