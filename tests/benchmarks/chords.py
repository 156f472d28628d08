"""Chords: 32 bars in two slots each, against the same network through its own modules slot by slot."""

from time import perf_counter

import torch

from studio.core.messages import ChordsRequest
from studio.core.score import Note
from studio.engines.music import chord_slots as cs
from studio.engines.music.lead_sheet import LeadSheet, SoFar
from studio.engines.music.lead_sheet_engine import open_engine
from tests.benchmarks.models import chords_model
from tests.benchmarks.report import Line, Report, percentile

BARS, BAR, ROUNDS = 32, 1920, 5
MELODY = tuple(Note(i * 480, 480, 60 + i * 7 % 12) for i in range(BARS * 4))


def measure(report: Report) -> None:
    entry = chords_model()
    report.section(f"Chords: {entry.card.id}")
    engine = open_engine(entry, torch.device("cpu"))
    plain = [_plain_ms(engine._net) for _ in range(ROUNDS)]
    for candidates in (1, 8):
        times = []
        for seed in range(ROUNDS):
            request = ChordsRequest("", MELODY, 0, BARS * BAR, a_bar=2, seed=seed, candidates=candidates)
            started = perf_counter()
            engine.find_chords(request)
            times.append((perf_counter() - started) * 1000)
        what = f"{BARS} bars of chords, {candidates} candidate{'s' if candidates > 1 else ''}"
        report.add(Line(what, percentile(times, 0.5), "ms", "module by module", percentile(plain, 0.5)))


@torch.inference_mode()
def _plain_ms(net: LeadSheet) -> float:
    """The same slots with the layers as they were trained: nothing drawn, no answers made."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    slots = BARS * 2
    numbers, places = (
        torch.zeros(8, slots, cs.NUMBERS),
        torch.zeros(8, slots, len(cs.SIZES), dtype=torch.long),
    )
    now = torch.full((8, 1), cs.NO_CHORD)
    so_far = SoFar(now, torch.zeros_like(now), now, torch.zeros_like(now))
    started, state = perf_counter(), None
    heard = net.listen(numbers, places, now.expand(-1, slots), torch.full((8,), slots))
    fits = net.fits(numbers, heard)
    for t in range(slots):
        written, state = net.write(heard[:, t : t + 1], so_far, state)
        net.logits(written, fits[:, t : t + 1], so_far)
    torch.set_num_threads(threads)
    return (perf_counter() - started) * 1000
