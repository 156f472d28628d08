"""What each request does on the device thread, once it is its turn."""

from dataclasses import dataclass, field, replace
from time import perf_counter

from studio.core.errors import StudioError
from studio.core.latent import WCode
from studio.core.layers import Artboard, Layers, needs_live
from studio.core.messages import (
    CANVAS,
    ComposeRequest,
    Encoded,
    EncodeRequest,
    FrameReady,
    Loaded,
    LoadRequest,
    Quality,
    RenderRequest,
    StyleVectorReady,
    StyleVectorRequest,
)
from studio.core.picture import Frame, Pixels
from studio.engines.base import Step, at_once
from studio.engines.picture.compositor import Compositor
from studio.inference.draft_budget import DraftBudget
from studio.inference.engine_room import EngineRoom
from studio.inference.frame_cache import FlatCache, FrameCache
from studio.inference.retouching import retouched

STYLE_DRAFT_SIZES = (96, 128, 192, 256, 384, 512)
SMALLEST_PX = 16
DRAFT_BOARD_PX = (192, 256, 384, 512)  # longer sides of an artboard while a hand moves
BOARD_BUDGET_MS = 12.0  # for the layers, beside the live picture's own budget


@dataclass
class Handlers:
    """Answers requests with the engines of one room. Device thread only."""

    room: EngineRoom
    cache: FrameCache
    budget: DraftBudget
    compositor: Compositor = field(default_factory=Compositor)
    flat: FlatCache = field(default_factory=FlatCache)
    board_budget: DraftBudget = field(default_factory=lambda: DraftBudget(BOARD_BUDGET_MS))
    _flattened: tuple[Layers, int] = ((), 0)  # what came last, and how large

    def render(self, request: RenderRequest, step: Step) -> FrameReady:
        request = self._within_budget(request)
        if request.artboard is not None and request.layers:
            return self._layered(request, request.artboard, step)
        frame, ms = self._alone(request, step)
        return FrameReady(request, frame, ms, cached=ms == 0, code=self._code(request))

    def _alone(self, request: RenderRequest, step: Step) -> tuple[Frame, float]:
        """The picture without layers and the time that it took, 0 for one that was remembered."""
        frame = self.cache.get(request)
        if frame is not None:
            return frame, 0.0
        if request.source is None and request.latent is not None:
            self.room.image(request.model_id)  # loading it is no part of the frame's time
        started = perf_counter()
        pixels = self._restyled(request, self._picture(request), step)
        frame = Frame(at_once(retouched(self.room, pixels, request.retouch), step))
        self.cache.put(request, frame)
        return frame, (perf_counter() - started) * 1000

    def _layered(self, request: RenderRequest, board: Artboard, step: Step) -> FrameReady:
        """The live picture among its layers, then retouched."""
        started = perf_counter()
        live = self._alone(live_part(request), step)[0] if needs_live(request.layers) else None
        frame = self.flat.get(request, live)
        if frame is not None:
            return FrameReady(request, frame, 0.0, cached=True, code=self._code(request))
        pixels = self._flat(live.pixels if live else None, request, board, step)
        frame = Frame(at_once(retouched(self.room, pixels, request.retouch), step))
        self.flat.put(request, live, frame)
        return FrameReady(request, frame, (perf_counter() - started) * 1000, code=self._code(request))

    def _flat(self, live: Pixels | None, request: RenderRequest, board: Artboard, step: Step) -> Pixels:
        """The layers as one. Its time counts where the same layers were drawn just before: the first time is a stroke's
        or a picture's, and is over."""
        began = perf_counter()
        pixels = self.compositor.flatten(live, request.layers, board, request.canvas_px, step)
        before, self._flattened = self._flattened, (request.layers, request.canvas_px)
        if request.canvas_px and before[1] == request.canvas_px and before[0] is request.layers:
            self.board_budget.note("layers", request.canvas_px, (perf_counter() - began) * 1000)
        return pixels

    def load(self, request: LoadRequest) -> Loaded:
        started = perf_counter()
        info = self.room.load(request.model_id).info
        return Loaded(request.serial, info, (perf_counter() - started) * 1000)

    def encode(self, request: EncodeRequest) -> Encoded:
        latent = self.room.encoder(request.model_id).encode(request.picture.pixels)
        return Encoded(request.serial, request, latent)

    def style_vector(self, request: StyleVectorRequest) -> StyleVectorReady:
        vector = self.room.style().style_vector(request.picture.pixels)
        return StyleVectorReady(request.serial, request, tuple(float(x) for x in vector))

    def _picture(self, request: RenderRequest) -> Pixels:
        if request.source is not None:
            return request.source.pixels
        if request.latent is None:
            raise StudioError("There is nothing to draw yet.", hint="Choose a model or open a picture.")
        engine = self.room.image(request.model_id)
        started = perf_counter()
        pixels = engine.render(request.latent, request.max_size, request.half)
        spent_ms = (perf_counter() - started) * 1000
        self.budget.note(request.model_id, max(pixels.shape[:2]), spent_ms, request.half)
        return pixels

    def _code(self, request: RenderRequest) -> WCode | None:
        """What a mix of others comes to, told with its picture at rest."""
        latent = request.latent
        if (
            latent is None
            or not latent.is_composed
            or (request.channel, request.quality) != (CANVAS, Quality.FINAL)
        ):
            return None
        return self.room.image(request.model_id).code(latent)

    def _restyled(self, request: RenderRequest, pixels: Pixels, step: Step) -> Pixels:
        if request.restyle is None or not request.restyle.active:
            return pixels
        engine = self.room.style()
        started = perf_counter()
        styled = engine.restyle(pixels, request.restyle, step)
        self.budget.note("restyle", request.restyle.size, (perf_counter() - started) * 1000)
        return styled

    def _within_budget(self, request: RenderRequest) -> RenderRequest:
        """A draft asks for no more than this machine can do in time."""
        if request.quality is Quality.FINAL:
            return request
        request = replace(request, canvas_px=self._draft_board_px(request))
        if request.source is None and request.latent is not None and request.max_size is None:
            info = self.room.load(request.model_id).info
            rung = self.budget.rung_for(request.model_id, info.sizes, info.can_halve)
            if rung is not None:
                whole = rung.size == max(info.sizes)
                request = replace(request, max_size=None if whole else rung.size, half=rung.half)
        if request.restyle is not None and request.restyle.active:
            sizes = tuple(s for s in STYLE_DRAFT_SIZES if s <= request.restyle.size)
            size = self.budget.size_for("restyle", sizes) or request.restyle.size
            request = replace(request, restyle=replace(request.restyle, size=size))
        return request

    def _draft_board_px(self, request: RenderRequest) -> int:
        """How large the artboard is drawn while a hand moves: what this machine can do in time."""
        board = request.artboard
        if board is None:
            return 0
        own = request.canvas_px or max(board.width, board.height)
        sizes = tuple(size for size in DRAFT_BOARD_PX if size <= own)
        return self.board_budget.size_for("layers", sizes) or own


def live_part(request: RenderRequest) -> RenderRequest:
    """What is drawn below all layers: the picture that the sliders move, or the opened one, restyled."""
    return replace(request, layers=(), artboard=None, canvas_px=0, retouch=())


def smaller(request: RenderRequest | ComposeRequest) -> RenderRequest | ComposeRequest:
    """The same wish at half the memory, for one retry after the device ran out of it."""
    if isinstance(request, ComposeRequest):
        return replace(request, candidates=max(1, request.candidates // 2))
    if request.restyle is not None and request.restyle.active:
        return replace(request, restyle=replace(request.restyle, size=max(64, request.restyle.size // 2)))
    if request.latent is not None:
        return replace(request, max_size=max(SMALLEST_PX, (request.max_size or 256) // 2))
    return request
