"""Cutout: pixels with alpha as a layer's picture and region, and layers drawn together. Torch-free, any thread.

A layer's picture has no alpha of its own: what is clear lies outside its region. Colours go on a little way under the
edge, so that none of the background shines through at another size.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from studio.core.layers import Artboard, Layer, Layers, Placement, Region
from studio.core.picture import Picture, Pixels
from studio.core.restyle import MAX_MASK_PX, Mask
from studio.engines.picture.canvas_piece import Sheet
from studio.engines.picture.compositor import Compositor, views_of

BLEED_PX = 6
Rgba = NDArray[np.uint8]


def picture_layer(rgba: Rgba, name: str, place: Placement) -> Layer:
    """A layer of (H, W, 4) pixels with straight alpha that fill `place` (upright); what is clear all around is cut."""
    box = _bounds(rgba[..., 3])
    height, width = rgba.shape[:2]
    left, top, right, bottom = box
    part = rgba[top:bottom, left:right]
    x, y = place.width / width, place.height / height
    there = Placement(place.left + left * x, place.top + top * y, (right - left) * x, (bottom - top) * y)
    region = None if part[..., 3].min() == 255 else region_of(part[..., 3], there)
    return Layer(0, name, "picture", there, region=region, picture=Picture(bled(part), name))


def region_of(alpha: NDArray[np.uint8], place: Placement) -> Region:
    """An alpha (H, W) over an upright rectangle."""
    image = Image.fromarray(np.ascontiguousarray(alpha))
    image.thumbnail((MAX_MASK_PX, MAX_MASK_PX), Image.Resampling.BOX)
    return Region(Mask.of(np.asarray(image)), place.left, place.top, place.width, place.height)


def bled(rgba: Rgba) -> Pixels:
    """(H, W, 3): the colours, going on where the alpha is 0."""
    alpha = rgba[..., 3:].astype(np.float32) / 255
    if alpha.min() > 0:
        return np.ascontiguousarray(rgba[..., :3])
    spread = Image.fromarray((rgba[..., :3] * alpha).astype(np.uint8)).filter(ImageFilter.BoxBlur(BLEED_PX))
    weight = Image.fromarray(rgba[..., 3]).filter(ImageFilter.BoxBlur(BLEED_PX))
    share = np.asarray(weight, np.float32)[..., None] / 255
    around = np.asarray(spread, np.float32) / np.maximum(share, 1 / 255)
    clear = (alpha == 0) & (share > 0)
    return np.where(clear, np.clip(around, 0, 255).astype(np.uint8), rgba[..., :3])


def together(layers: Layers, board: Artboard, name: str) -> Layer:
    """What layers without a live one look like together, as one picture layer; the lowest lies as it is, opaque and
    normal: its own opacity and mode stay with the layer that it becomes."""
    compositor = Compositor()
    first, *others = layers
    parts = []
    for view in views_of(board):
        sheet = Sheet(view.box)
        compositor.lay(sheet, None, first, view, alone=True)
        for layer in others:
            compositor.lay(sheet, None, layer, view)
        parts.append(sheet.rgba())
    whole = Placement(board.left, board.top, board.width, board.height)
    return picture_layer(np.concatenate(parts), name, whole)


def _bounds(alpha: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) of what is not clear; one px where everything is."""
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    if not len(rows):
        return 0, 0, 1, 1
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
