"""Where things lie: the models and resources that came with the program, and the user's own folders.

Nothing here creates a folder; whoever writes calls `ensure_folder`.
"""

import os
import sys
from pathlib import Path

from platformdirs import PlatformDirs

from studio.core.errors import StudioError

HOME_VARIABLE = "LATENT_STUDIO_HOME"
_DIRS = PlatformDirs("latent-studio", appauthor=False)


def program_data_dir() -> Path:
    """Return the folder that holds models/ and resources/: checkout, frozen bundle or wheel."""
    package = Path(__file__).resolve().parents[1]
    if getattr(sys, "frozen", False):
        return Path(getattr(sys, "_MEIPASS", Path(sys.executable).parent))
    if (package.parent / "pyproject.toml").is_file():
        return package.parent
    return package / "_data"


def models_dir() -> Path:
    """Return the folder of the bundled models: one folder, one model."""
    return program_data_dir() / "models"


def resources_dir() -> Path:
    """Return the folder of themes, translations and examples."""
    return program_data_dir() / "resources"


def user_home() -> Path | None:
    """Return the folder that LATENT_STUDIO_HOME names, or None where the system's folders are used."""
    value = os.environ.get(HOME_VARIABLE, "").strip()
    return Path(value).expanduser().absolute() if value else None


def settings_path() -> Path:
    """Return the path of the settings file."""
    return (user_home() or _DIRS.user_config_path) / "settings.json"


def user_models_dir() -> Path:
    """Return the folder for models that the user adds or trains."""
    return (user_home() or _DIRS.user_data_path) / "models"


def autosave_dir() -> Path:
    """Return the folder for the copies that survive a crash."""
    return (user_home() or _DIRS.user_state_path) / "autosave"


def cache_dir() -> Path:
    """Return the folder for what can be made again."""
    home = user_home()
    return home / "cache" if home else _DIRS.user_cache_path


def logs_dir() -> Path:
    """Return the folder for the log and the fault log."""
    home = user_home()
    return home / "logs" if home else _DIRS.user_log_path


def ensure_folder(folder: Path) -> Path:
    """Create the folder where it is missing and return it. Raises StudioError where that may not be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StudioError(
            f"The folder {folder} cannot be created.",
            str(error),
            f"Choose another place for your files with {HOME_VARIABLE}.",
        ) from error
    return folder
