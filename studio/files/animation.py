"""Animated WebP and GIF, and folders of PNG frames: written whole or not at all.

Frames are kept losslessly in a temporary folder beside the target until the last one is there; a writer that is
left early takes the folder away and has changed nothing.
"""

import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from PIL import Image

from studio.core.errors import Cancelled, StudioError
from studio.core.picture import Pixels
from studio.files.atomic import write_file

MAX_FILE_PIXELS = 500_000_000
KINDS = {".webp": "WEBP", ".gif": "GIF", "": "frames"}


class AnimationWriter:
    """`with AnimationWriter(path, fps) as writer:` add every frame, then finish. One thread.

    A path that ends in .webp or .gif becomes one file; a path without a suffix becomes a new folder of PNGs.
    loops: how often it is shown, 0 is for ever; quality: of a WebP, 100 keeps every pixel. `given_up` may be set by any
    thread: then nothing is put into its place any more.
    Raises StudioError for any other ending, and where the place cannot be written.
    """

    def __init__(self, path: Path, fps: int = 24, loops: int = 0, quality: int = 90) -> None:
        if path.suffix.lower() not in KINDS:
            raise StudioError(
                f"Animations cannot be written as {path.suffix}.",
                hint="End the name in .webp or .gif, or give a folder's name for single pictures.",
            )
        self.path = path
        self._kind = KINDS[path.suffix.lower()]
        self._duration_ms = round(1000 / fps)
        self._loops = loops
        self._quality = quality
        self.given_up = False
        self._durations_ms: list[int] = []
        self._pixels = 0

    def __enter__(self) -> Self:
        if (
            self._kind == "frames"
            and self.path.exists()
            and (not self.path.is_dir() or any(self.path.iterdir()))
        ):
            raise StudioError(f"{self.path.name} exists already.", hint="Choose a new or an empty folder.")
        try:
            self._spool = Path(tempfile.mkdtemp(prefix=f".{self.path.name}-", dir=self.path.parent))
        except OSError as error:
            raise _unwritable(self.path, error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._spool, ignore_errors=True)

    def add(self, pixels: Pixels, duration_ms: int = 0) -> None:
        """Append a frame (H, W, 3), shown as long as all or for a time of its own; all must have one size."""
        self._pixels += pixels.shape[0] * pixels.shape[1]
        if self._kind != "frames" and self._pixels > MAX_FILE_PIXELS:
            raise StudioError(
                "This animation is too long for one file.",
                f"More than {MAX_FILE_PIXELS // 1_000_000} million pixels in all.",
                "Write single pictures into a folder, or fewer frames.",
            )
        try:
            Image.fromarray(pixels).save(self._frame(len(self._durations_ms)), "PNG", compress_level=3)
        except OSError as error:
            raise _unwritable(self.path, error) from error
        self._durations_ms.append(duration_ms or self._duration_ms)

    def finish(self) -> Path:
        """Put the whole into its place; returns the path."""
        if not self._durations_ms:
            raise StudioError("An animation needs at least one frame.")
        if self._kind == "frames":
            self._move_folder()
        else:
            write_file(self.path, self._encoded())
        return self.path

    def _frame(self, index: int) -> Path:
        return self._spool / f"frame-{index + 1:05d}.png"

    def _move_folder(self) -> None:
        try:
            self._spool.chmod(0o755)
            with suppress(FileNotFoundError):
                self.path.rmdir()
            self._spool.rename(self.path)
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def _encoded(self) -> bytes:
        out, frames = io.BytesIO(), self._frames()
        options: dict[str, bool | int] = {"optimize": False}
        if self._kind == "WEBP":
            options = {"lossless": self._quality >= 100, "quality": self._quality, "method": 4}
        next(frames).save(
            out,
            self._kind,
            save_all=True,
            append_images=frames,
            duration=self._durations_ms,
            **options,
            **self._repeat(),
        )
        self._check_wanted()
        return out.getvalue()

    def _repeat(self) -> dict[str, int]:
        """A GIF counts how often it is shown again, and says nothing where it is shown once."""
        if self._kind == "WEBP" or not self._loops:
            return {"loop": self._loops}
        return {"loop": self._loops - 1} if self._loops > 1 else {}

    def _check_wanted(self) -> None:
        if self.given_up:
            raise Cancelled

    def _frames(self) -> Iterator[Image.Image]:
        for index in range(len(self._durations_ms)):
            self._check_wanted()
            with Image.open(self._frame(index)) as frame:
                yield frame.convert("RGB")


def _unwritable(path: Path, error: OSError) -> StudioError:
    return StudioError(
        f"{path.name} could not be written.",
        f"{path}: {error}",
        "Choose a folder that exists and that you may write to, with free space.",
    )
