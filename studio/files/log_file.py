"""The log: a rotating text file in the logs folder; LATENT_STUDIO_LOG sets how much it says."""

import logging
import os
from logging.handlers import RotatingFileHandler
from pathlib import Path

from studio.files.locations import logs_dir

LEVEL_VARIABLE = "LATENT_STUDIO_LOG"
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_FORMAT = "%(asctime)s %(levelname)-8s %(threadName)s %(name)s: %(message)s"
_BYTES = 1_000_000
_BACKUPS = 3

_log = logging.getLogger(__name__)


def start_log(folder: Path | None = None) -> Path | None:
    """Send the log to `folder`/studio.log and return that path; None where no file can be written.

    Our own loggers speak from LATENT_STUDIO_LOG (default INFO) up, libraries from WARNING up. Where the
    variable is set, standard error gets the same lines. Never raises.
    """
    wish = os.environ.get(LEVEL_VARIABLE, "").strip().upper()
    logging.captureWarnings(True)
    logging.getLogger("studio").setLevel(wish if wish in _LEVELS else "INFO")
    if wish:
        _add(logging.StreamHandler())
    path = _open_file(folder or logs_dir())
    if wish and wish not in _LEVELS:
        _log.warning("%s=%s is not one of %s", LEVEL_VARIABLE, wish, ", ".join(_LEVELS))
    return path


def stop_log() -> None:
    """Take the handlers of `start_log` away again and close the file."""
    root = logging.getLogger()
    for handler in [known for known in root.handlers if getattr(known, "of_studio", False)]:
        root.removeHandler(handler)
        handler.close()
    logging.captureWarnings(False)


def _open_file(folder: Path) -> Path | None:
    path = folder / "studio.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _add(RotatingFileHandler(path, maxBytes=_BYTES, backupCount=_BACKUPS, encoding="utf-8"))
    except OSError as error:
        _log.warning("no log file: %s", error)
        return None
    return path


def _add(handler: logging.Handler) -> None:
    handler.setFormatter(logging.Formatter(_FORMAT))
    handler.of_studio = True  # type: ignore[attr-defined]
    logging.getLogger().addHandler(handler)
