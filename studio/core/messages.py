"""The requests and replies that cross threads. Invariant: frozen; a request captures all that it needs.

`serial` is given by the controller; a larger serial is a newer wish. `channel` names the live mailbox.
"""

from dataclasses import dataclass
from enum import Enum

from studio.core.card import ModelInfo
from studio.core.errors import StudioError
from studio.core.latent import Latent, WCode
from studio.core.layers import Artboard, Layers
from studio.core.music_messages import (
    SUGGESTIONS as SUGGESTIONS,
)
from studio.core.music_messages import (
    Candidate as Candidate,
)
from studio.core.music_messages import (
    ChordsCandidate as ChordsCandidate,
)
from studio.core.music_messages import (
    ChordsReady as ChordsReady,
)
from studio.core.music_messages import (
    ChordsRequest as ChordsRequest,
)
from studio.core.music_messages import (
    Composed as Composed,
)
from studio.core.music_messages import (
    ComposeRequest as ComposeRequest,
)
from studio.core.music_messages import (
    Composing as Composing,
)
from studio.core.music_messages import (
    DecodePhrasesRequest as DecodePhrasesRequest,
)
from studio.core.music_messages import (
    EncodePhrasesRequest as EncodePhrasesRequest,
)
from studio.core.music_messages import (
    MusicReply,
    MusicRequest,
)
from studio.core.music_messages import (
    NoteScore as NoteScore,
)
from studio.core.music_messages import (
    NotesScored as NotesScored,
)
from studio.core.music_messages import (
    PhraseFrame as PhraseFrame,
)
from studio.core.music_messages import (
    PhrasesDecoded as PhrasesDecoded,
)
from studio.core.music_messages import (
    PhrasesEncoded as PhrasesEncoded,
)
from studio.core.music_messages import (
    ScoreNotesRequest as ScoreNotesRequest,
)
from studio.core.music_messages import (
    VoicesCandidate as VoicesCandidate,
)
from studio.core.music_messages import (
    VoicesComposed as VoicesComposed,
)
from studio.core.music_messages import (
    VoicesRequest as VoicesRequest,
)
from studio.core.picture import Frame, Picture
from studio.core.restyle import StyleMix
from studio.core.retouch import Retouch

CANVAS = "canvas"
THUMBNAILS = "thumbnails"


class Quality(Enum):
    """DRAFT: while a hand moves; may be smaller, never late. FINAL: at rest; the whole picture."""

    DRAFT = "draft"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """A picture: of a latent (model_id and latent), or of an opened picture (source); then restyled, if asked;
    then as the live layer among `layers` on the artboard, where there are any; then retouched step by step.

    max_size: longer side in px that a draft may not exceed, half: in shorter numbers (both set by the device thread's
    budget);
    canvas_px: longer side of the artboard's picture, 0 is its own."""

    model_id: str = ""
    latent: Latent | None = None
    source: Picture | None = None
    restyle: StyleMix | None = None
    layers: Layers = ()
    artboard: Artboard | None = None
    canvas_px: int = 0
    retouch: tuple[Retouch, ...] = ()
    quality: Quality = Quality.FINAL
    max_size: int | None = None
    half: bool = False
    channel: str = CANVAS
    serial: int = 0


@dataclass(frozen=True, slots=True)
class ThumbnailsRequest:
    """Small pictures, one after another, when nothing else is to be done and no hand moves. A newer batch of the same
    channel takes the place of what is left of an older one. Drafts in `items` (max_size) are cheapest."""

    channel: str
    items: tuple[RenderRequest, ...]
    first: int = 0  # the index of items[0] in the batch as it was asked for
    serial: int = 0


@dataclass(frozen=True, slots=True)
class EncodeRequest:
    """Find the latent of an opened picture in a model that can (a VAE)."""

    model_id: str
    picture: Picture
    serial: int = 0


@dataclass(frozen=True, slots=True)
class StyleVectorRequest:
    """Describe a style picture that the person brought by its 100 style numbers."""

    picture: Picture
    serial: int = 0


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """Make a model ready on the device."""

    model_id: str
    serial: int = 0


Request = RenderRequest | ThumbnailsRequest | EncodeRequest | StyleVectorRequest | MusicRequest | LoadRequest


@dataclass(frozen=True, slots=True)
class FrameReady:
    """code: the explicit w of a picture at rest that is mixed from others, so that it can be kept as a point."""

    request: RenderRequest
    frame: Frame
    render_ms: float
    cached: bool = False
    code: WCode | None = None

    @property
    def serial(self) -> int:
        return self.request.serial


@dataclass(frozen=True, slots=True)
class ThumbnailReady:
    """One picture of a batch: that of items[index]. CancelledReply or ThumbnailsDone closes the batch."""

    serial: int
    channel: str
    index: int
    frame: Frame


@dataclass(frozen=True, slots=True)
class ThumbnailsDone:
    serial: int
    channel: str


@dataclass(frozen=True, slots=True)
class Encoded:
    serial: int
    request: EncodeRequest
    latent: Latent


@dataclass(frozen=True, slots=True)
class StyleVectorReady:
    serial: int
    request: StyleVectorRequest
    vector: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    serial: int
    info: ModelInfo
    load_ms: float


@dataclass(frozen=True, slots=True)
class WorkDone:
    """A piece of work (an export, a batch) ended well; `result` is what its last step returned."""

    serial: int
    title: str
    result: object


@dataclass(frozen=True, slots=True)
class Progress:
    """done of total steps; total 0 means unknown. seconds_left is None until it can be told."""

    serial: int
    title: str
    done: int
    total: int
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a piece of work has come to so far: a projection shows its picture while it goes on."""

    serial: int
    title: str
    value: object


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as a value. `channel` is the live channel it belongs to, or empty."""

    serial: int
    error: StudioError
    channel: str = ""
    model_id: str = ""


@dataclass(frozen=True, slots=True)
class CancelledReply:
    serial: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class DeviceReady:
    """The device thread is up: its own name and those that it could be switched to."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...]


Reply = (
    FrameReady
    | ThumbnailReady
    | ThumbnailsDone
    | Preview
    | Encoded
    | StyleVectorReady
    | MusicReply
    | Composing
    | Loaded
    | WorkDone
    | Progress
    | Failure
    | CancelledReply
    | DeviceReady
)
