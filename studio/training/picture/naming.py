"""Names for directions in an artist's words: what changes most in the pictures when a slider moves."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from studio.training.picture.attributes import Attribute

CLEAR = 0.6  # standard deviations from end to end, below which nothing deserves to give its name


def name_directions(change: Tensor, attributes: Sequence[Attribute]) -> list[str]:
    """change (k, A): how far each attribute goes from the low to the high end, in standard deviations.

    Every direction takes the attribute that it changes most; an attribute names at most one direction, and a
    direction without a clear one keeps its number.
    """
    left = change.clone()
    names = [f"Direction {i + 1}" for i in range(len(change))]
    for _ in attributes:
        direction, attribute = divmod(int(left.abs().argmax()), len(attributes))
        if left[direction, attribute].abs() < CLEAR:
            break
        names[direction] = _oriented(attributes[attribute].label, left[direction, attribute].item() > 0)
        left[direction], left[:, attribute] = 0, 0
    return names


def _oriented(name: str, forward: bool) -> str:
    low, high = name.lower().split(" – ")
    return f"{low} – {high}".capitalize() if forward else f"{high} – {low}".capitalize()
