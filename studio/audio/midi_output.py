"""MidiOutput: notes and controllers to a MIDI port, in time, by a small thread that sleeps until the next is due.

Invariant: every key that was sent on is sent off, and stopping says All Notes Off on all 16 channels. Its clock goes on
whether the port is there or not: a port that disappears costs sound, not time, and is used again when it is back.
"""

from __future__ import annotations

import contextlib
import heapq
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from itertools import count
from typing import Any

from studio.audio.midi_ports import CONTROL, NO_MIDI, NOTE_OFF, NOTE_ON, system_out
from studio.audio.synth import RESET_CONTROLLERS
from studio.core.control import BEND, BEND_REACH, PAN, PRESSURE, PROGRAM, SUSTAIN, VOLUME
from studio.core.errors import StudioError
from studio.core.performance import PORT, ControlEvent, SoundEvent, Voice

PROGRAM_CHANGE, CHANNEL_PRESSURE, PITCH_BEND = 0xC0, 0xD0, 0xE0
ALL_NOTES_OFF = 123
LOOK_SECONDS = 2.0
KEPT_DELAYS = 1000


class MidiOutput:
    """An `Output` of the player. Any thread may call it."""

    comes_back = False  # it looks for its port itself
    latency_seconds = 0.0  # what the instrument at the port adds is not known here

    def __init__(self, name: str, open_system: Callable[[], Any] = system_out) -> None:
        self._wanted, self._open_system = name, open_system
        self.problem: StudioError | None = None
        self.now = time.monotonic
        self.delays_ms: deque[float] = deque(maxlen=KEPT_DELAYS)  # how late each message left
        self._order, self._queue = count(), list[tuple[float, int, SoundEvent]]()
        self._changed, self._closed = threading.Condition(), False
        self._port: Any = None
        self._on: set[tuple[int, int]] = set()
        self._voices: dict[int, Voice] = {}
        self._looked = 0.0
        self._connect()
        self._thread = threading.Thread(target=self._run, name="midi-out", daemon=True)
        self._thread.start()

    @property
    def name(self) -> str:
        return "" if self.problem else self._wanted

    # --- as every output ---------------------------------------------------------------------------------

    def look(self) -> bool:
        """See whether the port is there; take it again when it is back."""
        if time.monotonic() - self._looked >= LOOK_SECONDS:
            self._looked = time.monotonic()
            if self._port is None:
                self._connect()
            elif same_port(self._wanted, self._names(self._port)) is None:
                self._lose()
        return True

    def set_voice(self, voice: Voice) -> None:
        with self._changed:
            self._set_voice(voice)

    def press(self, voice: Voice, pitch: int, velocity: int) -> None:
        with self._changed:
            if self._voices.get(voice.channel) != voice:
                self._set_voice(voice)
            self._on.add((voice.channel, pitch))
            self._write(NOTE_ON, voice.channel, pitch, velocity)

    def let_go(self, channel: int, pitch: int) -> None:
        with self._changed:
            self._on.discard((channel, pitch))
            self._write(NOTE_OFF, channel, pitch, 0)

    def send(self, at_seconds: float, event: SoundEvent) -> None:
        with self._changed:
            heapq.heappush(self._queue, (at_seconds, next(self._order), event))
            if self._queue[0][2] is event:
                self._changed.notify_all()

    def silence(self) -> None:
        """Forget what is to come; let every key go, the pedals too."""
        with self._changed:
            self._queue.clear()
            for channel, pitch in sorted(self._on):
                self._write(NOTE_OFF, channel, pitch, 0)
            self._on.clear()
            for channel in range(PORT):
                for controller in (SUSTAIN, ALL_NOTES_OFF, RESET_CONTROLLERS):
                    self._write(CONTROL, channel, controller, 0)

    def close(self) -> None:
        self.silence()
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join(timeout=5.0)
        self._release()

    # --- the port ----------------------------------------------------------------------------------------

    def _connect(self) -> None:
        port = None
        try:
            port = self._open_system()
            names = list(port.get_ports())
            found = same_port(self._wanted, names)
            if found is None:
                raise OSError(
                    f"{self._wanted} is not among {', '.join(names) or 'the ports: there are none'}."
                )
            port.open_port(names.index(found))
        except NO_MIDI as error:
            if port is not None:
                port.delete()
            self._say_missing(str(error))
            return
        with self._changed:
            self._port, self.problem = port, None
            for voice in self._voices.values():
                self._set_voice(voice)

    def _lose(self) -> None:
        self._release()
        self._say_missing("The port has disappeared.")

    def _say_missing(self, detail: str) -> None:
        if self.problem is None:
            self.problem = StudioError(
                f"The MIDI port {self._wanted} is not there; the music goes on.",
                detail,
                "Connect it again: it is used as soon as it is back.",
            )

    def _release(self) -> None:
        with self._changed:
            port, self._port = self._port, None
        if port is not None:
            with contextlib.suppress(*NO_MIDI):
                port.close_port()
                port.delete()

    @staticmethod
    def _names(port: Any) -> list[str]:
        try:
            return list(port.get_ports())
        except NO_MIDI:
            return []

    # --- sending, all under the lock ---------------------------------------------------------------------

    def _run(self) -> None:
        """The thread: sleep until the next event is due, then send all that are."""
        _hurry()
        with self._changed:
            while not self._closed:
                if self._queue and self._queue[0][0] <= self.now():
                    at, _, event = heapq.heappop(self._queue)
                    self._play(event)
                    self.delays_ms.append((self.now() - at) * 1000)
                else:
                    self._changed.wait(self._queue[0][0] - self.now() if self._queue else None)

    def _play(self, event: SoundEvent) -> None:
        if isinstance(event, ControlEvent):
            self._write(*_moved(event))
        elif event.on:
            self._on.add((event.channel, event.pitch))
            self._write(NOTE_ON, event.channel, event.pitch, event.velocity)
        else:
            self._on.discard((event.channel, event.pitch))
            self._write(NOTE_OFF, event.channel, event.pitch, 0)

    def _set_voice(self, voice: Voice) -> None:
        self._voices[voice.channel] = voice
        self._write(PROGRAM_CHANGE, voice.channel, voice.program)
        self._write(CONTROL, voice.channel, VOLUME, voice.volume)
        self._write(CONTROL, voice.channel, PAN, voice.pan)

    def _write(self, kind: int, channel: int, *data: int) -> None:
        """Tracks beyond the port's sixteen channels share them."""
        if self._port is not None:
            with contextlib.suppress(*NO_MIDI):  # a port that is gone is found by `look`
                self._port.send_message([kind | channel % PORT, *data])


def _hurry() -> None:
    """Go before other programs, where this user may (as those in the group "audio" may on most Linux machines)."""
    if hasattr(os, "sched_setscheduler"):
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(os.sched_get_priority_min(os.SCHED_RR)))


def same_port(wanted: str, names: list[str]) -> str | None:
    """The port of that name; ALSA's numbers at the end change with every connection."""
    plain = wanted.rstrip("0123456789: ")
    alike = (name for name in names if plain and name.rstrip("0123456789: ") == plain)
    return wanted if wanted in names else next(alike, None)


def _moved(event: ControlEvent) -> tuple[int, ...]:
    """A controller's movement as a MIDI message."""
    if event.controller == BEND:
        value = event.value + BEND_REACH
        return PITCH_BEND, event.channel, value & 0x7F, value >> 7
    if event.controller == PRESSURE:
        return CHANNEL_PRESSURE, event.channel, event.value
    if event.controller == PROGRAM:
        return PROGRAM_CHANGE, event.channel, event.value
    return CONTROL, event.channel, event.controller, event.value
