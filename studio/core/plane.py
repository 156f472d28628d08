"""Plane: a two-dimensional cut through a model's space, spanned by two of its directions. Pure; any thread.

Invariant: two pictures that differ only along the two directions lie on equal planes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from studio.core.latent import Latent
from studio.core.parameter import Parameter

REACH = 3.0  # standard deviations to either side, as far as the sliders go
DECIMALS = 3
FIRST_GROUPS = ("pca", "latent")


@dataclass(frozen=True, slots=True)
class Plane:
    """base: what all its pictures share; x and y: the names of the directions."""

    model_id: str
    base: Latent
    x: str
    y: str

    @classmethod
    def through(cls, model_id: str, latent: Latent, x: str, y: str) -> "Plane":
        """The plane on which a picture lies."""
        return cls(model_id, latent.with_offset(x, 0.0).with_offset(y, 0.0), x, y)

    def at(self, x: float, y: float) -> Latent:
        """The picture at a place, in standard deviations; what lies beyond the edge is drawn in to it."""
        return self.base.with_offset(self.x, inside(x)).with_offset(self.y, inside(y))

    def place(self, latent: Latent) -> tuple[float, float]:
        """Where a picture of this plane lies."""
        return latent.offset(self.x), latent.offset(self.y)


def inside(amount: float) -> float:
    """An amount that the sliders can show."""
    return round(min(max(amount, -REACH), REACH), DECIMALS)


def first_axes(directions: Sequence[Parameter]) -> tuple[str, str] | None:
    """The two directions in which the model's pictures differ most; None for a model with fewer than two."""
    for group in FIRST_GROUPS:
        names = [direction.name for direction in directions if direction.group == group]
        if len(names) >= 2:
            return names[0], names[1]
    return (directions[0].name, directions[1].name) if len(directions) >= 2 else None
