"""Editing directions: the principal components of w, which the sliders move along.

Method: GANSpace (Härkönen et al., 2020). Component signs are fixed, so that the same weights give the same sliders.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec
import torch
from torch import Tensor, nn

from studio.core.card import Card
from studio.core.errors import StudioError
from studio.core.parameter import Parameter

REACH = 3.0  # standard deviations to either side of a slider
ConfigT = TypeVar("ConfigT")


class Directions(nn.Module):
    """The components and the spread of w along each; a slider value v adds v * scale * component to w."""

    pca: Tensor
    scale: Tensor

    def __init__(self, count: int, w_dim: int) -> None:
        super().__init__()
        self.register_buffer("pca", torch.zeros(count, w_dim))
        self.register_buffer("scale", torch.zeros(count))

    def offset(self, values: Tensor) -> Tensor:
        """Slider values (B, k <= count), in standard deviations -> what to add to w (B, w_dim)."""
        k = values.shape[1]
        return (values * self.scale[:k]) @ self.pca[:k]

    def fit(self, samples: Tensor) -> None:
        """Set the components from samples (n, w_dim) of w, each less the mean of its style."""
        count = self.pca.shape[0]
        centred = (samples - samples.mean(dim=0)).double()
        covariance = centred.T @ centred / (len(samples) - 1)  # (w_dim, w_dim)
        variances, vectors = torch.linalg.eigh(covariance)
        components = vectors.flip(1).T[:count]  # (count, w_dim), widest first
        self.pca.copy_(components * fixed_sign(components))
        self.scale.copy_(variances.flip(0)[:count].clamp(min=0).sqrt())


def fixed_sign(components: Tensor) -> Tensor:
    """+1 or -1 per row, so that its largest entry is positive. (count, w_dim) -> (count, 1)."""
    largest = components.abs().argmax(dim=1, keepdim=True)
    return torch.where(components.gather(1, largest) < 0, -1.0, 1.0).to(components.dtype)


def direction_sliders(card: Card, count: int) -> tuple[Parameter, ...]:
    """Sliders `direction-0`... in standard deviations, labelled by what the card says they change."""
    labels = tuple(card.config.get("direction_labels", ()))
    return tuple(
        Parameter(
            f"direction-{i}",
            labels[i] if i < len(labels) else f"Direction {i + 1}",
            *(-REACH, REACH, 0.0),
            unit=" σ",
            hint="Moves the picture along one of the ways in which the model's pictures differ most.",
        )
        for i in range(count)
    )


def direction_index(name: str, count: int) -> int:
    """`direction-3` -> 3; raises StudioError for a name that the model does not have."""
    prefix, _, number = name.rpartition("-")
    if prefix != "direction" or not number.isdigit() or int(number) >= count:
        raise StudioError(
            f"This model has no direction named {name!r}.",
            hint=f"Its directions are direction-0 to direction-{count - 1}.",
        )
    return int(number)


def read_config(card: Card, kind: type[ConfigT]) -> ConfigT:
    """A card's config as the network's own record; raises StudioError where it does not fit."""
    fields = set(kind.__annotations__)
    try:
        return msgspec.convert({k: v for k, v in card.config.items() if k in fields}, kind)
    except msgspec.ValidationError as error:
        raise StudioError(f"The card of {card.name} does not fit its network.", str(error)) from error
