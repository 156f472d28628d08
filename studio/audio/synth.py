"""FluidSynth: finds a SoundFont and makes sound of events.

pyfluidsynth and libfluidsynth are loaded at the first call that needs them; without them or without a SoundFont a
StudioError says what is missing and what to do.
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

from studio.core.control import BEND, PAN, PRESSURE, PROGRAM, VOLUME
from studio.core.errors import StudioError
from studio.core.performance import PORT, PORTS, ControlEvent, SoundEvent, Voice, is_drum

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

    def __init__(self, sample_rate: int = SAMPLE_RATE, load: bool = True) -> None:
        self.module = load_fluidsynth()
        self._soundfont = find_soundfont()
        self.fluid = self.module.Synth(gain=GAIN, samplerate=float(sample_rate), channels=CHANNELS)
        if load:
            self.load()

    def load(self) -> None:
        """Read the instruments: some need a second for it. Closed where they cannot be read."""
        if self.fluid.sfload(str(self._soundfont), 1) < 0:
            self.close()
            raise StudioError("The SoundFont cannot be read.", str(self._soundfont), "Install another one.")
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

    def samples(self, frames: int) -> NDArray[np.float32]:
        """The next (frames, 2) samples; 1.0 is full scale, more is possible."""
        made = np.zeros((2, frames), np.float32)
        left, right = (channel.ctypes.data_as(ctypes.c_void_p) for channel in made)
        fluid = ctypes.c_void_p(self.fluid.synth)
        self.module._fl.fluid_synth_write_float(fluid, frames, left, 0, 1, right, 0, 1)
        return np.ascontiguousarray(made.T)

    def close(self) -> None:
        self.fluid.delete()
