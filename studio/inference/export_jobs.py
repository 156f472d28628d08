"""Exports as jobs: they render on the device thread, between the frames of a hand that goes on dragging."""

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar, cast

import numpy as np

from studio.core.layers import needs_live
from studio.core.messages import Quality, RenderRequest
from studio.core.picture import Picture, Pixels
from studio.core.project import PictureDocument
from studio.core.recipe import Recipe
from studio.engines.base import Painting, no_step
from studio.engines.picture.compositor import Compositor, views_of
from studio.files.atomic import write_file
from studio.files.picture_export import Provenance
from studio.files.png import png_bytes, scaled
from studio.inference.draft_budget import DraftBudget
from studio.inference.engine_room import EngineRoom
from studio.inference.frame_cache import FrameCache
from studio.inference.handlers import Handlers, live_part
from studio.inference.jobs import Steps
from studio.inference.retouching import retouched

V = TypeVar("V")
LOOK_S = 0.03


@dataclass(frozen=True)
class ExportPictureJob:
    """Renders a picture at rest, enlarges it, writes it as PNG with its recipe. document: of a picture with layers,
    which are drawn at the larger size. The result is the path."""

    request: RenderRequest
    path: Path
    scale: int = 1
    recipe: Recipe | None = None
    document: PictureDocument | None = None
    title: str = "Export picture"

    def steps(self, room: EngineRoom) -> Steps:
        board = self.request.artboard if self.request.layers else None
        request = self.request
        if board is not None:
            request = replace(request, canvas_px=self.scale * max(board.width, board.height))
        pixels = yield from with_one_more(render_at_rest(room, request))
        recipe = self.recipe and replace(self.recipe, scale=self.scale, device=room.backend.name)
        made = Provenance(recipe, self.request.source, self.document)
        scale = 1 if board is not None else self.scale

        def content() -> bytes:
            return png_bytes(scaled(pixels, scale), recipe, made.source, project=made.project)

        write_file(self.path, (yield from elsewhere(content)))
        return self.path


@dataclass(frozen=True)
class RetouchJob:
    """Renders a picture at rest and retouches it. The result is a Picture of that name."""

    request: RenderRequest
    name: str
    title: str

    def steps(self, room: EngineRoom) -> Steps:
        pixels = yield from render_at_rest(room, self.request)
        return Picture(pixels, self.name)


def render_at_rest(room: EngineRoom, request: RenderRequest) -> Painting:
    """The pixels (H, W, 3) that the canvas shows for a request once the hand rests, part by part."""
    pixels = yield from live_at_rest(room, request) if needs_live(request.layers) else _nothing()
    if request.artboard is not None and request.layers:
        pixels = yield from flattening(pixels, request)
    assert pixels is not None
    return (yield from retouched(room, pixels, request.retouch))


def live_at_rest(room: EngineRoom, request: RenderRequest) -> Generator[tuple[int, int], None, Pixels | None]:
    """The pixels below the layers, restyled: what the sliders move, or the opened picture."""
    bare = replace(live_part(request), restyle=None, quality=Quality.FINAL, max_size=None)
    yield 0, 1
    pixels = Handlers(room, FrameCache(), DraftBudget()).render(bare, no_step).frame.pixels
    if request.restyle is not None and request.restyle.active:
        pixels = yield from room.style().restyling(pixels, request.restyle)
    return pixels


def flattening(live: Pixels | None, request: RenderRequest) -> Generator[tuple[int, int], None, Pixels]:
    """The live picture among the layers of a request, strip by strip."""
    assert request.artboard is not None
    compositor, strips = Compositor(), views_of(request.artboard, request.canvas_px)
    parts = []
    for done, view in enumerate(strips):
        work = partial(compositor.strip, live, request.layers, view)
        parts.append((yield from elsewhere(work, done, len(strips))))
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _nothing() -> Generator[tuple[int, int], None, Pixels | None]:
    yield 0, 1
    return None


def elsewhere(work: Callable[[], V], done: int = 0, total: int = 1) -> Generator[tuple[int, int], None, V]:
    """The result of work on a thread of its own, while live requests go on being served; raises what it raises. Where
    the job is cancelled nobody waits for it, and its result is dropped."""
    pool = ThreadPoolExecutor(1, "export")
    try:
        future = pool.submit(work)
        while not wait([future], LOOK_S).done:
            yield done, total
        return future.result()
    finally:
        pool.shutdown(wait=False)


def with_one_more(painting: Painting) -> Painting:
    """The steps of a painting as those of a job that has one more to go."""
    total = 1
    while True:
        try:
            done, total = next(painting)
        except StopIteration as end:
            yield total, total + 1
            return cast(Pixels, end.value)
        yield done, total + 1


def picture_recipe(request: RenderRequest, weights_sha256: str, app: str) -> Recipe:
    """What stands in the PNG of a request."""
    source = request.source
    return Recipe(
        "picture",
        model_id="" if source else request.model_id,
        weights_sha256="" if source else weights_sha256,
        latent=None if source else request.latent,
        restyle=request.restyle,
        retouch=request.retouch,
        source_sha256=source.sha256 if source else "",
        source_name=source.name if source else "",
        app=app,
    )


def request_of(recipe: Recipe, source: Picture | None) -> RenderRequest:
    """The request that makes the picture of a recipe again."""
    if source is not None:
        return RenderRequest(source=source, restyle=recipe.restyle, retouch=recipe.retouch)
    return RenderRequest(recipe.model_id, recipe.latent, restyle=recipe.restyle, retouch=recipe.retouch)
