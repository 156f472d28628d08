"""Where in a model's space a picture lies: Latent, interpolation and paths. Invariant: values are immutable.

z of a seed is numpy.random.RandomState(seed).randn(1, z_dim), as in every StyleGAN tool, so that a seed
means the same picture everywhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError

MAX_SEED = 2**32 - 1
MAX_LAYERS = 64
MAX_PARTS = 1024
MAX_DEPTH = 16
MAX_NOISE = 4.0
Vector = NDArray[np.float64]
Seed = Annotated[int, msgspec.Meta(ge=0, le=MAX_SEED)]


@dataclass(frozen=True, slots=True)
class WCode:
    """An explicit w, one row for each layer of the network (a VAE has one row, its z): little-endian float32, packed
    so that it stands in states, keys and recipes."""

    layers: Annotated[int, msgspec.Meta(ge=1, le=MAX_LAYERS)]
    packed: bytes

    @classmethod
    def of(cls, rows: NDArray[np.floating]) -> "WCode":
        """From (layers, w_dim)."""
        return cls(rows.shape[0], np.ascontiguousarray(rows, dtype="<f4").tobytes())

    def rows(self, layers: int, w_dim: int) -> NDArray[np.float32]:
        """(layers, w_dim); raises StudioError where the code belongs to a network of another shape, or is damaged."""
        fits = self.layers == layers and len(self.packed) == 4 * layers * w_dim
        rows = np.frombuffer(self.packed, "<f4").reshape(layers, w_dim) if fits else None
        if rows is None or not np.isfinite(rows).all():
            raise StudioError(
                "This place in the space belongs to another model.",
                f"{self.layers} layers, {len(self.packed)} bytes",
                "Choose the model that it was made with.",
            )
        return rows.astype(np.float32)


@dataclass(frozen=True, slots=True)
class BlendPart:
    """One of the pictures that are mixed in w, and its share; a spline also takes shares below 0."""

    latent: "Latent"
    weight: Annotated[float, msgspec.Meta(ge=-1e3, le=1e3)]


@dataclass(frozen=True, slots=True)
class LayerMix:
    """Style mixing (Karras 2019): layers first..last (inclusive, 0 is coarsest) take w from another seed, or from
    `latent` where it is given."""

    seed: Seed
    first: Annotated[int, msgspec.Meta(ge=0)]
    last: Annotated[int, msgspec.Meta(ge=0)]
    latent: "Latent | None" = None


@dataclass(frozen=True, slots=True)
class LayerReach:
    """The direction `name` moves only the layers first..last (inclusive)."""

    name: str
    first: Annotated[int, msgspec.Meta(ge=0)]
    last: Annotated[int, msgspec.Meta(ge=0)]


@dataclass(frozen=True, slots=True)
class Latent:
    """A point in a model's space and how to look at it.

    seed: draws z unless `point` gives it; point: an explicit z (encoded picture, interpolation);
    blend: the weighted sum in w of other latents instead (their weights are shares, with a sum of 1);
    w: an explicit w instead (projection, a dragged point);
    styles: (name, weight) of the class/style embedding, weights >= 0, empty = the model's usual mix;
    psi: truncation, 0 (average picture) to 1 (none) and beyond; cutoff: of the first so many layers only;
    offsets: (direction name, amount in standard deviations); reach: directions that move some layers only;
    mixes: per-layer style mixing;
    noise_seed: the fine random texture, 0 is the model's own; noise: how strong it is, 1 as learned.

    At most MAX_PARTS others stand in it, at most MAX_DEPTH deep, wherever it comes from: else StudioError.
    """

    seed: Seed = 0
    point: tuple[float, ...] | None = None
    styles: tuple[tuple[str, float], ...] = ()
    psi: Annotated[float, msgspec.Meta(ge=-2, le=2)] = 1.0
    offsets: tuple[tuple[str, float], ...] = ()
    mixes: tuple[LayerMix, ...] = ()
    noise_seed: Seed = 0
    w: WCode | None = None
    blend: tuple[BlendPart, ...] = ()
    reach: tuple[LayerReach, ...] = ()
    noise: Annotated[float, msgspec.Meta(ge=0, le=MAX_NOISE)] = 1.0
    cutoff: Annotated[int, msgspec.Meta(ge=0, le=MAX_LAYERS)] | None = None

    def __post_init__(self) -> None:
        if self.blend or self.mixes:
            _check_parts(self)

    @property
    def is_composed(self) -> bool:
        """Whether other latents stand in it."""
        return bool(self.blend) or any(mix.latent is not None for mix in self.mixes)

    @property
    def is_plain(self) -> bool:
        """Whether z decides: neither a blend nor an explicit w."""
        return self.w is None and not self.blend

    def z(self, z_dim: int) -> Vector:
        """The latent vector, shape (1, z_dim)."""
        if self.point is not None and len(self.point) == z_dim:
            return np.asarray(self.point, dtype=np.float64)[None]
        return seed_z(self.seed, z_dim)

    def with_seed(self, seed: int) -> "Latent":
        """Another picture with the same styles and sliders."""
        return replace(self, seed=seed % (MAX_SEED + 1), point=None, w=None, blend=())

    def with_offset(self, name: str, amount: float) -> "Latent":
        """Move along one direction; 0 removes it, so that equal pictures are equal values."""
        return replace(self, offsets=_with_entry(self.offsets, name, amount))

    def with_style(self, name: str, weight: float) -> "Latent":
        """Set the weight of one class/style."""
        return replace(self, styles=_with_entry(self.styles, name, max(0.0, weight)))

    def with_reach(self, name: str, first: int, last: int) -> "Latent":
        """Let one direction move the layers first..last only."""
        others = tuple(one for one in self.reach if one.name != name)
        return replace(
            self, reach=tuple(sorted((*others, LayerReach(name, first, last)), key=lambda r: r.name))
        )

    def without_reach(self, name: str) -> "Latent":
        """Let one direction move all layers again."""
        return replace(self, reach=tuple(one for one in self.reach if one.name != name))

    def offset(self, name: str) -> float:
        """The amount along one direction, 0 where it was not moved."""
        return dict(self.offsets).get(name, 0.0)

    def style(self, name: str) -> float:
        """The weight of one style, 0 where it is not used."""
        return dict(self.styles).get(name, 0.0)


def seed_z(seed: int, z_dim: int) -> Vector:
    """z of a seed, shape (1, z_dim): the convention of all StyleGAN tools."""
    return np.random.RandomState(seed).randn(1, z_dim)


def lerp(a: Vector, b: Vector, t: float) -> Vector:
    """Straight line from a (t = 0) to b (t = 1)."""
    mixed: Vector = a + (b - a) * t
    return mixed


def slerp(a: Vector, b: Vector, t: float) -> Vector:
    """Spherical interpolation (Shoemake 1985) of direction; the length goes over linearly.

    Keeps z on the shell where a Gaussian has its mass. Falls back to lerp for (anti)parallel or zero vectors.
    """
    length_a, length_b = float(np.linalg.norm(a)), float(np.linalg.norm(b))
    if length_a < 1e-12 or length_b < 1e-12:
        return lerp(a, b, t)
    unit_a, unit_b = a / length_a, b / length_b
    omega = float(np.arccos(np.clip(np.sum(unit_a * unit_b), -1.0, 1.0)))
    if np.sin(omega) < 1e-6:
        return lerp(a, b, t)
    unit = (np.sin((1 - t) * omega) * unit_a + np.sin(t * omega) * unit_b) / np.sin(omega)
    mixed: Vector = unit * (length_a + (length_b - length_a) * t)
    return mixed


def mixed(parts: Iterable[tuple[Latent, float]]) -> Latent:
    """The weighted sum in w of several latents, weights scaled to a sum of 1 (they may lie below 0, as in a spline).

    Blends that nothing was done to are taken apart into their own parts, equal parts are added up, and those that come
    to nothing are left out; a single one is itself. The noise is as strong as theirs in the mean; its seed is that of
    the heaviest part. Raises StudioError where the weights have no sum.
    """
    given = [(latent, weight) for latent, weight in parts if weight != 0.0]
    total = sum(weight for _, weight in given)
    if not abs(total) > 1e-9:
        raise StudioError("These shares come to nothing.", hint="Give one of the pictures a weight above 0.")
    if len({latent for latent, _ in given}) == 1:
        return given[0][0]
    weights: dict[Latent, float] = {}
    for latent, weight in given:
        for part in _parts_of(latent, weight / total):
            weights[part.latent] = weights.get(part.latent, 0.0) + part.weight
    shares = tuple(BlendPart(latent, weight) for latent, weight in weights.items() if weight != 0.0)
    heaviest = max(given, key=lambda pair: pair[1])[0]
    noise = _mean_noise([(latent.noise, weight / total) for latent, weight in given])
    return Latent(heaviest.seed, blend=shares, noise_seed=heaviest.noise_seed, noise=noise)


def _mean_noise(parts: Sequence[tuple[float, float]]) -> float:
    """Of (noise, share); exact where all are equal, and in steps: each other strength is drawn anew."""
    if len({noise for noise, _ in parts}) == 1:
        return parts[0][0]
    return min(max(round(sum(noise * share for noise, share in parts), 2), 0.0), MAX_NOISE)


def _check_parts(latent: Latent) -> None:
    """A recipe may be a trap: what takes for ever to draw is refused before anything is drawn."""
    count, level = 0, [latent]
    for _ in range(MAX_DEPTH):
        count += sum(len(one.blend) + len(one.mixes) for one in level)
        if count > MAX_PARTS:
            break
        level = [part for one in level for part in _within(one)]
        if not level:
            return
    raise StudioError(
        "This picture is mixed from too many others.",
        f"more than {MAX_PARTS} parts, or {MAX_DEPTH} levels",
        "Mix fewer, or export one of the mixes and open it.",
    )


def _within(latent: Latent) -> Iterable[Latent]:
    yield from (part.latent for part in latent.blend)
    yield from (mix.latent for mix in latent.mixes if mix.latent is not None)


def _parts_of(latent: Latent, weight: float) -> Iterable[BlendPart]:
    untouched = latent.psi == 1.0 and not (latent.offsets or latent.mixes or latent.styles)
    if not (latent.blend and untouched):
        return (BlendPart(latent, weight),)
    return tuple(BlendPart(part.latent, part.weight * weight) for part in latent.blend)


def between(a: Latent, b: Latent, t: float, z_dim: int) -> Latent:
    """The latent a share t of the way from a to b: z by slerp, everything else by lerp; where one of them has no z of
    its own (a blend, an explicit w), the straight line in w.

    t = 0 and t = 1 return a and b themselves, so that the ends of a path are exact.
    """
    if t <= 0.0 or a == b:
        return a
    if t >= 1.0:
        return b
    if not (a.is_plain and b.is_plain):
        return mixed(((a, 1 - t), (b, t)))
    z = slerp(a.z(z_dim), b.z(z_dim), t)
    nearer = a if t < 0.5 else b
    return replace(
        nearer,
        point=tuple(float(x) for x in z[0]),
        styles=_mix_entries(a.styles, b.styles, t),
        psi=a.psi + (b.psi - a.psi) * t,
        noise=a.noise + (b.noise - a.noise) * t,
        offsets=_mix_entries(a.offsets, b.offsets, t),
    )


@dataclass(frozen=True, slots=True)
class LatentPath:
    """Keyframes joined by slerp, one unit of time each; closed: the last leads back to the first."""

    keyframes: tuple[Latent, ...]
    closed: bool = False

    def __post_init__(self) -> None:
        if not self.keyframes:
            raise StudioError("A path needs at least one picture to pass through.")

    @property
    def length(self) -> float:
        """Duration in keyframe steps."""
        return float(len(self.keyframes) if self.closed else len(self.keyframes) - 1)

    def at(self, time: float, z_dim: int) -> Latent:
        """The latent at a time from 0 to length; outside it is clamped (open) or wrapped (closed)."""
        time = time % self.length if self.closed else min(max(time, 0.0), self.length)
        step = min(int(time), len(self.keyframes) - 1)
        following = (
            (step + 1) % len(self.keyframes) if self.closed else min(step + 1, len(self.keyframes) - 1)
        )
        return between(self.keyframes[step], self.keyframes[following], time - step, z_dim)


Entries = tuple[tuple[str, float], ...]


def _with_entry(entries: Entries, name: str, value: float) -> Entries:
    values: dict[str, float] = dict(entries)
    values[name] = float(value)
    return _sorted_entries(values)


def _mix_entries(a: Entries, b: Entries, t: float) -> Entries:
    first, second = dict(a), dict(b)
    names = first.keys() | second.keys()
    return _sorted_entries({n: first.get(n, 0.0) * (1 - t) + second.get(n, 0.0) * t for n in names})


def _sorted_entries(values: Mapping[str, float]) -> Entries:
    return tuple(sorted((name, value) for name, value in values.items() if value != 0.0))
