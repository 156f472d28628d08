"""The synthesis network of StyleGAN2, prepared for drawing one picture at a time.

A modulated convolution is the same when the weights are scaled as when what goes in is: whatever has fewer numbers is
scaled. The demodulation, the bias and the gain ride on the weights or on the filter that follows the doubling; what is
left works in place, since fresh memory costs more than the sums. In shorter numbers it draws drafts.

Invariant: in float32 the picture is that of `StyleGan2.synthesise`, up to rounding. Lives on the device thread.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from studio.engines.picture.modulation import SLOPE
from studio.engines.picture.style_mapping import ROOT2
from studio.engines.picture.stylegan2 import (
    HALF,
    TINY,
    Block,
    Layer,
    Noise,
    Skip,
    StyleGan2,
    ToRgb,
    doubled,
    rows,
)
from studio.engines.picture.synthesis import packed_convolution, packed_weight

LAST = torch.channels_last


class DrawnLayer:
    """A Layer for one picture, in numbers of `dtype`. Owns its weights, and its noise as it is now."""

    def __init__(self, layer: Layer, dtype: torch.dtype, gain: float = 1.0) -> None:
        self._layer, self._dtype, self._gain = layer, dtype, ROOT2 * gain
        weight = layer.weight
        self._energies = weight.square().sum(dim=(2, 3)).T.contiguous()  # (C, C')
        outputs, (height, width) = len(weight), layer.size
        self._few_weights = outputs * 9 < height * width and not layer.up
        self._weight = (
            (weight.transpose(0, 1) if layer.up else weight).to(dtype).contiguous(memory_format=LAST)
        )
        self._packed = None if self._few_weights or layer.up else packed_weight(self._weight, layer.size)
        taps = weight.new_tensor(layer.taps) * 2
        self._filter = torch.outer(taps, taps)  # (4, 4)
        self._clamp = layer.clamp * gain
        self._noise: Tensor | None = None

    def take_noise(self, noise: Tensor | None) -> None:
        """The noise (H, W) of the next pictures."""
        self._noise = None if noise is None else (noise * self._gain).to(self._dtype)

    def __call__(self, x: Tensor, w: Tensor) -> Tensor:
        """x (1, C, H, W), which is written over, and w (1, w_dim) -> (1, C', H', W')."""
        style = self._layer.affine(w)  # (1, C)
        factor = torch.rsqrt(style.square() @ self._energies + TINY)[0] * self._gain  # (C')
        bias = (self._layer.bias * self._gain).to(self._dtype)
        x = self._convolved(x, style[0], factor, bias)
        if self._noise is not None:
            x.add_(self._noise)
        F.leaky_relu_(x, SLOPE)
        return x.clamp_(-self._clamp, self._clamp) if self._clamp else x

    def _convolved(self, x: Tensor, style: Tensor, factor: Tensor, bias: Tensor) -> Tensor:
        if self._few_weights:
            weight = self._weight * (factor[:, None] * style)[:, :, None, None].to(self._dtype)
            return F.conv2d(x, weight, bias, padding=1)
        x = x.mul_(style[:, None, None].to(self._dtype))
        if self._layer.up:
            x = F.conv_transpose2d(x, self._weight, stride=2)  # (1, C', 2H + 1, 2W + 1)
            kernel = (self._filter * factor[:, None, None])[:, None].to(self._dtype)  # (C', 1, 4, 4)
            return F.conv2d(x, kernel.contiguous(memory_format=LAST), bias, padding=1, groups=len(kernel))
        x = (
            F.conv2d(x, self._weight, padding=1)
            if self._packed is None
            else packed_convolution(x, self._packed)
        )
        return x.mul_(factor[:, None, None].to(self._dtype)).add_(bias[:, None, None])


class DrawnColours:
    """A ToRgb for one picture; colours are float32."""

    def __init__(self, torgb: ToRgb, dtype: torch.dtype) -> None:
        self._torgb, self._dtype = torgb, dtype
        self._weight = torgb.weight / math.sqrt(torgb.weight.shape[1])

    def __call__(self, x: Tensor, w: Tensor) -> Tensor:
        weight = self._weight * self._torgb.affine(w)[:, :, None, None]  # (colours, C, 1, 1)
        rgb = F.conv2d(x, weight.to(self._dtype).contiguous(memory_format=LAST)).float()
        rgb = rgb.add_(self._torgb.bias[:, None, None])
        return rgb.clamp_(-self._torgb.clamp, self._torgb.clamp) if self._torgb.clamp else rgb


class DrawnSkip:
    """A Skip for one picture."""

    def __init__(self, skip: Skip, dtype: torch.dtype) -> None:
        weight = skip.weight * (HALF / math.sqrt(skip.weight.shape[1]))
        self._weight, self._taps = weight.to(dtype).contiguous(memory_format=LAST), skip.taps

    def __call__(self, x: Tensor) -> Tensor:
        return doubled(F.conv2d(x, self._weight), self._taps)


class DrawnBlock:
    """A Block for one picture."""

    def __init__(self, block: Block, dtype: torch.dtype) -> None:
        self._taps = block.taps
        self.skip = DrawnSkip(block.skip, dtype) if block.skip is not None else None
        gain = HALF if self.skip is not None else 1.0
        self.layers = [DrawnLayer(block.conv1, dtype, gain)]
        self._const: Tensor | None = None
        if hasattr(block, "const"):
            self._const = block.const[None].to(dtype).contiguous(memory_format=LAST)
        else:
            self.layers.insert(0, DrawnLayer(block.conv0, dtype))
        self._torgb = DrawnColours(block.torgb, dtype) if block.torgb is not None else None

    def __call__(self, x: Tensor | None, rgb: Tensor | None, w: Tensor) -> tuple[Tensor, Tensor | None]:
        """As `Block`, without the noise, which its layers have."""
        if self._const is not None:
            x = self._const.clone()
        assert x is not None
        around = self.skip(x) if self.skip is not None else None  # before the layers write over x
        for i, layer in enumerate(self.layers):
            x = layer(x, w[:, i])
        x = x if around is None else x.add_(around)
        rgb = None if rgb is None else doubled(rgb, self._taps)
        if self._torgb is not None:
            own = self._torgb(x, w[:, -1])
            rgb = own if rgb is None else rgb.add_(own)
        return x, rgb


class Drawing:
    """w (1, num_layers, w_dim) -> colours (1, colours, H, W), about -1 to 1, with the noise that it was given last."""

    def __init__(self, generator: StyleGan2, dtype: torch.dtype = torch.float32) -> None:
        self._blocks = [DrawnBlock(block, dtype) for block in generator.synthesis.blocks()]

    def take_noise(self, noise: Noise) -> None:
        layers = [layer for block in self._blocks for layer in block.layers]
        for layer, own in zip(layers, noise, strict=True):
            layer.take_noise(own)

    def __call__(self, w: Tensor, stop_at: int | None = None) -> Tensor:
        """As `StyleGan2.synthesise`."""
        x, rgb = None, None
        for i, block in enumerate(self._blocks):
            if rgb is not None and stop_at is not None and max(rgb.shape[-2:]) >= stop_at:
                break
            x, rgb = block(x, rgb, w[:, rows(i)])
        assert rgb is not None
        return rgb
