"""What a mended picture leaves: a layer as large as the hole, where it was, with a soft edge."""

import numpy as np
import pytest

from studio.core.layers import Artboard, Layer, Placement
from studio.core.picture import Picture
from studio.core.project import PictureDocument
from studio.core.selecting import combined, levels_of, rectangle_levels
from studio.ui.picture.mending import mended_layer, mending_size

BOARD = Artboard(1024, 512, 100, 50)


def test_the_layer_holds_just_what_was_selected() -> None:
    selection = combined(None, rectangle_levels(BOARD, 612, 178, 256, 128), "replace", BOARD)
    assert selection is not None
    pixels = np.zeros((256, 512, 3), np.uint8)
    pixels[64:128, 256:384] = 200
    layer = mended_layer(Picture(pixels), selection, BOARD, "Mended")
    assert layer is not None
    assert layer.place is not None
    assert layer.picture is not None
    assert layer.place.width == pytest.approx(256, abs=30)
    assert layer.place.left == pytest.approx(612, abs=15)
    assert layer.picture.pixels.shape[1] == pytest.approx(128, abs=16)
    assert layer.picture.pixels[layer.picture.pixels.shape[0] // 2, 64].tolist() == [200, 200, 200]
    assert layer.region is not None
    levels = levels_of(layer.region, BOARD)
    assert 0 < int(levels[levels.shape[0] // 2][int((612 - 100) / 1024 * levels.shape[1])]) < 255


def test_a_board_of_small_pictures_is_mended_small() -> None:
    place = Placement(0, 0, 1024, 1024)
    small = PictureDocument(artboard=Artboard(1024, 1024), layers=(Layer(0, "Live", "live", place),))
    assert mending_size(small, 128, (1024, 1024)) == (384, 384)
    assert mending_size(PictureDocument(), 128, (128, 96)) == (128, 96)
    half = Placement(0, 0, 512, 512)
    photo = Layer(1, "Photo", "picture", half, picture=Picture(np.zeros((450, 300, 3), np.uint8)))
    large = PictureDocument(artboard=Artboard(1024, 1024), layers=(photo,))
    assert mending_size(large, 128, (1024, 1024)) == (900, 900)
