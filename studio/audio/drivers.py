"""Which sound systems and devices there are to play through, and how much each must buffer. Any thread but the GUI's.

Invariant: what is listed is what the FluidSynth library of this machine was built with; a device's name is what that
library takes, its label is for people.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.audio.synth import load_fluidsynth
from studio.core.settings import SoundChoice
from studio.core.sound_places import SoundPlace

LIVE_RATE = 48_000
PREFERRED = {  # by platform; tried in this order where the user chose none
    "linux": ("pipewire", "pulseaudio", "alsa"),
    "darwin": ("coreaudio", "portaudio"),
    "win32": ("wasapi", "dsound", "waveout"),
}
NOT_FOR_EARS = ("file", "sdl2", "opensles", "oboe")
NAMES = {
    "alsa": "ALSA",
    "coreaudio": "Core Audio",
    "dsound": "DirectSound",
    "jack": "JACK",
    "oss": "OSS",
    "pipewire": "PipeWire",
    "portaudio": "PortAudio",
    "pulseaudio": "PulseAudio",
    "wasapi": "WASAPI",
    "waveout": "Windows (old)",
}
CARDS = Path("/proc/asound")
SHARING = (Path("/etc/alsa/conf.d"), Path("/usr/share/alsa/alsa.conf.d"))
SHARED = ("99-pulse*.conf", "99-pipewire*.conf", "pulse.conf")
LIST_SECONDS = 2.0
_option = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p)


@dataclass(frozen=True, slots=True)
class Buffering:
    """FluidSynth's period-size (frames) and periods. A key sounds when what is buffered has been played."""

    period: int
    periods: int

    @property
    def seconds(self) -> float:
        return self.period * self.periods / LIVE_RATE


# Measured with tests/benchmarks/sound.py on a busy computer of two cores. The sound servers' own drivers write a period
# while the one before is played, and do not read `periods`; PulseAudio's left holes in a held tone with 256 frames,
# few with 448 (12 ms from a key to its sound in the median, 17 ms at the 95th percentile). ALSA into the same server
# is steadier and, with 5 periods of 128, sooner (14 and 16 ms).
ALSA = {"small": Buffering(64, 4), "normal": Buffering(128, 5), "safe": Buffering(512, 4)}
PULSE = {"small": Buffering(256, 2), "normal": Buffering(448, 2), "safe": Buffering(1024, 2)}
TWO = {"small": Buffering(128, 2), "normal": Buffering(256, 2), "safe": Buffering(1024, 2)}
FOUR = {"small": Buffering(64, 4), "normal": Buffering(128, 4), "safe": Buffering(512, 4)}
OLD = {
    "small": Buffering(256, 4),
    "normal": Buffering(512, 4),
    "safe": Buffering(512, 8),
}  # mixes in software
TABLE = {"alsa": ALSA, "pulseaudio": PULSE, "pipewire": TWO, "coreaudio": TWO, "dsound": OLD, "waveout": OLD}


def buffering(driver: str, buffer: str) -> Buffering:
    """The buffer of a driver by the user's word: about 5, 11 or 43 ms, more for PulseAudio and old Windows drivers."""
    return TABLE.get(driver, FOUR)[buffer]


def buffers_ms(driver: str) -> tuple[float, float, float]:
    """The small, the normal and the safe buffer of a driver ("": of the one that would be tried first)."""
    name = driver or attempts(SoundChoice())[0]
    small, normal, safe = (buffering(name, word).seconds * 1000 for word in ("small", "normal", "safe"))
    return small, normal, safe


def drivers(module: Any = None) -> tuple[str, ...]:
    """The sound systems that the library here can play through, the preferred first."""
    fluid = module or load_fluidsynth()
    built = [name for name in _options(fluid, "audio.driver") if name not in NOT_FOR_EARS]
    first = PREFERRED.get(sys.platform, ())
    return tuple(sorted(built, key=lambda name: first.index(name) if name in first else len(first)))


def attempts(choice: SoundChoice, module: Any = None) -> tuple[str, ...]:
    """The drivers to try, in order: the chosen one, else those that answer at once where they are not there."""
    if choice.driver:
        return (choice.driver,)
    built, first = drivers(module), PREFERRED.get(sys.platform, ())
    able = tuple(name for name in built if name in first) or built
    return tuple(sorted(able, key=lambda name: name != "alsa")) if alsa_is_shared() else able


def devices(driver: str, module: Any = None) -> tuple[SoundPlace, ...]:
    """The devices of a driver, without its default; none where the driver does not tell."""
    if driver == "alsa":
        return tuple(alsa_devices())
    if driver in ("pulseaudio", "pipewire"):
        return tuple(SoundPlace(driver, name, label) for name, label in _sinks())
    names = _options(module or load_fluidsynth(), f"audio.{driver}.device")
    return tuple(SoundPlace(driver, name, name) for name in names if name and name != "default")


def every_place() -> tuple[SoundPlace, ...]:
    """For each driver its default, named "", then what it lists."""
    module = load_fluidsynth()
    return tuple(
        device
        for driver in drivers(module)
        for device in (SoundPlace(driver, "", NAMES.get(driver, driver)), *devices(driver, module))
    )


def alsa_devices(cards: Path = CARDS) -> Iterable[SoundPlace]:
    """The cards that can play, by their lasting names."""
    for pcm in sorted(cards.glob("card*/pcm*p/info")):
        number = re.sub(r"\D", "", pcm.parent.name)
        card = _line(pcm.parent.parent / "id")
        told = re.search(r"^name: (.+)$", _line(pcm, whole=True), re.MULTILINE)
        yield SoundPlace(
            "alsa", f"plughw:CARD={card},DEV={number}", f"{card}: {told[1]}" if told else f"{card}, {number}"
        )


def alsa_is_shared(folders: Iterable[Path] = SHARING) -> bool:
    """Whether ALSA's default device is a sound server, so that other programs sound beside this one."""
    return any(True for folder in folders for name in SHARED for _ in folder.glob(name))


def ask_jack_quietly() -> None:
    """JACK is used where it runs; it is not started, and does not write on the terminal."""
    os.environ.setdefault("JACK_NO_START_SERVER", "1")
    os.environ.setdefault("JACK_NO_AUDIO_RESERVATION", "1")


def _line(path: Path, whole: bool = False) -> str:
    try:
        text = path.read_text(errors="replace")
    except OSError:
        return ""
    return text if whole else text.strip()


def _sinks() -> list[tuple[str, str]]:
    """Name and description of the sound server's outputs, as its own tool tells them."""
    tool = shutil.which("pactl")
    if tool is None:
        return []
    try:
        told = subprocess.run(
            [tool, "--format=json", "list", "sinks"], capture_output=True, timeout=LIST_SECONDS, check=True
        ).stdout
        return [(sink["name"], sink.get("description") or sink["name"]) for sink in json.loads(told)]
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError):
        return []


def _options(module: Any, setting: str) -> list[str]:
    """The values that a setting of FluidSynth may take."""
    found: list[str] = []
    settings = ctypes.c_void_p(module.new_fluid_settings())
    take = _option(lambda data, name, value: found.append(value.decode("utf-8", "replace")))
    module._fl.fluid_settings_foreach_option(settings, setting.encode(), None, take)
    module._fl.delete_fluid_settings(settings)
    return found
