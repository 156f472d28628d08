"""The timeline: keyframes of the whole state, and how one goes over into the next. Immutable values."""

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec

from studio.core.latent import Latent
from studio.core.restyle import StyleMix

MAX_SECONDS = 3600.0
Easing = Literal["linear", "in", "out", "in-out", "hold"]
Way = Literal["z-slerp", "w-lerp", "spline"]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=MAX_SECONDS)]


@dataclass(frozen=True, slots=True)
class Keyframe:
    """The state at a time; easing: how it goes over into the next one. opacities: (layer id, opacity)."""

    time_s: Seconds
    latent: Latent
    restyle: StyleMix = StyleMix()
    opacities: tuple[tuple[int, float], ...] = ()
    easing: Easing = "in-out"


@dataclass(frozen=True, slots=True)
class Timeline:
    """keyframes: in order of time; way: through z or w, or a spline through all of them in w;
    closed: after the last keyframe the way leads back to the first, which is reached again at length_s."""

    keyframes: tuple[Keyframe, ...] = ()
    way: Way = "w-lerp"
    closed: bool = False
    length_s: Seconds = 0.0
    fps: Annotated[int, msgspec.Meta(ge=1, le=120)] = 24
