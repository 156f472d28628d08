"""What a request tells a melody network beside the notes: styles, metre, mode and attributes, as arrays. Torch-free.

An attribute is told as a place between two of BINS points, each with an embedding of its own; what is not told is all
zeros, which is also what guidance compares with. Attributes are told of the region alone: the context is heard
without.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from studio.core.attributes import ATTRIBUTES
from studio.core.errors import StudioError
from studio.core.messages import ComposeRequest, ScoreNotesRequest
from studio.engines.music import events as ev

Weights = NDArray[np.float32]
BINS = 9
ATTRIBUTE_COLUMNS = BINS * len(ATTRIBUTES)
Arrays = tuple[Weights, NDArray[np.int64], NDArray[np.int64], Weights]


@dataclass(frozen=True, slots=True)
class Told:
    """styles (S,) weights; meter and mode as table numbers; attributes (ATTRIBUTE_COLUMNS,) weights."""

    styles: Weights
    meter: int
    mode: int
    attributes: Weights

    @classmethod
    def of(cls, request: ComposeRequest | ScoreNotesRequest, mode: str, styles: Sequence[str]) -> Told:
        """StudioError for a style that is not one of `styles`, or an attribute that there is not."""
        meter = ev.meter_class(request.meter.numerator, request.meter.denominator)
        asked = dict(request.attributes) if isinstance(request, ComposeRequest) else {}
        return cls(
            style_weights(request.styles, styles), meter, ev.MODES.index(mode), attribute_weights(asked)
        )

    @property
    def before(self) -> Told:
        """What is told of the context: all but the attributes, which are of the region."""
        return replace(self, attributes=np.zeros_like(self.attributes))

    @property
    def plain(self) -> Told:
        """What guidance compares with: neither styles nor attributes."""
        return replace(self.before, styles=np.zeros_like(self.styles))

    @property
    def is_plain(self) -> bool:
        return not (self.styles.any() or self.attributes.any())


def arrays(told: Sequence[Told]) -> Arrays:
    """The arguments of MelodyLstm.condition: styles (B, S), meter (B,), mode (B,), attributes (B, A)."""
    return (
        np.stack([one.styles for one in told]),
        np.array([one.meter for one in told], np.int64),
        np.array([one.mode for one in told], np.int64),
        np.stack([one.attributes for one in told]),
    )


def style_weights(asked: Sequence[tuple[str, float]], names: Sequence[str]) -> Weights:
    """(S,): the weights asked for, scaled down to a sum of 1 where they exceed it; none means any style."""
    weights = np.zeros(len(names), np.float32)
    for name, weight in asked:
        if name not in names:
            raise StudioError(
                f"This model does not know the style {name!r}.", hint=f"Styles: {', '.join(names)}."
            )
        weights[list(names).index(name)] = max(0.0, weight)
    return weights / np.maximum(weights.sum(), 1.0)


def attribute_weights(asked: Mapping[str, float]) -> Weights:
    """(ATTRIBUTE_COLUMNS,): for each attribute told, two neighbouring points that share a weight of 1."""
    weights = np.zeros((len(ATTRIBUTES), BINS), np.float32)
    for name, value in asked.items():
        if name not in ATTRIBUTES:
            raise StudioError(
                f"There is no attribute {name!r}.", hint=f"Attributes: {', '.join(ATTRIBUTES)}."
            )
        if not 0.0 <= value <= 1.0:
            raise StudioError(f"The attribute {name} goes from 0 to 1, not to {value}.")
        place = value * (BINS - 1)
        below = min(int(place), BINS - 2)
        weights[ATTRIBUTES.index(name), below : below + 2] = below + 1 - place, place - below
    return weights.ravel()
