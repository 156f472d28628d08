"""Job: a longer piece of work (export, batch) that runs in steps on the device thread, between live requests."""

from collections.abc import Generator
from typing import Protocol

from studio.inference.engine_room import EngineRoom

Steps = Generator[tuple[int, int] | tuple[int, int, object], None, object]
"""Yields (done, total) after each step, or (done, total, what it has come to so far), and returns the result; closed
early when it is cancelled."""


class Job(Protocol):
    """title is shown beside the progress bar. `steps` must clean up in `finally`: a cancel closes it."""

    @property
    def title(self) -> str: ...

    def steps(self, room: EngineRoom) -> Steps: ...
