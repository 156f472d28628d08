"""From a selection on the plane to the mask of a restyle, which lies on the live picture. Pure functions."""

from dataclasses import replace

from studio.core.layers import Placement
from studio.core.placing import between, carried, place_of
from studio.core.project import PictureDocument
from studio.core.restyle import Mask
from studio.core.selecting import plane_of, sampled
from studio.core.stack import live_layer

MASK_PX = 1024


def style_mask(document: PictureDocument, width: int, height: int) -> Mask | None:
    """The part of the live picture that is selected, wherever it lies on the artboard; None where nothing of it is.

    width, height: of the picture, for a document without layers."""
    if document.selection is None:
        return None
    board, live = plane_of(document, width, height), live_layer(document.layers)
    place = place_of(live, board) if live else Placement(board.left, board.top, board.width, board.height)
    upright = replace(place, turn_deg=0.0, flip_x=False, flip_y=False)
    region = document.selection if place == upright else carried(document.selection, between(place, upright))
    scale = MASK_PX / max(upright.width, upright.height)
    size = max(1, round(upright.width * scale)), max(1, round(upright.height * scale))
    levels = sampled(region, (upright.left, upright.top, upright.width, upright.height), size)
    return Mask.of(levels) if levels.any() else None
