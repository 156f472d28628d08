"""Where requests wait for a device thread. Invariant: put never blocks and take never loses the newest request.

Mailbox has one place: the latest wins. Backlog is first in, first out. Lanes holds them all behind one condition,
whose lock is only ever held for a few pointer moves.
"""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class Lane(IntEnum):
    """Which kind of wish a task came from, most urgent first."""

    LIVE = 0
    LOAD = 1
    WORK = 2


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

    def put(self, lane: Lane, item: T) -> T | None:
        """First in, first out, for loading and work; returns the item itself once closed."""
        with self._changed:
            if self._closed:
                return item
            self._backlogs[lane].append(item)
            self._changed.notify()
            return None

    def take(self, *, wait: bool) -> tuple[Lane, T] | None:
        """The most urgent item. wait: sleep (at no cost) until there is one; None when closed or nothing waits.

        Without wait, work is not taken: the caller is busy with a piece of work and asks what goes before it.
        """
        with self._changed:
            while not self._closed:
                found = self._first(with_work=wait)
                if found is not None or not wait:
                    return found
                self._changed.wait()
            return None

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
            for box in self._live.values():
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
            left = [item for box in self._live.values() if (item := box.take()) is not None]
            for backlog in self._backlogs.values():
                left.extend(backlog)
                backlog.clear()
            return left

    @property
    def closed(self) -> bool:
        return self._closed

    def _first(self, *, with_work: bool) -> tuple[Lane, T] | None:
        for channel, box in self._live.items():
            item = box.take()
            if item is not None:
                self._live[channel] = self._live.pop(channel)  # to the end: channels take turns
                return Lane.LIVE, item
        for lane in (Lane.LOAD, Lane.WORK) if with_work else (Lane.LOAD,):
            if self._backlogs[lane]:
                return lane, self._backlogs[lane].popleft()
        return None
