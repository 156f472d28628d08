"""What StyleGAN2 and StyleGAN3 share: the mapping network, its config, and how a module takes tensors.

Written from Karras et al., 2019 to 2021. Invariant: with the weights fixed, all is a pure function of its arguments.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from studio.core.errors import StudioError
from studio.engines.picture.directions import Direction
from studio.engines.picture.modulation import SLOPE

ROOT2 = math.sqrt(2)
ModuleT = TypeVar("ModuleT", bound=nn.Module)


@dataclass(frozen=True)
class MappingConfig:
    """The part of a card's config that every imported generator has. mapping: its widths, from what goes in to w."""

    z_dim: int
    c_dim: int
    w_dim: int
    mapping: tuple[int, ...]
    size: tuple[int, int]  # height and width of a picture
    colours: int = 3  # 1 is grey
    mapping_lr: float = 0.01
    shorter: bool = False  # learned with numbers of half the length at the finer layers
    sliders: tuple[Direction, ...] = ()  # what the rows of directions.moves are


class Linear(nn.Module):
    """A linear layer with equalised learning rate (Karras et al., 2018), with weights as they are stored."""

    def __init__(self, inputs: int, outputs: int, lr: float = 1.0) -> None:
        super().__init__()
        self.weight, self.bias = (
            nn.Parameter(torch.empty(outputs, inputs)),
            nn.Parameter(torch.empty(outputs)),
        )
        self.scale, self.lr = lr / math.sqrt(inputs), lr

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight * self.scale, self.bias * self.lr)


class Mapping(nn.Module):
    """z and a class -> w. z is standard normal; classes (B, c_dim) are one-hot, or absent."""

    w_avg: Tensor

    def __init__(self, config: MappingConfig) -> None:
        super().__init__()
        self.config, self.count = config, len(config.mapping) - 1
        for i, (inputs, outputs) in enumerate(pairwise(config.mapping)):
            self.add_module(f"fc{i}", Linear(inputs, outputs, config.mapping_lr))
        if config.c_dim:
            self.embed = Linear(config.c_dim, config.mapping[0] - config.z_dim)
        self.register_buffer("w_avg", torch.empty(config.w_dim))

    def forward(self, z: Tensor, classes: Tensor | None = None) -> Tensor:
        x = even(z)  # (B, z_dim)
        if self.config.c_dim:
            assert classes is not None
            x = torch.cat([x, even(self.embed(classes))], dim=1)
        for i in range(self.count):
            x = F.leaky_relu(self.get_submodule(f"fc{i}")(x), SLOPE) * ROOT2
        return x  # (B, w_dim)

    def truncate(self, w: Tensor, psi: float, cutoff: int | None = None) -> Tensor:
        """Pull the first `cutoff` rows of w (B, layers, w_dim), None is all, to the mean: mean + psi (w - mean)."""
        if psi == 1.0:
            return w
        pulled = self.w_avg + psi * (w[:, :cutoff] - self.w_avg)
        return torch.cat([pulled, w[:, cutoff:]], dim=1) if cutoff is not None else pulled


class Moves(nn.Module):
    """What a deviation on each slider adds to each layer's w."""

    moves: Tensor

    def __init__(self, count: int, layers: int, w_dim: int) -> None:
        super().__init__()
        self.register_buffer("moves", torch.empty(count, layers, w_dim))


def even(x: Tensor) -> Tensor:
    """Rows of x (B, n) scaled to a mean square of 1."""
    return x * torch.rsqrt(x.square().mean(dim=1, keepdim=True) + 1e-8)


def filled(build: Callable[[], ModuleT], tensors: dict[str, Tensor], name: str) -> ModuleT:
    """A module with these tensors as its own, never drawn at random; raises StudioError where they do not fit."""
    with torch.device("meta"):
        module = build()
    try:
        module.load_state_dict(tensors, strict=True, assign=True)
    except RuntimeError as error:
        raise StudioError(f"The weights of {name} do not fit its network.", str(error)) from error
    return module.eval().requires_grad_(False)
