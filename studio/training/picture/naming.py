"""Names for directions in an artist's words: what changes most in the pictures when a slider moves."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

Measure = Callable[[Tensor], Tensor]


def _light(x: Tensor) -> Tensor:
    return x.mean(dim=1)  # (B, S, S)


def _detail(x: Tensor) -> Tensor:
    light = _light(x)[:, None]
    return (light - F.avg_pool2d(light, 5, 1, 2)).abs().mean(dim=(1, 2, 3))


def _centre(x: Tensor) -> Tensor:
    quarter = x.shape[-1] // 4
    return _light(x)[:, quarter:-quarter, quarter:-quarter].mean(dim=(1, 2)) - _light(x).mean(dim=(1, 2))


def _half(x: Tensor, axis: int) -> Tensor:
    first, second = _light(x).chunk(2, dim=axis)
    return second.mean(dim=(1, 2)) - first.mean(dim=(1, 2))


def _band(x: Tensor, axis: int) -> Tensor:
    """How much brighter the middle third is than the rest, across rows (axis 1) or columns (axis 2)."""
    third = x.shape[-1] // 3
    middle = _light(x).narrow(axis, third, x.shape[-1] - 2 * third)
    return middle.mean(dim=(1, 2)) - _light(x).mean(dim=(1, 2))


def _diagonal(x: Tensor) -> Tensor:
    top, bottom = _light(x).chunk(2, dim=1)
    return _half_of(bottom) - _half_of(top)


def _half_of(light: Tensor) -> Tensor:
    left, right = light.chunk(2, dim=2)
    return right.mean(dim=(1, 2)) - left.mean(dim=(1, 2))


MEASURES: dict[str, Measure] = {  # name of the low end – name of the high end
    "Dark – light": lambda x: x.mean(dim=(1, 2, 3)),
    "Cool – warm": lambda x: (x[:, 0] - x[:, 2]).mean(dim=(1, 2)),
    "Purple – green": lambda x: (x[:, 1] - (x[:, 0] + x[:, 2]) / 2).mean(dim=(1, 2)),
    "Grey – vivid": lambda x: (x.amax(dim=1) - x.amin(dim=1)).mean(dim=(1, 2)),
    "Flat – bold contrast": lambda x: _light(x).std(dim=(1, 2)),
    "Bright sky – bright ground": lambda x: _half(x, 1),
    "Light from left – from right": lambda x: _half(x, 2),
    "Dark heart – glowing heart": _centre,
    "Dark horizon – bright horizon": lambda x: _band(x, 1),
    "Dark column – bright column": lambda x: _band(x, 2),
    "Rising diagonal – falling diagonal": _diagonal,
    "Broad – busy": _detail,
}


def name_directions(pictures: Callable[[int, float], Tensor], count: int, reach: float = 2.0) -> list[str]:
    """`pictures(direction, amount)` gives the same seeds (n, 3, S, S) moved along one direction.

    Every direction takes the measure that it changes most, against how much that measure varies among seeds;
    a measure names at most one direction, and a direction without a clear one keeps its number.
    """
    still = pictures(0, 0.0).clamp(-1, 1)
    spread = torch.stack([measure(still).std() for measure in MEASURES.values()]).clamp(min=1e-6)
    effects = torch.stack([_effect(pictures, i, reach) for i in range(count)]) / spread  # (count, measures)
    names = [f"Direction {i + 1}" for i in range(count)]
    for _ in MEASURES:
        strongest = int(effects.abs().argmax())
        direction, measure = divmod(strongest, len(MEASURES))
        if effects[direction, measure].abs() < 0.6:
            break
        names[direction] = _oriented(list(MEASURES)[measure], effects[direction, measure].item() > 0)
        effects[direction], effects[:, measure] = 0, 0
    return names


def _effect(pictures: Callable[[int, float], Tensor], direction: int, reach: float) -> Tensor:
    high, low = pictures(direction, reach).clamp(-1, 1), pictures(direction, -reach).clamp(-1, 1)
    return torch.stack([(m(high) - m(low)).mean() for m in MEASURES.values()])


def _oriented(name: str, forward: bool) -> str:
    low, high = name.lower().split(" – ")
    return f"{low} – {high}".capitalize() if forward else f"{high} – {low}".capitalize()
