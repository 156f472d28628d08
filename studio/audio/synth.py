"""FluidSynth: finds a SoundFont, plays through the sound card on the sound card's own clock, renders to a file.

pyfluidsynth and libfluidsynth are loaded at the first call that needs them; without them, without a SoundFont or
without an audio device a StudioError says what is missing and what to do.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import importlib.util
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.control import BEND, BEND_REACH, PAN, PRESSURE, PROGRAM, VOLUME
from studio.core.errors import StudioError
from studio.core.performance import (
    PORT,
    PORTS,
    ControlEvent,
    SoundEvent,
    Voice,
    is_drum,
    sound_events,
    voices,
)
from studio.core.score import Score

SOUNDFONT_VARIABLE = "LATENT_STUDIO_SOUNDFONT"
SOUNDFONT_FOLDERS = (
    "/usr/share/sounds/sf2",
    "/usr/share/sounds/sf3",
    "/usr/share/soundfonts",
    "/usr/local/share/soundfonts",
)
PREFERRED = ("FluidR3_GM.sf2", "MuseScore_General.sf3", "default-GM.sf2", "GeneralUser*.sf2")
SAMPLE_RATE = 44_100
GAIN = 1.0
TAIL_SECONDS = 2.0
RESET_CONTROLLERS = 121
CHANNELS = PORT * PORTS
DRUM_TYPE, DRUM_BANK = 1, 128
_kept: list[Any] = []  # C callbacks must outlive the library


def find_soundfont() -> Path:
    """The SoundFont to play with: the user's own, the system's, else the small one inside pretty_midi."""
    wish = os.environ.get(SOUNDFONT_VARIABLE, "")
    if wish and not Path(wish).is_file():
        raise StudioError("The SoundFont that you named is not there.", f"{SOUNDFONT_VARIABLE}={wish}")
    found = next((path for path in [Path(wish)] if wish), None) or next(_installed_soundfonts(), None)
    if found is None:
        raise StudioError(
            "No SoundFont was found, so there are no instruments to play.",
            f"Looked in {', '.join(SOUNDFONT_FOLDERS)}.",
            f"Install one (apt install fluid-soundfont-gm) or name a file in {SOUNDFONT_VARIABLE}.",
        )
    return found


def _installed_soundfonts() -> Iterator[Path]:
    folders = [Path(folder) for folder in SOUNDFONT_FOLDERS]
    for pattern in (*PREFERRED, "*.sf2", "*.sf3"):
        for folder in folders:
            yield from sorted(path for path in folder.glob(pattern) if path.is_file())
    spec = importlib.util.find_spec("pretty_midi")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        bundled = Path(place) / "TimGM6mb.sf2"
        if bundled.is_file():
            yield bundled


def load_fluidsynth() -> Any:
    """The pyfluidsynth module, its C library's chatter silenced."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # it prints where it found the library
            module = importlib.import_module("fluidsynth")
    except (ImportError, OSError) as error:
        raise StudioError(
            "FluidSynth is not installed, so music cannot be heard.",
            str(error),
            "Install it (apt install libfluidsynth3, or brew install fluid-synth) and start again.",
        ) from error
    _silence(module)
    return module


def _silence(module: Any) -> None:
    """Keep FluidSynth and ALSA from writing on the terminal: what matters is reported as StudioError."""
    if _kept:
        return
    quiet = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)
    _kept.append(quiet(lambda level, message, data: None))
    module._fl.fluid_set_log_function.argtypes = [ctypes.c_int, quiet, ctypes.c_void_p]
    for level in range(5):
        module._fl.fluid_set_log_function(level, _kept[0], None)
    with contextlib.suppress(OSError, AttributeError):  # no ALSA here
        handler = ctypes.CFUNCTYPE(
            None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p
        )
        _kept.append(handler(lambda *_: None))
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(_kept[1])


