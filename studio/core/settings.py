"""The user's settings: their defaults and the upgrades of older files.

Invariant: `Settings()` is always valid; a change is a new value (`dataclasses.replace`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

VERSION = 1

Theme: TypeAlias = Literal["system", "dark", "light"]
Desk: TypeAlias = Literal["pictures", "music"]
Raw: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FilmChoice:
    """How a timeline was last exported. size: longer side in px, 0 is the picture's own; fps 0 is the timeline's own;
    loops: how often it goes round, 0 is for ever where the kind can, else once."""

    kind: Literal["mp4", "webm", "gif", "webp", "png"] = "mp4"
    size: int = 0
    fps: int = 0
    quality: Literal["small", "good", "best"] = "good"
    loops: int = 0


@dataclass(frozen=True, slots=True)
class SoundChoice:
    """Where music sounds. driver and device: "" is the best that there is; midi_port: "" is none."""

    driver: str = ""
    device: str = ""
    buffer: Literal["small", "normal", "safe"] = "normal"
    route: Literal["built-in", "midi", "both"] = "built-in"
    midi_port: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the program remembers between two starts. Immutable, so any thread may read it."""

    version: int = VERSION
    theme: Theme = "dark"
    device: str = "auto"  # auto, cuda, cuda:1, mps, cpu
    desk: Desk = "pictures"
    reduced_motion: bool = False
    welcome_seen: bool = False
    last_folder: str = ""
    window_geometry: str = ""  # base64 of QWidget.saveGeometry()
    window_layouts: dict[str, str] = field(default_factory=dict)  # desk -> base64 of QMainWindow.saveState()
    film: FilmChoice = FilmChoice()
    sound: SoundChoice = SoundChoice()
    note_amounts: dict[str, float] = field(
        default_factory=dict
    )  # of quantise, swing ...: by the field's name
    picture_model: str = "paintings-gan"  # where it is not there, the first of the list


# MIGRATIONS[n] turns the raw content of version n into that of version n + 1.
MIGRATIONS: dict[int, Callable[[Raw], Raw]] = {}


def upgrade(raw: Raw) -> Raw:
    """Return the raw content of an older file as VERSION has it; a newer file is taken as it is.

    Raises ValueError where the version is no number or no upgrade leads from it.
    """
    version = raw.get("version")
    if not isinstance(version, int) or isinstance(version, bool):
        raise ValueError("the version is missing")
    for step in range(version, VERSION):
        if step not in MIGRATIONS:
            raise ValueError(f"no upgrade leads from version {step}")
        raw = {**MIGRATIONS[step](raw), "version": step + 1}
    return raw
