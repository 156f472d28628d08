"""From a cold start (of the process; files may be in the system's cache) to the window and to the first picture."""

import os
import statistics
import subprocess
import sys
from time import perf_counter

from tests.benchmarks.models import picture_model
from tests.benchmarks.report import Line, Report

RUNS = 3
BARE_WINDOW = """
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication([])
window = QWidget()
window.show()
app.processEvents()
"""
BASELINES = {"window": BARE_WINDOW, "picture": "import torch; torch.zeros(1)"}
GOALS = {"window": "<= 1500 ms", "picture": "<= 3500 ms"}


def measure(report: Report) -> None:
    report.section(f"Start ({picture_model().card.id}), median of {RUNS}")
    times: dict[str, list[float]] = {"window": [], "picture": []}
    bare: dict[str, list[float]] = {"window": [], "picture": []}
    for _ in range(RUNS):
        for name, code in BASELINES.items():
            bare[name].append(_run([sys.executable, "-c", code])[0])
        for name, ms in _marks().items():
            times[name].append(ms)
    labels = {"window": "a bare Qt window", "picture": "importing torch"}
    for name, found in times.items():
        if found:
            baseline = statistics.median(bare[name])
            report.add(
                Line(f"time to {name}", statistics.median(found), "ms", labels[name], baseline, GOALS[name])
            )


def _marks() -> dict[str, float]:
    """What a start told about itself: name -> ms since the process began."""
    _, told = _run([sys.executable, "-m", "studio"], LATENT_STUDIO_TRACE_START="1")
    words = [line.split() for line in told.splitlines()]
    return {line[0]: float(line[1]) for line in words if len(line) == 2 and line[0] in GOALS}


def _run(command: list[str], **more: str) -> tuple[float, str]:
    started = perf_counter()
    done = subprocess.run(
        command, env=os.environ | more, check=False, timeout=60, capture_output=True, text=True
    )
    return (perf_counter() - started) * 1000, done.stderr
