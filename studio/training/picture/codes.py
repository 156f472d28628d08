"""Where real pictures lie among their principal components: what turns a standard normal z into a code."""

from __future__ import annotations

import torch
from torch import Tensor

from studio.engines.picture.gan import Mapping

SHRINK = 0.02  # share of the mean variance that every direction keeps, so that the root exists


@torch.no_grad()
def fit_codes(mapping: Mapping, codes: Tensor, styles: Tensor) -> None:
    """Fit a Gaussian with a mean for each style to codes (n, z_dim); a style without codes takes the common mean."""
    residual = codes - codes.mean(dim=0)
    for style in range(len(mapping.code_mean)):
        chosen = styles == style
        mapping.code_mean[style] = (codes[chosen] if chosen.any() else codes).mean(dim=0)
        residual[chosen] = codes[chosen] - mapping.code_mean[style]
    covariance = residual.T @ residual / len(codes)  # (z_dim, z_dim)
    covariance += torch.eye(len(covariance)) * (SHRINK * covariance.diagonal().mean() + 1e-6)
    mapping.code_root.copy_(torch.linalg.cholesky(covariance))
