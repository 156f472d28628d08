"""Painting: marks of a hand on the layers of a picture, as undoable documents. Pure functions; any thread.

Invariant: a mark works only where the selection allows it; what was there before is never lost.
"""

import math
from dataclasses import replace

import numpy as np

from studio.core.layers import Layer, Layers, Mark, first_stack, with_layer
from studio.core.project import PictureDocument
from studio.core.selecting import both, grown_by, levels_of, mask_size, plane_of, region_over, selection_on
from studio.core.stack import added, find
from studio.core.strokes import Levels

PAINT_NAME = "Paint"


def laid_out(document: PictureDocument, width: int, height: int, name: str) -> PictureDocument:
    """The document with an artboard and layers, which a picture of that size gets when it is first worked on."""
    if document.layers and document.artboard is not None:
        return document
    board, layers = first_stack(width, height, name)
    region = selection_on(document, width)
    selection = region and grown_by(region, board.width / width)
    return replace(document, artboard=board, layers=layers, selection=selection, selection_px=0)


def plane_factor(document: PictureDocument, width: int, height: int) -> float:
    """How many px of the plane to come lie on one px of the plane as it is: 1 once there are layers."""
    if document.layers and document.artboard is not None:
        return 1.0
    return first_stack(width, height, "")[0].width / width


def on_top(layers: Layers, layer_id: int | None) -> Layer | None:
    """The layer of that id; without one the uppermost that can be seen and changed."""
    free = [one for one in layers if one.visible and not one.locked]
    return find(layers, layer_id) or (free[-1] if free else None)


def painted(document: PictureDocument, mark: Mark, layer_id: int | None) -> tuple[PictureDocument, int]:
    """A laid out document with a mark added to the paint layer of that id, or to a new one above it, and the id of
    the layer that got it. The mark is clipped to the selection."""
    clip = both(mark.clip, document.selection, plane_of(document, 1, 1))
    mark = replace(mark, clip=clip)
    layer = on_top(document.layers, layer_id)
    if layer is None or layer.kind != "paint" or layer.locked or not layer.visible:
        return added(document, Layer(0, PAINT_NAME, "paint", marks=(mark,)), layer_id)
    changed = replace(layer, marks=(*layer.marks, mark))
    return replace(document, layers=with_layer(document.layers, changed)), layer.id


def erased(document: PictureDocument, layer: Layer, levels: Levels) -> PictureDocument:
    """A laid out document where a layer without marks no longer shows where the levels (over the artboard) are high:
    its pixels stay, its region shrinks."""
    board = plane_of(document, 1, 1)
    allowed = np.minimum(levels, levels_of(document.selection, board))
    kept = np.minimum(levels_of(layer.region, board), 255 - allowed)
    changed = replace(layer, region=region_over(board, kept))
    return replace(document, layers=with_layer(document.layers, changed))


def cleared(document: PictureDocument, layer: Layer) -> PictureDocument:
    """A laid out document where a layer has nothing in the selection any more; strokes are kept under an eraser's
    mark, pixels behind the layer's region. Without a selection nothing changes."""
    if document.selection is None:
        return document
    board = plane_of(document, 1, 1)
    if layer.kind != "paint":
        width, height = mask_size(board)
        return erased(document, layer, np.full((height, width), 255, np.uint8))
    middle = (board.left + board.width / 2, board.top + board.height / 2, 1.0)
    wide = min(math.hypot(board.width, board.height), 4096.0)
    steps = [(middle[0] + x * wide, middle[1] + y * wide, 1.0) for y in _around(board.height / wide)
             for x in _around(board.width / wide)]  # fmt: skip
    mark = Mark("eraser", 0, wide, 1.0, 1.0, Mark.packed(steps), document.selection)
    return replace(document, layers=with_layer(document.layers, replace(layer, marks=(*layer.marks, mark))))


def _around(sides: float) -> range:
    """Steps to either side of the middle that reach over so many lengths."""
    count = math.ceil(max(0.0, sides / 2 - 0.5))
    return range(-count, count + 1)
