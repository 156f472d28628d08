"""Output: where notes go, whatever it is; and silence, which keeps time and says why there is no sound."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol, TypeAlias

from studio.core.errors import StudioError
from studio.core.performance import NoteEvent, SoundEvent, Voice


class Output(Protocol):
    """Where notes go. Its clock is the transport's. Any thread may call it."""

    @property
    def problem(self) -> StudioError | None:
        """Why there is no sound, or not all."""

    @property
    def name(self) -> str:
        """What it plays through, for people; empty where nothing sounds."""

    @property
    def latency_seconds(self) -> float:
        """What is buffered: from an event to its sound, at most."""

    @property
    def comes_back(self) -> bool:
        """Whether opening it anew may bring the sound that it lacks."""

    def now(self) -> float: ...
    def look(self) -> bool:
        """Look after itself, on the watch's thread; False where it is gone and another must be opened."""

    def set_voice(self, voice: Voice) -> None: ...
    def send(self, at_seconds: float, event: SoundEvent) -> None: ...
    def press(self, voice: Voice, pitch: int, velocity: int) -> None:
        """Strike a key now; a voice's channel is that of the track it belongs to."""

    def let_go(self, channel: int, pitch: int) -> None: ...
    def silence(self) -> None: ...
    def close(self) -> None: ...


Opener: TypeAlias = Callable[[], Output]


class SilentOutput:
    """Plays nothing, keeps time; `sent` holds the last events, for tests."""

    name, latency_seconds = "", 0.0

    def __init__(
        self,
        problem: StudioError | None = None,
        clock: Callable[[], float] = time.monotonic,
        comes_back: bool = False,
    ) -> None:
        self.problem, self.now, self.comes_back = problem, clock, comes_back
        self.sent: list[tuple[float, SoundEvent]] = []

    def look(self) -> bool:
        return True

    def set_voice(self, voice: Voice) -> None:
        """Nothing sounds."""

    def send(self, at_seconds: float, event: SoundEvent) -> None:
        del self.sent[:-4096]
        self.sent.append((at_seconds, event))

    def press(self, voice: Voice, pitch: int, velocity: int) -> None:
        self.send(self.now(), NoteEvent(0, True, voice.channel, pitch, velocity))

    def let_go(self, channel: int, pitch: int) -> None:
        self.send(self.now(), NoteEvent(0, False, channel, pitch, 0))

    def silence(self) -> None:
        """Nothing sounds; what was to come is forgotten."""
        now = self.now()
        self.sent = [one for one in self.sent if one[0] <= now]

    def close(self) -> None:
        """Nothing is open."""
