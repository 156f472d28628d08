"""The StyleGAN3 generator, translation and rotation configurations: w of every layer in, picture out.

Written from "Alias-Free Generative Adversarial Networks" (Karras et al., 2021); the plan of the layers and the filters
are those of the checkpoint, whose names the parts have.

Invariant: with the weights fixed, a pure function of its arguments. There is no noise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from studio.engines.picture.modulation import SLOPE
from studio.engines.picture.resampling import Filters, enlarged, reduced
from studio.engines.picture.style_mapping import ROOT2, Linear, Mapping, MappingConfig, Moves

TINY = 1e-8


@dataclass(frozen=True)
class InputPlan:
    """The waves that a picture begins with. size: width and height with its margin."""

    channels: int
    size: tuple[int, int]
    sampling_rate: float
    bandwidth: float


@dataclass(frozen=True)
class LayerPlan:
    """One layer. size: width and height of what comes out; padding: left, right, above, below, of the larger grid;
    up_filter, down_filter: the shapes of the filters, () where there is none."""

    name: str
    inputs: int
    outputs: int
    kernel: int
    size: tuple[int, int]
    up: int
    down: int
    up_filter: tuple[int, ...]
    down_filter: tuple[int, ...]
    padding: tuple[int, int, int, int]
    clamp: float
    to_rgb: bool


@dataclass(frozen=True, kw_only=True)
class StyleGan3Config(MappingConfig):
    """The shape of a generator; stored in its card."""

    input: InputPlan
    layers: tuple[LayerPlan, ...]
    output_scale: float = 0.25

    @property
    def num_layers(self) -> int:
        """How many w a picture takes: one for the waves and one for each layer."""
        return 1 + len(self.layers)


class Waves(nn.Module):
    """Sine waves over the plane, turned and shifted by w and by hand."""

    transform: Tensor
    freqs: Tensor
    phases: Tensor

    def __init__(self, plan: InputPlan, w_dim: int) -> None:
        super().__init__()
        self.plan = plan
        self.weight = nn.Parameter(torch.empty(plan.channels, plan.channels))
        self.affine = Linear(w_dim, 4)
        self.register_buffer("transform", torch.empty(3, 3))
        self.register_buffer("freqs", torch.empty(plan.channels, 2))
        self.register_buffer("phases", torch.empty(plan.channels))

    def forward(self, w: Tensor, user: Tensor | None = None) -> Tensor:
        """w (B, w_dim); user (3, 3): the inverse of how the picture is to be moved, not as the checkpoint has it."""
        t = self.affine(w)  # (B, 4): cos, sin, x, y
        t = t / t[:, :2].norm(dim=1, keepdim=True)
        moved = _turned_back(t) @ _shifted_back(t) @ (self.transform if user is None else user)  # (B, 3, 3)
        phases = self.phases + (self.freqs @ moved[:, :2, 2:]).squeeze(2)  # (B, C)
        freqs = self.freqs @ moved[:, :2, :2]  # (B, C, 2)
        x = torch.einsum("hwk,bck->bhwc", self._places(w), freqs) + phases[:, None, None]  # (B, H, W, C)
        x = torch.sin(x * (2 * math.pi)) * self._strengths(freqs)[:, None, None]
        x = x @ (self.weight / math.sqrt(self.plan.channels)).T
        return x.permute(0, 3, 1, 2).contiguous()  # (B, C, H, W)

    def _strengths(self, freqs: Tensor) -> Tensor:
        """(B, C): waves above the bandwidth fade, those that the grid cannot hold are gone."""
        plan = self.plan
        above = freqs.norm(dim=2) - plan.bandwidth
        return (1 - above / (plan.sampling_rate / 2 - plan.bandwidth)).clamp(0, 1)

    def _places(self, like: Tensor) -> Tensor:
        """(H, W, 2): x and y of each pixel's centre, 1 being the width of the picture without its margin."""
        (width, height), rate = self.plan.size, self.plan.sampling_rate
        x = (torch.arange(width, device=like.device, dtype=like.dtype) + 0.5 - width / 2) / rate
        y = (torch.arange(height, device=like.device, dtype=like.dtype) + 0.5 - height / 2) / rate
        return torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=2)


