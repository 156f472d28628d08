"""From a Latent to the w of every layer: blends, mixing and sliders are the same for every family of generators.

Invariant: rows depend on the latent alone. Lives on the device thread.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import torch
from torch import Tensor

from studio.core.latent import Latent
from studio.engines.picture.directions import NamedRows

KNOWN_PARTS = 256


class LatentRows(ABC):
    """Latents -> (1, rows, w_dim): the w of every layer, and what a family keeps in rows after them. Remembers the
    parts of mixes: while a hand mixes pictures, only their shares change."""

    def __init__(self, layers: int, count: int, directions: NamedRows) -> None:
        self._layers, self.count = layers, count
        self._directions = directions
        self._known_parts: dict[Latent, Tensor] = {}

    @abstractmethod
    def _base(self, latent: Latent) -> Tensor:
        """Before sliders and mixing, the caller's to write to."""

    def rows(self, latent: Latent) -> Tensor:
        """All that a picture is drawn from, but its noise."""
        rows = self._base(latent)
        for mix in latent.mixes:
            other = mix.latent or Latent(mix.seed, styles=latent.styles, psi=latent.psi, cutoff=latent.cutoff)
            chosen = slice(mix.first, min(mix.last + 1, self._layers))
            rows[:, chosen] = self._part(other)[:, chosen]
        return rows + self._moves(latent)

    def _blended(self, latent: Latent) -> Tensor:
        """The weighted sum of the parts of a blend."""
        return torch.stack([part.weight * self._part(part.latent) for part in latent.blend]).sum(dim=0)

    def _part(self, latent: Latent) -> Tensor:
        """As `rows`, for what stands in others; not to be written to."""
        if latent not in self._known_parts:
            if len(self._known_parts) >= KNOWN_PARTS:
                self._known_parts.clear()
            self._known_parts[latent] = self.rows(latent)
        return self._known_parts[latent]

    def _moves(self, latent: Latent) -> Tensor:
        """What the sliders add (rows, w_dim); some of them to some layers only."""
        reaches = {reach.name: reach for reach in latent.reach}
        moves = self._directions.along([entry for entry in latent.offsets if entry[0] not in reaches])
        numbers = torch.arange(self.count, device=moves.device)[:, None]  # (rows, 1)
        for name, amount in latent.offsets:
            if name in reaches:
                within = (numbers >= reaches[name].first) & (numbers <= reaches[name].last)
                moves = moves + self._directions.along([(name, amount)]) * within
        return moves
