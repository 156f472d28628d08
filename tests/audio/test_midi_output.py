"""MIDI out on a made-up MIDI system: what is sent, in which order, and what happens when the port goes."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from studio.audio import midi_output
from studio.audio.both_outputs import BothOutputs
from studio.audio.midi_output import MidiOutput, same_port
from studio.audio.opening import open_output
from studio.audio.output import SilentOutput
from studio.audio.player import Player, State
from studio.core.control import BEND, PRESSURE, PROGRAM, SUSTAIN, Control
from studio.core.performance import ControlEvent, NoteEvent, Voice
from studio.core.score import Note, Score, Track
from studio.core.settings import SoundChoice

ALL_OFF = [[0xB0 | channel, controller, 0] for channel in range(16) for controller in (64, 123, 121)]


class System:
    """As rtmidi.MidiOut, on a machine whose ports a test plugs and pulls."""

    def __init__(self, ports: list[str], sent: list[tuple[float, list[int]]]) -> None:
        self.ports, self.sent = ports, sent
        self.opened = ""

    def get_ports(self) -> list[str]:
        return list(self.ports)

    def open_port(self, index: int) -> None:
        self.opened = self.ports[index]

    def send_message(self, message: list[int]) -> None:
        if self.opened not in self.ports:
            raise SystemError("gone")
        self.sent.append((time.monotonic(), message))

    def close_port(self) -> None:
        self.opened = ""

    def delete(self) -> None:
        """As rtmidi has it."""


class Rack:
    """The machine: its ports and all that reached them."""

    def __init__(self) -> None:
        self.ports = ["Synth:Synth MIDI 1 20:0", "Other 14:0"]
        self.sent: list[tuple[float, list[int]]] = []

    def system(self) -> System:
        return System(self.ports, self.sent)

    @property
    def messages(self) -> list[list[int]]:
        return [message for _, message in list(self.sent)]


def until(happened: Callable[[], bool]) -> None:
    last = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < last, "it never happened"
        time.sleep(0.003)


@pytest.fixture
def rack() -> Rack:
    return Rack()


@pytest.fixture
def output(rack: Rack) -> Iterator[MidiOutput]:
    output = MidiOutput(rack.ports[0], rack.system)
    yield output
    output.close()


def test_keys_go_out_at_once_with_their_voice_before_the_first(output: MidiOutput, rack: Rack) -> None:
    strings = Voice(3, 48, 90, 20)
    output.press(strings, 60, 77)
    output.let_go(3, 60)
    output.press(strings, 62, 78)
    voice = [[0xC3, 48], [0xB3, 7, 90], [0xB3, 10, 20]]
    assert rack.messages == [*voice, [0x93, 60, 77], [0x83, 60, 0], [0x93, 62, 78]]


def test_what_is_sent_ahead_leaves_in_order_of_time(output: MidiOutput, rack: Rack) -> None:
    now = output.now()
    output.send(now + 0.06, NoteEvent(0, False, 0, 60, 0))
    output.send(now + 0.02, ControlEvent(0, False, 0, SUSTAIN, 127))
    output.send(now + 0.02, NoteEvent(0, True, 0, 60, 80))
    output.send(now - 1, ControlEvent(0, False, 1, BEND, -8192))
    output.send(now - 1, ControlEvent(0, False, 1, PRESSURE, 30))
    output.send(now - 1, ControlEvent(0, False, 1, PROGRAM, 12))
    until(lambda: len(rack.sent) == 6)
    assert rack.messages[:3] == [[0xE1, 0, 0], [0xD1, 30], [0xC1, 12]]
    assert rack.messages[3:] == [[0xB0, 64, 127], [0x90, 60, 80], [0x80, 60, 0]]
    assert rack.sent[3][0] >= now + 0.02
    assert rack.sent[5][0] >= now + 0.06


def test_silence_lets_every_key_go_on_every_channel_and_forgets_the_rest(
    output: MidiOutput, rack: Rack
) -> None:
    output.send(output.now(), NoteEvent(0, True, 2, 50, 80))
    output.send(output.now() + 60, NoteEvent(0, True, 2, 51, 80))
    until(lambda: [0x92, 50, 80] in rack.messages)
    del rack.sent[:]
    output.silence()
    assert rack.messages == [[0x82, 50, 0], *ALL_OFF]
    assert not output._queue


def test_a_port_that_goes_is_told_once_and_used_again_when_it_is_back(
    output: MidiOutput, rack: Rack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(midi_output, "LOOK_SECONDS", 0.0)
    gone = rack.ports.pop(0)
    output.press(Voice(0, 5, 100, 64), 60, 80)
    assert output.look()
    problem = output.problem
    assert problem is not None
    assert "not there" in problem.title
    assert output.look()
    assert output.problem is problem
    rack.ports.append(gone.replace("20:0", "24:0"))  # ALSA gives it another number
    assert output.look()
    assert output.problem is None
    output.press(Voice(0, 5, 100, 64), 62, 80)
    assert rack.messages == [[0xC0, 5], [0xB0, 7, 100], [0xB0, 10, 64], [0x90, 62, 80]]


@pytest.mark.parametrize(
    ("wanted", "names", "found"),
    [
        ("A 20:0", ["B", "A 20:0"], "A 20:0"),
        ("A 20:0", ["B 20:0", "A 28:0"], "A 28:0"),
        ("A 20:0", ["B 20:0"], None),
        ("128:0", ["20:0"], None),
    ],
)
def test_a_port_is_known_by_its_name(wanted: str, names: list[str], found: str | None) -> None:
    assert same_port(wanted, names) == found


def test_the_player_plays_a_score_to_the_port(rack: Rack) -> None:
    track = Track("A", program=5, channel=2, notes=(Note(0, 60, 64),), controls=(Control(30, SUSTAIN, 127),))
    player = Player(lambda: MidiOutput(rack.ports[0], rack.system))
    assert player.wait_ready()
    assert player.problem is None
    player.play(Score((track,)))
    until(lambda: player.state is State.STOPPED)
    player.close()
    played = [message for message in rack.messages if message not in ALL_OFF and message[0] & 0xF == 2]
    assert [0xC2, 5] in played
    assert [m for m in played if m[0] in (0x92, 0x82)] == [[0x92, 64, 80], [0x82, 64, 0]]
    assert [0xB2, 64, 127] in played


def test_both_sound_and_the_port_waits_for_the_buffer(rack: Rack) -> None:
    class Card(SilentOutput):
        latency_seconds = 0.05

    card = Card(clock=lambda: time.monotonic() - 1000)
    both = BothOutputs(card, MidiOutput(rack.ports[0], rack.system))
    begun = time.monotonic()
    both.send(both.now(), NoteEvent(0, True, 0, 60, 80))
    both.press(Voice(1, 0, 100, 64), 70, 80)
    until(lambda: [0x90, 60, 80] in rack.messages)
    assert [event.pitch for _, event in card.sent if isinstance(event, NoteEvent)] == [60, 70]
    assert rack.messages[-1] == [0x90, 60, 80]  # struck keys came before
    assert rack.sent[-1][0] >= begun + 0.05
    assert both.problem is None
    both.close()


def test_without_a_midi_system_the_music_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing() -> None:
        raise OSError("This machine has no MIDI.")

    monkeypatch.setattr(midi_output.MidiOutput.__init__, "__defaults__", (nothing,))
    output = open_output(SoundChoice(route="midi", midi_port="Synth"))
    assert output.problem is not None
    assert "the music goes on" in output.problem.title
    before = output.now()
    until(lambda: output.now() > before)
    output.close()
    assert "midi-out" not in {thread.name for thread in threading.enumerate()}
