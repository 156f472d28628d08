"""Editing directions: the ways through a model's space that the sliders move along.

Three kinds: attributes (what the eye can measure, one each), principal components of w (GANSpace, Härkönen et al.,
2020) and the closed-form factors of the modulation (SeFa, Shen and Zhou, 2021). A slider at v adds v times its row;
an attribute's also v^2 times its bend, which keeps the other attributes where they are on the way to the ends.
Component signs are fixed, so that the same weights give the same sliders.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar, cast

import msgspec
import torch
from torch import Tensor, nn

from studio.core.card import Card
from studio.core.errors import StudioError
from studio.core.parameter import Parameter

REACH = 3.0  # to either side of a slider
OLD_PREFIX = "direction"  # what the components were called before there were other directions
ConfigT = TypeVar("ConfigT")


@dataclass(frozen=True)
class Direction:
    """What a card says of a direction: its id, its words, and for an attribute how far it moves what.

    own: how far its attribute goes on average from rest to an end of the slider, in standard deviations over
    samples; other: the farthest that any other attribute goes, and `other_name` is which.
    """

    name: str
    label: str
    group: str
    own: float = 0.0
    other: float = 0.0
    other_name: str = ""

    @property
    def hint(self) -> str:
        """One line for people."""
        if self.group == "attribute":
            return (
                f"Moves {self.name} by {self.own:.1f} σ to either side, "
                f"and nothing else by more than {self.other:.1f} σ ({self.other_name})."
            )
        return HINTS.get(self.group, HINTS["pca"])

    @property
    def slider(self) -> Parameter:
        return Parameter(
            self.name, self.label, -REACH, REACH, 0.0, unit=" σ", hint=self.hint, group=self.group
        )


HINTS = {
    "pca": "Moves the picture along one of the ways in which the model's pictures differ most.",
    "sefa": "Moves what the network's own layers answer to most: large forms, middle forms or the finish.",
    "latent": "Moves one of the numbers that a picture is made of; the first say the most.",
}


class Directions(nn.Module):
    """The principal components of w with the spread along each, and the rows of all sliders where there are others."""

    pca: Tensor
    scale: Tensor
    moves: Tensor
    bends: Tensor

    def __init__(self, count: int, w_dim: int, layers: int = 1, sliders: tuple[Direction, ...] = ()) -> None:
        """sliders: what the model names; () leaves the components alone, one for each slider."""
        super().__init__()
        self.register_buffer("pca", torch.zeros(count, w_dim))
        self.register_buffer("scale", torch.zeros(count))
        if sliders:
            self.register_buffer("moves", torch.zeros(len(sliders), layers, w_dim))
            self.register_buffer("bends", torch.zeros(bent(sliders), layers, w_dim))

    def components(self) -> Tensor:
        """What one standard deviation along each component adds to w, the same in every layer: (count, 1, w_dim)."""
        return (self.scale[:, None] * self.pca)[:, None]

    def rows(self) -> tuple[Tensor, Tensor]:
        """The rows (sliders, layers or 1, w_dim) and the bends of the first of them."""
        if "moves" in self._buffers:
            return self.moves, self.bends
        return self.components(), self.components()[:0]

    def fit(self, samples: Tensor) -> None:
        """Set the components from samples (n, w_dim) of w, each less the mean of its style."""
        count = self.pca.shape[0]
        centred = (samples - samples.mean(dim=0)).double()
        covariance = centred.T @ centred / (len(samples) - 1)  # (w_dim, w_dim)
        variances, vectors = torch.linalg.eigh(covariance)
        components = vectors.flip(1).T[:count]  # (count, w_dim), widest first
        self.pca.copy_(components * fixed_sign(components))
        self.scale.copy_(variances.flip(0)[:count].clamp(min=0).sqrt())


def bent(sliders: Sequence[Direction]) -> int:
    """How many sliders have a bend: the attributes, which come first."""
    return sum(slider.group == "attribute" for slider in sliders)


class NamedRows:
    """Rows (n, *shape) by name, and bends of the first of them. Immutable; any thread."""

    def __init__(self, directions: Sequence[Direction], rows: Tensor, bends: Tensor) -> None:
        self._names = {direction.name: index for index, direction in enumerate(directions)}
        self._rows, self._bends = rows, bends

    def along(self, offsets: Sequence[tuple[str, float]]) -> Tensor:
        """The sum of what (name, amount) pairs add: (*shape); raises StudioError for an unknown name."""
        values = [0.0] * len(self._names)
        for name, amount in offsets:
            values[self._index(name)] += amount
        v = self._rows.new_tensor(values)  # (n,)
        squares = v[: len(self._bends)].square()
        return torch.tensordot(v, self._rows, dims=1) + torch.tensordot(squares, self._bends, dims=1)

    def _index(self, name: str) -> int:
        """`direction-3` of older projects is the third component, whatever those are called now."""
        prefix, _, number = name.rpartition("-")
        known = (name, f"pca-{number}", f"latent-{number}") if prefix == OLD_PREFIX else (name,)
        for candidate in known:
            if candidate in self._names:
                return self._names[candidate]
        raise StudioError(
            f"This model has no direction named {name!r}.",
            hint=f"Its directions: {', '.join(list(self._names)[:24])}.",
        )


def fixed_sign(components: Tensor) -> Tensor:
    """+1 or -1 per row, so that its largest entry is positive. (count, w_dim) -> (count, 1)."""
    largest = components.abs().argmax(dim=1, keepdim=True)
    return torch.where(components.gather(1, largest) < 0, -1.0, 1.0).to(components.dtype)


def strongest(weights: Tensor, count: int) -> Tensor:
    """Unit vectors (count, d) that weights (n, d) stretch most, strongest first, with fixed signs (SeFa)."""
    _, vectors = torch.linalg.eigh((weights.T @ weights).double())
    rows = vectors.flip(1).T[:count].to(weights.dtype)
    return rows * fixed_sign(rows)


def numbered(card: Card, group: str, count: int) -> tuple[Direction, ...]:
    """`pca-0` ... of a card that names no sliders, labelled by what the card says they change."""
    labels = tuple(card.config.get("direction_labels", ()))
    return tuple(
        Direction(f"{group}-{i}", labels[i] if i < len(labels) else f"Direction {i + 1}", group)
        for i in range(count)
    )


def read_config(card: Card, kind: type[ConfigT]) -> ConfigT:
    """A card's config as the network's own record; raises StudioError where it does not fit."""
    return as_config(card.config, kind, f"The card of {card.name}")


def as_config(config: Mapping[str, Any], kind: type[ConfigT], whose: str) -> ConfigT:
    """A config as a record, without what the record does not know; raises StudioError where it does not fit."""
    names = {field.name for field in fields(cast(Any, kind))}
    try:
        return msgspec.convert({k: v for k, v in config.items() if k in names}, kind)
    except msgspec.ValidationError as error:
        raise StudioError(f"{whose} does not fit its network.", str(error)) from error
