"""The promises of the music models, kept or broken, over many random requests: `python -m tests.benchmarks promises`.

Not a speed: counts answers that break a lock, the region, the scale, a range, a rhythm, a first or last note.
None may be. `PROMISES=500` in the environment asks less often than 10,000 times.
"""

import os
from collections import Counter

import numpy as np
import torch

from studio.core.card import Card, WeightsInfo
from studio.core.errors import StudioError
from studio.engines.music.chorale_engine import ChoraleEngine, open_engine
from studio.engines.music.lead_sheet import LeadSheet
from studio.engines.music.lead_sheet_engine import LeadSheetEngine
from studio.engines.music.melody_engine import MelodyEngine
from studio.engines.music.melody_lstm import MelodyLstm
from tests.benchmarks.models import chorale_model
from tests.benchmarks.report import Line, Report
from tests.engines.music import chords_requests, promises, voices_requests
from tests.tiny_models import LEAD_SHEET, MELODY

REQUESTS = int(os.environ.get("PROMISES", "10000"))


def measure(report: Report) -> None:
    report.section("Promises kept by a wilful melody network")
    asked, broken = melodies_broken(wilful_engine(), REQUESTS)
    report.add(Line(f"violations in {asked} answers", broken, "", goal="0"))
    report.section("Promises kept by a wilful chord finder")
    asked, broken = chords_broken(wilful_finder(), REQUESTS)
    report.add(Line(f"violations in {asked} answers", broken, "", goal="0"))
    entry = chorale_model()
    report.section(f"Promises kept by {entry.card.id}")
    asked, broken = voices_broken(open_engine(entry, torch.device("cpu")), REQUESTS)
    report.add(Line(f"violations in {asked} answered requests", broken, "", goal="0"))


def wilful_engine() -> MelodyEngine:
    """A small untrained network, its weights enlarged: it wants what it wants."""
    torch.manual_seed(3)
    net = MelodyLstm(MELODY)
    for parameter in net.parameters():
        parameter.data.mul_(3)
    card = Card("tiny", "Tiny", "music.melody_lstm", "", WeightsInfo("a", "b"), styles=MELODY.styles)
    return MelodyEngine(card, net)


def wilful_finder() -> LeadSheetEngine:
    """A small untrained chord finder, its weights enlarged."""
    torch.manual_seed(3)
    net = LeadSheet(LEAD_SHEET)
    for parameter in net.parameters():
        parameter.data.mul_(3)
    return LeadSheetEngine(Card("tiny", "Tiny", "music.lead_sheet", "", WeightsInfo("a", "b")), net)


def chords_broken(engine: LeadSheetEngine, count: int) -> tuple[int, int]:
    """(answers, promises broken in them)."""
    answers, found = 0, 0
    for number in range(count):
        request = chords_requests.random_request(np.random.default_rng([2, number]))
        for candidate in engine.find_chords(request):
            answers += 1
            found += len(chords_requests.broken(request, candidate))
    return answers, found


def melodies_broken(engine: MelodyEngine, count: int) -> tuple[int, int]:
    """(answers, promises broken in them); requests that cannot be are refused in words."""
    answers, found = 0, Counter[str]()
    for number in range(count):
        request = promises.random_request(np.random.default_rng([1, number]), MELODY.styles)
        try:
            candidates = engine.compose(request)
        except StudioError:
            continue
        for candidate in candidates:
            answers += 1
            found.update(promises.broken(request, candidate))
    return answers, found.total()


def voices_broken(engine: ChoraleEngine, count: int) -> tuple[int, int]:
    """(requests that were answered, violations in them); the others were refused in words."""
    answered = broken = 0
    for seed in range(count):
        request = voices_requests.random_request(seed)
        try:
            candidate = engine.compose_voices(request)[0]
        except StudioError:
            continue
        answered += 1
        broken += len(voices_requests.violations(request, candidate))
    return answered, broken
