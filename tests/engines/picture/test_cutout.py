"""Cutouts: pixels with alpha as layers, and layers drawn together, look as they did before."""

import numpy as np

from studio.core.layers import Artboard, Layer, Mark, Placement
from studio.engines.picture.compositor import Compositor
from studio.engines.picture.cutout import bled, picture_layer, together

BOARD = Artboard(64, 48)
WHOLE = Placement(0, 0, 64, 48)


def disc() -> np.ndarray:
    y, x = np.mgrid[:48, :64]
    rgba = np.zeros((48, 64, 4), np.uint8)
    rgba[np.hypot(x - 32, y - 24) < 12] = (200, 100, 50, 255)
    return rgba


def test_a_cutout_is_cut_to_what_can_be_seen() -> None:
    layer = picture_layer(disc(), "disc", WHOLE)
    assert layer.picture is not None
    assert layer.picture.pixels.shape == (23, 23, 3)
    assert layer.place == Placement(21, 13, 23, 23)
    assert np.array_equal(Compositor().layer_rgba(None, layer, BOARD)[..., 3], disc()[..., 3])


def test_colours_go_on_under_the_edge() -> None:
    around = bled(disc())
    assert np.abs(around[24, 46].astype(int) - (200, 100, 50)).max() < 12


def test_an_opaque_picture_needs_no_region_and_an_empty_one_is_one_px() -> None:
    full = np.full((48, 64, 4), 255, np.uint8)
    assert picture_layer(full, "full", WHOLE).region is None
    empty = picture_layer(np.zeros((48, 64, 4), np.uint8), "nothing", WHOLE)
    assert empty.picture is not None
    assert empty.picture.pixels.shape == (1, 1, 3)


def test_two_layers_together_look_as_before() -> None:
    stroke = Mark("brush", 0x3060C0, 6, 0.3, 0.8, Mark.packed([(5, 5, 1), (60, 40, 0.5)]))
    lower = picture_layer(disc(), "disc", WHOLE)
    upper = Layer(1, "paint", "paint", marks=(stroke,), mode="multiply", opacity=0.9)
    before = Compositor().flatten(None, (lower, upper), BOARD)
    after = Compositor().flatten(None, (together((lower, upper), BOARD, "both"),), BOARD)
    assert np.abs(before.astype(int) - after).max() <= 2
