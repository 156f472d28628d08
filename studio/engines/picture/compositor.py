"""Compositor: the live picture and the layers around it -> the pixels of the artboard. Torch-free, one thread.

Invariant: the same stack at the same size gives the same bytes, whatever was drawn before; caches only save time. Large
pictures are made strip by strip, so that a print of any size needs little memory.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np

from studio.core.layers import Artboard, Layer, Layers, Region, shows
from studio.core.picture import Pixels
from studio.engines.base import Step, no_step
from studio.engines.picture.blending import Plane
from studio.engines.picture.canvas_piece import Box, Piece, Sheet
from studio.engines.picture.paint_rasters import DEFAULT_BYTES, LayerRasters
from studio.engines.picture.placing import View, placed, spread
from studio.engines.picture.strokes import Scale

V = TypeVar("V", Piece, Plane)
PIECES_BYTES = 128 * 2**20
STRIP_PX = 2_500_000
MOST_RASTERS = 24


@dataclass
class Remembered(Generic[V]):
    """What was made of an object, by the object itself and a key. It keeps the object, so that its id stays its own."""

    max_bytes: int
    _made: OrderedDict[tuple[int, Hashable], tuple[object, V]] = field(default_factory=OrderedDict)

    def get(self, of: object, key: Hashable, make: Callable[[], V]) -> V:
        known = self._made.get((id(of), key))
        if known is None:
            known = self._made[id(of), key] = (of, make())
        self._made.move_to_end((id(of), key))
        return known[1]

    def trim(self) -> None:
        """Forget the oldest until the rest fits."""
        total = sum(made.nbytes for _, made in self._made.values())
        while total > self.max_bytes and len(self._made) > 1:
            total -= self._made.popitem(last=False)[1][1].nbytes


@dataclass
class Compositor:
    """Owns the caches of one device thread, or of one export."""

    paint_bytes: int = DEFAULT_BYTES
    _pieces: Remembered[Piece] = field(default_factory=lambda: Remembered(PIECES_BYTES))
    _masks: Remembered[Plane] = field(default_factory=lambda: Remembered(PIECES_BYTES // 4))
    _paint: OrderedDict[Hashable, LayerRasters] = field(default_factory=OrderedDict)

    def flatten(
        self, live: Pixels | None, layers: Layers, board: Artboard, longest_px: int = 0, step: Step = no_step
    ) -> Pixels:
        """(H, W, 3) uint8: the stack on white, `longest_px` on the artboard's longer side, 0 for its own size.

        live: the pixels of the live layer, None where there is none to show."""
        views = views_of(board, longest_px)
        parts = []
        for done, view in enumerate(views):
            step(done, len(views))
            parts.append(self.strip(live, layers, view))
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def strip(self, live: Pixels | None, layers: Layers, view: View) -> Pixels:
        """(h, W, 3) uint8: the part of the flattened stack that a view shows."""
        sheet = Sheet(view.box)
        for layer in layers:
            if shows(layer):
                self.lay(sheet, live, layer, view)
        self._trim()
        return sheet.pixels()

    def layer_rgba(self, live: Pixels | None, layer: Layer, board: Artboard, longest_px: int = 0) -> Pixels:
        """(H, W, 4) uint8, straight alpha: one layer alone with its region, at full opacity: for files with layers,
        and for thumbnails."""
        parts = []
        for view in views_of(board, longest_px):
            sheet = Sheet(view.box)
            self.lay(sheet, live, layer, view, alone=True)
            parts.append(sheet.rgba())
        self._trim()
        return np.concatenate(parts)

    def lay(self, sheet: Sheet, live: Pixels | None, layer: Layer, view: View, alone: bool = False) -> None:
        """Lay one layer on a sheet of that view; `alone`: as if it were opaque and normal."""
        piece = self._piece(live, layer, view)
        if piece is not None:
            mask = None if layer.region is None else self._region(layer.region, view)
            sheet.lay(piece, "normal" if alone else layer.mode, 1.0 if alone else layer.opacity, mask)

    def _piece(self, live: Pixels | None, layer: Layer, view: View) -> Piece | None:
        if layer.kind == "paint":
            return self._painted(layer, view) if layer.marks else None
        pixels = live if layer.kind == "live" else layer.picture.pixels if layer.picture else None
        if pixels is None:
            return None
        return self._pieces.get(pixels, (layer.place, view), lambda: placed(pixels, layer.place, view))

    def _painted(self, layer: Layer, view: View) -> Piece:
        key = (layer.id, view)
        rasters = self._paint.pop(key, None) or LayerRasters(view.box, view.scale)
        self._paint[key] = rasters
        return rasters.piece(layer.marks, lambda clip: self._region(clip, view))

    def _region(self, region: Region, view: View) -> Plane:
        return self._masks.get(region, view, lambda: spread(region, view))

    def _trim(self) -> None:
        """Bring what is remembered within bounds: older states of strokes go first, then whole layers and strips."""
        self._pieces.trim()
        self._masks.trim()
        total = self._painted_bytes()
        for rasters in self._paint.values() if total > self.paint_bytes else ():
            rasters.trim(rasters.nbytes * self.paint_bytes // total)
        while len(self._paint) > MOST_RASTERS or (
            len(self._paint) > 1 and self._painted_bytes() > self.paint_bytes
        ):
            self._paint.popitem(last=False)

    def _painted_bytes(self) -> int:
        return sum(rasters.nbytes for rasters in self._paint.values())


def board_size(board: Artboard, longest_px: int = 0) -> tuple[int, int]:
    """(width, height) of the artboard's picture, in px."""
    factor = longest_px / max(board.width, board.height) if longest_px else 1.0
    return max(1, round(board.width * factor)), max(1, round(board.height * factor))


def views_of(board: Artboard, longest_px: int = 0) -> tuple[View, ...]:
    """The artboard's picture in strips, from the top, that each fit in memory with room to work."""
    width, height = board_size(board, longest_px)
    factor = longest_px / max(board.width, board.height) if longest_px else 1.0
    scale = Scale(board.left, board.top, factor)
    rows = max(1, STRIP_PX // width)
    boxes = (Box(0, top, width, min(height, top + rows)) for top in range(0, height, rows))
    return tuple(View(board, scale, box) for box in boxes)
