"""Where requests wait for a device thread. Invariant: put never blocks and take never loses the newest request.

Mailbox has one place: the latest wins. Backlog is first in, first out. Lanes holds them all behind one condition,
whose lock is only ever held for a few pointer moves.
"""

import math
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from time import perf_counter
from typing import Generic, TypeVar

T = TypeVar("T")


class Lane(IntEnum):
    """Which kind of wish a task came from, most urgent first."""

    LIVE = 0
    LOAD = 1
    QUIET = 2
    WORK = 3


class Mailbox(Generic[T]):
    """One place; a newer item takes the place of one that nobody has taken yet. Not locked: see Lanes."""

    def __init__(self) -> None:
        self._item: T | None = None

    def put(self, item: T) -> T | None:
        """Leave an item; returns the one it superseded."""
        superseded, self._item = self._item, item
        return superseded

    def take(self) -> T | None:
        item, self._item = self._item, None
        return item

    def remove_if(self, wanted: Callable[[T], bool]) -> bool:
        """Take out the item if it is the wanted one; whether it was."""
        if self._item is None or not wanted(self._item):
            return False
        self._item = None
        return True

    @property
    def waiting(self) -> bool:
        return self._item is not None


@dataclass
class Lanes(Generic[T]):
    """All that waits for one device thread. Any thread may put; only the device thread takes."""

    _live: dict[str, Mailbox[T]] = field(default_factory=dict)
    _quiet: dict[str, Mailbox[T]] = field(default_factory=dict)
    _backlogs: dict[Lane, deque[T]] = field(default_factory=lambda: {Lane.LOAD: deque(), Lane.WORK: deque()})
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _closed: bool = False

    def put_live(self, channel: str, item: T) -> T | None:
        """Latest wins within a channel; returns what will not be done: the superseded item, or once closed this one."""
        with self._changed:
            if self._closed:
                return item
            superseded = self._live.setdefault(channel, Mailbox()).put(item)
            self._changed.notify()
            return superseded

    def put_quiet(self, channel: str, item: T) -> T | None:
        """As `put_live`, for what waits until nothing else is to be done."""
        with self._changed:
            if self._closed:
                return item
            superseded = self._quiet.setdefault(channel, Mailbox()).put(item)
            self._changed.notify()
            return superseded

    def put_back(self, channel: str, item: T) -> T | None:
        """Leave the rest of a quiet item, unless a newer one came; returns what will not be done."""
        with self._changed:
            box = self._quiet.setdefault(channel, Mailbox())
            if self._closed or box.waiting:
                return item
            return box.put(item)

    def put(self, lane: Lane, item: T) -> T | None:
        """First in, first out, for loading and work; returns the item itself once closed."""
        with self._changed:
            if self._closed:
                return item
            self._backlogs[lane].append(item)
            self._changed.notify()
            return None

    def take(self, *, wait: bool, quiet_from: float = 0.0) -> tuple[Lane, T] | None:
        """The most urgent item. wait: sleep (at no cost) until there is one; None when closed or nothing waits.

        Without wait, neither quiet items nor work are taken: the caller is busy with a piece of work and asks what
        goes before it. quiet_from: the time (perf_counter) before which quiet items are left alone.
        """
        with self._changed:
            while not self._closed:
                found = self._first(with_work=wait, quiet_from=quiet_from if wait else math.inf)
                if found is not None or not wait:
                    return found
                self._changed.wait(self._sleep_s(quiet_from))
            return None

    def take_quiet(self, quiet_from: float) -> T | None:
        """A quiet item, once its time has come: for a caller that is busy with a piece of work."""
        with self._changed:
            return self._first_quiet() if perf_counter() >= quiet_from else None

    def is_waiting(self, channel: str) -> bool:
        """Whether something newer waits in a live channel."""
        with self._changed:
            return channel in self._live and self._live[channel].waiting

    def clear(self, channel: str) -> T | None:
        """Withdraw what waits in a live channel."""
        with self._changed:
            return self._live[channel].take() if channel in self._live else None

    def withdraw(self, wanted: Callable[[T], bool]) -> bool:
        """Take out the item that waits and is `wanted`; whether there was one."""
        with self._changed:
            for box in (*self._live.values(), *self._quiet.values()):
                if box.remove_if(wanted):
                    return True
            for backlog in self._backlogs.values():
                for item in backlog:
                    if wanted(item):
                        backlog.remove(item)
                        return True
            return False

    def close(self) -> list[T]:
        """Wake the taker for the last time; returns what was never taken."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            boxes = (*self._live.values(), *self._quiet.values())
            left = [item for box in boxes if (item := box.take()) is not None]
            for backlog in self._backlogs.values():
                left.extend(backlog)
                backlog.clear()
            return left

    @property
    def closed(self) -> bool:
        return self._closed

    def _first(self, *, with_work: bool, quiet_from: float) -> tuple[Lane, T] | None:
        live = _in_turn(self._live)
        if live is not None:
            return Lane.LIVE, live
        if self._backlogs[Lane.LOAD]:
            return Lane.LOAD, self._backlogs[Lane.LOAD].popleft()
        quiet = self._first_quiet() if perf_counter() >= quiet_from else None
        if quiet is not None:
            return Lane.QUIET, quiet
        if with_work and self._backlogs[Lane.WORK]:
            return Lane.WORK, self._backlogs[Lane.WORK].popleft()
        return None

    def _first_quiet(self) -> T | None:
        return _in_turn(self._quiet)

    def _sleep_s(self, quiet_from: float) -> float | None:
        """How long nothing needs to be done: until the quiet items' time has come, where there are any."""
        if not any(box.waiting for box in self._quiet.values()):
            return None
        return max(0.001, quiet_from - perf_counter())


def _in_turn(boxes: dict[str, Mailbox[T]]) -> T | None:
    """The next item of the boxes; the one it lay in goes to the end."""
    for channel, box in boxes.items():
        item = box.take()
        if item is not None:
            boxes[channel] = boxes.pop(channel)
            return item
    return None
