"""FluidOutput: the built-in sound: FluidSynth's C audio thread plays, its sequencer keeps time by the samples played.

Invariant: what is struck by hand goes straight to the synthesiser, on a channel that the score leaves alone.
"""

from __future__ import annotations

import ctypes

from studio.audio.drivers import LIVE_RATE, NAMES, ask_jack_quietly, attempts, buffering
from studio.audio.heartbeat import Heartbeat
from studio.audio.synth import CHANNELS, RESET_CONTROLLERS, Synth
from studio.core.control import BEND, BEND_REACH, PRESSURE, PROGRAM
from studio.core.errors import StudioError
from studio.core.performance import TRIED, TRIED_DRUM, ControlEvent, SoundEvent, Voice, is_drum
from studio.core.settings import SoundChoice

JACK = "jack"


class NoDevice(StudioError):
    """Nothing to play through just now; one may come."""


class FluidOutput:
    """An `Output` of the player. Any thread may call it."""

    problem: StudioError | None = None
    comes_back = False

    def __init__(self, choice: SoundChoice | None = None, **settings: str | int | float) -> None:
        """`settings` are FluidSynth's own, with _ for . (audio_driver="file"), and come before the choice. Raises
        NoDevice where no driver opens, StudioError where FluidSynth or its instruments are missing."""
        self._synth = Synth(LIVE_RATE, load=False)
        for name, value in settings.items():
            self._synth.fluid.setting(name.replace("_", "."), value)
        self._sequencer = self._synth.module.Sequencer(time_scale=1000, use_system_timer=False)
        self._destination = self._sequencer.register_fluidsynth(self._synth.fluid)
        self._live_voices: dict[int, Voice] = {}
        own = settings.get("audio_driver")
        self._open(choice or SoundChoice(), own if isinstance(own, str) else "")
        self._synth.load()
        self._heart = Heartbeat(self.now)

    def _open(self, choice: SoundChoice, own: str) -> None:
        """The first driver that opens."""
        for driver in (own,) if own else attempts(choice, self._synth.module):
            if self._start(driver, choice):
                return
        self.close()
        named = choice.device or choice.driver
        raise NoDevice(
            f"{named} is not there, so music plays without sound."
            if named
            else "There is no audio device, so music plays without sound.",
            "FluidSynth could not open the sound card.",
            "Connect or enable an audio device: sound comes by itself. Sound export works without one.",
        )

    def _start(self, driver: str, choice: SoundChoice) -> bool:
        fluid, module = self._synth.fluid, self._synth.module
        if driver == JACK:
            ask_jack_quietly()
        size = buffering(driver, choice.buffer)
        fluid.setting("audio.driver", driver)
        fluid.setting("audio.period-size", size.period)
        fluid.setting("audio.periods", size.periods)
        if choice.device and driver == choice.driver:
            fluid.setting(f"audio.{driver}.device", choice.device)
        fluid.audio_driver = module.new_fluid_audio_driver(fluid.settings, fluid.synth)
        self.driver, self.buffering = driver, size
        return bool(fluid.audio_driver)

    @property
    def name(self) -> str:
        return NAMES.get(self.driver, self.driver)

    @property
    def latency_seconds(self) -> float:
        """What the driver buffers; JACK's own buffer is the server's to choose, and is not known here."""
        return 0.0 if self.driver == JACK else self.buffering.seconds

    def now(self) -> float:
        """Seconds of sound made since the output was opened."""
        return float(self._sequencer.get_tick()) / 1000.0

    def look(self) -> bool:
        """Whether the sound card still takes what is played."""
        return self._heart.beats()

    def set_voice(self, voice: Voice) -> None:
        self._synth.set_voice(voice)

    def press(self, voice: Voice, pitch: int, velocity: int) -> None:
        """Strike a key in a voice, now."""
        channel = _live(voice.channel)
        if self._live_voices.get(channel) != voice:
            self._live_voices[channel] = voice
            self._synth.set_voice(Voice(channel, voice.program, voice.volume, voice.pan))
        self._synth.fluid.noteon(channel, pitch, velocity)

    def let_go(self, channel: int, pitch: int) -> None:
        """The end of a struck key, now."""
        self._synth.fluid.noteoff(_live(channel), pitch)

    def send(self, at_seconds: float, event: SoundEvent) -> None:
        """Play an event when the clock reads `at_seconds` (at once if that has passed)."""
        at = max(0, round(at_seconds * 1000))
        where = {"dest": self._destination}
        if isinstance(event, ControlEvent):
            self._schedule(at, event)
        elif event.on:
            self._sequencer.note_on(at, event.channel, event.pitch, event.velocity, **where)
        else:
            self._sequencer.note_off(at, event.channel, event.pitch, **where)

    def _schedule(self, at: int, event: ControlEvent) -> None:
        """A movement for the sequencer, which pyfluidsynth has no word for."""
        library = self._synth.module._fl
        names = {BEND: "pitch_bend", PRESSURE: "channel_pressure", PROGRAM: "program_change"}
        value = event.value + BEND_REACH if event.controller == BEND else event.value
        values = (value,) if event.controller in names else (event.controller, value)
        made = ctypes.c_void_p(self._synth.module.new_fluid_event())
        library.fluid_event_set_source(made, -1)
        library.fluid_event_set_dest(made, self._destination)
        fill = getattr(library, f"fluid_event_{names.get(event.controller, 'control_change')}")
        fill(made, event.channel, *values)
        library.fluid_sequencer_send_at(ctypes.c_void_p(self._sequencer.sequencer), made, at, 1)
        library.delete_fluid_event(made)

    def silence(self) -> None:
        """Forget what is to come, release every key, lift the pedals."""
        everything = (ctypes.c_short(-1), ctypes.c_short(-1), ctypes.c_int(-1))
        library = self._synth.module._fl
        library.fluid_sequencer_remove_events(ctypes.c_void_p(self._sequencer.sequencer), *everything)
        for channel in range(CHANNELS):
            self._synth.fluid.cc(channel, RESET_CONTROLLERS, 0)
            self._synth.fluid.all_notes_off(channel)

    def close(self) -> None:
        fluid = self._synth.fluid
        if fluid.audio_driver:
            self._synth.module.delete_fluid_audio_driver(fluid.audio_driver)
            fluid.audio_driver = None
        self._sequencer.delete()
        self._synth.close()


def _live(channel: int) -> int:
    """Where a track's keys sound: beside the score, drums among drums."""
    return TRIED_DRUM if is_drum(channel) else TRIED
