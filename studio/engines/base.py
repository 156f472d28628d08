"""What an engine is: the protocols between the controller and the networks. Torch-free.

An engine lives on one device thread: only that thread calls it, so engines need no locks. Arrays that an engine
returns are never written again.
"""

from collections.abc import Callable, Generator
from typing import Protocol, cast, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from studio.core.card import ModelInfo
from studio.core.latent import Latent, WCode
from studio.core.music_messages import (
    Candidate,
    ChordsCandidate,
    ChordsRequest,
    ComposeRequest,
    DecodePhrasesRequest,
    EncodePhrasesRequest,
    Notes,
    NoteScore,
    PhraseFrame,
    ScoreNotesRequest,
    VoicesCandidate,
    VoicesRequest,
)
from studio.core.picture import Pixels
from studio.core.projection import Dragged, DragWish, Projection, ProjectionWish
from studio.core.restyle import StyleMix
from studio.core.retouch import Retouch

Step = Callable[[int, int], None]
"""Called between steps with (done, total). Raises Cancelled once the request is not wanted any more."""

Painting = Generator[tuple[int, int], None, Pixels]
"""Yields (done, total) after each part of a picture and returns the whole, (H, W, 3) uint8."""


def no_step(done: int, total: int) -> None:
    """For callers that neither cancel nor show progress."""


def at_once(painting: Painting, step: Step = no_step) -> Pixels:
    """Go through a painting to its end; `step` is called after each part, and may raise Cancelled."""
    while True:
        try:
            step(*next(painting))
        except StopIteration as end:
            return cast(Pixels, end.value)


@runtime_checkable
class Engine(Protocol):
    """Any loaded model."""

    @property
    def info(self) -> ModelInfo: ...


@runtime_checkable
class ImageEngine(Engine, Protocol):
    """latent -> picture."""

    def render(self, latent: Latent, max_size: int | None = None, half: bool = False) -> Pixels:
        """(H, W, 3) uint8. max_size: the largest early-exit size allowed; None is the full picture. half: numbers of
        half the length will do, for a draft."""
        ...

    def code(self, latent: Latent) -> WCode:
        """The explicit code that a latent comes to: Latent(w=code) is the same picture."""
        ...


Projecting = Generator[tuple[int, int] | tuple[int, int, Projection], None, Projection]
"""Yields (done, total) after each step, after some of them with the best so far, and returns the best."""

Dragging = Generator[tuple[int, int, Dragged], None, Dragged]
"""Yields (done, total, the picture as it is now) after each step and returns the last."""


@runtime_checkable
class EncodingEngine(ImageEngine, Protocol):
    """An image engine that also finds the latent of a picture."""

    def encode(self, pixels: Pixels) -> Latent:
        """The latent whose picture is nearest; pixels (H, W, 3) uint8 of any size."""
        ...


@runtime_checkable
class ProjectingEngine(EncodingEngine, Protocol):
    """An image engine that can be searched for a picture, and whose pictures may be dragged by their points."""

    def projecting(self, wish: ProjectionWish, eye: Engine | None = None) -> Projecting:
        """Search for a picture; `eye` is the engine whose features count beside the pixels, where there is one."""
        ...

    def dragging(self, wish: DragWish) -> Dragging:
        """Move points; raises StudioError at the first step where this family cannot."""
        ...


@runtime_checkable
class OnnxEngine(Engine, Protocol):
    """An engine whose network can be written for other programs."""

    def onnx(self) -> bytes:
        """The content of an ONNX file: z, psi and classes in, a picture (1, colours, H, W) of -1 to 1 out."""
        ...


class FramePainter(Protocol):
    """Paints the frames of one clip, in order, so that they do not flicker."""

    def paint(self, pixels: Pixels) -> Painting: ...


@runtime_checkable
class StyleEngine(Engine, Protocol):
    """picture + styles -> restyled picture."""

    def restyle(self, pixels: Pixels, mix: StyleMix, step: Step = no_step) -> Pixels: ...

    def restyling(self, pixels: Pixels, mix: StyleMix) -> Painting:
        """The same part by part, so that other work can go between."""
        ...

    def painting_clip(self, mix: StyleMix) -> FramePainter: ...

    def style_vector(self, pixels: Pixels) -> NDArray[np.float32]:
        """(100,) numbers that describe the style of a picture."""
        ...


@runtime_checkable
class RetouchEngine(Engine, Protocol):
    """one picture -> one picture: denoised, enlarged, mended, or painted."""

    def retouch(self, pixels: Pixels, wish: Retouch) -> Generator[tuple[int, int], None, Pixels]:
        """Yields (done, total) between tiles, where a caller may stop, and returns (H, W, 3) uint8."""
        ...


Show = Callable[[tuple[Candidate, ...], int], None]
"""Called with what a streaming request has come to, and the tick up to which it is final."""

Latents = tuple[tuple[float, ...], ...]


def no_show(candidates: tuple[Candidate, ...], until_ticks: int) -> None:
    """For callers that wait for the whole answer."""


@runtime_checkable
class MusicEngine(Engine, Protocol):
    """prompt and constraints -> candidates."""

    def compose(
        self, request: ComposeRequest, step: Step = no_step, show: Show = no_show
    ) -> tuple[Candidate, ...]: ...


@runtime_checkable
class ScoringEngine(Engine, Protocol):
    """notes -> what the model thinks of each."""

    def score_notes(
        self, request: ScoreNotesRequest, step: Step = no_step
    ) -> tuple[NoteScore | None, ...]: ...


@runtime_checkable
class VoicesEngine(Engine, Protocol):
    """some voices -> all voices."""

    def compose_voices(self, request: VoicesRequest, step: Step = no_step) -> tuple[VoicesCandidate, ...]: ...


@runtime_checkable
class PhraseEngine(Engine, Protocol):
    """phrases <-> latents."""

    def encode_phrases(
        self, request: EncodePhrasesRequest
    ) -> tuple[Latents, tuple[PhraseFrame, ...], tuple[str, ...]]:
        """(one latent a phrase, their frames with key and octave, warnings)."""
        ...

    def decode_phrases(self, request: DecodePhrasesRequest) -> tuple[tuple[Notes, ...], Latents]:
        """(one phrase a latent, the latents that they come from)."""
        ...


@runtime_checkable
class ChordsEngine(Engine, Protocol):
    """melody -> chords."""

    def find_chords(self, request: ChordsRequest) -> tuple[ChordsCandidate, ...]: ...
