"""The fault log: where the interpreter writes its last words when the process itself is struck down.

Invariant: a file that is not empty tells of a crash that nobody has been shown yet. Each process has a
file of its own, which a clean end removes.
"""

import atexit
import faulthandler
import os
import time
from pathlib import Path
from typing import TextIO

from studio.files.locations import logs_dir

_PATTERN = "fault-*.log"
_STALE_S = 30 * 24 * 3600.0
_open_file: TextIO | None = None


def start_fault_log(folder: Path | None = None) -> Path | None:
    """Let faulthandler write to a file of this process; None where that cannot be. Never raises."""
    global _open_file
    stop_fault_log()
    folder = folder or logs_dir()
    path = folder / f"fault-{os.getpid()}-{time.time_ns()}.log"  # in a container the same id comes back
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _open_file = path.open("x", encoding="utf-8")
    except OSError:
        return None
    faulthandler.enable(_open_file)
    atexit.register(stop_fault_log)
    return path


def stop_fault_log() -> None:
    """End the fault log of this process; its file goes, for it can only be empty."""
    global _open_file
    if _open_file is None:
        return
    faulthandler.disable()
    _open_file.close()
    _remove(Path(_open_file.name))
    _open_file = None


def previous_crash(folder: Path | None = None) -> str | None:
    """Return what earlier runs wrote when they were struck down, and forget it; None where all ended well.

    Never raises.
    """
    found = [text for path in sorted((folder or logs_dir()).glob(_PATTERN)) if (text := _take(path))]
    return "\n\n".join(found) or None


def _take(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8", errors="replace").strip()
        stale = time.time() - path.stat().st_mtime > _STALE_S
    except OSError:
        return ""
    if text or stale:
        _remove(path)
    return text


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return
