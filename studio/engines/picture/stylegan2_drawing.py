"""The synthesis network of StyleGAN2, prepared for drawing one picture at a time.

A modulated convolution is the same when the weights are scaled as when what goes in is: whatever has fewer numbers is
scaled. The demodulation, the bias and the gain ride on the weights or on the filter that follows the doubling; what is
left works in place, since fresh memory costs more than the sums. Large resolutions are drawn in strips, which stay in
the cache from the first convolution to the colours. In shorter numbers it draws drafts.

Invariant: in float32 the picture is that of `StyleGan2.synthesise`, up to rounding. Lives on the device thread.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from studio.engines.picture import winograd
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
    clamped,
    doubled,
    rows,
)
from studio.engines.picture.synthesis import Graph, packed_convolution, packed_weight

LAST = torch.channels_last
STRIP = 24  # rows of what goes in
STRIPS_FROM = 1 << 16  # pixels of what comes out
REACH = 2  # rows on either side that a strip needs besides its own


@dataclass(frozen=True, slots=True)
class Ready:
    """A layer whose weights have one w in them; its noise is as large as all that comes out."""

    weight: Tensor
    kernel: Tensor | None  # the filter after the doubling, where there is one
    bias: Tensor
    noise: Tensor | None
    clamp: float

    def convolved(self, x: Tensor, padding: tuple[int, int] = (1, 1)) -> Tensor:
        """x (1, C, H, W) -> (1, C', H', W'); the padding counts where nothing is doubled."""
        if self.kernel is None:
            return F.conv2d(x, self.weight, self.bias, padding=padding)
        x = F.conv_transpose2d(x, self.weight, stride=2)  # (1, C', 2H + 1, 2W + 1)
        return F.conv2d(x, self.kernel, self.bias, padding=1, groups=len(self.kernel))

    def activated(self, x: Tensor, first: int = 0) -> Tensor:
        """x, written over, whose first row is the row `first` of all."""
        if self.noise is not None:
            x.add_(self.noise[first : first + x.shape[2]])
        F.leaky_relu_(x, SLOPE)
        return x.clamp_(-self.clamp, self.clamp) if self.clamp else x


class DrawnLayer:
    """A Layer for one picture, in numbers of `dtype`. Owns its weights, and its noise as it is now."""

    def __init__(self, layer: Layer, dtype: torch.dtype, gain: float = 1.0) -> None:
        self._layer, self._dtype, self._gain = layer, dtype, ROOT2 * gain
        weight = layer.weight
        self._energies = weight.square().sum(dim=(2, 3)).T.contiguous()  # (C, C')
        pixels = math.prod(layer.size) // (4 if layer.up else 1)  # of what goes in
        self._winograd = None
        if dtype == torch.float32 and not layer.up and winograd.pays(weight, layer.size):
            self._winograd = winograd.Winograd(weight, layer.size)
        self.has_few_weights = len(weight) * 9 < pixels and self._winograd is None
        self._weight = (
            (weight.transpose(0, 1) if layer.up else weight).to(dtype).contiguous(memory_format=LAST)
        )
        self._packed = None if self.has_few_weights or layer.up else packed_weight(self._weight, layer.size)
        taps = weight.new_tensor(layer.taps) * 2
        self._filter = torch.outer(taps, taps)  # (4, 4)
        self._clamp = layer.clamp * gain
        self._noise: Tensor | None = None

    def take_noise(self, noise: Tensor | None) -> None:
        """The noise (H, W) of the next pictures."""
        self._noise = None if noise is None else (noise * self._gain).to(self._dtype)

    def ready(self, w: Tensor) -> Ready:
        """With w (1, w_dim) in the weights."""
        style, factor = self._modulation(w)
        if self._layer.up:
            return self._ready(self._weight * style[:, None, None, None], self._kernel(factor))
        return self._ready(self._weight * (factor[:, None] * style)[:, :, None, None], None)

    def __call__(self, x: Tensor, w: Tensor) -> Tensor:
        """x (1, C, H, W), which is written over, and w (1, w_dim) -> (1, C', H', W')."""
        if self.has_few_weights:
            ready = self.ready(w)
            return ready.activated(ready.convolved(x))
        style, factor = self._modulation(w)
        if self._winograd is not None:
            return self._finished(self._winograd(x, style), factor)
        x = x.mul_(style[:, None, None])
        if self._layer.up:
            ready = self._ready(self._weight, self._kernel(factor))
            return ready.activated(ready.convolved(x))
        x = (
            F.conv2d(x, self._weight, padding=1)
            if self._packed is None
            else packed_convolution(x, self._packed)
        )
        return self._finished(x, factor)

    def _finished(self, x: Tensor, factor: Tensor) -> Tensor:
        """Features, written over, with what comes after the sums."""
        ready = self._ready(self._weight, None)
        return ready.activated(x.mul_(factor[:, None, None]).add_(ready.bias[:, None, None]))

    def _modulation(self, w: Tensor) -> tuple[Tensor, Tensor]:
        """What scales the channels that go in (C), and those that come out (C')."""
        style = self._layer.affine(w)  # (1, C)
        factor = torch.rsqrt(style.square() @ self._energies + TINY) * self._gain  # (1, C')
        return style[0].to(self._dtype), factor[0].to(self._dtype)

    def _kernel(self, factor: Tensor) -> Tensor:
        kernel = (self._filter.to(self._dtype) * factor[:, None, None])[:, None]  # (C', 1, 4, 4)
        return kernel.contiguous(memory_format=LAST)

    def _ready(self, weight: Tensor, kernel: Tensor | None) -> Ready:
        bias = (self._layer.bias * self._gain).to(self._dtype)
        return Ready(weight, kernel, bias, self._noise, self._clamp)


class DrawnColours:
    """A ToRgb for one picture; colours are float32."""

    def __init__(self, torgb: ToRgb, dtype: torch.dtype) -> None:
        self._torgb, self._dtype = torgb, dtype
        self._weight = torgb.weight / math.sqrt(torgb.weight.shape[1])

    def ready(self, w: Tensor) -> Callable[[Tensor], Tensor]:
        """With w (1, w_dim) in the weights: features (1, C, H, W) -> colours (1, colours, H, W)."""
        weight = self._weight * self._torgb.affine(w)[:, :, None, None]  # (colours, C, 1, 1)
        weight = weight.to(self._dtype).contiguous(memory_format=LAST)
        bias, clamp = self._torgb.bias[:, None, None], self._torgb.clamp
        return lambda x: clamped(F.conv2d(x, weight).float() + bias, clamp)


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
        self.taps = block.taps
        self._skip = DrawnSkip(block.skip, dtype) if block.skip is not None else None
        gain = HALF if self._skip is not None else 1.0
        self.layers = [DrawnLayer(block.conv1, dtype, gain)]
        self._const: Tensor | None = None
        if hasattr(block, "const"):
            self._const = block.const[None].to(dtype).contiguous(memory_format=LAST)
        else:
            self.layers.insert(0, DrawnLayer(block.conv0, dtype))
        self._torgb = DrawnColours(block.torgb, dtype) if block.torgb is not None else None

    def __call__(self, x: Tensor | None, w: Tensor, is_last: bool) -> tuple[Tensor | None, Tensor | None]:
        """Features of the block before, which are written over, and w (1, 2 or 3, w_dim) -> features, unless the
        picture ends here, and own colours."""
        if x is None:
            assert self._const is not None
            x = self._const.clone()
        elif self._is_large(x):
            return self._in_strips(x, w, is_last)
        around = self._skip(x) if self._skip is not None else None  # before the layers write over x
        for i, layer in enumerate(self.layers):
            x = layer(x, w[:, i])
        x = x if around is None else x.add_(around)
        return x, self._torgb.ready(w[:, -1])(x) if self._torgb is not None else None

    def _is_large(self, x: Tensor) -> bool:
        few = all(layer.has_few_weights for layer in self.layers)
        return self._skip is None and few and 4 * x[0, 0].numel() >= STRIPS_FROM and x.device.type == "cpu"

    def _in_strips(self, x: Tensor, w: Tensor, is_last: bool) -> tuple[Tensor | None, Tensor | None]:
        """Both convolutions and the colours, some rows at a time."""
        first, second = (layer.ready(w[:, i]) for i, layer in enumerate(self.layers))
        colours = self._torgb.ready(w[:, -1]) if self._torgb is not None else None
        height, width = 2 * x.shape[2], 2 * x.shape[3]
        kept = None if is_last else _empty((1, len(second.bias), height, width), x)
        parts = []
        for start in range(0, x.shape[2], STRIP):
            part = _strip(x, first, second, start)
            if kept is not None:
                kept[:, :, 2 * start : 2 * start + part.shape[2]] = part
            if colours is not None:
                parts.append(colours(part))
        return kept, torch.cat(parts, dim=2) if parts else None


class Drawing:
    """w (1, num_layers, w_dim) -> colours (1, colours, H, W), about -1 to 1, with the noise that it was given last."""

    def __init__(self, generator: StyleGan2, dtype: torch.dtype = torch.float32) -> None:
        self._blocks = [DrawnBlock(block, dtype) for block in generator.synthesis.blocks()]
        self._exits = generator.config.exits
        self._graphs: dict[int, Graph] = {}

    def take_noise(self, noise: Noise) -> None:
        self._graphs.clear()
        layers = [layer for block in self._blocks for layer in block.layers]
        for layer, own in zip(layers, noise, strict=True):
            layer.take_noise(own)

    def __call__(self, w: Tensor, stop_at: int | None = None) -> Tensor:
        """As `StyleGan2.synthesise`; on CUDA one picture is drawn by a captured graph, and the next overwrites it."""
        if w.device.type != "cuda" or len(w) != 1:
            return self._draw(w, stop_at)
        last = self._last(stop_at)
        if last not in self._graphs:
            self._graphs[last] = Graph(self._draw, w, stop_at)
        return self._graphs[last](w)

    def _draw(self, w: Tensor, stop_at: int | None) -> Tensor:
        x, rgb = None, None
        last = self._last(stop_at)
        for i, block in enumerate(self._blocks[: last + 1]):
            x, own = block(x, w[:, rows(i)], i == last)
            if own is not None:
                rgb = own if rgb is None else own.add_(doubled(rgb, block.taps))
        assert rgb is not None
        return rgb

    def _last(self, stop_at: int | None) -> int:
        """The last block to draw."""
        early = [i for i, size in enumerate(self._exits) if stop_at is not None and size >= stop_at]
        every = len(self._exits) == len(self._blocks)
        return early[0] if early and every else len(self._blocks) - 1


def _strip(x: Tensor, first: Ready, second: Ready, start: int) -> Tensor:
    """Rows 2 start .. of the features that both layers make of x: as many as STRIP rows come to.

    The rows next to a cut lack their neighbours; they are computed and left out. At the rim of the picture there are
    zeros, as everywhere.
    """
    height, end = x.shape[2], min(start + STRIP, x.shape[2])
    low, high = max(start - REACH, 0), min(end + REACH, height)
    top, bottom = max(2 * start - 1, 0), min(2 * end + 1, 2 * height)
    y = first.convolved(x[:, :, low:high])[:, :, top - 2 * low : bottom - 2 * low]
    y = first.activated(y, top)
    above, below = int(start == 0), int(end == height)
    if above or below:
        y = F.pad(y, (0, 0, above, below))
    return second.activated(second.convolved(y, (0, 1)), 2 * start)


def _empty(shape: tuple[int, ...], like: Tensor) -> Tensor:
    return torch.empty(shape, dtype=like.dtype, device=like.device, memory_format=LAST)
