"""Photo to painting: a small convolutional network that repaints a picture at its own size.

The generator of "Contrastive Learning for Unpaired Image-to-Image Translation" (Park et al., 2020), made local: its
normalisation looks at one place only, so what is further from a pixel than `reach_px` never matters to it.
Invariant: the same picture, strength and model give the same pixels, in one piece or in tiles.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from studio.core.card import Card, ModelInfo
from studio.core.errors import StudioError
from studio.core.picture import Pixels
from studio.core.retouch import Retouch
from studio.engines.catalogue import CatalogueEntry
from studio.engines.picture.directions import read_config
from studio.engines.picture.tiles import Steps, Tiling, tiled
from studio.engines.weights import fill_module, read_weights

TILE_PX = GRAIN_PX = 512
GRAIN_SEED = 20
EPSILON = 1e-4


@dataclass(frozen=True)
class TranslatorConfig:
    """width: channels at a quarter of the size, half as many at half of it; detail: share of the photo's own fine
    detail that passes beside the network (0: every stroke is the network's)."""

    resolution: int = 128
    width: int = 64
    blocks: int = 6
    detail: float = 0.0

    @property
    def reach_px(self) -> int:
        """How far the network looks, rounded up to a multiple of 4."""
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
    """Paints over pictures of any size, tile by tile. Owns the network; lives on the device thread."""

    def __init__(self, network: Translator, card: Card, device: torch.device) -> None:
        self.info = ModelInfo(card)
        self._network = network.to(device).eval().requires_grad_(False)
        self._device = device

    def retouch(self, pixels: Pixels, wish: Retouch) -> Steps:
        """Paint as strongly as the wish says; raises StudioError for a wish of another kind."""
        if wish.kind != "translate":
            raise StudioError(f"The model {self.info.card.name} cannot {wish.kind} this picture.")
        return self._painted(pixels, wish.strength)

    def translate(self, pixels: Pixels, strength: float = 1.0) -> Pixels:
        """The picture (H, W, 3) uint8 painted at its own size; strength 0 gives the picture itself."""
        steps = self._painted(pixels, strength)
        try:
            while True:
                next(steps)
        except StopIteration as end:
            painted: Pixels = end.value
            return painted

    def _painted(self, pixels: Pixels, strength: float) -> Steps:
        if strength == 0:
            yield 1, 1
            return pixels
        tiling = Tiling(TILE_PX, self._network.config.reach_px)
        return (yield from tiled(pixels, tiling, lambda tile: self._paint(tile, strength), self._device))

    def _paint(self, tile: Tensor, strength: float) -> Tensor:
        """A tile (1, 3, h, w) in 0..1 with its surroundings, moved from the photo to the painting by `strength`."""
        height, width = tile.shape[2:]
        photo = F.pad(tile * 2 - 1, (0, -width % 4, 0, -height % 4), mode="reflect")
        grain = canvas_grain(photo.shape[2], photo.shape[3], self._network.config.reach_px).to(self._device)
        painting = self._network(photo, grain)[:, :, :height, :width]
        return torch.lerp(tile, painting / 2 + 0.5, strength)


def canvas_grain(height: int, width: int, reach: int = 0) -> Tensor:
    """Noise (1, 1, height, width), always the same: what gives strokes to places where the photo is even.

    It repeats every GRAIN_PX, of which every tile's corner is a multiple; `reach` px stand before that corner.
    """
    grain = torch.randn(GRAIN_PX, GRAIN_PX, generator=torch.Generator().manual_seed(GRAIN_SEED))
    rows, columns = ((torch.arange(side) - reach) % GRAIN_PX for side in (height, width))
    return grain[rows][:, columns][None, None]


def open_engine(entry: CatalogueEntry, device: torch.device) -> TranslatorEngine:
    """Load a bundled or user model; raises StudioError where card and weights do not agree."""
    network = Translator(read_config(entry.card, TranslatorConfig))
    fill_module(network, read_weights(entry), entry.card.name)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return TranslatorEngine(network, entry.card, device)
