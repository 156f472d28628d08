"""Placing: pictures and soft regions of the plane brought to the px of a sheet. Torch-free.

A picture that stands straight begins and ends on whole px, so that its edges stay clean at every size; one that is
turned has an edge that is one px soft.
"""

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image
from PIL.Image import Resampling, Transform, Transpose

from studio.core.layers import Artboard, Placement, Region
from studio.core.picture import Pixels
from studio.engines.picture.blending import Plane
from studio.engines.picture.canvas_piece import Box, Piece, to_planes
from studio.engines.picture.strokes import Scale

FILTER_PX = 4
EDGE_PX = 3  # of a picture's own edge, repeated around it for the turn's filter


@dataclass(frozen=True, slots=True)
class View:
    """A window on the artboard's picture: `scale` brings the plane to the picture's px, `box` is the part to draw."""

    board: Artboard
    scale: Scale
    box: Box

    @property
    def whole(self) -> Placement:
        """Where a picture lies that fills the artboard."""
        return Placement(self.board.left, self.board.top, self.board.width, self.board.height)


def placed(pixels: Pixels, place: Placement | None, view: View) -> Piece:
    """The part of a picture (H, W, 3) that can be seen in a view."""
    place = place or view.whole
    image = _mirrored(Image.fromarray(pixels), place)
    if place.turn_deg % 360 == 0:
        return _straight(image, place, view)
    return _turned(image, place, view)


def spread(region: Region, view: View) -> Plane:
    """(h, w) from 0 to 1: a region over a view, 0 where it does not reach."""
    levels = np.zeros((view.box.height, view.box.width), np.float32)
    whole = _whole_px(region.left, region.top, region.width, region.height, view.scale)
    box = whole.within(view.box)
    if not box.is_empty:
        mask = Image.fromarray(region.mask.levels)
        part = np.asarray(_resized(mask, whole, box, Resampling.BILINEAR), dtype=np.float32)
        levels[box.slices(view.box)] = part * np.float32(1 / 255)
    return levels


def _mirrored(image: Image.Image, place: Placement) -> Image.Image:
    if place.flip_x:
        image = image.transpose(Transpose.FLIP_LEFT_RIGHT)
    return image.transpose(Transpose.FLIP_TOP_BOTTOM) if place.flip_y else image


def _straight(image: Image.Image, place: Placement, view: View) -> Piece:
    whole = _whole_px(place.left, place.top, place.width, place.height, view.scale)
    box = whole.within(view.box)
    if box.is_empty:
        return _nothing()
    return Piece(box, to_planes(np.asarray(_resized(image, whole, box, Resampling.LANCZOS))))


def _whole_px(left: float, top: float, width: float, height: float, scale: Scale) -> Box:
    """The rectangle on whole px, at least one each way."""
    x0, x1 = (_px(value, scale.left, scale) for value in (left, left + width))
    y0, y1 = (_px(value, scale.top, scale) for value in (top, top + height))
    return Box(x0, y0, max(x0 + 1, x1), max(y0 + 1, y1))


def _px(value: float, origin: float, scale: Scale) -> int:
    return math.floor((value - origin) * scale.factor + 0.5)


def _resized(image: Image.Image, whole: Box, box: Box, how: Resampling) -> Image.Image:
    """The part `box` of the image stretched over `whole`."""
    if (image.width, image.height) == (whole.width, whole.height):
        left, top = box.left - whole.left, box.top - whole.top
        return image.crop((left, top, left + box.width, top + box.height))
    x, y = image.width / whole.width, image.height / whole.height
    above, upper = _rows(image, (box.top - whole.top) * y, (box.bottom - whole.top) * y, y)
    edges = max(0.0, (box.left - whole.left) * x), min(float(image.width), (box.right - whole.left) * x)
    wide = upper.resize((box.width, upper.height), how, box=(edges[0], 0, edges[1], upper.height))
    first = max(0.0, (box.top - whole.top) * y - above)
    last = min(float(upper.height), (box.bottom - whole.top) * y - above)
    return wide.resize((box.width, box.height), how, box=(0, first, box.width, last))


