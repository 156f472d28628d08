"""Breeding: children of one or more pictures, by chance that can be repeated. Pure; any thread.

Invariant: the same litter always has the same children, and a larger one begins with those of a smaller one.

A child of plain parents is sqrt(1 - m^2) times their mixture plus m times a fresh z. Both are as long as a Gaussian's z
is (sqrt(z_dim)), and so is the sum on average, whatever m: every child lies on the shell that the model knows, m = 0 is
the parent and m = 1 a stranger. In the few numbers of a real z the two are never quite at right angles, so the length
is then set to what it would be if they were. Where a parent has no z of its own (a blend, a projection), the same is
done in w about the mean picture, as a blend: a straight line to a stranger would end half-way in greys.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import msgspec
import numpy as np

from studio.core.errors import StudioError
from studio.core.latent import MAX_SEED, BlendPart, Entries, Latent, Seed, Vector, mixed
from studio.core.parameter import PSI, Parameter

STRENGTH = Parameter(
    "strength",
    "Mutation",
    0.0,
    1.0,
    0.45,
    hint="Low: close to their parents. High: strangers of the same kind.",
)
SMALLEST_SIDE, FIRST_SIDE, LARGEST_SIDE = 2, 3, 5
OFFSET_SPREAD = 0.6  # standard deviations that a slider moves at m = 1
REACH = 3.0  # how far chance moves a slider
MOST_PARTS = 24  # of a parent that is a blend, else the blends would double with each generation


@dataclass(frozen=True, slots=True)
class Litter:
    """What a grid of children is made from: side x side of them. seed: which chance."""

    parents: tuple[Latent, ...]
    seed: Seed = 0
    strength: Annotated[float, msgspec.Meta(ge=0, le=1)] = STRENGTH.default
    side: Annotated[int, msgspec.Meta(ge=SMALLEST_SIDE, le=LARGEST_SIDE)] = FIRST_SIDE


def children(litter: Litter, z_dim: int, locked: frozenset[str] = frozenset()) -> tuple[Latent, ...]:
    """side * side children, row by row; raises StudioError without parents. locked: sliders left alone by chance."""
    if not litter.parents:
        raise StudioError("Children need a parent.", hint="Choose a picture to breed from.")
    plain = all(parent.is_plain for parent in litter.parents)
    zs = np.concatenate([parent.z(z_dim) for parent in litter.parents]) if plain else None
    return tuple(_child(litter, number, zs, locked) for number in range(litter.side**2))


def _child(litter: Litter, number: int, zs: Vector | None, locked: frozenset[str]) -> Latent:
    """zs: of the parents (parents, z_dim); None where one of them has none."""
    chance = np.random.RandomState([litter.seed, number])
    shares = _shares(chance, len(litter.parents))
    parents, m = litter.parents, litter.strength
    heaviest = parents[int(shares.argmax())]
    if m == 0.0 and len(parents) == 1:
        return heaviest
    offsets = _offsets(chance, litter, shares, locked)
    if zs is not None:
        z = _mutated(_mixture(zs, shares), chance.randn(zs.shape[1]), m)
        return replace(
            heaviest,
            point=tuple(z.tolist()),
            styles=_styles(parents, shares, heaviest),
            psi=_mean([parent.psi for parent in parents], shares),
            noise=_mean([parent.noise for parent in parents], shares),
            offsets=offsets,
        )
    return replace(_in_w(chance, parents, shares, m), offsets=offsets, reach=heaviest.reach)


def _shares(chance: np.random.RandomState, count: int) -> Vector:
    """How much of the child each parent gives: evenly drawn, with a sum of 1."""
    shares: Vector = chance.dirichlet(np.ones(count)) if count > 1 else np.ones(1)
    return shares


def _mixture(zs: Vector, shares: Vector) -> Vector:
    """(z_dim,): between the parents in direction, and in length, so that the mixture of two is not a shorter one."""
    length = float(shares @ np.linalg.norm(zs, axis=1))
    return _with_length(np.sqrt(shares) @ zs, length) if len(zs) > 1 else zs[0]


def _mutated(z: Vector, noise: Vector, m: float) -> Vector:
    keep = np.sqrt(1.0 - m * m)
    length = np.hypot(keep * np.linalg.norm(z), m * np.linalg.norm(noise))
    return _with_length(keep * z + m * noise, float(length)) if m else z


def _with_length(z: Vector, length: float) -> Vector:
    now = float(np.linalg.norm(z))
    return z * (length / now) if now > 1e-9 else z


def _in_w(chance: np.random.RandomState, parents: Sequence[Latent], shares: Vector, m: float) -> Latent:
    """The same in w: about the mean picture (psi 0), whose share is what the others leave of 1."""
    heaviest = parents[int(shares.argmax())]
    styles = _own_styles(heaviest)
    psi = _mean([_own_psi(parent) for parent in parents], shares)
    stranger = Latent(int(chance.randint(0, MAX_SEED, dtype=np.uint32)), styles=styles, psi=psi)
    keep = float(np.sqrt(1.0 - m * m))
    parts = [(_bare(parent), keep * float(share)) for parent, share in zip(parents, shares, strict=True)]
    middle = Latent(styles=styles, psi=0.0)
    return mixed((*parts, (stranger, m), (middle, 1.0 - keep - m)))


def _bare(parent: Latent) -> Latent:
    """A parent without its sliders (the child has them as its own), and not of too many parts."""
    parent = replace(parent, offsets=(), reach=())
    if len(parent.blend) <= MOST_PARTS:
        return parent
    heavy = sorted(parent.blend, key=lambda part: -abs(part.weight))[:MOST_PARTS]
    left = 1.0 - sum(part.weight for part in heavy)
    first = replace(heavy[0], weight=heavy[0].weight + left)
    return replace(parent, blend=(first, *heavy[1:]))


def _own_psi(latent: Latent) -> float:
    """How far from the mean picture a latent's kind lies; a code does not tell."""
    if latent.w is not None:
        return latent.psi * PSI.default
    if latent.blend:
        weights = np.asarray([abs(part.weight) for part in latent.blend])
        return latent.psi * _mean([_own_psi(part.latent) for part in latent.blend], weights / weights.sum())
    return latent.psi


