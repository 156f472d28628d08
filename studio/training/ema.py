"""The exponential moving average of a network's weights: what is shown and shipped."""

from __future__ import annotations

import copy
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn

ModuleT = TypeVar("ModuleT", bound=nn.Module)


class Ema(Generic[ModuleT]):
    """Owns a frozen copy of a module in eval mode that follows the original slowly."""

    def __init__(self, module: ModuleT, half_life: float) -> None:
        """half_life: pictures shown until an old weight counts half."""
        self.module: ModuleT = copy.deepcopy(module).eval().requires_grad_(False)
        self.half_life = half_life

    @torch.no_grad()
    def update(self, module: nn.Module, batch: int, shown: int) -> None:
        """Follow `module` by one step; early on the average is kept short (StyleGAN2's ramp-up)."""
        half_life = min(self.half_life, max(shown * 0.05, 1.0))
        share = 1 - 0.5 ** (batch / half_life)
        averages: list[Tensor] = list(self.module.parameters())
        torch._foreach_lerp_(averages, [p.detach() for p in module.parameters()], share)
        for mean, value in zip(self.module.buffers(), module.buffers(), strict=True):
            mean.copy_(value)
