"""Doctor: what this machine has and what is missing, for `latent-studio doctor` and for reports of trouble.

Every finding is a plain value, so that the whole can be printed as JSON.
"""

import hashlib
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from studio import __version__
from studio.audio.synth import find_soundfont, load_fluidsynth
from studio.core.errors import StudioError
from studio.engines.catalogue import Catalogue, CatalogueEntry
from studio.files import locations

PACKAGES = ("torch", "PySide6-Essentials", "numpy", "Pillow", "pyfluidsynth", "verovio", "typer")
Findings = dict[str, str]


@dataclass(frozen=True, slots=True)
class Report:
    """sections: title -> name -> what was found; troubles: one sentence each."""

    sections: dict[str, Findings]
    troubles: tuple[str, ...]


def examine(catalogue: Catalogue, device_facts: Callable[[], Findings]) -> Report:
    """Look at everything. `device_facts` imports torch and describes the devices."""
    troubles: list[str] = [problem.sentence() for problem in catalogue.problems]
    sections = {
        "versions": _versions(),
        "devices": device_facts(),
        "models": _models(catalogue, troubles),
        "sound": _sound(troubles),
        "screen": _screen(),
        "folders": _folders(troubles),
    }
    return Report(sections, tuple(troubles))


def _versions() -> Findings:
    found = {"latent-studio": __version__, "python": platform.python_version(), "system": platform.platform()}
    return found | {name: _package_version(name) for name in PACKAGES}


def _package_version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def _models(catalogue: Catalogue, troubles: list[str]) -> Findings:
    found = {entry.card.id: weights_state(entry) for entry in catalogue.entries()}
    troubles += [
        f"The model {name} cannot be used: {state}." for name, state in found.items() if state != "ok"
    ]
    if not found:
        troubles.append("No models are installed.")
    return found


def weights_state(entry: CatalogueEntry) -> str:
    """Whether the weights beside a card are the ones that it describes."""
    try:
        digest = hashlib.sha256(entry.weights_path.read_bytes()).hexdigest()
    except OSError:
        return "weights missing"
    return "ok" if digest == entry.card.weights.sha256 else "weights differ from the card"


def _sound(troubles: list[str]) -> Findings:
    looks: dict[str, Callable[[], object]] = {"fluidsynth": load_fluidsynth, "soundfont": find_soundfont}
    found: Findings = {}
    for name, look in looks.items():
        try:
            thing = look()
            found[name] = str(thing) if isinstance(thing, Path) else "found"
        except StudioError as error:
            found[name] = "missing"
            troubles.append(error.sentence())
    return found


def _screen() -> Findings:
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return {name: os.environ.get(name, "not set") for name in names}


def _folders(troubles: list[str]) -> Findings:
    folders = {
        "bundled models": locations.models_dir(),
        "your models": locations.user_models_dir(),
        "settings": locations.settings_path().parent,
        "autosave": locations.autosave_dir(),
        "logs": locations.logs_dir(),
    }
    for name in ("settings", "autosave", "logs"):
        if not _may_write(folders[name]):
            troubles.append(f"The folder {folders[name]} cannot be written.")
    return {name: str(folder) for name, folder in folders.items()}


def _may_write(folder: Path) -> bool:
    """Whether files may be made in a folder, or the folder itself where it does not exist yet."""
    nearest = next((place for place in (folder, *folder.parents) if place.exists()), folder)
    return nearest.is_dir() and os.access(nearest, os.W_OK)
