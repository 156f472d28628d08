"""Where notes go: the sound card, or silence that keeps time and says why there is no sound."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from studio.audio.synth import FluidOutput
from studio.core.errors import StudioError
from studio.core.performance import SoundEvent, Voice


class Output(Protocol):
    """Where notes go. Its clock is the transport's. Any thread may call it."""

    problem: StudioError | None
    latency_seconds: float  # from an event to its sound

    def now(self) -> float: ...
    def set_voice(self, voice: Voice) -> None: ...
    def send(self, at_seconds: float, event: SoundEvent) -> None: ...
    def silence(self) -> None: ...
    def close(self) -> None: ...


class SilentOutput:
    """Plays nothing, keeps time; `sent` holds the last events, for tests."""

    latency_seconds = 0.0

    def __init__(
        self, problem: StudioError | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.problem, self.now = problem, clock
        self.sent: list[tuple[float, SoundEvent]] = []

    def set_voice(self, voice: Voice) -> None:
        """Nothing sounds."""

    def send(self, at_seconds: float, event: SoundEvent) -> None:
        del self.sent[:-4096]
        self.sent.append((at_seconds, event))

    def silence(self) -> None:
        """Nothing sounds; what was to come is forgotten."""
        now = self.now()
        self.sent = [one for one in self.sent if one[0] <= now]

    def close(self) -> None:
        """Nothing is open."""


def open_output() -> Output:
    """The sound card; where there is none, or no FluidSynth or SoundFont, silence with its reason."""
    try:
        return FluidOutput()
    except StudioError as problem:
        return SilentOutput(problem)
