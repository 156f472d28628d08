"""The timeline: keyframes of the whole state, and how one goes over into the next. Immutable values.

Invariant: keyframes stand in order of time, no two at the same; at its own time a keyframe's state is given back
exactly, and a closed timeline is at its length where it was at 0.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import msgspec

from studio.core.errors import StudioError
from studio.core.latent import Latent, between, mixed
from studio.core.restyle import StyleMix, StylePart

MAX_SECONDS = 3600.0
MAX_FPS = 120
USUAL_STEP_S = 2.0  # from one keyframe to the next, where nothing else says
Easing = Literal["linear", "in", "out", "in-out", "hold"]
Way = Literal["z-slerp", "w-lerp", "spline"]
EASINGS: tuple[Easing, ...] = ("linear", "in", "out", "in-out", "hold")
WAYS: tuple[Way, ...] = ("z-slerp", "w-lerp", "spline")
Seconds = Annotated[float, msgspec.Meta(ge=0, le=MAX_SECONDS)]
Opacities = tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """What a timeline says of one time."""

    latent: Latent
    restyle: StyleMix = StyleMix()
    opacities: Opacities = ()


@dataclass(frozen=True, slots=True)
class Keyframe:
    """The state at a time; easing: how it goes over into the next one. opacities: (layer id, opacity)."""

    time_s: Seconds
    latent: Latent
    restyle: StyleMix = StyleMix()
    opacities: Opacities = ()
    easing: Easing = "in-out"

    @property
    def moment(self) -> Moment:
        return Moment(self.latent, self.restyle, self.opacities)

    def with_moment(self, moment: Moment) -> "Keyframe":
        """Another state at the same time."""
        return replace(self, latent=moment.latent, restyle=moment.restyle, opacities=moment.opacities)


@dataclass(frozen=True, slots=True)
class Timeline:
    """keyframes: in order of time; way: through z or w, or a spline through all of them in w;
    closed: after the last keyframe the way leads back to the first, which is reached again at length_s."""

    keyframes: tuple[Keyframe, ...] = ()
    way: Way = "w-lerp"
    closed: bool = False
    length_s: Seconds = 0.0
    fps: Annotated[int, msgspec.Meta(ge=1, le=MAX_FPS)] = 24

    def __post_init__(self) -> None:
        by_time = {key.time_s: key for key in self.keyframes}
        if list(by_time) != sorted(by_time) or len(by_time) != len(self.keyframes):
            object.__setattr__(self, "keyframes", tuple(by_time[time_s] for time_s in sorted(by_time)))

    @property
    def last_s(self) -> float:
        """The time of the last keyframe, 0 where there is none."""
        return self.keyframes[-1].time_s if self.keyframes else 0.0

    @property
    def duration_s(self) -> float:
        """How long it is: `length_s`, or what the keyframes need where that is less."""
        if not self.closed or self.length_s > self.last_s:
            return max(self.length_s, self.last_s)
        return self.last_s + self.usual_gap_s if self.keyframes else self.length_s

    @property
    def usual_gap_s(self) -> float:
        """The mean time between two keyframes."""
        gaps = len(self.keyframes) - 1
        return (self.last_s - self.keyframes[0].time_s) / gaps if gaps > 0 else USUAL_STEP_S

    def at(self, time_s: float, z_dim: int) -> Moment:
        """The state at a time; outside 0 to `duration_s` an open timeline holds still and a closed one goes round.

        Raises StudioError where there is no keyframe."""
        keys = self.keyframes
        if not keys:
            raise StudioError(
                "The timeline has no keyframes yet.", hint="Keep a picture as a keyframe first."
            )
        if self.closed and len(keys) > 1:
            time_s %= self.duration_s
        index = bisect_right([key.time_s for key in keys], time_s) - 1
        if not self.closed and not 0 <= index < len(keys) - 1:
            return keys[max(0, index)].moment
        return self._within(index, time_s, z_dim) if len(keys) > 1 else keys[0].moment

    def count(self, fps: int = 0) -> int:
        """How many frames it has at a frame rate (0: its own), at least 1."""
        return max(1, round(self.duration_s * (fps or self.fps)))

    def frames(self, z_dim: int, fps: int = 0) -> Iterator[Moment]:
        """The state of every frame; number i is that of the time i / fps. A closed one does not repeat its first."""
        return (self.at(i / (fps or self.fps), z_dim) for i in range(self.count(fps)))

    def _within(self, index: int, time_s: float, z_dim: int) -> Moment:
        """Between keyframe `index` (-1: the last, one round ago) and the next, at a time >= that of the first."""
        here, there = self._key(index), self._key(index + 1)
        share = (time_s - here.time_s) / (there.time_s - here.time_s)
        share = eased(share, here.easing)
        if share <= 0.0 or share >= 1.0:
            return (there if share >= 1.0 else here).moment
        return Moment(
            self._latent(index, share, z_dim),
            restyle_between(here.restyle, there.restyle, share),
            _opacities_between(here.opacities, there.opacities, share),
        )

    def _latent(self, index: int, share: float, z_dim: int) -> Latent:
        here, there = self._key(index).latent, self._key(index + 1).latent
        if self.way == "spline":
            return _mixed(self._spline(index, share))
        if self.way == "w-lerp" or (here.mixes, here.reach) != (there.mixes, there.reach):
            return _mixed([(here, 1 - share), (there, share)])
        return between(here, there, share, z_dim)

    def _spline(self, index: int, share: float) -> list[tuple[Latent, float]]:
        """The keyframes around and their weights; beyond an open end the way goes on straight."""
        keys = [self._key(index + step) for step in (-1, 0, 1, 2)]
        a, b, c, d = catmull_rom([key.time_s for key in keys], share)
        if not self.closed and index == 0:
            a, b, c = 0.0, b + 2 * a, c - a
        if not self.closed and index == len(self.keyframes) - 2:
            b, c, d = b - d, c + 2 * d, 0.0
        return [(key.latent, weight) for key, weight in zip(keys, (a, b, c, d), strict=True) if weight]

    def _key(self, index: int) -> Keyframe:
        """The keyframe of any index: a closed timeline goes round, beyond an open end time goes on as before."""
        keys, count = self.keyframes, len(self.keyframes)
        if self.closed:
            rounds, within = divmod(index, count)
            return replace(keys[within], time_s=keys[within].time_s + rounds * self.duration_s)
        if index < 0:
            return replace(keys[0], time_s=2 * keys[0].time_s - keys[1].time_s)
        if index >= count:
            return replace(keys[-1], time_s=2 * keys[-1].time_s - keys[-2].time_s)
        return keys[index]


def eased(share: float, easing: Easing) -> float:
    """How far the way is gone after a share (0 to 1) of the time: cubic, exact at both ends."""
    match easing:
        case "in":
            return share**3
        case "out":
            return 1.0 - (1.0 - share) ** 3
        case "in-out":
            return 4 * share**3 if share < 0.5 else 1.0 - 4 * (1.0 - share) ** 3
        case "hold":
            return 0.0 if share < 1.0 else 1.0
        case _:
            return share


def catmull_rom(times: list[float], share: float) -> tuple[float, float, float, float]:
    """The weights of four points for a place between the second and the third: a cubic with Catmull and Rom's tangents
    (1974) for knots that need not lie evenly, here the keyframes' times. Their sum is 1."""
    t0, t1, t2, t3 = times
    u, span = share, t2 - t1
    start, leave = 2 * u**3 - 3 * u**2 + 1, (u**3 - 2 * u**2 + u) * span
    end, arrive = 3 * u**2 - 2 * u**3, (u**3 - u**2) * span
    before, here, after = 1 / (t1 - t0), 1 / span, 1 / (t3 - t2)
    wide_1, wide_2 = 1 / (t2 - t0), 1 / (t3 - t1)
    return (
        leave * (wide_1 - before),
        start + leave * (before - here) + arrive * (wide_2 - here),
        end + leave * (here - wide_1) + arrive * (here - after),
        arrive * (after - wide_2),
    )


