"""Blend modes by the formulas of the W3C (Compositing and Blending Level 1, 2015), on planes of colour from 0 to 1.

Torch-free. Colours are planar (3, H, W) float32, so that an alpha (H, W) meets them without a copy.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from studio.core.layers import BlendMode

Plane = NDArray[np.float32]
Blend = Callable[[Plane, Plane], Plane]


def mixed(mode: BlendMode, below: Plane, above: Plane) -> Plane:
    """B(Cb, Cs): what `above` makes of `below` where both are opaque; neither is changed."""
    return _MODES[mode](below, above)


def _normal(below: Plane, above: Plane) -> Plane:
    return above


def _multiply(below: Plane, above: Plane) -> Plane:
    return below * above


def _screen(below: Plane, above: Plane) -> Plane:
    return below + above - below * above


def _overlay(below: Plane, above: Plane) -> Plane:
    return _hard_light(above, below)


def _hard_light(below: Plane, above: Plane) -> Plane:
    twice = above + above
    return np.where(above <= 0.5, below * twice, _screen(below, twice - 1))


def _soft_light(below: Plane, above: Plane) -> Plane:
    low = ((16 * below - 12) * below + 4) * below
    deep = np.where(below <= 0.25, low, np.sqrt(below))
    lighter = below + (2 * above - 1) * (deep - below)
    return np.where(above <= 0.5, below - (1 - 2 * above) * below * (1 - below), lighter)


def _darken(below: Plane, above: Plane) -> Plane:
    return np.minimum(below, above)


def _lighten(below: Plane, above: Plane) -> Plane:
    return np.maximum(below, above)


def _color_dodge(below: Plane, above: Plane) -> Plane:
    rest = 1 - above
    bright = np.divide(below, rest, out=np.ones_like(below), where=rest > 0)
    return np.where(below <= 0, np.float32(0), np.minimum(bright, 1))


def _color_burn(below: Plane, above: Plane) -> Plane:
    dark = np.divide(1 - below, above, out=np.ones_like(below), where=above > 0)
    return np.where(below >= 1, np.float32(1), 1 - np.minimum(dark, 1))


def _difference(below: Plane, above: Plane) -> Plane:
    return np.abs(below - above)


def _exclusion(below: Plane, above: Plane) -> Plane:
    return below + above - 2 * below * above


_MODES: dict[BlendMode, Blend] = {
    "normal": _normal,
    "multiply": _multiply,
    "screen": _screen,
    "overlay": _overlay,
    "soft-light": _soft_light,
    "hard-light": _hard_light,
    "darken": _darken,
    "lighten": _lighten,
    "color-dodge": _color_dodge,
    "color-burn": _color_burn,
    "difference": _difference,
    "exclusion": _exclusion,
}
