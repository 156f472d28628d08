"""Blend modes against the formulas of the W3C, number by number."""

import math
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.layers import BlendMode
from studio.engines.picture.blending import mixed
from studio.engines.picture.canvas_piece import Box, Piece, Sheet

SHARE = st.integers(0, 255).map(lambda level: level / 255)


def reference(mode: str, cb: float, cs: float) -> float:
    """B(cb, cs) as the recommendation writes it."""
    match mode:
        case "multiply":
            return cb * cs
        case "screen":
            return cb + cs - cb * cs
        case "overlay":
            return reference("hard-light", cs, cb)
        case "hard-light":
            low = reference("multiply", cb, 2 * cs)
            return low if cs <= 0.5 else reference("screen", cb, 2 * cs - 1)
        case "soft-light":
            if cs <= 0.5:
                return cb - (1 - 2 * cs) * cb * (1 - cb)
            d = ((16 * cb - 12) * cb + 4) * cb if cb <= 0.25 else math.sqrt(cb)
            return cb + (2 * cs - 1) * (d - cb)
        case "darken":
            return min(cb, cs)
        case "lighten":
            return max(cb, cs)
        case "color-dodge":
            return 0 if cb == 0 else 1 if cs == 1 else min(1, cb / (1 - cs))
        case "color-burn":
            return 1 if cb == 1 else 0 if cs == 0 else 1 - min(1, (1 - cb) / cs)
        case "difference":
            return abs(cb - cs)
        case "exclusion":
            return cb + cs - 2 * cb * cs
    return cs


def plane(value: float) -> np.ndarray:
    return np.full((3, 1, 1), value, np.float32)


@pytest.mark.parametrize("mode", get_args(BlendMode))
@given(cb=SHARE, cs=SHARE)
def test_a_mode_is_its_formula(mode: BlendMode, cb: float, cs: float) -> None:
    assert mixed(mode, plane(cb), plane(cs))[0, 0, 0] == pytest.approx(reference(mode, cb, cs), abs=1e-4)


@pytest.mark.parametrize("mode", get_args(BlendMode))
@given(cb=SHARE, ab=SHARE, cs=SHARE, own=SHARE)
def test_two_pieces_on_paper(mode: BlendMode, cb: float, ab: float, cs: float, own: float) -> None:
    """co = cs as (1 - ab) + cb ab (1 - as) + as ab B(cb, cs), then what is clear is white."""
    sheet, box = Sheet(Box(0, 0, 1, 1)), Box(0, 0, 1, 1)
    for colour, alpha, how in ((cb, ab, "normal"), (cs, own, mode)):
        sheet.lay(Piece(box, plane(colour * alpha), plane(alpha)[0]), how, 1.0, None)  # type: ignore[arg-type]
    over = cs * own * (1 - ab) + cb * ab * (1 - own) + own * ab * reference(mode, cb, cs)
    expected = over + 1 - (own + ab - own * ab)
    assert abs(int(sheet.pixels()[0, 0, 0]) - 255 * expected) <= 0.51 + 255e-4


def test_what_is_clear_is_white_and_opacity_and_mask_multiply() -> None:
    box = Box(0, 0, 2, 1)
    sheet = Sheet(box)
    black = np.zeros((3, 1, 2), np.float32)
    sheet.lay(Piece(box, black), "normal", 0.5, np.array([[1.0, 0.0]], np.float32))
    assert sheet.pixels()[0].tolist() == [[128] * 3, [255] * 3]
    assert sheet.rgba()[0, :, 3].tolist() == [128, 0]
