"""MIDI ports: which there are, and what is played on a keyboard. Without a MIDI system of the machine there are none.

A port's events come on a thread of the MIDI library; `heard` is called there and must return at once.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.core.errors import StudioError

NOTE_OFF, NOTE_ON, CONTROL = 0x80, 0x90, 0xB0


@dataclass(frozen=True, slots=True)
class Played:
    """A key pressed (velocity above 0) or let go."""

    pitch: int
    velocity: int


class MidiPorts:
    """One open port at most. Any thread."""

    def __init__(self, heard: Callable[[Played], None], open_system: Callable[[], Any] | None = None) -> None:
        self._heard = heard
        self._open_system = open_system or system_in
        self._port: Any = None
        self.name = ""

    def names(self) -> tuple[str, ...]:
        """The keyboards that are connected now; none where the machine has no MIDI."""
        return port_names(self._open_system)

    def open(self, name: str) -> None:
        """Listen to a keyboard; raises StudioError where it is gone or taken."""
        self.close()
        port = None
        try:
            port = self._open_system()
            port.open_port(port.get_ports().index(name))
        except NO_MIDI as error:
            if port is not None:
                port.delete()
            raise StudioError(
                f"{name} cannot be opened.",
                str(error),
                "Connect it again, or close the program that uses it.",
            ) from error
        port.set_callback(lambda event, _: self._take(event[0]))
        self._port, self.name = port, name

    def close(self) -> None:
        if self._port is not None:
            with contextlib.suppress(*NO_MIDI):
                self._port.close_port()
                self._port.delete()
        self._port, self.name = None, ""

    def _take(self, message: list[int]) -> None:
        if len(message) < 3 or message[0] & 0xF0 not in (NOTE_ON, NOTE_OFF):
            return
        pressed = message[0] & 0xF0 == NOTE_ON
        self._heard(Played(message[1], message[2] if pressed else 0))


def port_names(open_system: Callable[[], Any]) -> tuple[str, ...]:
    """What is connected now; nothing where the machine has no MIDI."""
    try:
        system = open_system()
    except NO_MIDI:
        return ()
    try:
        return tuple(system.get_ports())
    finally:
        system.delete()


def system_in() -> Any:
    return _rtmidi().MidiIn(name="Latent Studio")


def system_out() -> Any:
    return _rtmidi().MidiOut(name="Latent Studio")


def _rtmidi() -> Any:
    if sys.platform == "linux" and not Path("/dev/snd/seq").exists():
        raise OSError("This machine has no MIDI.")  # ALSA would say so on the terminal
    import rtmidi

    return rtmidi


NO_MIDI = (ImportError, OSError, RuntimeError, SystemError, ValueError)
