"""How well restoration does on works that it never saw, beside simple means; and a sheet to look at.

Every figure is drawn with a fixed seed, so that two models are measured on the same holes and the same noise.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from studio.engines.picture.inpainting import spread
from studio.engines.picture.restoration import Restoration
from studio.training.picture.damage import shrunk, with_noise
from studio.training.picture.masks import random_masks
from studio.training.picture.metrics import perceptual_distance
from studio.training.picture.vgg import Sight

SEED = 5
SIGMAS = (15, 25, 50)
BATCH = 16


def psnr(made: Tensor, real: Tensor, mask: Tensor | None = None) -> float:
    """Mean over pictures (n, 3, S, S) in -1..1, dB; inside `mask` (n, 1, S, S) where one is given."""
    error = ((made.clamp(-1, 1) - real) * 127.5).square().mean(dim=1, keepdim=True)
    weight = torch.ones_like(error) if mask is None else mask
    mean = (error * weight).sum(dim=(1, 2, 3)) / weight.sum(dim=(1, 2, 3))
    return float((10 * torch.log10(255**2 / mean.clamp(min=1e-3))).mean())


@torch.no_grad()
def score(nets: Restoration, pictures: Tensor, sight: Sight | None = None) -> dict[str, float]:
    """PSNR in dB on held-out pictures (n, 3, S, S): of each network and, as `..._by_...`, of a simple means.

    With a sight also, as `..._seen`, how far from the originals its features find what was made.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        return {**_holes(nets, pictures, sight), **_noise(nets, pictures), **_detail(nets, pictures, sight)}


def _seen(sight: Sight | None, pictures: Tensor, **made: Tensor) -> dict[str, float]:
    """Perceptual distances of pictures to what was made of them, by name."""
    if sight is None:
        return {}
    pairs = {
        name: zip(pictures.split(BATCH), copies.split(BATCH), strict=True) for name, copies in made.items()
    }
    return {
        f"{name}_seen": float(
            torch.cat([perceptual_distance(sight.maps(a), sight.maps(b)) for a, b in both]).mean()
        )
        for name, both in pairs.items()
    }


def _holes(nets: Restoration, pictures: Tensor, sight: Sight | None) -> dict[str, float]:
    masks = random_masks(np.random.default_rng(SEED), len(pictures), pictures.shape[-1])
    smooth = spread(pictures, masks)
    painted = painted_holes(nets, smooth, masks)
    known = 1 - masks
    mean = (pictures * known).sum(dim=(2, 3), keepdim=True) / known.sum(dim=(2, 3), keepdim=True)
    painted_l1, smooth_l1 = (
        ((p - pictures).abs() * masks).sum() / masks.sum() / 3 for p in (painted, smooth)
    )
    return {
        "hole": psnr(painted, pictures, masks),
        "hole_by_smooth_fill": psnr(smooth, pictures, masks),
        "hole_by_mean_colour": psnr(mean.expand_as(pictures), pictures, masks),
        "hole_l1_levels": float(painted_l1 * 127.5),
        "hole_l1_by_smooth_fill": float(smooth_l1 * 127.5),
        **_seen(sight, pictures, hole=painted, hole_by_smooth_fill=smooth),
    }


def _noise(nets: Restoration, pictures: Tensor) -> dict[str, float]:
    figures = {}
    for sigma in SIGMAS:
        level = torch.full((len(pictures), 1, 1, 1), float(sigma))
        noisy = with_noise(pictures, level)
        pairs = zip(noisy.split(BATCH), level.split(BATCH), strict=True)
        figures[f"noise{sigma}"] = psnr(torch.cat([nets.denoiser(n, s) for n, s in pairs]), pictures)
        figures[f"noise{sigma}_by_nothing"] = psnr(noisy, pictures)
        figures[f"noise{sigma}_by_blur"] = max(psnr(_blur(noisy, w), pictures) for w in (0.6, 0.9, 1.2, 1.6))
    return figures


def _detail(nets: Restoration, pictures: Tensor, sight: Sight | None) -> dict[str, float]:
    small = shrunk(pictures, 0.0)
    sharp = torch.cat([nets.upscaler(part) for part in small.split(BATCH)]) * 2 - 1
    soft = bicubic(small)
    return {
        "detail": psnr(sharp, pictures),
        "detail_by_bicubic": psnr(soft, pictures),
        **_seen(sight, pictures, detail=sharp, detail_by_bicubic=soft),
    }


def painted_holes(nets: Restoration, smooth: Tensor, masks: Tensor) -> Tensor:
    """Smoothly filled pictures (n, 3, S, S) with their holes painted."""
    rough = torch.zeros(1, 1, 1, 1)
    pairs = zip(smooth.split(BATCH), masks.split(BATCH), strict=True)
    painted = torch.cat([nets.inpainter(s, m, rough) for s, m in pairs])
    return smooth * (1 - masks) + painted * masks


def bicubic(small: Tensor) -> Tensor:
    """(n, 3, S, S) in 0..1 -> four times larger, in -1..1."""
    return F.interpolate(small, scale_factor=4.0, mode="bicubic", align_corners=False).clamp(0, 1) * 2 - 1


def _blur(pictures: Tensor, width: float) -> Tensor:
    """Gaussian of `width` px."""
    reach = 5
    line = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / width) ** 2)
    kernel = torch.outer(line, line)[None, None] / line.sum() ** 2
    planes = F.pad(pictures.flatten(0, 1)[:, None], (reach,) * 4, mode="replicate")  # (3n, 1, S + 10, S + 10)
    return F.conv2d(planes, kernel).view_as(pictures)


@torch.no_grad()
def sample_sheet(nets: Restoration, pictures: Tensor) -> Tensor:
    """Rows: pictures (n, 3, S, S); with holes; mended; noisy; cleaned; small (bicubic); enlarged."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        masks = random_masks(np.random.default_rng(SEED), len(pictures), pictures.shape[-1])
        level = torch.full((len(pictures), 1, 1, 1), 30.0)
        noisy, small = with_noise(pictures, level), shrunk(pictures, 0.0)
        mended = painted_holes(nets, spread(pictures, masks), masks)
        sharp = nets.upscaler(small) * 2 - 1
    rows = [
        pictures,
        pictures * (1 - masks),
        mended,
        noisy,
        nets.denoiser(noisy, level),
        bicubic(small),
        sharp,
    ]
    return torch.cat(rows)
