"""DeviceThread: owns the engines of one device and is the only thread that runs them.

Invariant: every request taken gets exactly one closing reply (a result, Failure or CancelledReply); nothing that
goes wrong in an engine ends the thread.
"""

import logging
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from time import perf_counter

from studio.core.errors import Cancelled, StudioError
from studio.core.messages import (
    CancelledReply,
    ComposeRequest,
    DeviceReady,
    EncodeRequest,
    Failure,
    LoadRequest,
    Preview,
    Progress,
    Quality,
    RenderRequest,
    Reply,
    Request,
    StyleVectorRequest,
    ThumbnailReady,
    ThumbnailsDone,
    ThumbnailsRequest,
    WorkDone,
)
from studio.engines.base import Step
from studio.inference.draft_budget import DraftBudget
from studio.inference.engine_room import Backend, EngineRoom
from studio.inference.frame_cache import FrameCache
from studio.inference.handlers import Handlers, smaller
from studio.inference.jobs import Job, Steps
from studio.inference.mailbox import Lanes
from studio.inference.music_handlers import answer

log = logging.getLogger(__name__)
REST_S = 0.25  # after a draft the hand is taken to move for so long: no thumbnail comes between two drafts


@dataclass(frozen=True, slots=True)
class WorkRequest:
    """A job with its serial, as it waits in the work lane."""

    job: Job
    serial: int


Task = Request | WorkRequest


