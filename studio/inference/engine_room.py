"""EngineRoom: the loaded engines of one device. Lives on the device thread."""

from collections.abc import Callable
from time import perf_counter
from typing import Protocol, TypeVar

from studio.core.errors import StudioError
from studio.core.messages import Loaded
from studio.core.retouch import Retouch
from studio.engines.base import (
    EncodingEngine,
    Engine,
    ImageEngine,
    MusicEngine,
    ProjectingEngine,
    RetouchEngine,
    StyleEngine,
)
from studio.engines.catalogue import CatalogueEntry

E = TypeVar("E", bound=Engine)


class Backend(Protocol):
    """A device as the controller sees it. engines.torch_backend is the real one."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...]

    def load(self, model_id: str) -> Engine: ...

    def open_entry(self, entry: CatalogueEntry) -> Engine: ...

    def style_model_id(self) -> str: ...

    def model_of(self, family: str) -> str: ...

    def is_out_of_memory(self, error: BaseException) -> bool: ...

    def free_memory(self) -> None: ...


class EngineRoom:
    """Opens engines when they are first asked for, tells `announce`, and keeps them."""

    def __init__(self, backend: Backend, announce: Callable[[Loaded], None]) -> None:
        self.backend = backend
        self._announce = announce
        self._engines: dict[str, Engine] = {}

    def load(self, model_id: str) -> Engine:
        """The engine of a model; when it comes from disk, that is announced."""
        if model_id not in self._engines:
            started = perf_counter()
            engine = self._engines[model_id] = self.backend.load(model_id)
            self._announce(Loaded(0, engine.info, (perf_counter() - started) * 1000))
        return self._engines[model_id]

    def image(self, model_id: str) -> ImageEngine:
        return self.typed(model_id, ImageEngine, "makes no pictures")

    def encoder(self, model_id: str) -> EncodingEngine:
        return self.typed(model_id, EncodingEngine, "cannot take in pictures")

    def projector(self, model_id: str) -> ProjectingEngine:
        return self.typed(model_id, ProjectingEngine, "cannot be searched for pictures")

    def eye(self) -> Engine | None:
        """The engine that sees likeness: the restyling model, or none where it is not installed."""
        try:
            return self.load(self.backend.style_model_id())
        except StudioError:
            return None

    def music(self, model_id: str) -> MusicEngine:
        return self.typed(model_id, MusicEngine, "makes no music")

    def style(self) -> StyleEngine:
        return self.typed(self.backend.style_model_id(), StyleEngine, "cannot restyle")

    def retoucher(self, wish: Retouch) -> RetouchEngine:
        family = "picture.translator" if wish.kind == "translate" else "picture.restoration"
        model_id = wish.model_id or self.backend.model_of(family)
        return self.typed(model_id, RetouchEngine, "cannot retouch pictures")

    def typed(self, model_id: str, kind: type[E], lack: str) -> E:
        """The engine of a model, if it is of that kind; else StudioError says what it lacks."""
        engine = self.load(model_id)
        if not isinstance(engine, kind):
            raise StudioError(f"The model {engine.info.card.name} {lack}.", hint="Choose another model.")
        return engine
