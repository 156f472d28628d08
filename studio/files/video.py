"""MP4 and WebM: frames in, a video out, written whole or not at all.

Invariant: the same frames give the same bytes on one machine: one encoding thread, no dates, no version marks, and
no macroblock tree (x264's reads memory that nobody wrote: with it, one film in three came out differently). The file
stands beside its place under another name until the last frame is in it.
"""

import os
import tempfile
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

from studio.core.errors import StudioError
from studio.core.picture import Pixels
from studio.files.atomic import settle_file

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.stream import VideoStream

Quality = Literal["small", "good", "best"]
QUALITIES: tuple[Quality, ...] = ("small", "good", "best")
BT709, TV_RANGE, FULL_RANGE = 1, 1, 2  # as FFmpeg numbers them
LARGEST_PX = 8192


@dataclass(frozen=True, slots=True)
class Codec:
    """How one kind of file is encoded. crf: the constant quality of each name; quick: so that one core encodes about as
    fast as another draws; slow: for the best quality, which may take longer."""

    name: str
    container: str
    crf: dict[Quality, int]
    options: dict[str, str]
    quick: dict[str, str]
    slow: dict[str, str]
    file_options: dict[str, str] = field(default_factory=dict)


X264 = {"x264-params": "mbtree=0"}
VP9 = {"b": "0", "row-mt": "0"}
QUICK_VP9, SLOW_VP9 = {"deadline": "realtime", "cpu-used": "8"}, {"deadline": "good", "cpu-used": "5"}
CODECS = {
    ".mp4": Codec(
        "libx264", "mp4", {"small": 27, "good": 20, "best": 14}, X264,
        {"preset": "superfast"}, {"preset": "veryfast"}, {"movflags": "+faststart"},
    ),
    ".webm": Codec("libvpx-vp9", "webm", {"small": 40, "good": 30, "best": 18}, VP9, QUICK_VP9, SLOW_VP9),
}  # fmt: skip


class VideoWriter:
    """`with VideoWriter(path, fps) as writer:` add every frame, then finish. Any one thread at a time.

    size: the longer side in px, 0 is as the frames are; sides are made even, as the codecs want them (at their own size
    an odd row is cut off). comment: stands in the file's metadata. Raises StudioError for an unknown ending, a place
    that cannot be written, and where PyAV is missing.
    """

    def __init__(
        self, path: Path, fps: int = 24, size: int = 0, quality: Quality = "good", comment: str = ""
    ) -> None:
        if path.suffix.lower() not in CODECS:
            raise StudioError(
                f"Videos cannot be written as {path.suffix}.", hint="End the name in .mp4 or .webm."
            )
        self.path = path
        self._codec = CODECS[path.suffix.lower()]
        self._fps, self._size, self._quality, self._comment = fps, size, quality, comment
        self._container: OutputContainer | None = None
        self._stream: VideoStream | None = None
        self._count = 0
        self.given_up = False

    def __enter__(self) -> Self:
        self._av = _library()
        self._reformatter = self._av.video.reformatter.VideoReformatter()
        try:
            handle, name = tempfile.mkstemp(
                prefix=f".{self.path.stem}-", suffix=self.path.suffix.lower(), dir=self.path.parent
            )
        except OSError as error:
            raise _unwritable(self.path, error) from error
        os.close(handle)
        self._spool = Path(name)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._close()
        except (OSError, self._av.FFmpegError):
            pass  # what it holds is thrown away
        finally:
            self._spool.unlink(missing_ok=True)

    def add(self, pixels: Pixels, duration_ms: int = 0) -> None:
        """Append a frame (H, W, 3); the first decides about the size. Every frame is shown as long as all."""
        try:
            stream = self._stream or self._begin(pixels)
            frame = self._converted(pixels, stream)
            frame.pts = self._count
            self._container.mux(stream.encode(frame))  # type: ignore[union-attr]
        except (OSError, self._av.FFmpegError) as error:
            raise _unwritable(self.path, error) from error
        self._count += 1

    def finish(self) -> Path:
        """Put the whole into its place; returns the path."""
        if self._stream is None or self._container is None:
            raise StudioError("A video needs at least one frame.")
        try:
            self._container.mux(self._stream.encode(None))
            self._close()
            settle_file(self._spool, self.path)
        except (OSError, self._av.FFmpegError) as error:
            raise _unwritable(self.path, error) from error
        return self.path

    def _begin(self, pixels: Pixels) -> "VideoStream":
        codec = self._codec
        options = {"fflags": "+bitexact", **codec.file_options}
        container = self._av.open(str(self._spool), "w", format=codec.container, options=options)
        self._container = container
        container.metadata["comment"] = self._comment
        speed = codec.slow if self._quality == "best" else codec.quick
        wishes = {"crf": str(codec.crf[self._quality]), **codec.options, **speed}
        stream: VideoStream = container.add_stream(codec.name, rate=self._fps, options=wishes)
        stream.width, stream.height = even_size(pixels.shape[1], pixels.shape[0], self._size)
        stream.pix_fmt, stream.thread_count, stream.time_base = "yuv420p", 1, Fraction(1, self._fps)
        context = stream.codec_context
        context.flags |= self._av.codec.context.Flags.bitexact
        context.color_primaries = context.color_trc = context.colorspace = BT709
        context.color_range = TV_RANGE
        self._stream = stream
        return stream

    def _converted(self, pixels: Pixels, stream: "VideoStream") -> Any:
        """The frame in the video's size (Lanczos) and colours (BT.709, television range)."""
        ways = self._av.video.reformatter.Interpolation
        if even_size(pixels.shape[1], pixels.shape[0]) == (stream.width, stream.height):
            pixels = pixels[: stream.height, : stream.width]
        frame = self._av.VideoFrame.from_ndarray(pixels.copy(order="C"), format="rgb24")
        return self._reformatter.reformat(
            frame,
            width=stream.width,
            height=stream.height,
            format="yuv420p",
            dst_colorspace=BT709,
            src_color_range=FULL_RANGE,
            dst_color_range=TV_RANGE,
            interpolation=ways.LANCZOS | ways.ACCURATE_RND | ways.FULL_CHR_H_INT | ways.BITEXACT,
            threads=1,
        )

    def _close(self) -> None:
        container, self._container = self._container, None
        if container is not None:
            container.close()


def even_size(width: int, height: int, size: int = 0) -> tuple[int, int]:
    """The size of a video: the longer side is `size` (0: as it is), both sides even and at least 2."""
    factor = size / max(width, height) if size else 1.0
    if size:
        return tuple(max(2, 2 * round(side * factor / 2)) for side in (width, height))  # type: ignore[return-value]
    return max(2, width // 2 * 2), max(2, height // 2 * 2)


def _library() -> Any:
    """PyAV, which is imported when the first video is written."""
    try:
        import av
        import av.video.reformatter
    except ImportError as error:
        raise StudioError(
            "Videos cannot be written on this machine.",
            str(error),
            "Install the package av, or choose GIF, WebP or single pictures.",
        ) from error
    return av


def _unwritable(path: Path, error: Exception) -> StudioError:
    return StudioError(
        f"{path.name} could not be written.",
        f"{path}: {error}",
        "Choose a folder that exists and that you may write to, with free space.",
    )
