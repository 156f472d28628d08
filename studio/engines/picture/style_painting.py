"""Paints a picture of any size with a style transformer: band by band, exactly as if it stood in memory whole.

Every normalisation needs the statistics of the whole picture before the first of its pixels can be had. So the
network runs in passes over bands of rows: each pass measures one layer, exactly; maps at a quarter of the size are
kept, larger ones only while they are small, else they are computed anew from what is kept. Every band sees the rows
around it. Invariant: bands change no pixel but by rounding; between two of them the painter may be left for good.
"""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from studio.core.picture import Pixels
from studio.engines.base import Painting
from studio.engines.picture.style_library import Vector
from studio.engines.picture.style_networks import EPSILON, ReflectConv, StyleNorm, StyleTransformer

BAND_PX = 1_000_000  # of the picture, in one band
KEEP_PX = 2_400_000  # up to this size the large maps are kept too, which saves a third of the time
LEAST_ROWS = 16  # of the picture, in one band: more than any kernel looks at
STEPS = 15  # passes: one contracts, ten are residual, three expand, one more paints


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean and variance (C,) of a layer's channels over `count` pixels, float64."""

    mean: Tensor
    variance: Tensor
    count: int = 0

    @classmethod
    def of(cls, x: Tensor) -> "Moments":
        """Of a map (1, C, H, W); by rows, which is exact for millions of pixels."""
        count = x.shape[2] * x.shape[3]
        mean = x.mean((2, 3), keepdim=True)  # (1, C, 1, 1)
        rows = torch.linalg.vector_norm(x - mean, dim=3)[0].cpu().double()  # (C, H)
        return cls(mean.flatten().cpu().double(), rows.square().sum(1) / count, count)

    def with_more(self, other: "Moments") -> "Moments":
        """Of both sets of pixels (Chan 1979)."""
        count = self.count + other.count
        share = other.count / count
        apart = other.mean - self.mean
        variance = self.variance + (other.variance - self.variance) * share
        return Moments(self.mean + apart * share, variance + apart.square() * (share * (1 - share)), count)


NOTHING = Moments(torch.zeros(()).double(), torch.zeros(()).double())

Steady = Callable[[int, Moments], Moments]
"""From the number of a normalisation (0 to 12) and what was measured to what is used."""


def as_measured(_number: int, moments: Moments) -> Moments:
    return moments


# ---------------------------------------------------------------- maps whose rows are computed when asked for


class Rows(Protocol):
    """A map (1, C, height, W). What `rows` returns may be a part of what is kept: nobody writes into it."""

    height: int

    def rows(self, first: int, last: int) -> Tensor: ...


