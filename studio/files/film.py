"""Films of every kind behind one writer, which encodes on a thread of its own while the next frame is rendered.

Invariant: a film is in its place whole, or nothing has changed; leaving early never waits for an encoder.
"""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from PIL import Image

from studio.core.errors import Cancelled, StudioError
from studio.core.picture import Pixels
from studio.files.animation import KINDS, AnimationWriter
from studio.files.video import CODECS, LARGEST_PX, Quality, VideoWriter, even_size

WAITING_FRAMES = 6
LEAVING_S = 0.03
WEBP_QUALITY: dict[Quality, int] = {"small": 75, "good": 90, "best": 100}
ENDINGS = (*CODECS, *KINDS)


@dataclass(frozen=True, slots=True)
class FilmFormat:
    """size: the longer side in px, 0 is as it is rendered; loops: how often a GIF or WebP is shown, 0 is for ever
    (a video has as many frames as it is given); comment: for the metadata of a video."""

    fps: int = 24
    size: int = 0
    quality: Quality = "good"
    loops: int = 0
    comment: str = ""


class FilmWriter(Protocol):
    """What writes one kind of film. Setting `given_up` (from any thread) keeps `finish` from putting it into place."""

    given_up: bool

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def add(self, pixels: Pixels, duration_ms: int = 0) -> None: ...

    def finish(self) -> Path: ...


def film_writer(path: Path, film: FilmFormat) -> FilmWriter:
    """.mp4, .webm, .webp, .gif, or without an ending a new folder of PNGs; raises StudioError for anything else."""
    if path.suffix.lower() not in ENDINGS:
        raise StudioError(
            f"Films cannot be written as {path.suffix}.",
            hint="End the name in .mp4, .webm, .webp or .gif, or give a folder's name for single pictures.",
        )
    if not 0 <= film.size <= LARGEST_PX:
        raise StudioError(f"A film may be up to {LARGEST_PX} px wide.", f"asked for {film.size} px")
    if path.suffix.lower() in CODECS:
        return VideoWriter(path, film.fps, film.size, film.quality, film.comment)
    return AnimationWriter(path, film.fps, film.loops, WEBP_QUALITY[film.quality])


class Encoding:
    """A film that is being encoded. The thread that renders offers frames; a thread of its own takes them in order."""

    def __init__(self, writer: FilmWriter, path: Path, film: FilmFormat) -> None:
        self._writer, self._path, self._film = writer, path, film
        self._frames: queue.Queue[Pixels | None] = queue.Queue(WAITING_FRAMES)
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="encoder")
        self._thread.start()

    def offer(self, pixels: Pixels | None, timeout_s: float) -> bool:
        """Whether a frame (None: that was the last) was taken within the time; raises what went wrong before."""
        self._check()
        try:
            self._frames.put(pixels, timeout=timeout_s)
        except queue.Full:
            return False
        return True

    def is_done(self, timeout_s: float) -> bool:
        """Whether the film is in its place, waiting a little for it; raises what went wrong."""
        self._thread.join(timeout_s)
        self._check()
        return not self._thread.is_alive()

    def leave(self) -> None:
        """Give up what is not done: the encoder takes its traces away once its present step is over."""
        self._writer.given_up = True
        while self._thread.is_alive():
            try:
                self._frames.put_nowait(None)
                break
            except queue.Full:
                self._drop_one()
        self._thread.join(LEAVING_S)

    def _drop_one(self) -> None:
        try:
            self._frames.get_nowait()
        except queue.Empty:
            return

    def _check(self) -> None:
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        """On the encoder's thread: the whole life of the file."""
        try:
            with self._writer as writer:
                self._encode(writer)
        except Exception as error:
            self._error = error

    def _encode(self, writer: FilmWriter) -> None:
        count = 0
        while (pixels := self._frames.get()) is not None:
            if writer.given_up:
                raise Cancelled
            writer.add(self._fitted(pixels), shown_ms(count, self._film.fps, self._path.suffix.lower()))
            count += 1
        if writer.given_up:
            raise Cancelled
        writer.finish()

    def _fitted(self, pixels: Pixels) -> Pixels:
        """Videos are enlarged by their own writer, together with the change of colours."""
        if not self._film.size or self._path.suffix.lower() in CODECS:
            return pixels
        size = even_size(pixels.shape[1], pixels.shape[0], self._film.size)
        return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


@contextmanager
def encoding(path: Path, film: FilmFormat) -> Iterator[Encoding]:
    """Open a film; raises StudioError at once for what cannot be written. Left early, it leaves nothing behind."""
    with film_writer(path, film):
        pass  # says so at once where the place cannot be written
    running = Encoding(film_writer(path, film), path, film)
    try:
        yield running
    finally:
        running.leave()


def shown_ms(index: int, fps: int, ending: str) -> int:
    """How long a frame is shown, so that many of them keep time: a GIF counts hundredths of a second."""
    unit = 10 if ending == ".gif" else 1
    per_s = 1000 // unit
    return unit * (round((index + 1) * per_s / fps) - round(index * per_s / fps))
