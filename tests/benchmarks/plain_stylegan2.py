"""StyleGAN2's synthesis as its paper describes it, for comparison: modulated weights, grouped convolutions, a filter
with zeros between the pixels, and every other step on its own."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from studio.engines.picture.stylegan2 import Layer, Noise, StyleGan2, ToRgb, rows


def synthesise(generator: StyleGan2, w: Tensor, noise: Noise) -> Tensor:
    """A skip generator: w (B, num_layers, w_dim) -> colours (B, colours, H, W)."""
    x, rgb, index = generator.synthesis.b4.const.repeat(len(w), 1, 1, 1), None, 0
    for i, block in enumerate(generator.synthesis.blocks()):
        ws = w[:, rows(i)]
        for j, layer in enumerate(child for child in block.children() if isinstance(child, Layer)):
            x = _layer(layer, x, ws[:, j if i else 0], noise[index])
            index += 1
        own = _colours(block.torgb, x, ws[:, -1])
        rgb = own if rgb is None else _resampled(rgb, layer.taps, 2, (2, 1)) + own
    return rgb


def _layer(layer: Layer, x: Tensor, w: Tensor, noise: Tensor | None) -> Tensor:
    weight = layer.weight[None] * layer.affine(w)[:, None, :, None, None]  # (B, C', C, 3, 3)
    weight = weight * weight.square().sum(dim=(2, 3, 4), keepdim=True).add(1e-8).rsqrt()
    batch, outputs, inputs = weight.shape[:3]
    x = x.reshape(1, batch * inputs, *x.shape[2:])
    if layer.up:
        weight = weight.transpose(1, 2).reshape(batch * inputs, outputs, 3, 3)
        x = F.conv_transpose2d(x, weight, stride=2, groups=batch)
        x = _resampled(x.reshape(batch, outputs, *x.shape[2:]), layer.taps, 1, (1, 1))
    else:
        x = F.conv2d(x, weight.reshape(batch * outputs, inputs, 3, 3), padding=1, groups=batch)
        x = x.reshape(batch, outputs, *x.shape[2:])
    if noise is not None:
        x = x + noise
    x = F.leaky_relu(x + layer.bias[None, :, None, None], 0.2) * math.sqrt(2)
    return x.clamp(-layer.clamp, layer.clamp) if layer.clamp else x


def _colours(torgb: ToRgb, x: Tensor, w: Tensor) -> Tensor:
    weight = torgb.weight[None] * (torgb.affine(w) / math.sqrt(x.shape[1]))[:, None, :, None, None]
    batch, colours, inputs = weight.shape[:3]
    flat = x.reshape(1, batch * inputs, *x.shape[2:])
    rgb = F.conv2d(flat, weight.reshape(batch * colours, inputs, 1, 1), groups=batch)
    rgb = rgb.reshape(batch, colours, *rgb.shape[2:]) + torgb.bias[None, :, None, None]
    return rgb.clamp(-torgb.clamp, torgb.clamp) if torgb.clamp else rgb


def _resampled(x: Tensor, taps: tuple[float, ...], up: int, padding: tuple[int, int]) -> Tensor:
    """Zeros between the pixels, padding, and the filter as one 4 x 4 convolution for each channel."""
    batch, channels, height, width = x.shape
    x = F.pad(x.reshape(batch, channels, height, 1, width, 1), (0, up - 1, 0, 0, 0, up - 1))
    x = F.pad(x.reshape(batch, channels, height * up, width * up), (*padding, *padding))
    one = x.new_tensor(taps)
    kernel = (torch.outer(one, one) * 4)[None, None].repeat(channels, 1, 1, 1)
    return F.conv2d(x, kernel, groups=channels)
