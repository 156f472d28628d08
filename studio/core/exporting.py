"""What a picture file is to be: its kind, its size in px or on paper, its quality. Immutable values."""

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

import msgspec

from studio.core.errors import StudioError

FileKind = Literal["png", "jpeg", "webp", "tiff", "psd", "ora"]
KINDS: tuple[FileKind, ...] = get_args(FileKind)
LAYERED: tuple[FileKind, ...] = ("psd", "ora")
LOSSY: tuple[FileKind, ...] = ("jpeg", "webp")
SUFFIXES: dict[str, FileKind] = {
    ".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".webp": "webp", ".tif": "tiff", ".tiff": "tiff", ".psd": "psd",
    ".ora": "ora",
}  # fmt: skip
MAX_EXPORT_PX = 16384
LONGEST: dict[FileKind, int] = {"webp": 16383}  # of the format itself
CM_PER_INCH = 2.54
SCREEN_DPI, PRINT_DPI = 72, 300


@dataclass(frozen=True, slots=True)
class ExportWish:
    """longest_px: of the longer side, 0 is the picture's own; dpi: written into the file, 0 is
    none; quality: of JPEG and WebP,
    100 is lossless in WebP; detail: an upscaler paints in what is missing."""

    kind: FileKind = "png"
    longest_px: Annotated[int, msgspec.Meta(ge=0, le=MAX_EXPORT_PX)] = 0
    dpi: Annotated[int, msgspec.Meta(ge=0, le=2400)] = PRINT_DPI
    quality: Annotated[int, msgspec.Meta(ge=1, le=100)] = 92
    detail: bool = False

    def checked(self) -> "ExportWish":
        """Raises StudioError for a size that the format does not have."""
        longest = LONGEST.get(self.kind, MAX_EXPORT_PX)
        if self.longest_px > longest:
            raise StudioError(
                f"{self.kind.upper()} holds pictures of up to {longest} px.",
                f"{self.longest_px} px were asked for",
                "Choose a smaller size, or TIFF.",
            )
        return self


def kind_of(suffix: str) -> FileKind:
    """The kind of file that a suffix such as ".tif" means; raises StudioError for any other."""
    kind = SUFFIXES.get(suffix.lower())
    if kind is None:
        raise StudioError(
            f"Pictures are not written as {suffix or 'files without a suffix'}.",
            hint=f"Choose one of {', '.join(SUFFIXES)}.",
        )
    return kind


def sized(width: int, height: int, longest_px: int) -> tuple[int, int]:
    """Width and height with that longer side and the same shape; 0 leaves them."""
    factor = longest_px / max(width, height) if longest_px else 1.0
    return max(1, round(width * factor)), max(1, round(height * factor))


def cm_of(px: float, dpi: float) -> float:
    """How long so many px are on paper."""
    return px / dpi * CM_PER_INCH


def px_of(cm: float, dpi: float) -> int:
    """How many px are needed for a length on paper."""
    return max(1, round(cm / CM_PER_INCH * dpi))
