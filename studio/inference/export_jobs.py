"""Exports as jobs: they render on the device thread, between the frames of a hand that goes on dragging."""

from dataclasses import dataclass, replace
from pathlib import Path

from studio.core.latent import LatentPath
from studio.core.messages import Quality, RenderRequest
from studio.core.picture import Picture, Pixels
from studio.core.recipe import Recipe
from studio.engines.base import no_step
from studio.files.animation import AnimationWriter
from studio.files.png import save_png, scaled
from studio.inference.draft_budget import DraftBudget
from studio.inference.engine_room import EngineRoom
from studio.inference.frame_cache import FrameCache
from studio.inference.handlers import Handlers
from studio.inference.jobs import Steps
from studio.inference.retouching import retouched


@dataclass(frozen=True)
class ExportPictureJob:
    """Renders a picture at rest, enlarges it, writes it with its recipe. The result is the path."""

    request: RenderRequest
    path: Path
    scale: int = 1
    recipe: Recipe | None = None
    title: str = "Export picture"

    def steps(self, room: EngineRoom) -> Steps:
        yield 0, 3
        pixels = render_at_rest(room, replace(self.request, retouch=()))
        yield 1, 3
        pixels = yield from retouched(room, pixels, self.request.retouch)
        large = scaled(pixels, self.scale)
        yield (0, 0) if self.request.retouch else (2, 3)
        recipe = self.recipe and replace(self.recipe, scale=self.scale, device=room.backend.name)
        save_png(self.path, large, recipe, self.request.source)
        return self.path


@dataclass(frozen=True)
class RetouchJob:
    """Renders a picture at rest and retouches it. The result is a Picture of that name."""

    request: RenderRequest
    name: str
    title: str

    def steps(self, room: EngineRoom) -> Steps:
        yield 0, 0
        pixels = render_at_rest(room, replace(self.request, retouch=()))
        pixels = yield from retouched(room, pixels, self.request.retouch)
        return Picture(pixels, self.name)


@dataclass(frozen=True)
class InterpolateJob:
    """Renders `frames` pictures along a path through a model's space, as an animation or a folder of PNGs."""

    model_id: str
    way: LatentPath
    frames: int
    path: Path
    fps: int = 24
    title: str = "Export animation"

    def steps(self, room: EngineRoom) -> Steps:
        engine = room.image(self.model_id)
        with AnimationWriter(self.path, self.fps) as writer:
            latents = self.way.frames(self.frames, engine.info.card.z_dim)
            for done, latent in enumerate(latents, 1):
                writer.add(engine.render(latent))
                yield done, self.frames
            return writer.finish()


def render_at_rest(room: EngineRoom, request: RenderRequest) -> Pixels:
    """The pixels (H, W, 3) that the canvas shows for a request once the hand rests."""
    handlers = Handlers(room, FrameCache(), DraftBudget())
    return handlers.render(replace(request, quality=Quality.FINAL, max_size=None), no_step).frame.pixels


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
