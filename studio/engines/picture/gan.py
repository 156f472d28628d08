"""A style-based skip generator: seed and style weights in, picture out.

Written from "Analyzing and Improving the Image Quality of StyleGAN" (Karras et al., 2020): a mapping network
z -> w, modulated and demodulated convolutions, per-layer noise and a running RGB sum at each resolution. Departures
that serve small data and CPUs: the 4 x 4 start is computed from w and an underpainting joins at 16 px, so that every
picture has its own layout from the first minutes of training; the first convolution of a block works before the
upsampling, at a quarter of the cost; noise starts at 32 px.

Invariant: with the weights fixed, `Generator.eval()` is a pure function of its arguments; the noise is constant.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from studio.engines.picture.directions import Direction, Directions
from studio.engines.picture.modulation import GAIN, SLOPE, EqualLinear, ModulatedConv
from studio.engines.picture.sketch import Sketch

NOISE_FROM = 32  # px; noise in coarser layers would take the layout away from w
RGB_GAIN = 0.25  # pictures start as soft greys, not as saturated noise


@dataclass(frozen=True)
class GanConfig:
    """The shape of a generator; stored in its card."""

    styles: tuple[str, ...]
    groups: tuple[int, ...] = ()  # how many styles each group has, as genres and manners; () is one group
    home: tuple[float, ...] = ()  # weights of the styles where none is chosen; () is an even mix
    resolution: int = 64
    z_dim: int = 128
    w_dim: int = 256  # of which z_dim are the code of the underpainting
    sketch: int = 16  # px of the underpainting
    colours: int = 3  # 1 draws in grey
    ink: float = 0.0  # above 0: how hard the edge between ink and paper is
    mapping_layers: int = 4
    mapping_lr: float = 0.1
    channels: tuple[int, ...] = (256, 256, 192, 96, 48)  # at 4, 8, 16, ... px
    directions: int = 24  # principal components of w
    sliders: tuple[Direction, ...] = ()  # what the rows of `moves` are; () is a slider for each component
    noise_seed: int = 0

    @property
    def num_layers(self) -> int:
        """How many w vectors a picture takes: two for each resolution."""
        return 2 * len(self.channels)

    @property
    def group_sizes(self) -> tuple[int, ...]:
        """How many styles each group has; a picture takes a share of 1 from every group."""
        return self.groups or (len(self.styles),)


class Mapping(nn.Module):
    """z and style weights -> w = (code of the underpainting, style). The weights blend rows of a table, so styles mix.

    z is standard normal; the code is where real pictures of the style mixture lie among their principal components
    (`code_mean`, a part for each style, and `code_root`, the root of the covariance of each style of the first group).
    """

    code_mean: Tensor
    code_root: Tensor

    def __init__(self, config: GanConfig) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.randn(len(config.styles), config.z_dim))
        self.register_buffer("code_mean", torch.zeros(len(config.styles), config.z_dim))
        self.group_sizes = config.group_sizes
        self.register_buffer("code_root", torch.eye(config.z_dim).repeat(self.group_sizes[0], 1, 1))
        hidden = [config.w_dim] * (config.mapping_layers - 1)
        sizes = [2 * config.z_dim, *hidden, config.w_dim - config.z_dim]
        self.layers = nn.ModuleList(EqualLinear(a, b, lr=config.mapping_lr) for a, b in pairwise(sizes))

    def forward(self, z: Tensor, style_weights: Tensor) -> Tensor:
        spread = torch.einsum("bn,nij,bj->bi", self.roots(style_weights), self.code_root, z)  # (B, z_dim)
        code = style_weights @ self.code_mean + spread
        return self.from_code(code, style_weights)

    def roots(self, style_weights: Tensor) -> Tensor:
        """The share of each root of a covariance (B, n)."""
        return style_weights[:, : self.group_sizes[0]]

    def from_code(self, code: Tensor, style_weights: Tensor) -> Tensor:
        """code (B, z_dim), style_weights (B, N) -> w (B, w_dim)."""
        style = style_weights @ self.table  # (B, z_dim)
        x = torch.cat([unit_variance(code), unit_variance(style)], dim=1)  # (B, 2 z_dim)
        for layer in self.layers:
            x = F.leaky_relu(layer(x), SLOPE) * GAIN  # (B, w_dim - z_dim) at the end
        return torch.cat([code, x], dim=1)


def unit_variance(x: Tensor) -> Tensor:
    """Rows of x (B, n) scaled to a mean square of 1."""
    return x * torch.rsqrt(x.square().mean(dim=1, keepdim=True) + 1e-8)


class SynthesisLayer(nn.Module):
    """Modulated convolution, noise, bias, leaky ReLU (its gain is folded into the demodulation)."""

    noise: Tensor | None

    def __init__(self, inputs: int, outputs: int, w_dim: int, size: int) -> None:
        super().__init__()
        self.conv = ModulatedConv(inputs, outputs, w_dim)
        self.bias = nn.Parameter(torch.zeros(1, outputs, 1, 1))
        noise = torch.zeros(1, 1, size, size) if size >= NOISE_FROM else None
        self.register_buffer("noise", noise, persistent=False)
        if noise is not None:
            self.noise_strength = nn.Parameter(torch.zeros(()))

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        x, factor = self.conv(x, w)  # (B, C', H, W)
        x = torch.addcmul(self.bias.to(x.dtype), x, factor)
        if self.noise is not None:
            noise = (
                torch.randn_like(x[:, :1]) if self.training else self.noise.to(x.dtype)
            )  # (B or 1, 1, H, W)
            x = x.add_(noise * (0.1 * self.noise_strength).to(x.dtype))
        return F.leaky_relu_(x, SLOPE)


class Block(nn.Module):
    """One resolution: convolve small, double the size, convolve again, add to the running RGB."""

    def __init__(self, widths: tuple[int, int], size: int, config: GanConfig) -> None:
        super().__init__()
        (inputs, outputs), w_dim = widths, config.w_dim
        self.conv0 = SynthesisLayer(inputs, outputs, w_dim, size)
        self.conv1 = SynthesisLayer(outputs, outputs, w_dim, 2 * size)
        self.to_rgb = ToRgb(outputs, w_dim, config.colours)

    def forward(self, x: Tensor, rgb: Tensor, w: Tensor) -> tuple[Tensor, Tensor]:
        x = doubled(self.conv0(x, w[:, 0]))  # (B, C', 2H, 2W)
        x = self.conv1(x, w[:, 1])
        return x, doubled(rgb) + self.to_rgb(x, w[:, 1])


class RgbConv(nn.Module):
    """A 1 x 1 modulated convolution to three channels or one, without demodulation."""

    def __init__(self, inputs: int, w_dim: int, colours: int) -> None:
        super().__init__()
        self.affine = EqualLinear(w_dim, inputs, bias=1.0)
        self.weight = nn.Parameter(torch.randn(colours, inputs, 1, 1))
        self.scale = RGB_GAIN / math.sqrt(inputs)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        weight = self.weight[None, :, :, 0, 0] * (self.affine(w) * self.scale)[:, None]  # (B, 3, C)
        return torch.einsum("boc,bchw->bohw", weight.to(x.dtype), x)  # (B, 3, H, W)


class ToRgb(nn.Module):
    """What a resolution adds to the running picture, in float32."""

    def __init__(self, inputs: int, w_dim: int, colours: int) -> None:
        super().__init__()
        self.conv = RgbConv(inputs, w_dim, colours)
        self.bias = nn.Parameter(torch.zeros(1, colours, 1, 1))

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        rgb: Tensor = self.conv(x, w)
        return rgb.float() + self.bias  # (B, 3, H, W)


def doubled(x: Tensor) -> Tensor:
    """(B, C, H, W) at twice the size, bilinear."""
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


class Start(nn.Module):
    """The 4 x 4 start and its RGB, computed from w: a constant start freezes the layout on small data."""

    def __init__(self, config: GanConfig) -> None:
        super().__init__()
        channels, w_dim = config.channels[0], config.w_dim
        self.linear = EqualLinear(w_dim, channels * 16)
        self.conv = SynthesisLayer(channels, channels, w_dim, size=4)
        self.to_rgb = ToRgb(channels, w_dim, config.colours)

    def forward(self, w: Tensor) -> tuple[Tensor, Tensor]:
        x = self.linear(w[:, 0]).view(len(w), -1, 4, 4)  # (B, C, 4, 4)
        x = F.leaky_relu(x, SLOPE) * GAIN
        x = self.conv(x.contiguous(memory_format=torch.channels_last), w[:, 1])
        return x, self.to_rgb(x, w[:, 1])


class Underpainting(nn.Module):
    """The sketch of w's code, and the features that the blocks above make of it."""

    def __init__(self, config: GanConfig, channels: int) -> None:
        super().__init__()
        self.sketch = Sketch(config.z_dim, config.sketch, config.colours)
        self.to_features = nn.Parameter(torch.randn(channels, config.colours, 1, 1))

    def forward(self, w: Tensor) -> tuple[Tensor, Tensor]:
        """w (B, w_dim) -> RGB (B, 3, S, S) and features (B, C, S, S)."""
        rgb = self.sketch(w[:, : len(self.sketch.scale)])
        return rgb, F.conv2d(rgb, self.to_features)


