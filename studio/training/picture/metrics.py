"""Figures of picture sets, on feature vectors (n, d) or on pictures (n, 3, S, S) in -1..1; each names its paper.

Invariant: nothing here draws pictures or reads files, and the same input gives the same figure.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

NEIGHBOURS = 3  # k of precision and recall
SUBSETS, SUBSET_SIZE = 50, 500  # of the kernel distance
NEAR = 0.01  # the quantile of held-out works below which a picture counts as a copy


def frechet_distance(real: Tensor, fake: Tensor) -> float:
    """Between the Gaussians fitted to both (Heusel et al., 2017), over the total variance of the real."""
    real, fake = real.double(), fake.double()
    cov_real, cov_fake = torch.cov(real.T), torch.cov(fake.T)  # (d, d)
    root = _square_root(cov_real)
    cross = torch.linalg.eigvalsh(root @ cov_fake @ root).clamp(min=0).sqrt().sum()
    shift = (real.mean(dim=0) - fake.mean(dim=0)).square().sum()
    distance = shift + cov_real.trace() + cov_fake.trace() - 2 * cross
    return float(distance / cov_real.trace())


def _square_root(matrix: Tensor) -> Tensor:
    values, vectors = torch.linalg.eigh(matrix)
    return vectors * values.clamp(min=0).sqrt() @ vectors.T


def kernel_distance(real: Tensor, fake: Tensor, seed: int = 0) -> tuple[float, float]:
    """Mean and spread over SUBSETS of the unbiased squared MMD, kernel (x y / d + 1)^3 (Binkowski et al., 2018)."""
    random = torch.Generator().manual_seed(seed)
    size = min(SUBSET_SIZE, len(real), len(fake))
    pairs = (
        (real[_choice(len(real), size, random)], fake[_choice(len(fake), size, random)])
        for _ in range(SUBSETS)
    )
    values = torch.tensor([_unbiased_mmd(a.double(), b.double()) for a, b in pairs])
    return float(values.mean()), float(values.std())


def _choice(count: int, size: int, random: torch.Generator) -> Tensor:
    return torch.randperm(count, generator=random)[:size]


def _unbiased_mmd(a: Tensor, b: Tensor) -> float:
    n = len(a)
    own = [(k.sum() - k.trace()) / (n * (n - 1)) for k in (_kernel(a, a), _kernel(b, b))]
    return float(own[0] + own[1] - 2 * _kernel(a, b).mean())


def _kernel(a: Tensor, b: Tensor) -> Tensor:
    return (a @ b.T / a.shape[1] + 1) ** 3


def precision_recall(real: Tensor, fake: Tensor) -> tuple[float, float]:
    """Shares of fake within the manifold of the real, and the other way round (Kynkäänniemi et al., 2019)."""
    gaps = torch.cdist(real, fake)  # (n, m)
    precision = (gaps <= _radii(real)[:, None]).any(dim=0).float().mean()
    recall = (gaps <= _radii(fake)[None]).any(dim=1).float().mean()
    return float(precision), float(recall)


def _radii(points: Tensor) -> Tensor:
    """Each point's distance to its k-th neighbour, (n,)."""
    gaps = torch.cdist(points, points).fill_diagonal_(0)
    k = min(NEIGHBOURS, len(points) - 1)
    return gaps.kthvalue(k + 1, dim=1).values


def mean_distance(points: Tensor) -> float:
    """Mean distance of all pairs, over the root of d."""
    return float(torch.pdist(points).mean() / points.shape[1] ** 0.5)


def mean_step(pictures: Tensor) -> float:
    """Mean absolute difference, in levels, of neighbours in a batch: 0 is a model that always paints one picture."""
    pictures = pictures.clamp(-1, 1)
    return 127.5 * float((pictures[1:] - pictures[:-1]).abs().mean())