class DeviceThread:
    """One thread, one device. Callers put tasks into `lanes`; replies go to `deliver` (called on this thread)."""

    def __init__(
        self,
        open_backend: Callable[[], Backend],
        deliver: Callable[[Reply], None],
        is_cancelled: Callable[[int], bool],
    ) -> None:
        self.lanes: Lanes[Task] = Lanes()
        self._open_backend = open_backend
        self._deliver = deliver
        self._is_cancelled = is_cancelled
        self._quiet_from = 0.0
        self._thread = threading.Thread(target=self._run, name="device", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self, timeout_s: float = 5.0) -> None:
        """Let the running step end, then stop; what still waited is answered as cancelled."""
        for task in self.lanes.close():
            self._deliver(CancelledReply(task.serial))
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        handlers = self._open()
        while (taken := self.lanes.take(wait=True, quiet_from=self._quiet_from)) is not None:
            _lane, task = taken
            if handlers is None:
                handlers = self._open()
            if handlers is not None:
                self._serve(handlers, task)
            else:
                self._deliver(CancelledReply(task.serial))

    def _open(self) -> Handlers | None:
        try:
            backend = self._open_backend()
        except Exception as error:
            self._deliver(Failure(0, as_studio_error(error)))
            return None
        self._deliver(DeviceReady(backend.name, backend.label, backend.choices))
        return Handlers(EngineRoom(backend, self._deliver), FrameCache(), DraftBudget())

    def _serve(self, handlers: Handlers, task: Task) -> None:
        if self._is_cancelled(task.serial):
            self._deliver(CancelledReply(task.serial))
            return
        try:
            reply = self._answer(handlers, task)
            if reply is not None:
                self._deliver(reply)
        except Cancelled:
            self._deliver(CancelledReply(task.serial))
        except Exception as error:
            self._deliver(self._failure(handlers, task, error))

    def _answer(self, handlers: Handlers, task: Task) -> Reply | None:
        """The closing reply of a task, after one retry at a smaller size when memory ran out; None: it goes on."""
        try:
            return self._handle(handlers, task)
        except Exception as error:
            if not handlers.room.backend.is_out_of_memory(error):
                raise
            log.info("out of memory; retrying once at a smaller size")
        handlers.cache.clear()
        handlers.flat.clear()
        handlers.room.backend.free_memory()
        return self._handle(
            handlers, smaller(task) if isinstance(task, RenderRequest | ComposeRequest) else task
        )

    def _handle(self, handlers: Handlers, task: Task) -> Reply | None:
        match task:
            case RenderRequest():  # a draft is always shown, else nothing would be while a hand moves
                at_rest = task.quality is Quality.FINAL
                self._quiet_from = 0.0 if at_rest else perf_counter() + REST_S
                return handlers.render(task, self._step(task.serial, task.channel if at_rest else ""))
            case ThumbnailsRequest():
                return self._next_thumbnail(handlers, task)
            case EncodeRequest():
                return handlers.encode(task)
            case StyleVectorRequest():
                return handlers.style_vector(task)
            case LoadRequest():
                return handlers.load(task)
            case WorkRequest():
                return self._work(handlers, task)
            case _:
                step = self._step(task.serial, task.channel)
                return answer(handlers.room, task, step, self._deliver)

    def _next_thumbnail(self, handlers: Handlers, task: ThumbnailsRequest) -> Reply | None:
        """Make the first picture of a batch and leave the rest for the next quiet moment."""
        if task.items:
            frame = handlers.render(task.items[0], self._step(task.serial)).frame
            self._deliver(ThumbnailReady(task.serial, task.channel, task.first, frame))
        if len(task.items) <= 1:
            return ThumbnailsDone(task.serial, task.channel)
        left = self.lanes.put_back(task.channel, replace(task, items=task.items[1:], first=task.first + 1))
        return CancelledReply(left.serial) if left is not None else None

    def _step(self, serial: int, channel: str = "") -> Step:
        """Raises Cancelled between an engine's steps: on request, at closing, or once `channel` has a newer wish."""

        def step(done: int, total: int) -> None:
            newer = bool(channel) and self.lanes.is_waiting(channel)
            if newer or self.lanes.closed or self._is_cancelled(serial):
                raise Cancelled

        return step

    def _work(self, handlers: Handlers, task: WorkRequest) -> Reply:
        steps = task.job.steps(handlers.room)
        started = perf_counter()
        try:
            while True:
                done, total, *so_far = next(steps)
                self._deliver(_progress(task, done, total, perf_counter() - started))
                for value in so_far:
                    self._deliver(Preview(task.serial, task.job.title, value))
                self._step(task.serial)(done, total)
                self._serve_urgent(handlers)
        except StopIteration as end:
            return WorkDone(task.serial, task.job.title, end.value)
        finally:
            _close(steps)

    def _serve_urgent(self, handlers: Handlers) -> None:
        """Live requests and loads go before the next step of a piece of work; then one thumbnail."""
        while (taken := self.lanes.take(wait=False)) is not None:
            self._serve(handlers, taken[1])
        quiet = self.lanes.take_quiet(self._quiet_from)
        if quiet is not None:
            self._serve(handlers, quiet)

    def _failure(self, handlers: Handlers, task: Task, error: Exception) -> Failure:
        if handlers.room.backend.is_out_of_memory(error):
            handlers.room.backend.free_memory()
            error = StudioError(
                f"{handlers.room.backend.label} has no memory left for this.",
                str(error),
                "Close other programs, choose a smaller size, or switch to the CPU.",
            )
        channel = getattr(task, "channel", "")
        return Failure(task.serial, as_studio_error(error), channel, getattr(task, "model_id", ""))


def as_studio_error(error: Exception) -> StudioError:
    """A StudioError as it is; anything else as an unexpected one, with the traceback in its detail."""
    if isinstance(error, StudioError):
        return error
    log.error("unexpected error", exc_info=error)
    detail = "".join(traceback.format_exception(error))
    return StudioError(f"Something went wrong: {error}", detail, "Try again; the details help us to mend it.")


def _progress(task: WorkRequest, done: int, total: int, elapsed_s: float) -> Progress:
    left = elapsed_s / done * (total - done) if done and total else None
    return Progress(task.serial, task.job.title, done, total, left)


def _close(steps: Steps) -> None:
    with suppress(RuntimeError):
        steps.close()
