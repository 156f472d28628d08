"""PatchNCE (Park et al., 2020): a place in the painting must tell its own place in the photo from all others."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

TEMPERATURE = 0.07


class PatchNce(nn.Module):
    """Owns a two-layer network for each feature map that turns a place into a unit vector."""

    def __init__(self, channels: Sequence[int], width: int, patches: int) -> None:
        super().__init__()
        self.patches = patches
        self.heads = nn.ModuleList(
            nn.Sequential(nn.Linear(c, width), nn.ReLU(), nn.Linear(width, width)) for c in channels
        )

    def forward(self, photo: Sequence[Tensor], painting: Sequence[Tensor]) -> Tensor:
        """Feature maps (B, C, h, w) of both, the photo's taken as given -> the mean cross-entropy, in nats."""
        pairs = zip(self.heads, photo, painting, strict=True)
        return torch.stack([self._contrast(head, a.detach(), b) for head, a, b in pairs]).mean()

    def _contrast(self, head: nn.Module, photo: Tensor, painting: Tensor) -> Tensor:
        places = torch.randperm(photo.shape[-2] * photo.shape[-1])[: self.patches]
        keys, asked = (F.normalize(head(_at(m, places)), dim=2) for m in (photo, painting))  # (B, P, width)
        likeness = asked @ keys.detach().transpose(1, 2) / TEMPERATURE  # (B, P, P)
        right = torch.arange(likeness.shape[1]).repeat(len(likeness))  # (B P,): each place is its own answer
        return F.cross_entropy(likeness.flatten(0, 1), right)


def _at(features: Tensor, places: Tensor) -> Tensor:
    """(B, C, h, w) -> the columns at these places, (B, P, C)."""
    return features.float().flatten(2)[:, :, places].transpose(1, 2)