class Layer(nn.Module):
    """Modulated convolution, then leaky ReLU on a finer grid between two filters, so that nothing aliases."""

    magnitude_ema: Tensor
    up_filter: Tensor | None
    down_filter: Tensor | None

    def __init__(self, plan: LayerPlan, w_dim: int) -> None:
        super().__init__()
        self.plan = plan
        self.weight = nn.Parameter(torch.empty(plan.outputs, plan.inputs, plan.kernel, plan.kernel))
        self.bias = nn.Parameter(torch.empty(plan.outputs))
        self.affine = Linear(w_dim, plan.inputs)
        self.register_buffer("magnitude_ema", torch.empty(()))
        self.register_buffer("up_filter", torch.empty(plan.up_filter) if plan.up_filter else None)
        self.register_buffer("down_filter", torch.empty(plan.down_filter) if plan.down_filter else None)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """x (B, C, H, W), w (B, w_dim) -> (B, C', H', W')."""
        plan, style = self.plan, self.affine(w)  # (B, C)
        weight: Tensor = self.weight
        if plan.to_rgb:
            factor = style.new_ones(())
            style = style / math.sqrt(plan.inputs * plan.kernel**2)
        else:
            weight = weight * weight.square().mean(dim=(1, 2, 3), keepdim=True).rsqrt()
            style = style * style.square().mean(dim=1, keepdim=True).rsqrt()
            energies = weight.square().sum(dim=(2, 3)).T  # (C, C')
            factor = torch.rsqrt(style.square() @ energies + TINY)[:, :, None, None]  # (B, C', 1, 1)
        style = style * self.magnitude_ema.rsqrt()
        x = F.conv2d(x * style[:, :, None, None], weight, padding=plan.kernel - 1)
        return self._activated(x * factor + self.bias[:, None, None])

    def _activated(self, x: Tensor) -> Tensor:
        plan = self.plan
        limit = plan.clamp or math.inf
        if plan.to_rgb:
            return reduced(
                enlarged(x, self.up_filter, plan.up, plan.padding).clamp(-limit, limit),
                self.down_filter,
                plan.down,
            )
        filters = Filters(self.up_filter, self.down_filter, plan.up, plan.down, plan.padding)
        return filters.activated(x, SLOPE, ROOT2, limit)


class Synthesis(nn.Module):
    """The waves and the layers, by their names in the checkpoint."""

    def __init__(self, config: StyleGan3Config) -> None:
        super().__init__()
        self.names = [plan.name for plan in config.layers]
        self.input = Waves(config.input, config.w_dim)
        for plan in config.layers:
            self.add_module(plan.name, Layer(plan, config.w_dim))

    def layers(self) -> list[Layer]:
        return [layer for name in self.names if isinstance(layer := self.get_submodule(name), Layer)]


class StyleGan3(nn.Module):
    """The whole network, with the rows of its sliders."""

    def __init__(self, config: StyleGan3Config) -> None:
        super().__init__()
        self.config = config
        self.mapping = Mapping(config)
        self.synthesis = Synthesis(config)
        if config.sliders:
            self.directions = Moves(len(config.sliders), config.num_layers, config.w_dim)

    def synthesise(self, w: Tensor, user: Tensor | None = None, shorter: torch.dtype | None = None) -> Tensor:
        """w (B, num_layers, w_dim) -> colours (B, colours, H, W), about -1 to 1; `user` as `Waves` takes it; shorter:
        the numbers of the layers between the waves, whose places need all digits, and the colours."""
        x = self.synthesis.input(w[:, 0], user)
        *layers, colours = self.synthesis.layers()
        with torch.autocast(x.device.type, shorter, enabled=shorter is not None):
            for i, layer in enumerate(layers, 1):
                x = layer(x if shorter is None else x.to(shorter), w[:, i])
        return colours(x.float(), w[:, -1]) * self.config.output_scale


def _turned_back(t: Tensor) -> Tensor:
    """(B, 3, 3) from (cos, sin, x, y)."""
    cos, sin, zero, one = t[:, 0], t[:, 1], torch.zeros_like(t[:, 0]), torch.ones_like(t[:, 0])
    return torch.stack([cos, -sin, zero, sin, cos, zero, zero, zero, one], dim=1).view(-1, 3, 3)


def _shifted_back(t: Tensor) -> Tensor:
    zero, one = torch.zeros_like(t[:, 0]), torch.ones_like(t[:, 0])
    return torch.stack([one, zero, -t[:, 2], zero, one, -t[:, 3], zero, zero, one], dim=1).view(-1, 3, 3)
