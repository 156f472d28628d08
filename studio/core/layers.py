"""The canvas as layers: what lies on it, where, and how it mixes with what is below. Immutable values.

Everything counts in px of the artboard, as numbers that need not be whole, so that a picture can be drawn at any size;
the artboard is a window on that plane, so that cropping moves nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.core.latent import Latent
from studio.core.picture import Picture
from studio.core.restyle import Mask

MAX_ARTBOARD_PX = 8192  # as large as an opened picture may be; exports go further
PAINTED_PX = 1024  # a small picture that is painted on lies on an artboard at least this wide
BlendMode = Literal[
    "normal",
    "multiply",
    "screen",
    "overlay",
    "soft-light",
    "hard-light",
    "darken",
    "lighten",
    "color-dodge",
    "color-burn",
    "difference",
    "exclusion",
]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Side = Annotated[int, msgspec.Meta(ge=1, le=MAX_ARTBOARD_PX)]


@dataclass(frozen=True, slots=True)
class Artboard:
    """The part of the plane that is the picture."""

    width: Side
    height: Side
    left: int = 0
    top: int = 0


@dataclass(frozen=True, slots=True)
class Placement:
    """The rectangle that a layer's picture fills, turned clockwise about its middle, then mirrored within itself."""

    left: float
    top: float
    width: Annotated[float, msgspec.Meta(gt=0)]
    height: Annotated[float, msgspec.Meta(gt=0)]
    turn_deg: float = 0.0
    flip_x: bool = False
    flip_y: bool = False


@dataclass(frozen=True, slots=True)
class Region:
    """Soft places of the plane: a mask stretched over a rectangle; outside it there is nothing."""

    mask: Mask
    left: float
    top: float
    width: Annotated[float, msgspec.Meta(gt=0)]
    height: Annotated[float, msgspec.Meta(gt=0)]


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that a hand did on a painted layer.

    kind: "brush" and "eraser" go along `path`; "fill" covers `clip`, or the whole artboard without one;
    colour: 0xRRGGBB; radius_px: half the width at full pressure; hardness: 1 is a sharp edge, 0 all soft;
    path: little-endian float32 (n, 3) of x, y and pressure from 0 to 1; clip: where it may work at all.
    """

    kind: Literal["brush", "eraser", "fill"]
    colour: Annotated[int, msgspec.Meta(ge=0, le=0xFFFFFF)] = 0
    radius_px: Annotated[float, msgspec.Meta(gt=0, le=4096)] = 16.0
    hardness: Share = 0.8
    opacity: Share = 1.0
    path: bytes = b""
    clip: Region | None = None

    @property
    def points(self) -> NDArray[np.float32]:
        """(n, 3): x, y, pressure; raises StudioError where what is packed is damaged."""
        if len(self.path) % 12:
            raise StudioError("A brush stroke in this picture is damaged.", f"{len(self.path)} bytes")
        points = np.frombuffer(self.path, "<f4").reshape(-1, 3).astype(np.float32)
        if not np.isfinite(points).all():
            raise StudioError("A brush stroke in this picture is damaged.", "not a number")
        return points

    @staticmethod
    def packed(points: Iterable[tuple[float, float, float]]) -> bytes:
        """(x, y, pressure) triples as `path` keeps them."""
        return np.asarray(list(points), dtype="<f4").tobytes()


@dataclass(frozen=True, slots=True)
class Layer:
    """kind: "live" is what the sliders move (or the opened picture), once in every stack; "picture" holds pixels;
    "paint" holds marks. id: its own in the stack, kept when it moves; region: where it shows, None is everywhere;
    model_id, latent: where a picture layer came from, so that it can be made live again."""

    id: int
    name: str
    kind: Literal["live", "picture", "paint"]
    place: Placement | None = None
    opacity: Share = 1.0
    mode: BlendMode = "normal"
    visible: bool = True
    locked: bool = False
    region: Region | None = None
    picture: Picture | None = None
    marks: tuple[Mark, ...] = ()
    model_id: str = ""
    latent: Latent | None = None


Layers = tuple[Layer, ...]
"""A stack, the lowest first."""


def first_stack(width: int, height: int, name: str) -> tuple[Artboard, Layers]:
    """The artboard and the stack of a picture of that size that was alone until now."""
    factor = max(1, -(-PAINTED_PX // max(width, height)))
    board = Artboard(width * factor, height * factor)
    return board, (Layer(0, name, "live", Placement(0, 0, board.width, board.height)),)


def fresh_id(layers: Layers) -> int:
    """An id that no layer has."""
    return max((layer.id for layer in layers), default=-1) + 1


def with_layer(layers: Layers, changed: Layer) -> Layers:
    """The stack with the layer of that id replaced."""
    return tuple(changed if layer.id == changed.id else layer for layer in layers)


def with_opacities(layers: Layers, opacities: Iterable[tuple[int, float]]) -> Layers:
    """The stack with other opacities, given by layer id."""
    wanted = dict(opacities)
    return tuple(replace(one, opacity=wanted[one.id]) if one.id in wanted else one for one in layers)


def shows(layer: Layer) -> bool:
    """Whether a layer can be seen at all."""
    return layer.visible and layer.opacity > 0


def needs_live(layers: Layers) -> bool:
    """Whether what the sliders move can be seen; a picture without layers is just that."""
    return not layers or any(layer.kind == "live" and shows(layer) for layer in layers)
