"""The StyleGAN2 generator, with skip, residual or plain blocks: w of every layer in, picture out.

Written from "Analyzing and Improving the Image Quality of StyleGAN" (Karras et al., 2020) and "Training Generative
Adversarial Networks with Limited Data" (2020a); the names of its parts are those that checkpoints have. This module is
for reading, for batches and for gradients; `stylegan2_drawing.py` draws the same pictures faster.

Invariant: with the weights fixed, a pure function of its arguments; noise is given, never drawn.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from studio.engines.picture.modulation import SLOPE
from studio.engines.picture.style_mapping import ROOT2, Linear, Mapping, MappingConfig, Moves

TINY = 1e-8
HALF = math.sqrt(0.5)  # keeps the variance of a sum of two
Noise = Sequence[Tensor | None]
"""For each layer, coarsest first: (H, W), already as strong as it is to be; None is no noise."""


@dataclass(frozen=True, kw_only=True)
class StyleGan2Config(MappingConfig):
    """The shape of a generator; stored in its card. channels: at 4, 8, 16 ... px."""

    channels: tuple[int, ...]
    architecture: str = "skip"
    start: tuple[int, int] = (4, 4)  # of the learned constant
    clamp: float = 0.0  # above 0: features lie within it
    taps: tuple[float, ...] = (0.125, 0.375, 0.375, 0.125)  # of the filter for doubling
    noise: bool = True

    @property
    def num_layers(self) -> int:
        """How many w a picture takes; the last is only for its colours."""
        return 2 * len(self.channels)

    @property
    def exits(self) -> tuple[int, ...]:
        """The longer sides in px at which a picture is whole: of a skip generator every resolution."""
        sizes = tuple(max(self.start) << i for i in range(len(self.channels)))
        return sizes if self.architecture == "skip" else sizes[-1:]


class Layer(nn.Module):
    """Modulated and demodulated convolution, doubling in size where `up`; noise, bias, leaky ReLU."""

    noise_const: Tensor

    def __init__(
        self, inputs: int, outputs: int, size: tuple[int, int], config: StyleGan2Config, up: bool
    ) -> None:
        super().__init__()
        self.weight, self.bias = (
            nn.Parameter(torch.empty(outputs, inputs, 3, 3)),
            nn.Parameter(torch.empty(outputs)),
        )
        self.affine = Linear(config.w_dim, inputs)
        self.up, self.clamp, self.taps, self.size = up, config.clamp, config.taps, size
        if config.noise:
            self.noise_strength = nn.Parameter(torch.empty(()))
            self.register_buffer("noise_const", torch.empty(size))

    def forward(self, x: Tensor, w: Tensor, noise: Tensor | None = None, gain: float = 1.0) -> Tensor:
        """x (B, C, H, W), w (B, w_dim) -> (B, C', H or 2H, W or 2W)."""
        style = self.affine(w)  # (B, C)
        energies = self.weight.square().sum(dim=(2, 3)).T  # (C, C')
        factor = torch.rsqrt(style.square() @ energies + TINY)  # (B, C')
        x = x * style[:, :, None, None]
        x = self._doubled(x) if self.up else F.conv2d(x, self.weight, padding=1)
        x = x * factor[:, :, None, None] + self.bias[:, None, None]
        if noise is not None:
            x = x + noise
        return clamped(F.leaky_relu(x, SLOPE) * (ROOT2 * gain), self.clamp * gain)

    def _doubled(self, x: Tensor) -> Tensor:
        x = F.conv_transpose2d(x, self.weight.transpose(0, 1), stride=2)  # (B, C', 2H + 1, 2W + 1)
        return filtered(x, self.taps, (1, 1))


class ToRgb(nn.Module):
    """A modulated 1 x 1 convolution to colours."""

    def __init__(self, inputs: int, config: StyleGan2Config) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(config.colours, inputs, 1, 1))
        self.bias = nn.Parameter(torch.empty(config.colours))
        self.affine, self.clamp = Linear(config.w_dim, inputs), config.clamp

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        style = self.affine(w) / math.sqrt(self.weight.shape[1])  # (B, C)
        rgb = F.conv2d(x * style[:, :, None, None], self.weight, self.bias)  # (B, colours, H, W)
        return clamped(rgb, self.clamp)


class Skip(nn.Module):
    """The way round a residual block: 1 x 1 convolution and doubling."""

    def __init__(self, inputs: int, outputs: int, taps: tuple[float, ...]) -> None:
        super().__init__()
        self.weight, self.taps = nn.Parameter(torch.empty(outputs, inputs, 1, 1)), taps

    def forward(self, x: Tensor) -> Tensor:
        return doubled(F.conv2d(x, self.weight * (HALF / math.sqrt(self.weight.shape[1]))), self.taps)


