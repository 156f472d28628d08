"""3 x 3 convolutions on the CPU with 4 multiplications where there are 9: minimal filtering F(2 x 2, 3 x 3).

Written from "Fast Algorithms for Convolutional Neural Networks" (Lavin and Gray, 2016). Pays where there are many
channels; it is also more exact, since shorter sums are rounded. Invariant: the weight must not change any more.
"""

from __future__ import annotations

import torch
from torch import Tensor

POINT, NO_PAD = [1, 1], [0, 0]
TILES = (
    1 << 17
)  # numbers of each of the 16 planes that are worked on at a time, so that they stay in the cache
SMALLEST, FEWEST = 16, 256  # px and channels from which it pays
SPREAD = ((1.0, 0.0, 0.0), (0.5, 0.5, 0.5), (0.5, -0.5, 0.5), (0.0, 0.0, 1.0))


def pays(weight: Tensor, size: tuple[int, int]) -> bool:
    """Whether a weight (C', C, 3, 3) on features of a size is drawn faster so."""
    even = not (size[0] % 2 or size[1] % 2)
    there = (
        weight.device.type == "cpu" and weight.dtype == torch.float32 and torch.backends.mkldnn.is_available()
    )
    return even and there and min(size) >= SMALLEST and min(weight.shape[:2]) >= FEWEST


class Winograd:
    """A weight (C', C, 3, 3) prepared for features (1, C, H, W) of one size, H and W even. One thread at a time."""

    def __init__(self, weight: Tensor, size: tuple[int, int]) -> None:
        spread = weight.new_tensor(SPREAD).double()
        planes = torch.einsum("ia,ocab,jb->ijoc", spread, weight.double(), spread).to(
            weight.dtype
        )  # (4, 4, C', C)
        self._outputs = len(weight)
        self._rows = _divisor(size[0] // 2, TILES // (size[1] // 2 * weight.shape[1]))  # of tiles, at a time
        shape = [1, weight.shape[1], self._rows, size[1] // 2]
        self._planes = [[_packed(plane[:, :, None, None], shape) for plane in row] for row in planes]

    def __call__(self, x: Tensor, style: Tensor) -> Tensor:
        """x (1, C, H, W), channels last, times style (C), convolved with zeros around -> (1, C', H, W)."""
        pixels, (height, width) = x[0].permute(1, 2, 0), x.shape[2:]  # (H, W, C)
        result = x.new_empty(height, width, self._outputs)
        for start in range(0, height, 2 * self._rows):
            end = min(start + 2 * self._rows, height)
            self._strip(_padded(pixels, style, start, end), result[start:end])
        return result.permute(2, 0, 1)[None]

    def _strip(self, x: Tensor, result: Tensor) -> None:
        """x (2n + 2, W + 2, C) -> result (2n, W, C')."""
        height, width = len(result), result.shape[1]
        lines = _differences([x[k : k + height : 2] for k in range(4)])  # 4 of (n, W + 2, C)
        planes = []
        for line, weights in zip(lines, self._planes, strict=True):
            tiles = _differences([line[:, k : k + width : 2] for k in range(4)])  # 4 of (n, W / 2, C)
            planes.append([_multiplied(tile, weight) for tile, weight in zip(tiles, weights, strict=True)])
        columns = [_sums([row[k] for row in planes]) for k in range(4)]  # 4 pairs of (n, W / 2, C')
        for odd in range(2):
            even, uneven = _sums([pair[odd] for pair in columns])
            result[odd::2, 0::2], result[odd::2, 1::2] = even, uneven


def _divisor(rows: int, most: int) -> int:
    """The largest part of all rows, at most so many: strips of different height would be packed anew each time."""
    return max(part for part in range(1, max(most, 1) + 1) if rows % part == 0)


def _padded(pixels: Tensor, style: Tensor, start: int, end: int) -> Tensor:
    """Rows start - 1 .. end of (H, W, C) times style, with zeros outside."""
    height, width, channels = pixels.shape
    low, high = max(start - 1, 0), min(end + 1, height)
    x = pixels.new_zeros(end - start + 2, width + 2, channels)
    first = low - (start - 1)
    torch.mul(pixels[low:high], style, out=x[first : first + high - low, 1:-1])
    return x


def _differences(r: list[Tensor]) -> list[Tensor]:
    return [r[0] - r[2], r[1] + r[2], r[2] - r[1], r[1] - r[3]]


def _sums(m: list[Tensor]) -> tuple[Tensor, Tensor]:
    return (m[0] + m[1]).add_(m[2]), (m[1] - m[2]).sub_(m[3])


def _multiplied(tile: Tensor, weight: Tensor) -> Tensor:
    """(n, W / 2, C) -> (n, W / 2, C')."""
    result: Tensor = torch.ops.mkldnn._convolution_pointwise(
        tile.permute(2, 0, 1)[None], weight, None, NO_PAD, POINT, POINT, 1, "none", [], ""
    )
    return result[0].permute(1, 2, 0)


def _packed(weight: Tensor, shape: list[int]) -> Tensor:
    packed: Tensor = torch.ops.mkldnn._reorder_convolution_weight(
        weight.contiguous(), NO_PAD, POINT, POINT, 1, shape
    )
    return packed
