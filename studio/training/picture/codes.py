"""Where real pictures lie among their principal components: what turns a standard normal z into a code."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from studio.engines.picture.gan import Mapping

SHRINK = 0.02  # share of the mean variance that every direction keeps, so that the root exists
OWN = 0.6  # share of a style's own covariance in its root; the rest is common to all
RIDGE = 20.0  # works' worth of the common mean in each style's


@torch.no_grad()
def fit_codes(mapping: Mapping, codes: Tensor, labels: Tensor) -> None:
    """Fit Gaussians to codes (n, z_dim) of pictures with labels (n, K), one of each group.

    Means add up over the groups; each style of the first group has its own covariance, shrunk to the common one.
    """
    mapping.code_mean.copy_(additive_means(codes, one_hot(labels, len(mapping.code_mean))))
    residual = codes - one_hot(labels, len(mapping.code_mean)) @ mapping.code_mean
    common = _covariance(residual)
    for style in range(len(mapping.code_root)):
        chosen = residual[labels[:, 0] == style]
        own = _covariance(chosen) if len(chosen) > len(common) else common
        mapping.code_root[style] = torch.linalg.cholesky(OWN * own + (1 - OWN) * common)


def one_hot(labels: Tensor, count: int) -> Tensor:
    """Labels (n, K) of disjoint groups -> (n, count) with a 1 at each."""
    return F.one_hot(labels, count).sum(dim=1).float()


def additive_means(values: Tensor, weights: Tensor) -> Tensor:
    """Parts (N, d) such that weights (n, N) @ parts come nearest to values (n, d): ridge regression on the common mean.

    Every row of `weights` has the same sum K; the common mean stands in every part, divided by K.
    """
    mean, groups = values.mean(dim=0), float(weights[0].sum())
    gram = weights.T @ weights + RIDGE * torch.eye(weights.shape[1])  # (N, N)
    effects = torch.linalg.solve(gram, weights.T @ (values - mean))  # (N, d)
    return effects + mean / groups


def _covariance(centred: Tensor) -> Tensor:
    covariance = centred.T @ centred / len(centred)  # (z_dim, z_dim)
    return covariance + torch.eye(len(covariance)) * (SHRINK * covariance.diagonal().mean() + 1e-6)
