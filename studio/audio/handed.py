"""Handed: the strokes that an output was given ahead of their time, so that they can be taken back. Not locked.

Invariant: what is cut sounds no longer than a few thousandths of a second.
"""

from collections import deque

from studio.audio.output import Output
from studio.core.performance import NoteEvent, SoundEvent

BARELY_SECONDS = 0.002  # a sequencer may put the off before the on of the same moment


class Handed:
    """Remembers what is still to come; of what has come it forgets all."""

    def __init__(self) -> None:
        self._ons: deque[tuple[float, int, int]] = deque()  # at, channel, pitch

    def add(self, at: float, event: SoundEvent, now: float) -> None:
        """An event was handed over."""
        while self._ons and self._ons[0][0] < now:
            self._ons.popleft()
        if isinstance(event, NoteEvent) and event.on:
            self._ons.append((at, event.channel, event.pitch))

    def cut(self, output: Output, channel: int, pitches: frozenset[int]) -> None:
        """Let go of these keys, now and as soon as each is struck."""
        now = output.now()
        for pitch in pitches:
            output.send(now, NoteEvent(0, False, channel, pitch, 0))
        for at, where, pitch in self._ons:
            if at >= now and where == channel and pitch in pitches:
                output.send(at + BARELY_SECONDS, NoteEvent(0, False, channel, pitch, 0))
