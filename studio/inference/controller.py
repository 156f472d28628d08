"""InferenceController: takes requests from any thread, keeps order, and passes on only replies worth showing.

Invariants: every request gets exactly one closing reply; on a live channel the serials of the answers passed on
only grow, and none is older than the last discard.
"""

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from studio.core.messages import (
    CANVAS,
    CancelledReply,
    Composing,
    DeviceReady,
    Failure,
    FrameReady,
    Preview,
    Progress,
    RenderRequest,
    Reply,
    Request,
    ThumbnailReady,
    ThumbnailsRequest,
)
from studio.core.music_messages import MusicReply, MusicRequest
from studio.inference.device_thread import DeviceThread, Task, WorkRequest
from studio.inference.engine_room import Backend
from studio.inference.jobs import Job
from studio.inference.mailbox import Lane

AUTO = "auto"


class InferenceController:
    """One per window or command. `deliver` is called on a device thread (or within a call that cancels), must
    return at once, and may call the controller.

    start: begin at once; else requests wait until `start` is called (the window is up before torch is imported).
    """

    def __init__(
        self,
        open_backend: Callable[[str], Backend],
        deliver: Callable[[Reply], None],
        device: str = AUTO,
        *,
        start: bool = True,
    ) -> None:
        self._open_backend = open_backend
        self._deliver = deliver
        self._serials = itertools.count(1)
        self._lock = threading.RLock()
        self._cancelled: set[int] = set()
        self._shown: dict[str, int] = {}
        self._thread = self._new_thread(device)
        self._coming = self._thread
        if start:
            self.start()

    def start(self) -> None:
        """Open the device; once only."""
        self._thread.start()

    def submit(self, request: Request) -> int:
        """Queue a request in its lane; returns the serial that its replies will carry."""
        with self._lock:
            request = replace(request, serial=next(self._serials))
            self._queue(request)
        time.sleep(0)  # lets the device thread have the interpreter now, not at the next switch
        return request.serial

    def submit_job(self, job: Job) -> int:
        """Queue a longer piece of work; replies are Progress and then WorkDone, Failure or CancelledReply."""
        with self._lock:
            task = WorkRequest(job, next(self._serials))
            self._queue(task)
        return task.serial

    def cancel(self, serial: int) -> None:
        """Stop a request or job: at once while it waits, within its current step once it runs."""
        with self._lock:
            self._cancelled.add(serial)
            if self._thread.lanes.withdraw(lambda task: task.serial == serial):
                self._pass_on(CancelledReply(serial))

    def discard(self, channel: str = CANVAS) -> None:
        """Nothing asked for on this channel until now may be shown any more (another model, another picture)."""
        with self._lock:
            self._shown[channel] = next(self._serials)
            waiting = self._thread.lanes.clear(channel)
            if waiting is not None:
                self._pass_on(CancelledReply(waiting.serial))

    def is_stale(self, reply: Reply) -> bool:
        """Whether a newer answer was passed on, or the channel discarded, since: for replies that waited in a
        queue of the receiver's own."""
        with self._lock:
            return reply_serial(reply) < self._shown.get(reply_channel(reply), 0)

    def use_device(self, device: str) -> None:
        """Go over to another device as soon as it is up; what waits moves with it, a running job is cancelled.

        A device that cannot be opened changes nothing: its Failure is passed on and the old one goes on. (Where it
        is the first one, the best device of the machine takes its place.)
        """
        with self._lock:
            self._coming = self._new_thread(device)
            self._coming.start()

    def close(self) -> None:
        """Stop the device thread; the running step is waited for, at most a few seconds."""
        for thread in {self._thread, self._coming}:
            thread.close()

    def _new_thread(self, device: str) -> DeviceThread:
        def deliver(reply: Reply) -> None:
            if self._admit(thread, reply):
                self._pass_on(reply)
            if isinstance(reply, Failure) and reply.serial == 0 and device != AUTO:
                self._fall_back(thread)

        thread = DeviceThread(lambda: self._open_backend(device), deliver, self._is_cancelled)
        return thread

    def _admit(self, thread: DeviceThread, reply: Reply) -> bool:
        """Whether a thread's reply counts. A device that is up takes over, unless yet another was asked for."""
        with self._lock:
            if isinstance(reply, DeviceReady) and thread is self._coming:
                self._take_over(thread)
            elif isinstance(reply, DeviceReady) or (reply_serial(reply) == 0 and thread is not self._thread):
                thread.lanes.close()
            return not isinstance(reply, DeviceReady) or thread is self._thread

    def _fall_back(self, thread: DeviceThread) -> None:
        """The device that was asked for at the start cannot be opened: the best that is here serves instead."""
        with self._lock:
            if thread is not self._thread:
                return
            fresh = self._new_thread(AUTO)
            self._coming = fresh if self._coming is thread else self._coming
            self._take_over(fresh)
            fresh.start()

    def _take_over(self, thread: DeviceThread) -> None:
        old, self._thread = self._thread, thread
        if old is not thread:
            for task in old.lanes.close():
                self._queue(task)

    def _queue(self, task: Task) -> None:
        lanes = self._thread.lanes
        if isinstance(task, RenderRequest | MusicRequest):
            left = lanes.put_live(task.channel, task)
        elif isinstance(task, ThumbnailsRequest):
            left = lanes.put_quiet(task.channel, task)
        else:
            left = lanes.put(Lane.WORK if isinstance(task, WorkRequest) else Lane.LOAD, task)
        if left is not None:
            self._pass_on(CancelledReply(left.serial))

    def _is_cancelled(self, serial: int) -> bool:
        with self._lock:
            return serial in self._cancelled

    def _pass_on(self, reply: Reply) -> None:
        """Deliver a reply; a stale one becomes a CancelledReply. Locked, so that no discard comes between."""
        with self._lock:
            serial, channel = reply_serial(reply), reply_channel(reply)
            if not isinstance(reply, Progress | Preview | ThumbnailReady | Composing):
                self._cancelled.discard(serial)
            if channel and self.is_stale(reply):
                if isinstance(reply, Composing):
                    return  # its closing reply will say so
                reply = CancelledReply(serial)
            elif channel:
                self._shown[channel] = serial
            self._deliver(reply)


def reply_channel(reply: Reply) -> str:
    """The live channel that a reply answers; empty for all others."""
    if isinstance(reply, FrameReady | Composing | MusicReply):
        return reply.request.channel
    return reply.channel if isinstance(reply, Failure) else ""


def reply_serial(reply: Reply) -> int:
    """The serial of the request that a reply belongs to; 0 for news of the device itself."""
    return 0 if isinstance(reply, DeviceReady) else reply.serial