def restyle_between(a: StyleMix, b: StyleMix, share: float) -> StyleMix:
    """Weights, sliders and strength a share of the way; one that does nothing counts as the other at strength 0.

    Masks, size and kept colours are those of the nearer."""
    if a == b or not (a.active or b.active):
        return a if share < 1.0 else b
    a, b = (a if a.active else replace(b, strength=0.0)), (b if b.active else replace(a, strength=0.0))
    nearer = a if share < 0.5 else b
    return replace(
        nearer,
        parts=_parts_between(a.parts, b.parts, share),
        offsets=tuple(x + (y - x) * share for x, y in zip(a.offsets, b.offsets, strict=True)),
        strength=a.strength + (b.strength - a.strength) * share,
    )


def _parts_between(a: tuple[StylePart, ...], b: tuple[StylePart, ...], share: float) -> tuple[StylePart, ...]:
    weights: dict[StylePart, float] = {}
    for parts, factor in ((a, 1 - share), (b, share)):
        for part in parts:
            style = replace(part, weight=1.0)
            weights[style] = weights.get(style, 0.0) + part.weight * factor
    return tuple(replace(style, weight=weight) for style, weight in weights.items())


def _opacities_between(a: Opacities, b: Opacities, share: float) -> Opacities:
    """A layer that only one of them knows is as that one says."""
    first, second = dict(a), dict(b)
    return tuple(
        (
            layer,
            first.get(layer, second.get(layer, 1.0)) * (1 - share)
            + second.get(layer, first.get(layer, 1.0)) * share,
        )
        for layer in {**first, **second}
    )


def _mixed(parts: list[tuple[Latent, float]]) -> Latent:
    """The weighted sum in w; the strength of the noise goes over too, where it differs at all."""
    strengths = {latent.noise for latent, _ in parts}
    noise = strengths.pop() if len(strengths) == 1 else sum(latent.noise * weight for latent, weight in parts)
    return replace(mixed(parts), noise=min(4.0, max(0.0, noise)))
