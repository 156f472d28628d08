"""Heartbeat and Gaps: what an output's clock tells about the sound card beside the clock on the wall. Pure.

Invariant: only time that passes counts; one late look at the clocks is neither a stop nor a gap.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

PATIENCE_SECONDS = 0.9
WAKING_SECONDS = 8.0  # some cards sleep, some are on the other side of a radio
FEWEST_LOOKS = 3
WINDOW_LOOKS = 10
SETTLE_SECONDS = 3.0  # a card that wakes may stutter; nothing is missed yet
SLACK_SECONDS = 0.004  # what the clocks of the two drift apart in a window, and what a look is late
Clock = Callable[[], float]


class Heartbeat:
    """Whether a clock still moves: it stands if several looks, over a second, have seen the same time. One that has not
    moved yet is given longer."""

    def __init__(self, clock: Clock, wall: Clock = time.monotonic) -> None:
        self._clock, self._wall = clock, wall
        self._last, self._since, self._looks = clock(), wall(), 0
        self._patience = WAKING_SECONDS

    def beats(self) -> bool:
        now = self._clock()
        if now != self._last:
            self._last, self._since, self._looks = now, self._wall(), 0
            self._patience = PATIENCE_SECONDS
            return True
        self._looks += 1
        return self._looks < FEWEST_LOOKS or self._wall() - self._since < self._patience


class Gaps:
    """Counts how often a sound card was left without sound: its clock then falls behind the wall's for good.

    The clock advances by whole buffers, so the highest of the last looks is compared with the highest before; a gap
    shorter than half a buffer can stay unseen until others have added up to one.
    """

    def __init__(self, buffer_seconds: float) -> None:
        self._slack = SLACK_SECONDS + buffer_seconds / 2
        self._leads: deque[float] = deque(maxlen=WINDOW_LOOKS)
        self._last, self._first = -1.0, -1.0
        self._best: float | None = None
        self.count = 0

    def look(self, clock: float, wall: float) -> bool:
        """Told both clocks every few hundredths of a second; whether a gap was found just now."""
        moved, self._last = clock != self._last, clock
        if self._first < 0 and moved:
            self._first = wall
        if (
            moved and wall - self._first >= SETTLE_SECONDS
        ):  # while it stands, the gap is not over: one gap, however long
            self._leads.append(clock - wall)
        if not moved or len(self._leads) < WINDOW_LOOKS:
            return False
        lead = max(self._leads)
        found = self._best is not None and lead < self._best - self._slack
        self.count += found
        if found or self._best is None or lead > self._best:
            self._best = lead
        else:
            self._best -= (self._best - lead) * 0.01  # two quartzes drift apart
        return found