def _own_styles(latent: Latent) -> Entries:
    if latent.styles or not latent.blend:
        return latent.styles
    return _own_styles(max(latent.blend, key=_weight).latent)


def _weight(part: BlendPart) -> float:
    return part.weight


def _styles(parents: Sequence[Latent], shares: Vector, heaviest: Latent) -> Entries:
    """Mixed by shares. No style at all is the model's usual mix, which has no numbers to mix: then the heaviest's."""
    if not all(parent.styles for parent in parents):
        return heaviest.styles
    return _mixed_entries([parent.styles for parent in parents], shares)


def _offsets(
    chance: np.random.RandomState, litter: Litter, shares: Vector, locked: frozenset[str]
) -> Entries:
    """The parents' sliders mixed, and those that are in use moved a little."""
    moved: dict[str, float] = {}
    for name, amount in _mixed_entries([parent.offsets for parent in litter.parents], shares):
        step = litter.strength * OFFSET_SPREAD * float(chance.randn())
        limit = max(REACH, abs(amount))
        moved[name] = amount if name in locked else min(max(amount + step, -limit), limit)
    return tuple(sorted((name, amount) for name, amount in moved.items() if amount != 0.0))


def _mixed_entries(entries: Sequence[Entries], shares: Vector) -> Entries:
    names = sorted({name for one in entries for name, _ in one})
    amounts = ((name, _mean([dict(one).get(name, 0.0) for one in entries], shares)) for name in names)
    return tuple((name, amount) for name, amount in amounts if amount != 0.0)


def _mean(values: Sequence[float], shares: Vector) -> float:
    return float(shares @ np.asarray(values))
