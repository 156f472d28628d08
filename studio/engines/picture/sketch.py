"""The underpainting: principal components of small real pictures, fixed before training.

On little data and little time a linear map gives every picture its own composition and palette from the first step;
the networks above it learn to turn the soft masses into brushwork and forms.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from studio.engines.picture.directions import fixed_sign


class Sketch(nn.Module):
    """A fixed linear code of pictures at `size` px. Owns the mean, the components and what a code of 1 is worth."""

    mean: Tensor
    components: Tensor
    scale: Tensor

    def __init__(self, code_dim: int, size: int, colours: int = 3) -> None:
        super().__init__()
        self.size, self.colours = size, colours
        self.register_buffer("mean", torch.zeros(colours * size**2))
        self.register_buffer("components", torch.zeros(code_dim, colours * size**2))  # rows of length 1
        self.register_buffer("scale", torch.ones(code_dim))

    def forward(self, code: Tensor) -> Tensor:
        """code (B, code_dim) -> RGB (B, colours, size, size)."""
        return ((code * self.scale) @ self.components + self.mean).view(
            -1, self.colours, self.size, self.size
        )

    def encode(self, pictures: Tensor) -> Tensor:
        """Pictures (B, 3, H, W) in -1..1 -> their codes (B, code_dim)."""
        small = self._small(pictures)
        return ((small - self.mean) @ self.components.T) / self.scale

    def _small(self, pictures: Tensor) -> Tensor:
        """(B, 3, H, W) -> (B, colours size size); one colour is their mean."""
        small = F.interpolate(pictures, size=(self.size,) * 2, mode="area")  # (B, 3, size, size)
        return (small if self.colours == 3 else small.mean(dim=1)).flatten(1)

    @torch.no_grad()
    def fit(self, pictures: Tensor, evenness: float) -> None:
        """Set the components from many pictures (n, 3, H, W).

        evenness 1: every number of a code has a variance of 1; 0: they keep their proportions; always 1 on average.
        """
        small = self._small(pictures)
        self.mean.copy_(small.mean(dim=0))
        centred = (small - self.mean).double()
        variances, vectors = torch.linalg.eigh(centred.T @ centred / len(small))
        count = len(self.scale)
        rows = vectors.flip(1).T[:count]  # (code_dim, 3 size size), widest first
        deviation = variances.flip(0)[:count].clamp(min=1e-8).sqrt()
        scale = deviation**evenness
        self.components.copy_(rows * fixed_sign(rows))
        self.scale.copy_(scale * (deviation / scale).square().mean().sqrt())
