"""The synthesis network of the generator, prepared for drawing one picture at a time.

Everything that does not depend on w is computed once: scaled weights in the layout that the convolution wants (on the
CPU reordered for oneDNN), bias and noise as one map for each layer. In half precision it draws drafts; a device that
repeats the same shapes (CUDA) replays a captured graph.

Invariant: in float32 the pixels are those of `Generator.synthesise`, up to rounding. Lives on the device thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import cast

import torch
from torch import Tensor
from torch.nn import functional as F

from studio.engines.picture.gan import Block, Generator, SynthesisLayer, doubled
from studio.engines.picture.modulation import GAIN, SLOPE

log = logging.getLogger(__name__)
ONES = [1, 1]
WARM_UPS = 3  # of a graph, as its makers ask for


class FoldedLayer:
    """A SynthesisLayer at one size: modulated convolution, noise, bias and leaky ReLU in four passes."""

    def __init__(self, layer: SynthesisLayer, size: int, dtype: torch.dtype) -> None:
        self._layer, self._size, self._dtype = layer, size, dtype
        weight, self._energies = layer.conv.folded or layer.conv.constants()
        self._weight = weight.to(dtype).contiguous(memory_format=torch.channels_last)
        self._packed = packed_weight(self._weight, (size, size))
        self.take_noise()

    def take_noise(self) -> None:
        """Bias and noise as one map (1, C, S, S), from the layer's noise as it is now."""
        layer, size = self._layer, self._size
        base = layer.bias.expand(1, -1, size, size)
        if layer.noise is not None:
            base = base + layer.noise * (0.1 * layer.noise_strength)
        self._base = base.to(self._dtype).contiguous(memory_format=torch.channels_last)

    def __call__(self, x: Tensor, w: Tensor) -> Tensor:
        """x (1, C, S, S), w (1, w_dim) -> (1, C', S, S)."""
        style = self._layer.conv.affine(w)  # (1, C)
        factor = torch.rsqrt(style.square() @ self._energies + 1e-8) * GAIN  # (1, C')
        x = self._convolve(x * style[:, :, None, None].to(self._dtype))
        x = torch.addcmul(self._base, x, factor[:, :, None, None].to(self._dtype))
        return F.leaky_relu_(x, SLOPE)

    def _convolve(self, x: Tensor) -> Tensor:
        if self._packed is None:
            return F.conv2d(x, self._weight, padding=1)
        return packed_convolution(x, self._packed)


Draw = Callable[[Tensor, int | None], Tensor]
"""w (1, num_layers, w_dim) and the early exit -> RGB."""


class Synthesis:
    """w (1, num_layers, w_dim) -> RGB (1, 3, S, S), about -1 to 1. Owns copies of the weights in its own precision."""

    def __init__(self, generator: Generator, dtype: torch.dtype = torch.float32) -> None:
        self._generator, self._dtype = generator, dtype
        self._start = FoldedLayer(generator.start.conv, 4, dtype)
        self._blocks = [
            (FoldedLayer(block.conv0, 4 << i, dtype), FoldedLayer(block.conv1, 8 << i, dtype), block.to_rgb)
            for i, block in enumerate(cast(Iterable[Block], generator.blocks))
        ]
        self._graphs: dict[int | None, Graph] = {}

    def take_noise(self) -> None:
        """The generator's noise has changed."""
        for layer in (
            self._start,
            *(layer for first, second, _ in self._blocks for layer in (first, second)),
        ):
            layer.take_noise()
        self._graphs.clear()

    def __call__(self, w: Tensor, stop_at: int | None = None) -> Tensor:
        """As `Generator.synthesise`; the result may be overwritten by the next call."""
        if w.device.type != "cuda":
            return self._draw(w, stop_at)
        if stop_at not in self._graphs:
            self._graphs[stop_at] = Graph(self._draw, w, stop_at)
        return self._graphs[stop_at](w)

    def _draw(self, w: Tensor, stop_at: int | None) -> Tensor:
        generator = self._generator
        x = F.leaky_relu(generator.start.linear(w[:, 0]).view(1, -1, 4, 4), SLOPE) * GAIN  # (1, C, 4, 4)
        x = self._start(x.to(self._dtype).contiguous(memory_format=torch.channels_last), w[:, 1])
        rgb = generator.start.to_rgb(x, w[:, 1])
        for i, (first, second, to_rgb) in enumerate(self._blocks):
            if stop_at is not None and rgb.shape[-1] >= stop_at:
                break
            x = second(doubled(first(x, w[:, 2 * i + 2])), w[:, 2 * i + 3])
            rgb = doubled(rgb) + to_rgb(x, w[:, 2 * i + 3])
            if rgb.shape[-1] == generator.config.sketch:
                under, features = generator.underpainting(w[:, 2 * i + 3])
                x, rgb = x + features.to(x.dtype), rgb + under
        ink = generator.config.ink
        return (torch.tanh(ink * rgb) if ink else rgb).expand(-1, 3, -1, -1)


class Graph:
    """One drawing captured on CUDA, replayed without the cost of launching each kernel."""

    def __init__(self, draw: Draw, w: Tensor, stop_at: int | None) -> None:
        self._w = w.clone()
        aside = torch.cuda.Stream()
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):
            for _ in range(WARM_UPS):
                draw(self._w, stop_at)
        torch.cuda.current_stream().wait_stream(aside)
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph):
            self._rgb = draw(self._w, stop_at)

    def __call__(self, w: Tensor) -> Tensor:
        self._w.copy_(w)
        self._graph.replay()
        return self._rgb


def half_precision(device: torch.device) -> torch.dtype | None:
    """The shorter numbers that a device is quick with; None where it has none."""
    if device.type == "cuda":
        return torch.float16
    probe = getattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", None)
    return torch.bfloat16 if device.type == "cpu" and probe is not None and probe() else None


def packed_convolution(x: Tensor, packed: Tensor) -> Tensor:
    """x (1, C, H, W) through a packed 3 x 3 weight, with zeros around."""
    result: Tensor = torch.ops.mkldnn._convolution_pointwise(
        x, packed, None, ONES, ONES, ONES, 1, "none", [], ""
    )
    return result


def packed_weight(weight: Tensor, size: tuple[int, int]) -> Tensor | None:
    """A CPU weight as oneDNN wants it for features of a size, which saves doing so for every picture; None where oneDNN
    is not there."""
    if weight.device.type != "cpu" or not torch.backends.mkldnn.is_available():
        return None
    shape = [1, weight.shape[1], *size]
    try:
        packed: Tensor = torch.ops.mkldnn._reorder_convolution_weight(weight, ONES, ONES, ONES, 1, shape)
    except (AttributeError, RuntimeError) as error:
        log.info("weights are not reordered: %s", error)
        return None
    return packed