class Generator(nn.Module):
    """The whole network. Owns the mapping, the synthesis blocks, the mean w of each style and the directions."""

    w_mean: Tensor

    def __init__(self, config: GanConfig) -> None:
        super().__init__()
        self.config = config
        self.mapping = Mapping(config)
        widths = config.channels
        self.start = Start(config)
        self.blocks = nn.ModuleList(Block(pair, 4 << i, config) for i, pair in enumerate(pairwise(widths)))
        self.underpainting = Underpainting(config, widths[config.sketch.bit_length() - 3])
        self.register_buffer("w_mean", torch.zeros(len(config.styles), config.w_dim))  # a part for each style
        self.directions = Directions(config.directions, config.w_dim, config.num_layers, config.sliders)
        self.draw_noise(config.noise_seed)

    def draw_noise(self, seed: int, strength: float = 1.0) -> None:
        """Fix the noise of all layers; the same seed gives the same texture everywhere."""
        random = np.random.RandomState(seed)
        for layer in (module for module in self.modules() if isinstance(module, SynthesisLayer)):
            if layer.noise is not None:
                layer.noise.copy_(torch.from_numpy(strength * random.randn(*layer.noise.shape)))

    def fold(self) -> None:
        """Prepare for drawing many pictures: constants of all convolutions are computed once, for good."""
        for module in self.modules():
            if isinstance(module, ModulatedConv):
                module.fold()

    def truncate(self, w: Tensor, style_weights: Tensor, psi: float) -> Tensor:
        """Pull w (B, w_dim) towards the mean of its style mixture: w_mean + psi (w - w_mean)."""
        mean = style_weights @ self.w_mean  # (B, w_dim)
        return mean + psi * (w - mean)

    def synthesise(self, w: Tensor, *, stop_at: int | None = None) -> Tensor:
        """w (B, num_layers, w_dim) -> RGB (B, 3, S, S), about -1 to 1; S is `stop_at` or the full resolution."""
        rgb = self._paint(w, stop_at)[1]
        return (torch.tanh(self.config.ink * rgb) if self.config.ink else rgb).expand(-1, 3, -1, -1)

    def features(self, w: Tensor, size: int) -> Tensor:
        """w (B, num_layers, w_dim) -> the features that the picture at `size` px is painted from (B, C, size, size)."""
        return self._paint(w, size)[0]

    def _paint(self, w: Tensor, stop_at: int | None) -> tuple[Tensor, Tensor]:
        x, rgb = self.start(w[:, :2])
        for i, block in enumerate(self.blocks):
            if stop_at is not None and rgb.shape[-1] >= stop_at:
                break
            x, rgb = block(x, rgb, w[:, 2 * i + 2 : 2 * i + 4])
            if rgb.shape[-1] == self.config.sketch:
                under, features = self.underpainting(w[:, 2 * i + 3])
                x, rgb = x + features.to(x.dtype), rgb + under
        return x, rgb

    def forward(self, z: Tensor, style_weights: Tensor) -> Tensor:
        """z (B, z_dim), style_weights (B, N) -> RGB (B, 3, S, S)."""
        w = self.mapping(z, style_weights)
        return self.synthesise(w[:, None].expand(-1, self.config.num_layers, -1))


def home_shares(config: GanConfig, wanted: Tensor | None = None) -> Tensor:
    """Weights (1, N) with a sum of 1 in every group; a group of `wanted` that is all 0 takes those of `config.home`."""
    home = torch.tensor([config.home or [1.0] * len(config.styles)])
    wanted = torch.zeros_like(home) if wanted is None else wanted
    pairs = zip(wanted.split(config.group_sizes, dim=1), home.split(config.group_sizes, dim=1), strict=True)
    chosen = [group if group.any() else usual for group, usual in pairs]
    return torch.cat([group / group.sum() for group in chosen], dim=1)
