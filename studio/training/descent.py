"""One update of a network: the gradients of several micro-batches and of all processes, clipped, then the optimiser.

Invariant: with one micro-batch and one process this is zero_grad, backward, clip, step.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from studio.training.place import Place


class Descent:
    """Owns an optimiser and, for float16, the scale that keeps small gradients from vanishing."""

    def __init__(self, optimiser: torch.optim.Optimizer, place: Place, steepest: float | None = None) -> None:
        """steepest: the largest norm of the gradient of a group of parameters; None does not clip."""
        self.optimiser, self._place, self._steepest = optimiser, place, steepest
        self.scaler = torch.amp.GradScaler(place.device.type, enabled=place.half == torch.float16)

    def add(self, loss: Tensor, share: float = 1.0) -> None:
        """Add the gradients of `share` of the loss: 1 / N for each of N micro-batches."""
        self.scaler.scale(loss if share == 1.0 else loss * share).backward()  # type: ignore[no-untyped-call]

    def take(self) -> None:
        """Update the weights by all that was added since the last update."""
        groups = [group["params"] for group in self.optimiser.param_groups]
        self._place.average([p.grad for group in groups for p in group if p.grad is not None])
        self.scaler.unscale_(self.optimiser)
        if self._steepest is not None:
            for group in groups:
                nn.utils.clip_grad_norm_(group, self._steepest)
        self.scaler.step(self.optimiser)
        self.scaler.update()
        self.optimiser.zero_grad(set_to_none=True)
