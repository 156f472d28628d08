"""What can be measured in a picture: the attributes that directions are made for, each with its unit and source.

Colours are CIE L*a*b* (1976, D65), so that a unit is about what an eye can just tell apart. All measures are
differentiable. Invariant: a measure takes pictures (B, 3, S, S) in -1..1, square, of any size, and gives (B,).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

TO_XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))  # sRGB, IEC 61966-2-1
WHITE = (0.9505, 1.0, 1.089)
TINY = 1e-4
LARGEST = 64  # px; larger pictures are measured at this size


@dataclass(frozen=True)
class Attribute:
    """A measure of L*a*b* pictures (B, 3, S, S) -> (B,). `label`: its low end, a dash, its high end."""

    name: str
    label: str
    unit: str
    measure: Callable[[Tensor], Tensor]


def measure_all(pictures: Tensor, attributes: tuple[Attribute, ...] | None = None) -> Tensor:
    """Pictures (B, 3, S, S) in -1..1, clipped there as on the screen -> (B, number of attributes)."""
    small = pictures.float().clamp(-1, 1)
    if small.shape[-1] > LARGEST:
        small = F.interpolate(small, size=(LARGEST,) * 2, mode="area")
    lab = to_lab(small)  # (B, 3, s, s)
    return torch.stack([a.measure(lab) for a in (attributes or ATTRIBUTES)], dim=1)


def to_lab(pictures: Tensor) -> Tensor:
    """sRGB (B, 3, S, S), -1..1 -> L* (0..100), a* and b* (about -100..100)."""
    srgb = (pictures + 1) / 2
    linear = torch.where(srgb > 0.04045, ((srgb.clamp(min=0.04045) + 0.055) / 1.055) ** 2.4, srgb / 12.92)
    matrix = linear.new_tensor(TO_XYZ) / linear.new_tensor(WHITE)[:, None]
    xyz = torch.einsum("ij,bjhw->bihw", matrix, linear)
    root = torch.where(xyz > 0.008856, xyz.clamp(min=0.008856) ** (1 / 3), 7.787 * xyz + 16 / 116)
    x, y, z = root.unbind(dim=1)
    return torch.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], dim=1)


def _mean(channel: int) -> Callable[[Tensor], Tensor]:
    return lambda lab: lab[:, channel].mean(dim=(1, 2))


def contrast(lab: Tensor) -> Tensor:
    """Band-limited contrast (Peli, 1990): the standard deviation of L* in forms a tenth to a third of the width.

    Contrast of the whole would grow with every light from aside, above or within, and with every detail.
    """
    return _spread(_blur(lab[:, 0], 0.1) - _blur(lab[:, 0], 0.35))


def detail(lab: Tensor) -> Tensor:
    """The same in forms under a tenth of the width."""
    return _spread(lab[:, 0] - _blur(lab[:, 0], 0.1))


def saturation(lab: Tensor) -> Tensor:
    """How far colours lie from their mean: the spread in the colourfulness of Hasler and Suesstrunk (2003).

    Their mean itself is warmth and tint: the mean chroma would grow with either.
    """
    centred = lab[:, 1:] - lab[:, 1:].mean(dim=(2, 3), keepdim=True)
    return (centred.square().sum(dim=1).mean(dim=(1, 2)) + TINY).sqrt()


def focus(lab: Tensor) -> Tensor:
    """Logarithm of the contrast of details in the middle, over that in the rest of the picture."""
    fine = (lab[:, 0] - _blur(lab[:, 0], 0.1)).square()  # (B, S, S)
    inside = _disc(fine)
    heart, rim = ((fine * part).sum(dim=(1, 2)) / part.sum() + TINY for part in (inside, 1 - inside))
    return 0.5 * (heart / rim).log()


def vignette(lab: Tensor) -> Tensor:
    """Mean L* near the middle less mean L* of the rest."""
    light = lab[:, 0]
    inside = _disc(light)
    heart, rim = ((light * part).sum(dim=(1, 2)) / part.sum() for part in (inside, 1 - inside))
    return heart - rim


def slope(channel: int, axis: int) -> Callable[[Tensor], Tensor]:
    """How much a channel rises from the first to the last row (axis 1) or column (axis 2): a least-squares line."""

    def measure(lab: Tensor) -> Tensor:
        x = lab[:, channel].mean(dim=3 - axis)  # (B, S)
        place = _places(x)
        return (x * place).mean(dim=1) / place.square().mean()

    return measure


def horizon(lab: Tensor) -> Tensor:
    """Height, 0 at the lower edge to 1, around which the rows' mean L* changes: the centre of its squared steps."""
    rows = lab[:, 0].mean(dim=2)  # (B, S)
    steps = rows.diff(dim=1).square() + TINY  # (B, S - 1)
    height = -_places(steps) + 0.5
    return (steps * height).sum(dim=1) / steps.sum(dim=1)