@dataclass
class PictureRows:
    """A picture (H, W, 3) uint8 as (1, 3, H', W') in 0..1, mirrored at the right and below to multiples of 4."""

    pixels: Tensor

    def __post_init__(self) -> None:
        self.height = -(-self.pixels.shape[0] // 4) * 4

    def rows(self, first: int, last: int) -> Tensor:
        height, width = self.pixels.shape[:2]
        wanted = torch.arange(first, last, device=self.pixels.device)
        mirrored = height - 1 - (height - 1 - wanted).abs()
        x = self.pixels[mirrored].permute(2, 0, 1)[None].float() / 255  # (1, 3, rows, W)
        return F.pad(x, (0, -width % 4, 0, 0), mode="reflect")


@dataclass
class KeptRows:
    """A map that stands in memory."""

    values: Tensor

    def __post_init__(self) -> None:
        self.height = self.values.shape[2]

    def rows(self, first: int, last: int) -> Tensor:
        return self.values[:, :, first:last]


@dataclass
class ConvRows:
    """A convolution of a map that was first enlarged `up` times by repeating pixels; borders are mirrored."""

    below: Rows
    conv: ReflectConv
    up: int = 1

    def __post_init__(self) -> None:
        self.height = self.below.height * self.up // self.conv.stride[0]

    def rows(self, first: int, last: int) -> Tensor:
        reach, stride, length = self.conv.reach, self.conv.stride[0], self.below.height * self.up
        low, high = first * stride - reach, (last - 1) * stride + reach + 1
        above, under = max(-low, 0), max(high - length, 0)
        low, high = max(low, 0), min(high, length)
        x = self.below.rows(low // self.up, -(-high // self.up))
        if self.up > 1:
            x = F.interpolate(x, scale_factor=float(self.up))[:, :, low % self.up :][:, :, : high - low]
        x = F.pad(x, (reach, reach, above, under), mode="reflect")
        return F.conv2d(x, self.conv.weight, self.conv.bias, stride)

    def empty(self, width: int) -> Tensor:
        """Room for the whole map, (1, C, height, width)."""
        return self.conv.weight.new_empty(1, self.conv.out_channels, self.height, width)


@dataclass
class StyledRows:
    """A map times gain plus shift, both (C, 1, 1)."""

    below: Rows
    gain: Tensor
    shift: Tensor

    def __post_init__(self) -> None:
        self.height = self.below.height

    def rows(self, first: int, last: int) -> Tensor:
        return torch.addcmul(self.shift, self.below.rows(first, last), self.gain)


@dataclass
class ReluRows:
    """What is above zero of a map that is computed anew at every asking."""

    below: ConvRows | StyledRows

    def __post_init__(self) -> None:
        self.height = self.below.height

    def rows(self, first: int, last: int) -> Tensor:
        return self.below.rows(first, last).relu_()


# ---------------------------------------------------------------- the painter


class Painter:
    """One picture on its way through a transformer; `paint` is the way. Device thread only."""

    def __init__(self, transformer: StyleTransformer, style: Vector, steady: Steady = as_measured) -> None:
        self._transformer = transformer
        self._device = transformer.expand3.conv.weight.device
        self._style = torch.from_numpy(style).to(self._device)[None]  # (1, 100)
        self._steady = steady
        self._bands = 1
        self._number = 0

    @torch.inference_mode()
    def paint(self, pixels: Pixels) -> Painting:
        """Paint (H, W, 3) pixels at their own size."""
        height, width = pixels.shape[:2]
        self._bands = -(-height // max(LEAST_ROWS, BAND_PX // width))
        painted = np.empty((height, width, 3), np.uint8)
        for done, _ in enumerate(self._passes(pixels, painted), 1):
            yield done, STEPS * self._bands
        return painted

    def _passes(self, pixels: Pixels, painted: Pixels) -> Iterator[None]:
        net, self._number = self._transformer, 0
        keep = painted.shape[0] * painted.shape[1] <= KEEP_PX
        x = yield from self._contracted(torch.from_numpy(np.array(pixels)).to(self._device))
        for block in net.residuals:
            y = torch.empty_like(x)  # (1, 32, H/4, W/4)
            inner = yield from self._styled(ConvRows(KeptRows(x), block.conv1.conv), block.conv1.norm, y)
            outer = yield from self._styled(ConvRows(ReluRows(inner), block.conv2.conv), block.conv2.norm, y)
            x += y.mul_(outer.gain).add_(outer.shift)
        rows: Rows = KeptRows(x)
        for layer in net.expansions:
            bare = ConvRows(rows, layer.conv, layer.up)  # (1, 16, H/2, W/2), (1, 8, H, W), (1, 3, H, W)
            kept = bare.empty(bare.height * x.shape[3] // x.shape[2]) if keep else None
            styled = yield from self._styled(bare, layer.norm, kept)
            rows = ReluRows(styled)
        yield from self._finish(styled, painted)

    def _contracted(self, pixels: Tensor) -> Generator[None, None, Tensor]:
        """(H, W, 3) uint8 -> what the three first layers see, (1, 32, H/4, W/4)."""
        rows: Rows = PictureRows(pixels)
        for conv in self._transformer.contractions:
            rows = ReluRows(ConvRows(rows, conv))
        x = torch.empty(1, 32, rows.height, -(-pixels.shape[1] // 4), device=self._device)
        for first, last in self._bands_of(rows.height):
            x[:, :, first:last] = rows.rows(first, last)
            yield
        return x

    def _styled(
        self, bare: ConvRows, norm: StyleNorm, into: Tensor | None
    ) -> Generator[None, None, StyledRows]:
        """One pass over a layer: measures it, and fills `into` with it; what comes out is normalised.

        A band is written one band late, so that `into` may be what the layer itself reads.
        """
        moments, late = NOTHING, (0, 0, torch.empty(0))
        for first, last in self._bands_of(bare.height):
            x = bare.rows(first, last)
            moments = moments.with_more(Moments.of(x))
            _write(into, *late)
            late = first, last, x
            yield
        _write(into, *late)
        moments = self._steady(self._number, moments)
        self._number += 1
        return self._normalised(bare if into is None else KeptRows(into), norm, moments)

    def _normalised(self, rows: Rows, norm: StyleNorm, moments: Moments) -> StyledRows:
        spread = (moments.variance + EPSILON).sqrt().float().to(self._device)  # (C,)
        gain = norm.scale(self._style)[0] / spread
        shift = norm.shift(self._style)[0] - moments.mean.float().to(self._device) * gain
        return StyledRows(rows, gain[:, None, None], shift[:, None, None])

    def _finish(self, rows: StyledRows, painted: Pixels) -> Iterator[None]:
        """Fill `painted`, which may end a few rows and columns before the map does."""
        height, width = painted.shape[:2]
        for first, last in self._bands_of(rows.height):
            levels = rows.rows(first, last)[0, :, :, :width].sigmoid_().mul_(255).round_()
            band = levels.to(torch.uint8).permute(1, 2, 0).cpu().numpy()  # (rows, W, 3)
            painted[first:last] = band[: height - first]
            yield

    def _bands_of(self, height: int) -> Iterator[tuple[int, int]]:
        """(first, last) rows of each band of a map, as many for each of its sizes."""
        edges = [height * band // self._bands for band in range(self._bands + 1)]
        return pairwise(edges)


def _write(into: Tensor | None, first: int, last: int, rows: Tensor) -> None:
    if into is not None and last > first:
        into[:, :, first:last] = rows
