"""Keys: what a hand strikes sounds at once, whatever the transport does. Any thread.

Invariant: a stroke goes straight to the output and waits for no lock of the player; every key that was struck is let
go, also where the output changes under it.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from studio.audio.output import Output
from studio.core.performance import Voice

AUDITION_SECONDS = 0.4
PLAIN = Voice(0, 0, 100, 64)


class Keys:
    """Live keys, which sound until they are let go, and auditions, which end by themselves: `let_go_due` is called in
    time by the player's thread, which `wake` wakes."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._lock = threading.Lock()
        self._output: Output | None = None
        self._held: dict[tuple[int, int], float] = {}  # (channel, pitch) -> when it ends

    def use(self, output: Output | None) -> None:
        """Sound there from now on; what sounds elsewhere is let go. None: nowhere."""
        with self._lock:
            self._release(list(self._held))
            self._output = output

    def press(self, pitch: int, velocity: int, voice: Voice = PLAIN) -> None:
        """Sound a key until it is let go."""
        self._strike(pitch, velocity, voice, math.inf)

    def audition(self, pitch: int, velocity: int, voice: Voice = PLAIN) -> None:
        """Sound a key for a moment."""
        self._strike(pitch, velocity, voice, time.monotonic() + AUDITION_SECONDS)
        self._wake()

    def let_go(self, pitch: int, channel: int | None = None) -> None:
        """The end of a pressed key, on every channel where none is named."""
        with self._lock:
            self._release([key for key in self._held if key[1] == pitch and channel in (None, key[0])])

    def let_all_go(self) -> None:
        with self._lock:
            self._release(list(self._held))

    def let_go_due(self) -> float | None:
        """End the auditions whose time has come; the seconds until the next one ends, None if none sounds."""
        with self._lock:
            now = time.monotonic()
            self._release([key for key, end in self._held.items() if end <= now])
            next_end = min(self._held.values(), default=math.inf)
        return None if next_end == math.inf else max(0.0, next_end - now)

    def _strike(self, pitch: int, velocity: int, voice: Voice, end: float) -> None:
        with self._lock:
            if self._output is not None:
                self._release([key for key in self._held if key == (voice.channel, pitch)])
                self._held[(voice.channel, pitch)] = end
                self._output.press(voice, pitch, velocity)

    def _release(self, keys: list[tuple[int, int]]) -> None:
        for key in keys:
            del self._held[key]
            if self._output is not None:
                self._output.let_go(*key)