class Synth:
    """One FluidSynth with a SoundFont. Its calls are safe from any thread."""

    def __init__(self, sample_rate: int = SAMPLE_RATE) -> None:
        self.module = load_fluidsynth()
        soundfont = find_soundfont()
        self.fluid = self.module.Synth(gain=GAIN, samplerate=float(sample_rate), channels=CHANNELS)
        if self.fluid.sfload(str(soundfont), 1) < 0:
            self.fluid.delete()
            raise StudioError("The SoundFont cannot be read.", str(soundfont), "Install another one.")
        for channel in filter(is_drum, range(PORT, CHANNELS)):  # the first port's has them by itself
            pointer = ctypes.c_void_p(self.fluid.synth)
            self.module._fl.fluid_synth_set_channel_type(pointer, channel, DRUM_TYPE)
            self.fluid.bank_select(channel, DRUM_BANK)
            self.fluid.program_change(channel, 0)

    def set_voice(self, voice: Voice) -> None:
        self.fluid.program_change(voice.channel, voice.program)
        self.fluid.cc(voice.channel, VOLUME, voice.volume)
        self.fluid.cc(voice.channel, PAN, voice.pan)

    def play(self, event: SoundEvent) -> None:
        if isinstance(event, ControlEvent):
            self._move(event)
        elif event.on:
            self.fluid.noteon(event.channel, event.pitch, event.velocity)
        else:
            self.fluid.noteoff(event.channel, event.pitch)

    def _move(self, event: ControlEvent) -> None:
        if event.controller == BEND:
            self.fluid.pitch_bend(event.channel, event.value)
        elif event.controller == PROGRAM:
            self.fluid.program_change(event.channel, event.value)
        elif event.controller == PRESSURE:
            self.module._fl.fluid_synth_channel_pressure(
                ctypes.c_void_p(self.fluid.synth), event.channel, event.value
            )
        else:
            self.fluid.cc(event.channel, event.controller, event.value)

    def samples(self, frames: int) -> NDArray[np.int16]:
        """The next (frames, 2) samples."""
        return np.asarray(self.fluid.get_samples(frames), np.int16).reshape(-1, 2)

    def close(self) -> None:
        self.fluid.delete()


class FluidOutput:
    """An `Output` of the player: FluidSynth's C audio thread plays, its sequencer keeps time by the samples played."""

    problem: StudioError | None = None
    latency_seconds: float

    def __init__(self, **settings: str | int | float) -> None:
        """`settings` are FluidSynth's own, with _ for . (audio_driver="alsa")."""
        self._synth = Synth()
        for name, value in settings.items():
            self._synth.fluid.setting(name.replace("_", "."), value)
        self._sequencer = self._synth.module.Sequencer(time_scale=1000, use_system_timer=False)
        self._destination = self._sequencer.register_fluidsynth(self._synth.fluid)
        fluid = self._synth.fluid
        buffered = fluid.get_setting("audio.period-size") * fluid.get_setting("audio.periods")
        self.latency_seconds = buffered / fluid.get_setting("synth.sample-rate")
        fluid.audio_driver = self._synth.module.new_fluid_audio_driver(fluid.settings, fluid.synth)
        if not fluid.audio_driver:
            self.close()
            raise StudioError(
                "There is no audio device, so music plays without sound.",
                "FluidSynth could not open the sound card.",
                "Connect or enable an audio device and start again; WAV export works without one.",
            )

    def now(self) -> float:
        """Seconds of sound played since the output was opened."""
        return float(self._sequencer.get_tick()) / 1000.0

    def set_voice(self, voice: Voice) -> None:
        self._synth.set_voice(voice)

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


def _rendered(synth: Synth, score: Score, sample_rate: int) -> Iterator[NDArray[np.int16]]:
    done = 0
    for event in sound_events(score):
        frame = round(score.seconds_at(event.ticks) * sample_rate)
        if frame > done:
            yield synth.samples(frame - done)
            done = frame
        synth.play(event)
    yield synth.samples(round(TAIL_SECONDS * sample_rate))


def wav_steps(score: Score, path: Path, sample_rate: int = SAMPLE_RATE) -> Iterator[tuple[int, int]]:
    """Write the score as a 16-bit stereo WAV file, second by second; yields (seconds done, seconds in all).

    The file is there whole once the steps have ended; steps that are closed early leave nothing. StudioError where it
    cannot be rendered or written.
    """
    import soundfile

    total, seconds = round(score.seconds_at(score.end_ticks) + TAIL_SECONDS), 0
    synth, part = Synth(sample_rate), path.with_name(f".{path.name}.part")
    try:
        for voice in voices(score):
            synth.set_voice(voice)
        with soundfile.SoundFile(part, "w", sample_rate, 2, "PCM_16", format="WAV") as file:
            for samples in _rendered(synth, score, sample_rate):
                file.write(samples)
                if file.tell() // sample_rate > seconds:
                    seconds = file.tell() // sample_rate
                    yield min(seconds, total), total
        os.replace(part, path)
    except (OSError, RuntimeError) as error:
        raise StudioError(
            f"{path.name} could not be written.", str(error), "Choose a folder that you may write to."
        ) from error
    finally:
        synth.close()
        part.unlink(missing_ok=True)


def render_wav(score: Score, path: Path, sample_rate: int = SAMPLE_RATE) -> None:
    """`wav_steps` in one go."""
    for _ in wav_steps(score, path, sample_rate):
        pass
