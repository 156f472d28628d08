"""Writing a file whole or not at all: the old content stays until the new is complete. For every file type."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from studio.core.errors import StudioError


def write_whole(path: Path, content: bytes) -> None:
    """Replace `path` by `content` in one step. StudioError where the folder cannot be written; nothing changes."""
    name = ""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, _usual_mode())
        os.replace(name, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise StudioError(
            f"{path.name} could not be written.",
            f"{path}: {error.strerror or error}",
            "Choose a folder that exists and that you may write to.",
        ) from error


def _usual_mode() -> int:
    """What a new file would be allowed: mkstemp's own mode is for the owner alone."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
