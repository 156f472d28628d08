"""Restoration: inpainting, denoising and enlarging by three small networks in one model.

Invariant: the same picture and wish give the same pixels, whatever the size of the tiles that they are made in.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from studio.engines.picture.inpainting import Inpainter

UP = 4  # the upscaler's own factor
MAX_SIGMA = 50.0  # levels of 255 that a denoising strength of 1 stands for


@dataclass(frozen=True)
class RestorationConfig:
    """The shapes of the three networks; stored in the model's card."""

    resolution: int = 128  # px of the crops that it was trained on
    inpaint_channels: tuple[int, ...] = (24, 48, 96, 160)  # at 1/1, 1/2, 1/4, 1/8
    inpaint_dilations: tuple[int, ...] = (1, 2, 4, 8, 4, 1)
    denoise_channels: int = 64
    denoise_layers: int = 12
    upscale_channels: int = 64
    upscale_layers: int = 16


class Denoiser(nn.Module):
    """A residual CNN at half size that is told the noise level (FFDNet, Zhang et al., 2018)."""

    def __init__(self, channels: int, layers: int) -> None:
        super().__init__()
        self.read = nn.Conv2d(13, channels, 3, padding=1)
        self.body = nn.ModuleList(nn.Conv2d(channels, channels, 3, padding=1) for _ in range(layers - 2))
        self.write = nn.Conv2d(channels, 12, 3, padding=1)
        self.reach = 2 * layers  # px that one output pixel looks around itself
        nn.init.zeros_(self.write.weight)
        nn.init.zeros_(self.write.bias)

    def forward(self, noisy: Tensor, sigma: Tensor) -> Tensor:
        """noisy (B, 3, H, W) in -1..1, even sides; sigma (B, 1, 1, 1) in levels of 255 -> clean (B, 3, H, W)."""
        x = F.pixel_unshuffle(noisy, 2)  # (B, 12, H/2, W/2)
        level = (sigma / MAX_SIGMA).expand(-1, 1, *x.shape[2:])
        x = self.read(torch.cat([x, level], dim=1))  # (B, C, H/2, W/2)
        for first, second in zip(self.body[::2], self.body[1::2], strict=True):
            x = x + second(F.relu(first(F.relu(x))))
        return noisy - F.pixel_shuffle(self.write(F.relu(x)), 2)


class Upscaler(nn.Module):
    """Four times larger: Real-ESRGAN's compact network (Wang et al., 2021), all work done at the small size."""

    def __init__(self, channels: int, layers: int) -> None:
        super().__init__()
        widths = [3, *[channels] * (layers + 1), 3 * UP**2]
        parts: OrderedDict[str, nn.Module] = OrderedDict()
        for i in range(layers + 2):
            parts[f"conv{i}"] = nn.Conv2d(widths[i], widths[i + 1], 3, padding=1)
            parts[f"prelu{i}"] = nn.PReLU(channels)
        del parts[f"prelu{layers + 1}"]
        self.body = nn.Sequential(parts)
        self.reach = layers + 2

    def forward(self, small: Tensor) -> Tensor:
        """(B, 3, H, W) in 0..1 -> (B, 3, 4 H, 4 W)."""
        return F.pixel_shuffle(self.body(small), UP) + F.interpolate(small, scale_factor=float(UP))


class Restoration(nn.Module):
    """The three networks, as one weights file holds them."""

    def __init__(self, config: RestorationConfig) -> None:
        super().__init__()
        self.config = config
        self.inpainter = Inpainter(config.inpaint_channels, config.inpaint_dilations)
        self.denoiser = Denoiser(config.denoise_channels, config.denoise_layers)
        self.upscaler = Upscaler(config.upscale_channels, config.upscale_layers)
