"""Write a file in one piece: the old one stays whole until the new one is."""

import os
import tempfile
from pathlib import Path

from studio.core.errors import StudioError


def replace_file(path: Path, content: bytes) -> None:
    """Put `content` in the place of `path`, or leave the old file as it was. Raises OSError."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def settle_file(spool: Path, path: Path) -> None:
    """Put a file that was written beside `path` into its place, whole. Raises OSError."""
    with spool.open("rb") as file:
        os.fsync(file.fileno())
    os.chmod(spool, 0o666 & ~_umask())
    os.replace(spool, path)


def write_file(path: Path, content: bytes) -> None:
    """As `replace_file`, but what goes wrong is one clear sentence (StudioError)."""
    try:
        replace_file(path, content)
    except OSError as error:
        raise StudioError(
            f"{path.name} could not be written.",
            f"{path}: {error}",
            "Choose a folder that exists and that you may write to, with free space.",
        ) from error


def _umask() -> int:
    value = os.umask(0)
    os.umask(value)
    return value
