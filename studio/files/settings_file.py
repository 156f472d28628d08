"""The settings file: JSON, read so that a broken one never stops the start, written in one piece."""

import os
from pathlib import Path
from typing import NamedTuple

import msgspec

from studio.core.errors import StudioError
from studio.core.settings import Settings, upgrade
from studio.files.atomic import replace_file
from studio.files.locations import ensure_folder, settings_path


class LoadedSettings(NamedTuple):
    """The settings to use, and what to tell the user about the file, if anything."""

    settings: Settings
    warning: StudioError | None = None


def load_settings(path: Path | None = None) -> LoadedSettings:
    """Read the settings; a missing or broken file gives the defaults. Never raises."""
    path = path or settings_path()
    try:
        return LoadedSettings(_decode(path.read_bytes()))
    except FileNotFoundError:
        return LoadedSettings(Settings())
    except OSError as error:
        return LoadedSettings(Settings(), _unreadable(path, error))
    except (msgspec.MsgspecError, ValueError) as error:
        return LoadedSettings(Settings(), _broken(path, error))


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Write the settings in one piece: the old file stays whole until the new one is. Raises StudioError."""
    path = path or settings_path()
    ensure_folder(path.parent)
    try:
        replace_file(path, msgspec.json.format(msgspec.json.encode(settings), indent=2) + b"\n")
    except OSError as error:
        raise StudioError(
            "The settings could not be saved.",
            f"{path}: {error}",
            "Free some space or choose a folder that you may write to.",
        ) from error


def _decode(content: bytes) -> Settings:
    raw = msgspec.json.decode(content, type=dict[str, object])
    return msgspec.convert(upgrade(raw), Settings)


def _unreadable(path: Path, error: OSError) -> StudioError:
    return StudioError(
        "Your settings could not be read; the defaults are used.",
        f"{path}: {error}",
        "Check that you may read this file.",
    )


def _broken(path: Path, error: Exception) -> StudioError:
    return StudioError(
        "Your settings were damaged; the defaults are used.",
        f"{path}: {error}",
        _move_aside(path),
    )


def _move_aside(path: Path) -> str:
    """Keep the broken file under another name; return the sentence that says where."""
    aside = path.with_name(f"{path.stem}.broken{path.suffix}")
    try:
        os.replace(path, aside)
    except OSError:
        return "The damaged file stays where it is."
    return f"The damaged file is kept as {aside.name}."
