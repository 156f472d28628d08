"""Restoration: inpainting, denoising and enlarging by three small networks in one model.

Invariant: the same picture and wish give the same pixels, whatever the size of the tiles that they are made in.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from studio.core.card import Card, ModelInfo
from studio.core.errors import StudioError
from studio.core.picture import Pixels
from studio.core.retouch import Retouch
from studio.engines.catalogue import CatalogueEntry
from studio.engines.picture.directions import read_config
from studio.engines.picture.inpainting import Inpainter, inpainted
from studio.engines.picture.tiles import Steps, Tiling, tiled
from studio.engines.weights import fill_module, read_weights

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
        self.reach = 2 * layers + 2  # px that one output pixel looks around itself
        nn.init.zeros_(self.write.weight)
        nn.init.zeros_(self.write.bias)  # type: ignore[arg-type]

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
        self.reach = layers + 2 + layers % 2

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


class RestorationEngine:
    """Mends, cleans and enlarges pictures of any size, tile by tile. Lives on the device thread."""

    def __init__(self, nets: Restoration, card: Card, device: torch.device) -> None:
        self._nets = nets.to(device).eval().requires_grad_(False)
        self._device = device
        self.info = ModelInfo(card)

    def retouch(self, pixels: Pixels, wish: Retouch) -> Steps:
        """Do as the wish says; yields (done, total) between tiles, returns (H, W, 3) uint8.

        Raises StudioError for a mask that does not fit, or for what this model does not do.
        """
        match wish.kind:
            case "denoise":
                return self.denoise(pixels, wish.strength)
            case "upscale":
                return self.upscale(pixels, wish.factor)
            case "inpaint" if wish.mask is not None:
                return self.inpaint(pixels, wish.mask.bits())
        raise StudioError(f"The model {self.info.card.name} cannot {wish.kind} this picture.")

    def denoise(self, pixels: Pixels, strength: float) -> Steps:
        """Take away noise of up to 50 levels times `strength` (0 to 1); 0 gives the same bytes."""
        if strength == 0:
            yield 1, 1
            return pixels
        net = self._nets.denoiser
        sigma = torch.full((1, 1, 1, 1), MAX_SIGMA * strength, device=self._device)
        return (
            yield from tiled(
                pixels,
                Tiling(reach=net.reach),
                lambda tile: net(tile * 2 - 1, sigma) / 2 + 0.5,
                self._device,
            )
        )

    def upscale(self, pixels: Pixels, factor: int) -> Steps:
        """2 or 4 times larger; 2 is the network's 4, with each 2 x 2 pixels taken together."""
        net = self._nets.upscaler

        def enlarge(tile: Tensor) -> Tensor:
            large = net(tile)  # (1, 3, 4 h, 4 w)
            return large if factor == UP else F.avg_pool2d(large.clamp(0, 1), UP // factor)

        return (yield from tiled(pixels, Tiling(reach=net.reach, factor=factor), enlarge, self._device))

    def inpaint(self, pixels: Pixels, hole: NDArray[np.bool_]) -> Steps:
        """Paint anew where `hole` (H, W) is true; every other pixel keeps its bytes."""
        if hole.shape != pixels.shape[:2]:
            height, width = hole.shape
            raise StudioError(
                f"The mask is {width} x {height} px, the picture {pixels.shape[1]} x {pixels.shape[0]} px.",
                hint="Make the mask as large as the picture.",
            )
        if hole.all():
            raise StudioError("The mask covers the whole picture.", hint="Leave a part of it to go on from.")
        return (yield from inpainted(self._nets.inpainter, pixels, hole))


def open_engine(entry: CatalogueEntry, device: torch.device) -> RestorationEngine:
    """Load a bundled or user model; raises StudioError where card and weights do not agree."""
    nets = Restoration(read_config(entry.card, RestorationConfig))
    fill_module(nets, read_weights(entry), entry.card.name)
    nets.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return RestorationEngine(nets, entry.card, device)
