"""The user's settings: their defaults, their ranges, and the upgrades of older files.

Invariant: `Settings()` is always valid; a change is a new value (`dataclasses.replace`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeAlias

from msgspec import Meta

VERSION = 1
RECENT_FILES = 12

Theme: TypeAlias = Literal["system", "dark", "light"]
Desk: TypeAlias = Literal["pictures", "music"]
Gain: TypeAlias = Annotated[float, Meta(ge=0.0, le=2.0)]
Raw: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """What the program remembers between two starts. Immutable, so any thread may read it."""

    version: int = VERSION
    theme: Theme = "dark"
    language: str = ""  # "" follows the system
    device: str = "auto"  # auto, cuda, cuda:1, mps, cpu
    desk: Desk = "pictures"
    reduced_motion: bool = False
    welcome_seen: bool = False
    recent_files: tuple[str, ...] = ()  # newest first
    last_folder: str = ""
    window_geometry: str = ""  # base64 of QWidget.saveGeometry()
    window_layouts: dict[str, str] = field(default_factory=dict)  # desk -> base64 of QMainWindow.saveState()
    picture_model: str = ""  # "" takes the first of the list
    music_model: str = ""
    soundfont: str = ""  # "" takes the one found on the machine
    audio_gain: Gain = 0.6


def with_recent_file(settings: Settings, path: str) -> tuple[str, ...]:
    """Return the recent files with `path` moved to the front, at most RECENT_FILES of them."""
    others = (known for known in settings.recent_files if known != path)
    return (path, *others)[:RECENT_FILES]


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
