"""Pictures in any format and size as a job: rendered on the device thread, encoded and written beside it.

A job that is cancelled has written nothing. The pixels are those of the canvas at rest.
"""

from collections.abc import Generator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from studio.core.exporting import LAYERED, SCREEN_DPI, ExportWish, sized
from studio.core.layers import Layer, needs_live
from studio.core.messages import RenderRequest
from studio.core.picture import Pixels
from studio.core.retouch import Retouch
from studio.engines.base import Painting
from studio.engines.picture.compositor import Compositor
from studio.files.atomic import write_file
from studio.files.layer_file import FileLayer, LayeredPicture
from studio.files.open_raster import ora_bytes
from studio.files.picture_export import Provenance, picture_bytes
from studio.files.psd import psd_bytes
from studio.inference.engine_room import EngineRoom
from studio.inference.export_jobs import elsewhere, flattening, live_at_rest, render_at_rest, with_one_more
from studio.inference.jobs import Steps
from studio.inference.retouching import retouched

PLAIN_NAME = "Picture"


@dataclass(frozen=True)
class ExportFileJob:
    """Writes the picture of a request as the wish says. The result is the path.

    scale: how many times its own size, where the wish names none."""

    request: RenderRequest
    path: Path
    wish: ExportWish
    made: Provenance = Provenance()
    title: str = "Export picture"
    scale: int = 1

    def steps(self, room: EngineRoom) -> Steps:
        wish = self.wish.checked()
        if wish.kind in LAYERED:
            layered = yield from self._layered(room)
            write_file(self.path, (yield from elsewhere(lambda: self._file_of(layered))))
            return self.path
        pixels = yield from with_one_more(self._pixels(room))
        recipe = self.made.recipe and replace(
            self.made.recipe, device=room.backend.name, scale=1 if wish.longest_px else self.scale
        )
        longest = self._longest(pixels)
        made = replace(self.made, recipe=recipe)
        content = yield from elsewhere(lambda: picture_bytes(resized(pixels, longest), wish, made))
        write_file(self.path, content)
        return self.path

    def _pixels(self, room: EngineRoom) -> Painting:
        """(H, W, 3): layers at the size that was asked for, anything else at its own, with detail where wished."""
        sharp = bool(self.request.layers) and not self.wish.detail
        request = replace(self.request, canvas_px=self._board_px()) if sharp else self.request
        pixels = yield from render_at_rest(room, request)
        ratio = self.wish.longest_px / max(pixels.shape[:2])
        if self.wish.detail and ratio > 1:
            larger = Retouch("upscale", factor=2 if ratio <= 2 else 4)
            pixels = yield from retouched(room, pixels, (larger,))
        return pixels

    def _layered(self, room: EngineRoom) -> Generator[tuple[int, int], None, LayeredPicture]:
        """The layers one by one, and what they look like together."""
        request = replace(self.request, canvas_px=self._board_px(), retouch=())
        if not request.layers or request.artboard is None:
            pixels = yield from render_at_rest(room, request)
            flat = yield from elsewhere(lambda: resized(pixels, self._longest(pixels)))
            return LayeredPicture((FileLayer(PLAIN_NAME, _opaque(flat)),), flat, self.wish.dpi or SCREEN_DPI)
        live = None
        if (
            needs_live(request.layers) or request.model_id or request.source is not None
        ):  # hidden, it still is a layer
            live = yield from live_at_rest(room, request)
        flat = yield from flattening(live, request)
        layers = []
        for done, layer in enumerate(request.layers):
            work = partial(self._file_layer, live, layer)
            layers.append((yield from elsewhere(work, done, len(request.layers) + 1)))
        return LayeredPicture(tuple(layers), flat, self.wish.dpi or SCREEN_DPI)

    def _longest(self, pixels: Pixels) -> int:
        """The longer side that a picture alone is brought to; one with layers has it already."""
        own = max(pixels.shape[:2])
        return self.wish.longest_px or (own if self.request.layers else own * self.scale)

    def _board_px(self) -> int:
        """The longer side that layers are drawn at, 0 is the artboard's own."""
        board = self.request.artboard
        larger = board is not None and self.scale > 1 and not self.wish.longest_px
        return max(board.width, board.height) * self.scale if board and larger else self.wish.longest_px

    def _file_layer(self, live: Pixels | None, layer: Layer) -> FileLayer:
        assert self.request.artboard is not None
        rgba = Compositor().layer_rgba(live, layer, self.request.artboard, self._board_px())
        return FileLayer.cut(layer.name, rgba, layer.mode, layer.opacity, layer.visible)

    def _file_of(self, layered: LayeredPicture) -> bytes:
        if self.wish.kind == "psd":
            return psd_bytes(layered)
        return ora_bytes(replace(layered, project=self.made.project))


def resized(pixels: Pixels, longest_px: int) -> Pixels:
    """(H, W, 3) with that longer side (Lanczos); 0, or the side that it has, is the picture itself."""
    height, width = pixels.shape[:2]
    size = sized(width, height, longest_px)
    if size == (width, height):
        return pixels
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def _opaque(pixels: Pixels) -> Pixels:
    return np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
