"""Finding a picture in a model's space, and dragging points of a picture: the wishes and what comes of them.

Invariant: values are immutable; a point counts in shares of the model's picture, 0 to 1 from its upper left corner.
"""

from dataclasses import dataclass

from studio.core.latent import Latent, WCode
from studio.core.picture import Frame, Picture
from studio.core.restyle import Mask

PROJECT_STEPS = 200
DRAG_STEPS = 80
MAX_STEPS = 5000
MAX_POINTS = 16
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near a picture came to another. psnr_db: at the model's resolution; perceptual: the distance on the early
    features of the restyling model's style reader (mean square of unit features), None where it is not installed."""

    psnr_db: float
    perceptual: float | None = None


@dataclass(frozen=True, slots=True)
class ProjectionWish:
    """The middle square of a picture, to be found in at most `steps` steps; start: where to begin, if that is better
    than where the encoder puts it."""

    picture: Picture
    steps: int = PROJECT_STEPS
    start: WCode | None = None


@dataclass(frozen=True, slots=True)
class Projection:
    """The best that was found until a step: its code, its picture, how near it came, and how near the start was."""

    step: int
    code: WCode
    frame: Frame
    likeness: Likeness
    begun: Likeness


@dataclass(frozen=True, slots=True)
class DragPoint:
    """What lies under `handle` is to come to lie under `target`."""

    handle: Point
    target: Point


@dataclass(frozen=True, slots=True)
class DragWish:
    """Move points of a latent's picture. mask: what may move, stretched over the picture; None is all of it."""

    latent: Latent
    points: tuple[DragPoint, ...]
    mask: Mask | None = None
    steps: int = DRAG_STEPS


@dataclass(frozen=True, slots=True)
class Dragged:
    """The picture after a step of dragging, and where each handle is now."""

    step: int
    code: WCode
    frame: Frame
    handles: tuple[Point, ...]