def _rows(image: Image.Image, first: float, last: float, step: float) -> tuple[int, Image.Image]:
    """The rows that a filter of that step needs for those from `first` to `last`, and how many lie above them. The two
    passes are called one by one: Pillow would choose their order by the part's shape, and strips would not meet."""
    reach = FILTER_PX * max(1.0, step)
    top, bottom = max(0, math.floor(first - reach)), min(image.height, math.ceil(last + reach))
    return top, image.crop((0, top, image.width, bottom))


def _turned(image: Image.Image, place: Placement, view: View) -> Piece:
    """By an affine map from each px back into the picture; its alpha follows from the distance to the four edges."""
    factor = view.scale.factor
    width, height = place.width * factor, place.height * factor
    image = _shrunk(image, width, height)
    middle = (
        (place.left + place.width / 2 - view.scale.left) * factor,
        (place.top + place.height / 2 - view.scale.top) * factor,
    )
    turn = math.radians(place.turn_deg)
    box = _box_around(middle, (width, height), turn).within(view.box)
    if box.is_empty:
        return _nothing()
    alpha = _edge_alpha(box, middle, (width, height), turn)
    colour = to_planes(_mapped(image, box, middle, (width, height), turn))
    colour *= alpha
    return Piece(box, colour, alpha)


def _shrunk(image: Image.Image, width: float, height: float) -> Image.Image:
    """Smaller, where it is to be drawn smaller: an affine map alone would leave out px."""
    size = min(image.width, max(1, round(width))), min(image.height, max(1, round(height)))
    return image if size == image.size else image.resize(size, Resampling.LANCZOS)


Pair = tuple[float, float]


def _box_around(middle: Pair, size: Pair, turn: float) -> Box:
    c, s = abs(math.cos(turn)), abs(math.sin(turn))
    x, y = (size[0] * c + size[1] * s) / 2 + 1, (size[0] * s + size[1] * c) / 2 + 1
    return Box(
        math.floor(middle[0] - x),
        math.floor(middle[1] - y),
        math.ceil(middle[0] + x),
        math.ceil(middle[1] + y),
    )


def _edge_alpha(box: Box, middle: Pair, size: Pair, turn: float) -> Plane:
    x = np.arange(box.left, box.right, dtype=np.float32)[None, :] + np.float32(0.5 - middle[0])
    y = np.arange(box.top, box.bottom, dtype=np.float32)[:, None] + np.float32(0.5 - middle[1])
    c, s = np.float32(math.cos(turn)), np.float32(math.sin(turn))
    across = np.float32(size[0] / 2 + 0.5) - np.abs(x * c + y * s)
    down = np.float32(size[1] / 2 + 0.5) - np.abs(y * c - x * s)
    alpha: Plane = np.clip(across, 0, 1) * np.clip(down, 0, 1)
    return alpha


def _mapped(image: Image.Image, box: Box, middle: Pair, size: Pair, turn: float) -> Pixels:
    """(h, w, 3) the picture as it lies in the box, its edges repeated outwards."""
    x, y = image.width / size[0], image.height / size[1]
    c, s = math.cos(turn), math.sin(turn)
    left, top = box.left - middle[0], box.top - middle[1]
    matrix = (
        c * x, s * x, (left * c + top * s) * x + image.width / 2 + EDGE_PX,
        -s * y, c * y, (top * c - left * s) * y + image.height / 2 + EDGE_PX,
    )  # fmt: skip
    edged = np.pad(np.asarray(image), ((EDGE_PX, EDGE_PX), (EDGE_PX, EDGE_PX), (0, 0)), mode="edge")
    mapped = Image.fromarray(edged).transform(
        (box.width, box.height), Transform.AFFINE, matrix, Resampling.BICUBIC
    )
    return np.asarray(mapped)


def _nothing() -> Piece:
    return Piece(Box(0, 0, 0, 0), np.zeros((3, 0, 0), np.float32))
