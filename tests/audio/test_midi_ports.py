"""MIDI keyboards on a made-up MIDI system; a machine without one has none."""

from collections.abc import Callable
from typing import Any

import pytest

from studio.audio.midi_ports import MidiPorts, Played
from studio.core.errors import StudioError


class System:
    """As rtmidi.MidiIn: ports by name, a callback, and what was closed."""

    def __init__(self, ports: list[str], taken: bool = False) -> None:
        self.ports, self.taken = ports, taken
        self.callback: Callable[[Any, Any], None] = lambda event, data: None
        self.closed = self.deleted = False

    def get_ports(self) -> list[str]:
        return self.ports

    def open_port(self, index: int) -> None:
        if self.taken:
            raise SystemError("taken")

    def set_callback(self, callback: Callable[[Any, Any], None]) -> None:
        self.callback = callback

    def close_port(self) -> None:
        self.closed = True

    def delete(self) -> None:
        self.deleted = True


def test_what_is_played_is_heard_until_it_is_closed() -> None:
    system, heard = System(["Keys A", "Keys B"]), list[Played]()
    ports = MidiPorts(heard.append, lambda: system)
    assert ports.names() == ("Keys A", "Keys B")
    ports.open("Keys B")
    assert ports.name == "Keys B"
    for message in ([0x93, 60, 90], [0x83, 60, 10], [0x90, 62, 0], [0xB0, 64, 127], [0xFE]):
        system.callback((message, 0.0), None)
    assert heard == [Played(60, 90), Played(60, 0), Played(62, 0)]
    ports.close()
    assert system.closed
    assert ports.name == ""


@pytest.mark.parametrize("system", [System([]), System(["Keys"], taken=True)])
def test_a_keyboard_that_is_gone_or_taken_is_told(system: System) -> None:
    ports = MidiPorts(lambda played: None, lambda: system)
    with pytest.raises(StudioError, match="cannot be opened"):
        ports.open("Keys")
    assert system.deleted
    assert ports.name == ""


def test_a_machine_without_midi_has_no_keyboards() -> None:
    def nothing() -> None:
        raise SystemError("no sequencer")

    ports = MidiPorts(lambda played: None, nothing)
    assert ports.names() == ()
    with pytest.raises(StudioError):
        ports.open("Keys")
