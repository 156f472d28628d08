"""Engines that need no network: their pictures follow from the latent, their pace is set, their faults are chosen."""

import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from studio.core.card import Card, ModelInfo, WeightsInfo
from studio.core.errors import StudioError
from studio.core.latent import Latent, WCode
from studio.core.messages import (
    CancelledReply,
    Candidate,
    Composed,
    ComposeRequest,
    DeviceReady,
    Encoded,
    Failure,
    FrameReady,
    Loaded,
    Progress,
    Reply,
    StyleVectorReady,
    ThumbnailsDone,
    WorkDone,
)
from studio.core.picture import Pixels
from studio.core.restyle import StyleMix
from studio.core.retouch import Retouch
from studio.core.score import Note
from studio.engines.base import Engine, FramePainter, Painting, Show, Step, no_show, no_step
from studio.inference.controller import InferenceController, reply_serial

CLOSING = (
    FrameReady, ThumbnailsDone, Composed, Encoded, StyleVectorReady, WorkDone, Failure, CancelledReply, Loaded
)  # fmt: skip
PATIENCE_S = 20.0


class OutOfMemory(RuntimeError):
    """What the fake device raises when it is full."""


@dataclass
class FakeEngine:
    """Does all that an engine can. `hold` stops it inside a call until it is set; `faults` are raised first."""

    info: ModelInfo
    pause_s: float = 0.001
    faults: list[Exception] = field(default_factory=list)
    asked: list[object] = field(default_factory=list)
    hold: threading.Event | None = None
    entered: threading.Event = field(default_factory=threading.Event)

    def render(self, latent: Latent, max_size: int | None = None, half: bool = False) -> Pixels:
        self._work(latent)
        size = max_size or max(self.info.sizes)
        pixels = np.full((size, size, 3), latent.seed % 251, dtype=np.uint8)
        pixels[..., 1] = int(latent.offset("pc0") * 100) % 251
        return pixels

    def code(self, latent: Latent) -> WCode:
        return WCode.of(np.full((1, 2), latent.seed, np.float32))

    def encode(self, pixels: Pixels) -> Latent:
        self._work(pixels)
        return Latent(seed=int(pixels[0, 0, 0]))

    def restyle(self, pixels: Pixels, mix: StyleMix, step: Step = no_step) -> Pixels:
        self._work(mix)
        step(1, 1)
        return np.asarray(255 - pixels, dtype=np.uint8)

    def restyling(self, pixels: Pixels, mix: StyleMix) -> Painting:
        for done in range(4):
            yield done, 4
        return self.restyle(pixels, mix)

    def painting_clip(self, mix: StyleMix) -> FramePainter:
        return FakeFrames(self, mix)

    def style_vector(self, pixels: Pixels) -> NDArray[np.float32]:
        self._work(pixels)
        return np.full(100, pixels.mean(), dtype=np.float32)

    def retouch(self, pixels: Pixels, wish: Retouch) -> Generator[tuple[int, int], None, Pixels]:
        for done in range(8):
            yield done, 8
            self._work(wish)
        if wish.kind == "translate":
            return pixels[::-1]
        return pixels.repeat(wish.factor, axis=0).repeat(wish.factor, axis=1)

    def compose(
        self, request: ComposeRequest, step: Step = no_step, show: Show = no_show
    ) -> tuple[Candidate, ...]:
        note = Note(request.region_start, 120, 60)
        answer = tuple(Candidate((note,), (1.0,), request.seed + i) for i in range(request.candidates))
        for done in range(8):
            self._work(request)
            step(done, 8)
            show(answer, request.region_start + 120 * done)
        return answer

    def _work(self, what: object) -> None:
        self.asked.append(what)
        self.entered.set()
        if self.hold is not None:
            assert self.hold.wait(PATIENCE_S)
        time.sleep(self.pause_s)
        if self.faults:
            raise self.faults.pop(0)


@dataclass
class FakeFrames:
    """Paints every frame as the engine would paint a picture."""

    engine: FakeEngine
    mix: StyleMix

    def paint(self, pixels: Pixels) -> Painting:
        return self.engine.restyling(pixels, self.mix)


@dataclass
class FakeBackend:
    """One fake device with one engine of each kind under every name that is not "missing"."""

    name: str
    engine: FakeEngine
    choices: tuple[tuple[str, str], ...] = (("cpu", "CPU"), ("gpu", "GPU"))
    freed: int = 0

    @property
    def label(self) -> str:
        return self.name.upper()

    def load(self, model_id: str) -> Engine:
        if model_id == "missing":
            raise StudioError("There is no model named 'missing'.")
        return self.engine

    def style_model_id(self) -> str:
        return "style"

    def model_of(self, family: str) -> str:
        return "missing" if family == "picture.nothing" else family

    def is_out_of_memory(self, error: BaseException) -> bool:
        return isinstance(error, OutOfMemory)

    def free_memory(self) -> None:
        self.freed += 1


class Inbox:
    """Collects replies; waits for the one that a test needs."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self._queue: queue.Queue[Reply] = queue.Queue()

    def deliver(self, reply: Reply) -> None:
        self._queue.put(reply)

    def wait(self, wanted: Callable[[Reply], bool]) -> Reply:
        """The first reply from now on that is `wanted`; all before it are kept in `replies`."""
        while True:
            reply = self._queue.get(timeout=PATIENCE_S)
            self.replies.append(reply)
            if wanted(reply):
                return reply

    def closing(self, serial: int) -> Reply:
        return self.wait(lambda reply: isinstance(reply, CLOSING) and reply_serial(reply) == serial)

    def drain(self) -> list[Reply]:
        while not self._queue.empty():
            self.replies.append(self._queue.get())
        return self.replies

    def of(self, kind: type) -> list[Reply]:
        return [reply for reply in self.drain() if isinstance(reply, kind)]

    def closings(self) -> list[int]:
        """The serials of all closing replies, in order."""
        return [reply_serial(r) for r in self.drain() if isinstance(r, CLOSING) and reply_serial(r)]


@dataclass
class Rig:
    """A controller on fake devices."""

    controller: InferenceController
    inbox: Inbox
    backends: dict[str, FakeBackend]

    @property
    def engine(self) -> FakeEngine:
        return self.backends["cpu"].engine


def make_engine(pause_s: float = 0.001) -> FakeEngine:
    card = Card("fake", "Fake", "picture.fake", "", WeightsInfo("w", ""), z_dim=8)
    return FakeEngine(ModelInfo(card, sizes=(8, 16, 32), can_encode=True), pause_s)


def make_rig(pause_s: float = 0.001, device: str = "auto") -> Rig:
    backends: dict[str, FakeBackend] = {}
    inbox = Inbox()

    def open_backend(device: str) -> FakeBackend:
        name = {"auto": "cpu"}.get(device, device)
        if name not in ("cpu", "gpu"):
            raise StudioError(f"The device {name!r} is not available on this machine.")
        backends[name] = FakeBackend(name, make_engine(pause_s))
        return backends[name]

    controller = InferenceController(open_backend, inbox.deliver, device)
    inbox.wait(lambda reply: isinstance(reply, DeviceReady))
    return Rig(controller, inbox, backends)


@pytest.fixture
def fake_engine() -> FakeEngine:
    """Deterministic, about 1 ms a call."""
    return make_engine()


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = make_rig()
    yield made
    made.controller.close()


@pytest.fixture
def slow_rig() -> Iterator[Rig]:
    """About 9 ms a frame, as a small network on a CPU."""
    made = make_rig(0.009)
    yield made
    made.controller.close()


def steps_of(reply: Progress) -> tuple[int, int]:
    return reply.done, reply.total
