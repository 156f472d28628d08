"""Times from the start of the process, printed when LATENT_STUDIO_TRACE_START is set; for the benchmarks."""

import os
import sys
import time
from pathlib import Path

VARIABLE = "LATENT_STUDIO_TRACE_START"
_IMPORTED = time.monotonic()


def is_on() -> bool:
    return bool(os.environ.get(VARIABLE))


def milliseconds() -> float:
    """Since the process began; since this module was imported where the system does not say."""
    try:
        ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
        uptime_s = float(Path("/proc/uptime").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return (time.monotonic() - _IMPORTED) * 1000
    return (uptime_s - ticks / os.sysconf("SC_CLK_TCK")) * 1000


def mark(what: str) -> None:
    """Print `what <ms>` on the error stream."""
    print(f"{what} {milliseconds():.0f}", file=sys.stderr, flush=True)
