"""Editing directions: the principal components of w, which the sliders move along.

Method: GANSpace (Härkönen et al., 2020). Component signs are fixed, so that the same weights give the same sliders.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


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
        self.pca.copy_(components * _sign(components))
        self.scale.copy_(variances.flip(0)[:count].clamp(min=0).sqrt())


def _sign(components: Tensor) -> Tensor:
    """+1 or -1 per row, so that its largest entry is positive. (count, w_dim) -> (count, 1)."""
    largest = components.abs().argmax(dim=1, keepdim=True)
    return torch.where(components.gather(1, largest) < 0, -1.0, 1.0).to(components.dtype)