@dataclass(frozen=True)
class Memory:
    """Whether samples are copies. share: of samples nearer to a training work than `threshold`.

    threshold: the distance that NEAR of the held-out crops fall below; sensitivity: the share of fresh crops of
    training works that the same threshold calls copies, which is what makes a share of 0 worth something.
    distances and indices: each sample's nearest row of the bank, (n,) and (n,).
    """

    share: float
    threshold: float
    sensitivity: float
    distances: Tensor
    indices: Tensor

    @property
    def verdict(self) -> str:
        """The finding in words; new works too lie below the threshold, as many as NEAR says."""
        if not self.share:
            return "no memorised picture found"
        return "as new as held-out works are" if self.share <= NEAR else "memorised pictures found"


def memorisation(bank: Tensor, fake: Tensor, held_out: Tensor, fresh: Tensor) -> Memory:
    """Compare the samples' distances to the bank of training crops with those of held-out and of fresh crops.

    Distances are those of features that were standardised over the bank and scaled to length 1: 0 is the same,
    1.4 has nothing in common. Without that, a few pictures of average texture would be near to everything.
    """
    mean, spread = bank.mean(dim=0), bank.std(dim=0).clamp(min=1e-6)
    bank, fake, held_out, fresh = (F.normalize((x - mean) / spread) for x in (bank, fake, held_out, fresh))
    distances, indices = nearest(bank, fake)
    threshold = float(nearest(bank, held_out)[0].quantile(NEAR))
    caught = (nearest(bank, fresh)[0] < threshold).float().mean()
    return Memory(float((distances < threshold).float().mean()), threshold, float(caught), distances, indices)


def nearest(bank: Tensor, points: Tensor) -> tuple[Tensor, Tensor]:
    """Distance and index of each point's nearest neighbour in the bank: (n,) and (n,)."""
    found = [torch.cdist(part, bank).min(dim=1) for part in points.split(500)]
    return torch.cat([f.values for f in found]), torch.cat([f.indices for f in found])


def psnr(pictures: Tensor, copies: Tensor) -> float:
    """Peak signal-to-noise ratio in dB, mean over the pictures."""
    error = ((pictures - copies.clamp(-1, 1)) / 2).square().mean(dim=(1, 2, 3))
    return float((-10 * error.clamp(min=1e-10).log10()).mean())


def ssim(pictures: Tensor, copies: Tensor) -> float:
    """Structural similarity of the luminance, Gaussian window of 11 px (Wang et al., 2004); 1 is identical."""
    a, b = (_luminance(x.clamp(-1, 1)) for x in (pictures, copies))  # (n, 1, S, S), 0 to 1
    mean_a, mean_b = _blur(a), _blur(b)
    var_a, var_b = _blur(a * a) - mean_a**2, _blur(b * b) - mean_b**2
    both = _blur(a * b) - mean_a * mean_b
    c1, c2 = 0.01**2, 0.03**2
    likeness = (2 * mean_a * mean_b + c1) * (2 * both + c2)
    return float((likeness / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))).mean())


def _luminance(pictures: Tensor) -> Tensor:
    weights = torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)
    return ((pictures.double() + 1) / 2 * weights).sum(dim=1, keepdim=True)


def _blur(x: Tensor) -> Tensor:
    """Gaussian window, standard deviation 1.5 px, without padding; smaller where a picture is smaller."""
    size = min(11, x.shape[-1])
    line = torch.exp(-((torch.arange(size) - (size - 1) / 2) ** 2) / (2 * 1.5**2)).double()
    line = line / line.sum()
    return F.conv2d(F.conv2d(x, line.view(1, 1, 1, -1)), line.view(1, 1, -1, 1))


def perceptual_distance(maps_a: list[Tensor], maps_b: list[Tensor]) -> Tensor:
    """(n,): squared distance of unit feature vectors, mean over places, sum over maps.

    LPIPS (Zhang et al., 2018) without its learned weights.
    """
    pairs = zip(maps_a, maps_b, strict=True)
    gaps = [
        (F.normalize(a) - F.normalize(b)).square().sum(dim=1).mean(dim=(1, 2)) for a, b in pairs
    ]  # each (n,)
    return torch.stack(gaps).sum(dim=0)
