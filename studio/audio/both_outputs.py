"""BothOutputs: the built-in sound and a MIDI port side by side, in step. Any thread."""

from __future__ import annotations

import time
from collections import deque

from studio.audio.midi_output import MidiOutput
from studio.audio.output import Output
from studio.core.errors import StudioError
from studio.core.performance import SoundEvent, Voice

LEADS = 16


class BothOutputs:
    """The built-in sound's clock is the transport's. Its sound comes a buffer later: so long the port waits with what
    the score plays; keys struck by hand go to both at once."""

    def __init__(self, built_in: Output, midi: MidiOutput) -> None:
        self.built_in, self.midi = built_in, midi
        self._leads: deque[float] = deque(maxlen=LEADS)
        self.now = built_in.now

    @property
    def problem(self) -> StudioError | None:
        return self.built_in.problem or self.midi.problem

    @property
    def name(self) -> str:
        return " + ".join(filter(None, (self.built_in.name, self.midi.name)))

    @property
    def latency_seconds(self) -> float:
        return self.built_in.latency_seconds

    @property
    def comes_back(self) -> bool:
        return self.built_in.comes_back

    def look(self) -> bool:
        return self.midi.look() and self.built_in.look()

    def set_voice(self, voice: Voice) -> None:
        self.built_in.set_voice(voice)
        self.midi.set_voice(voice)

    def send(self, at_seconds: float, event: SoundEvent) -> None:
        self.built_in.send(at_seconds, event)
        self._leads.append(self.now() - time.monotonic())
        self.midi.send(at_seconds - max(self._leads) + self.latency_seconds, event)

    def press(self, voice: Voice, pitch: int, velocity: int) -> None:
        self.midi.press(voice, pitch, velocity)
        self.built_in.press(voice, pitch, velocity)

    def let_go(self, channel: int, pitch: int) -> None:
        self.midi.let_go(channel, pitch)
        self.built_in.let_go(channel, pitch)

    def silence(self) -> None:
        self.midi.silence()
        self.built_in.silence()

    def close(self) -> None:
        self.midi.close()
        self.built_in.close()