def band(lab: Tensor) -> Tensor:
    """Mean L* of the middle third of the rows less that of the rest."""
    rows = lab[:, 0].mean(dim=2)
    inside = (_places(rows).abs() < 1 / 6).float()
    return (rows * inside).sum(dim=1) / inside.sum() - (rows * (1 - inside)).sum(dim=1) / (1 - inside).sum()


def symmetry(lab: Tensor) -> Tensor:
    """Correlation of L*, less its slope, with its mirror image: -1..1."""
    light = _level(lab)
    return (light * light.flip(2)).mean(dim=(1, 2)) / (light.square().mean(dim=(1, 2)) + TINY)


def grain(lab: Tensor) -> Tensor:
    """Share of upright edges less that of level ones, -1..1, by the structure tensor (Bigun and Granlund, 1987)."""
    across, down, _ = _tensor(lab)
    return (across - down) / (across + down + TINY)


def diagonal(lab: Tensor) -> Tensor:
    """Share of edges that fall to the right less that of rising ones, -1..1, by the same structure tensor."""
    across, down, both = _tensor(lab)
    return -2 * both / (across + down + TINY)


def _level(lab: Tensor) -> Tensor:
    """L* (B, S, S) less the plane that lies nearest: without light from above, below or aside."""
    light = lab[:, 0] - lab[:, 0].mean(dim=(1, 2), keepdim=True)
    place = _places(light)
    energy = place.square().mean()
    across = (light * place).mean(dim=(1, 2)) / energy
    down = (light * place[:, None]).mean(dim=(1, 2)) / energy
    return light - across[:, None, None] * place - down[:, None, None] * place[:, None]


def _spread(x: Tensor) -> Tensor:
    """Standard deviation over a picture: (B, S, S) -> (B,)."""
    return (x.var(dim=(1, 2), correction=0) + TINY).sqrt()


def _places(x: Tensor) -> Tensor:
    """-1/2..1/2 along the last axis of x (..., S)."""
    return (torch.arange(x.shape[-1]) + 0.5) / x.shape[-1] - 0.5


def _disc(x: Tensor) -> Tensor:
    """1 within a quarter of the width around the middle of x (B, S, S), else 0."""
    place = _places(x)
    return (place[:, None].square() + place.square() < 1 / 16).float()


def _blur(x: Tensor, share: float) -> Tensor:
    """Mean over squares of a share of the width, (B, S, S)."""
    side = 2 * max(round(x.shape[-1] * share / 2), 1) + 1
    return F.avg_pool2d(x[:, None], side, 1, side // 2, count_include_pad=False)[:, 0]


def _tensor(lab: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Mean squares and product of the slopes of L* across and down, between four pixels."""
    light = lab[:, 0]
    pairs, rows = light[:, 1:] + light[:, :-1], light[:, :, 1:] + light[:, :, :-1]
    across, down = pairs.diff(dim=2), rows.diff(dim=1)  # (B, S - 1, S - 1)
    squares = across.square().mean(dim=(1, 2)), down.square().mean(dim=(1, 2))
    return *squares, (across * down).mean(dim=(1, 2))


ATTRIBUTES = (  # in the order of the sliders
    Attribute("brightness", "Dark – light", "L*", _mean(0)),
    Attribute("warmth", "Cool – warm", "b*", _mean(2)),
    Attribute("saturation", "One tone – many colours", "a*b*", saturation),
    Attribute("contrast", "Flat – bold contrast", "L*", contrast),
    Attribute("detail", "Broad – detailed", "L*", detail),
    Attribute("tint", "Green – magenta", "a*", _mean(1)),
    Attribute("ground-light", "Lit sky – lit ground", "L*", slope(0, 1)),
    Attribute("side-light", "Lit left – lit right", "L*", slope(0, 2)),
    Attribute("vignette", "Dark – glowing heart", "L*", vignette),
    Attribute("band", "Dark – bright distance", "L*", band),
    Attribute("horizon", "Low – high horizon", "share of the height", horizon),
    Attribute("sky-warmth", "Warm sky – warm ground", "b*", slope(2, 1)),
    Attribute("focus", "Busy rim – busy heart", "log", focus),
    Attribute("grain", "Level – upright strokes", "share", grain),
    Attribute("diagonal", "Rising – falling strokes", "share", diagonal),
    Attribute("symmetry", "Lopsided – symmetrical", "correlation", symmetry),
)
