"""The promises of the music models, kept or broken, over many random requests: `python -m tests.benchmarks promises`.

Not a speed: counts answers in which a lock, the region, the scale or a range was not kept. None may be.
"""

import os

import torch

from studio.core.errors import StudioError
from studio.engines.music.chorale_engine import ChoraleEngine, open_engine
from tests.benchmarks.models import chorale_model
from tests.benchmarks.report import Line, Report
from tests.engines.music.voices_requests import random_request, violations

REQUESTS = int(os.environ.get("PROMISES", "10000"))


def measure(report: Report) -> None:
    entry = chorale_model()
    report.section(f"Promises kept by {entry.card.id}")
    asked, broken = voices_broken(open_engine(entry, torch.device("cpu")), REQUESTS)
    report.add(Line(f"violations in {asked} answered requests", broken, "", goal="0"))


def voices_broken(engine: ChoraleEngine, count: int) -> tuple[int, int]:
    """(requests that were answered, violations in them); the others were refused in words."""
    answered = broken = 0
    for seed in range(count):
        request = random_request(seed)
        try:
            candidate = engine.compose_voices(request)[0]
        except StudioError:
            continue
        answered += 1
        broken += len(violations(request, candidate))
    return answered, broken
