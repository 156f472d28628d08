"""InferenceController: takes requests from any thread, keeps order, and passes on only replies worth showing.

Invariant: on a live channel the serials of the frames passed on only grow, and none is older than the last discard.
"""

import itertools
import threading
from collections.abc import Callable
from dataclasses import replace

from studio.core.messages import (
    CANVAS,
    CancelledReply,
    ComposeRequest,
    Failure,
    FrameReady,
    RenderRequest,
    Reply,
    Request,
)
from studio.inference.device_thread import DeviceThread, WorkRequest
from studio.inference.engine_room import Backend
from studio.inference.jobs import Job
from studio.inference.mailbox import Lane


class InferenceController:
    """One per window or command. Its methods never block; `deliver` is called on a device thread."""

    def __init__(
        self, open_backend: Callable[[str], Backend], deliver: Callable[[Reply], None], device: str = "auto"
    ) -> None:
        self._open_backend = open_backend
        self._deliver = deliver
        self._serials = itertools.count(1)
        self._lock = threading.Lock()
        self._cancelled: set[int] = set()
        self._shown: dict[str, int] = {}
        self._thread = self._start(device)

    def submit(self, request: Request) -> int:
        """Queue a request in its lane; returns the serial that its replies will carry."""
        request = replace(request, serial=next(self._serials))
        lanes = self._thread.lanes
        if isinstance(request, RenderRequest | ComposeRequest):
            superseded = lanes.put_live(request.channel, request)
            if superseded is not None:
                self._pass_on(CancelledReply(superseded.serial))
        else:
            lanes.put(Lane.LOAD, request)
        return request.serial

    def submit_job(self, job: Job) -> int:
        """Queue a longer piece of work; replies are Progress and then WorkDone, Failure or CancelledReply."""
        serial = next(self._serials)
        self._thread.lanes.put(Lane.WORK, WorkRequest(job, serial))
        return serial

    def cancel(self, serial: int) -> None:
        """Stop a request or job within its current step."""
        with self._lock:
            self._cancelled.add(serial)

    def discard(self, channel: str = CANVAS) -> None:
        """Nothing asked for on this channel until now may be shown any more (another model, another picture)."""
        self._thread.lanes.clear(channel)
        with self._lock:
            self._shown[channel] = next(self._serials)

    def use_device(self, device: str) -> None:
        """Go over to another device; waiting requests are cancelled, models load again when they are used."""
        old = self._thread
        self._thread = self._start(device)
        threading.Thread(target=old.close, name="device-closing", daemon=True).start()

    def close(self) -> None:
        """Stop the device thread; the running step is waited for, at most a few seconds."""
        self._thread.close()

    def _start(self, device: str) -> DeviceThread:
        thread = DeviceThread(lambda: self._open_backend(device), self._pass_on, self._is_cancelled)
        thread.start()
        return thread

    def _is_cancelled(self, serial: int) -> bool:
        with self._lock:
            return serial in self._cancelled

    def _pass_on(self, reply: Reply) -> None:
        if self._is_stale(reply):
            return
        self._deliver(reply)

    def _is_stale(self, reply: Reply) -> bool:
        if not isinstance(reply, FrameReady | Failure):
            return False
        channel = reply.request.channel if isinstance(reply, FrameReady) else reply.channel
        if not channel:
            return False
        with self._lock:
            if reply.serial < self._shown.get(channel, 0):
                return True
            self._shown[channel] = reply.serial
            return False


