"""Errand: the controller for those who wait, such as the command line. Same threads, same bytes as the window."""

import queue
from collections.abc import Callable
from types import TracebackType
from typing import Self

from studio.core.messages import (
    CancelledReply,
    Composing,
    DeviceReady,
    Failure,
    Loaded,
    Preview,
    Progress,
    Reply,
    Request,
    WorkDone,
)
from studio.inference.controller import InferenceController, reply_serial
from studio.inference.engine_room import Backend
from studio.inference.jobs import Job

WAKE_S = 0.5


class Errand:
    """Owns a controller for the length of a `with`. One thread asks; `on_progress` is called on that thread."""

    def __init__(
        self,
        open_backend: Callable[[str], Backend],
        device: str = "auto",
        on_progress: Callable[[Progress], None] = lambda progress: None,
    ) -> None:
        self._replies: queue.Queue[Reply] = queue.Queue()
        self._on_progress = on_progress
        self._controller = InferenceController(open_backend, self._replies.put, device, start=False)
        self.device = ""

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.close()

    def ask(self, request: Request) -> Reply:
        """The answer to a request; raises the StudioError of a Failure."""
        return self._wait(self._controller.submit(request))

    def do(self, job: Job) -> object:
        """The result of a job, after its last step; raises the StudioError of a Failure."""
        done = self._wait(self._controller.submit_job(job))
        return done.result if isinstance(done, WorkDone) else None

    def _wait(self, serial: int) -> Reply:
        try:
            return self._closing(serial)
        except KeyboardInterrupt:
            self._controller.cancel(serial)
            self._closing(serial)
            raise

    def _closing(self, serial: int) -> Reply:
        while True:
            reply = self._next()
            match reply:
                case Failure():  # of this request, or serial 0: of the device that it was to run on
                    raise reply.error
                case DeviceReady():
                    self.device = reply.name
                case Progress():
                    self._on_progress(reply)
                case Preview() | Composing():
                    pass
                case CancelledReply() if reply.serial == serial:
                    raise KeyboardInterrupt
                case Loaded() if reply.serial != serial:
                    pass
                case _ if reply_serial(reply) == serial:
                    return reply

    def _next(self) -> Reply:
        while True:
            try:
                return self._replies.get(timeout=WAKE_S)
            except queue.Empty:
                continue