class Block(nn.Module):
    """One resolution. The first begins with a constant and has one convolution; the others have two."""

    def __init__(self, index: int, config: StyleGan2Config) -> None:
        super().__init__()
        own, before = config.channels[index], config.channels[max(index - 1, 0)]
        size = (config.start[0] << index, config.start[1] << index)
        self.taps = config.taps
        if index:
            self.conv0 = Layer(before, own, size, config, up=True)
        else:
            self.const = nn.Parameter(torch.empty(own, *size))
        self.conv1 = Layer(own, own, size, config, up=False)
        last = index == len(config.channels) - 1
        self.torgb = ToRgb(own, config) if last or config.architecture == "skip" else None
        self.skip = Skip(before, own, config.taps) if index and config.architecture == "resnet" else None

    def forward(
        self, x: Tensor | None, rgb: Tensor | None, w: Tensor, noise: Noise
    ) -> tuple[Tensor, Tensor | None]:
        """Features and colours of the block before, w (B, 2 or 3, w_dim) -> features and colours of this one."""
        around = self.skip(x) if self.skip is not None else None
        if x is None:
            x = self.const.expand(len(w), -1, -1, -1)
        else:
            x = self.conv0(x, w[:, 0], noise[0])
        x = self.conv1(x, w[:, -2], noise[-1], HALF if around is not None else 1.0)
        x = x if around is None else around + x
        rgb = None if rgb is None else doubled(rgb, self.taps)
        if self.torgb is not None:
            own = self.torgb(x, w[:, -1])
            rgb = own if rgb is None else rgb + own
        return x, rgb


class Synthesis(nn.Module):
    """The blocks by their names b4, b8 ..."""

    def __init__(self, config: StyleGan2Config) -> None:
        super().__init__()
        self.names = [f"b{4 << i}" for i in range(len(config.channels))]
        for i, name in enumerate(self.names):
            self.add_module(name, Block(i, config))

    def blocks(self) -> list[Block]:
        return [block for name in self.names if isinstance(block := self.get_submodule(name), Block)]

    def layers(self) -> list[Layer]:
        """All convolutions with noise, coarsest first."""
        return [layer for block in self.blocks() for layer in block.children() if isinstance(layer, Layer)]


class StyleGan2(nn.Module):
    """The whole network, with the rows of its sliders."""

    def __init__(self, config: StyleGan2Config) -> None:
        super().__init__()
        self.config = config
        self.mapping = Mapping(config)
        self.synthesis = Synthesis(config)
        if config.sliders:
            self.directions = Moves(len(config.sliders), config.num_layers, config.w_dim)

    def synthesise(self, w: Tensor, noise: Noise, stop_at: int | None = None) -> Tensor:
        """w (B, num_layers, w_dim) -> colours (B, colours, H, W), about -1 to 1; of a skip generator also at the first
        resolution whose longer side is `stop_at`."""
        _, rgb = self._paint(w, noise, stop_at if self.config.architecture == "skip" else None)
        assert rgb is not None
        return rgb

    def features(self, w: Tensor, noise: Noise, size: int) -> Tensor:
        """w (B, num_layers, w_dim) -> the features (B, C, H, W) at the first resolution whose longer side is `size`."""
        return self._paint(w, noise, size)[0]

    def _paint(self, w: Tensor, noise: Noise, stop_at: int | None) -> tuple[Tensor, Tensor | None]:
        x: Tensor | None = None
        rgb: Tensor | None = None
        for i, block in enumerate(self.synthesis.blocks()):
            if x is not None and stop_at is not None and max(x.shape[-2:]) >= stop_at:
                break
            x, rgb = block(x, rgb, w[:, rows(i)], noise[max(2 * i - 1, 0) : 2 * i + 1])
        assert x is not None
        return x, rgb

    def own_noise(self, strength: float = 1.0) -> list[Tensor | None]:
        """The noise that was learned with the weights."""
        if not self.config.noise:
            return self.no_noise()
        return [self._strong(layer, layer.noise_const, strength) for layer in self.synthesis.layers()]

    def random_noise(self, seed: int, strength: float = 1.0) -> list[Tensor | None]:
        """Noise of a seed, drawn from the coarsest layer to the finest."""
        if not self.config.noise:
            return self.no_noise()
        random = np.random.RandomState(seed)
        return [
            self._strong(layer, torch.from_numpy(random.randn(*layer.size)).to(layer.bias), strength)
            for layer in self.synthesis.layers()
        ]

    def _strong(self, layer: Layer, noise: Tensor, strength: float) -> Tensor:
        return noise * (layer.noise_strength * strength)

    def no_noise(self) -> list[Tensor | None]:
        return [None] * (self.config.num_layers - 1)


def rows(block: int) -> slice:
    """Which w a block takes: the last, for its colours, is also the first of the next."""
    return slice(max(2 * block - 1, 0), 2 * block + 2)


def clamped(x: Tensor, limit: float) -> Tensor:
    return x.clamp(-limit, limit) if limit else x


def filtered(x: Tensor, taps: Sequence[float], padding: tuple[int, int], gain: float = 2.0) -> Tensor:
    """x (B, C, H, W) through the filter along both axes, `gain` for each, with zeros around: (before, after)."""
    channels = int(x.shape[1])
    kernel = x.new_tensor(taps) * gain
    x = F.pad(x, (*padding, *padding))
    x = F.conv2d(x, kernel.view(1, 1, 1, -1).expand(channels, -1, -1, -1), groups=channels)
    return F.conv2d(x, kernel.view(1, 1, -1, 1).expand(channels, -1, -1, -1), groups=channels)


def doubled(x: Tensor, taps: Sequence[float]) -> Tensor:
    """(B, C, H, W) at twice the size: zeros between, then the filter."""
    batch, channels, height, width = x.shape
    spread = x.new_zeros(batch, channels, height, 2, width, 2)
    spread[:, :, :, 0, :, 0] = x
    return filtered(spread.view(batch, channels, 2 * height, 2 * width), taps, (2, 1))
