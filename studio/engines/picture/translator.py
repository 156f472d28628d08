"""Photo to painting: a small convolutional network that repaints a picture at its own size.

The generator of "Contrastive Learning for Unpaired Image-to-Image Translation" (Park et al., 2020), made local: its
normalisation looks at one place only, and the borders are mirrored, so what stands around a tile beyond MARGIN_PX
never matters. Invariant: the same picture, strength and model give the same pixels, in one piece or in tiles.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from studio.core.card import ModelInfo
from studio.core.errors import StudioError
from studio.core.picture import Pixels
from studio.engines.base import Step, no_step
from studio.engines.catalogue import CatalogueEntry
from studio.engines.picture.directions import read_config
from studio.engines.weights import fill_module, read_weights

MIN_PX = 16
TILE_PX = 512
EPSILON = 1e-4
GRAIN_SEED = 20  # of the canvas grain that even skies are painted on


@dataclass(frozen=True)
class TranslatorConfig:
    """width: channels at a quarter of the size, half as many at half of it; detail: share of the photo's own fine
    detail that passes beside the network (0: every stroke is the network's)."""

    resolution: int = 128
    width: int = 96
    blocks: int = 6
    detail: float = 0.0

    @property
    def margin_px(self) -> int:
        """How far a pixel's influence reaches, rounded up to a multiple of 4."""
        return 4 * (2 * self.blocks + 5)


class LocalNorm(nn.Module):
    """Scales the channels at each place to a root mean square of 1 (as in Karras et al., 2018): free of seams."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        size = x.square().mean(dim=1, keepdim=True)  # (B, 1, h, w)
        return x * (size + EPSILON).rsqrt() * self.gain


class Residual(nn.Module):
    """Two convolutions around which the picture passes unchanged."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = LocalNorm(channels)
        self.conv1 = _conv(channels, channels)
        self.conv2 = _conv(channels, channels)
        with torch.no_grad():
            self.conv2.weight.mul_(0.3)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.conv2(F.silu(self.conv1(self.norm(x))))
        return x + y


class Translator(nn.Module):
    """Pictures (B, 3, H, W) in -1..1 with grain (B, 1, H, W) -> paintings; H and W are multiples of 4, 32 or more."""

    def __init__(self, config: TranslatorConfig) -> None:
        super().__init__()
        self.config = config
        width, half = config.width, config.width // 2
        self.read = _conv(16, half)
        self.shrink = _conv(half, width, stride=2)
        self.blocks = nn.ModuleList(Residual(width) for _ in range(config.blocks))
        self.norm = LocalNorm(width)
        self.widen = _conv(width, half)
        self.write = _conv(half, 12)
        with torch.no_grad():
            self.write.weight.mul_(0.1)

    def encode(self, picture: Tensor, grain: Tensor) -> list[Tensor]:
        """What the network sees, coarser and coarser: (B, C/2, H/2, W/2), then (B, C, H/4, W/4) for every block."""
        x = F.pixel_unshuffle(torch.cat([picture, grain], dim=1), 2)  # (B, 16, H/2, W/2)
        seen = [F.silu(self.read(x))]
        seen.append(self.shrink(seen[-1]))
        for block in self.blocks:
            seen.append(block(seen[-1]))
        return seen

    def decode(self, x: Tensor, picture: Tensor) -> Tensor:
        """The last of what was seen (B, C, H/4, W/4) and the picture -> the painting (B, 3, H, W)."""
        x = F.interpolate(self.norm(x), scale_factor=2.0)  # (B, C, H/2, W/2)
        x = self.write(F.silu(self.widen(x)))  # (B, 12, H/2, W/2)
        return F.pixel_shuffle(x, 2) + self.underpainting(picture)

    def underpainting(self, picture: Tensor) -> Tensor:
        """The picture without its fine detail: colours stay sane, whatever the network does."""
        soft = F.interpolate(F.avg_pool2d(picture, 4), scale_factor=4.0, mode="bilinear")  # (B, 3, H, W)
        return torch.lerp(soft, picture, self.config.detail)

    def forward(self, picture: Tensor, grain: Tensor) -> Tensor:
        return self.decode(self.encode(picture, grain)[-1], picture)


def _conv(inputs: int, outputs: int, stride: int = 1) -> nn.Conv2d:
    conv = nn.Conv2d(inputs, outputs, 3, stride, padding=1, padding_mode="reflect")
    nn.init.normal_(conv.weight, std=sqrt(1 / (9 * inputs)))
    nn.init.zeros_(conv.bias)  # type: ignore[arg-type]
    return conv


class TranslatorEngine:
    """Owns the network; lives on the device thread."""

    def __init__(self, network: Translator, info: ModelInfo, device: torch.device) -> None:
        self.info = info
        self._network = network.to(device).eval()
        self._device = device

    @torch.inference_mode()
    def translate(self, pixels: Pixels, strength: float = 1.0, step: Step = no_step) -> Pixels:
        """The picture (H, W, 3) uint8 painted at its own size; strength 0 gives the picture itself.

        Raises StudioError for anything but 8-bit RGB of MIN_PX or more, and Cancelled where `step` does.
        """
        height, width = checked(pixels).shape[:2]
        reach = self._network.config.margin_px
        around = ((reach, -height % 4 + reach), (reach, -width % 4 + reach), (0, 0))
        wide = np.pad(pixels, around, mode="symmetric")  # so that no tile ends where the picture ends
        grain = canvas_grain(*wide.shape[:2])
        painted = np.empty((height, width, 3), np.uint8)
        tiles = list(_tiles(height, width))
        for done, (top, left, bottom, right) in enumerate(tiles):
            step(done, len(tiles))
            rows = slice(top, bottom + (top - bottom) % 4 + 2 * reach)
            columns = slice(left, right + (left - right) % 4 + 2 * reach)
            tile = self._painted(wide[rows, columns], grain[rows, columns], strength)
            inside = tile[reach : reach + bottom - top, reach : reach + right - left]
            painted[top:bottom, left:right] = inside
        return painted

    def _painted(self, pixels: Pixels, grain: Tensor, strength: float) -> Pixels:
        """One tile, moved from the photo to the painting by `strength`."""
        photo = torch.from_numpy(pixels.copy()).to(self._device).permute(2, 0, 1)[None].float() / 127.5 - 1
        painting = self._network(photo, grain[None, None].to(self._device))  # (1, 3, h, w)
        mixed = torch.lerp(photo, painting, strength)[0]
        levels = mixed.mul(127.5).add(128.0).clamp_(0, 255).to(torch.uint8)  # floor(x + 1/2) rounds
        return levels.permute(1, 2, 0).cpu().numpy()


def canvas_grain(height: int, width: int) -> Tensor:
    """(height, width) of noise, always the same: what gives strokes to places where the photo is even."""
    return torch.randn(height, width, generator=torch.Generator().manual_seed(GRAIN_SEED))


def _tiles(height: int, width: int) -> Iterator[tuple[int, int, int, int]]:
    """(top, left, bottom, right) of the pieces that cover the picture, TILE_PX px at most."""
    for top in range(0, height, TILE_PX):
        for left in range(0, width, TILE_PX):
            yield top, left, min(top + TILE_PX, height), min(left + TILE_PX, width)


def checked(pixels: Pixels) -> Pixels:
    """The picture itself; raises StudioError for anything but (H, W, 3) uint8 of MIN_PX or more."""
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8:
        raise StudioError("A picture must be 8-bit RGB.", f"got {pixels.shape} {pixels.dtype}")
    if min(pixels.shape[:2]) < MIN_PX:
        raise StudioError(f"The picture is too small to paint: {pixels.shape[1]} x {pixels.shape[0]} px.")
    return pixels


def open_engine(entry: CatalogueEntry, device: torch.device) -> TranslatorEngine:
    """Load a bundled or user model; raises StudioError where card and weights do not agree."""
    network = Translator(read_config(entry.card, TranslatorConfig))
    fill_module(network, read_weights(entry), entry.card.name)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return TranslatorEngine(network, ModelInfo(entry.card), device)
