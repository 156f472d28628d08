"""Random compose requests, and which promises an answer breaks: for tests, and for tests.benchmarks.promises."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from studio.core.attributes import ATTRIBUTES
from studio.core.chords import parse_figure
from studio.core.messages import Candidate, ComposeRequest
from studio.core.score import KeySignature, MeterChange, Note
from studio.core.theory import SCALES, scale_pitches

METERS = ((4, 4), (4, 4), (6, 8), (3, 4), (2, 4), (9, 8), (7, 8), (5, 4))


def random_request(rng: np.random.Generator, styles: tuple[str, ...] = ()) -> ComposeRequest:
    """Any request that a person could make, and some that nobody would."""
    meter = MeterChange(0, *METERS[rng.integers(len(METERS))])
    off = int(rng.integers(0, 40)) if rng.random() < 0.2 else 0
    start = int(rng.integers(0, 12)) * (meter.bar_ticks if rng.random() < 0.7 else 120) + off
    end = start + int(rng.integers(1, 5)) * (meter.bar_ticks if rng.random() < 0.7 else 240) + off
    low = int(rng.integers(30, 80)) if rng.random() < 0.5 else 0
    high = min(127, low + int(rng.integers(5, 30))) if low else 127
    locked = _notes(rng, start, end, int(rng.integers(0, 5))) if rng.random() < 0.5 else ()
    before = _notes(rng, max(0, start - 4 * meter.bar_ticks), start, int(rng.integers(0, 12)))
    after = _notes(rng, end, end + meter.bar_ticks, int(rng.integers(0, 3)))
    figure = parse_figure(["C", "Am", "F", "G7", "Ddim"][rng.integers(5)], start, end - start)
    return ComposeRequest(
        "",
        (*before, *after) if rng.random() < 0.8 else (),
        start,
        end,
        locked,
        candidates=int(rng.integers(1, 4)),
        best_of=int(rng.choice([1, 1, 1, 3])),
        temperature=float(rng.choice([0.3, 1.0, 1.0, 2.0])),
        top_p=float(rng.choice([0.5, 0.95, 1.0])),
        seed=int(rng.integers(2**31)),
        styles=tuple((name, float(rng.random())) for name in styles if rng.random() < 0.5),
        meter=meter,
        key=KeySignature(0, int(rng.integers(-7, 8)), bool(rng.integers(2))) if rng.random() < 0.5 else None,
        scale=_scale(rng),
        low=low,
        high=high,
        attributes=tuple((name, float(rng.random())) for name in ATTRIBUTES if rng.random() < 0.1),
        guidance=float(rng.choice([1.0, 1.0, 2.0])),
        chords=(figure,) if rng.random() < 0.2 else (),
        rhythm=_rhythm(rng, start, end) if rng.random() < 0.2 else (),
        must_start=_classes(rng),
        must_end=_classes(rng),
    )


def _notes(rng: np.random.Generator, start: int, end: int, count: int) -> tuple[Note, ...]:
    grid = 1 if rng.random() < 0.2 else 60
    found = []
    for _ in range(count):
        at = start + int(rng.integers(0, max(1, (end - start) // grid))) * grid
        length = int(rng.integers(1, 1 + 960 // grid)) * grid
        found.append(Note(at, length, int(rng.integers(40, 90)), int(rng.integers(1, 128))))
    return tuple(found)


def _scale(rng: np.random.Generator) -> frozenset[int] | None:
    if rng.random() < 0.4:
        return None
    if rng.random() < 0.2:
        return frozenset(int(c) for c in rng.integers(0, 12, int(rng.integers(1, 6))))
    return scale_pitches(int(rng.integers(12)), sorted(SCALES)[rng.integers(len(SCALES))])


def _classes(rng: np.random.Generator) -> frozenset[int]:
    if rng.random() < 0.6:
        return frozenset()
    return frozenset(int(c) for c in rng.integers(0, 12, int(rng.integers(1, 6))))


def _rhythm(rng: np.random.Generator, start: int, end: int) -> tuple[tuple[int, int], ...]:
    slots, at = [], start + int(rng.integers(0, 4)) * 120
    while at < end and len(slots) < 16:
        length = min(int(rng.integers(1, 9)) * int(rng.choice([60, 120, 77])), end - at)
        slots.append((at, length))
        at += length + (int(rng.integers(0, 3)) * 60 if rng.random() < 0.3 else 0)
    return tuple(slots)


def broken(request: ComposeRequest, candidate: Candidate) -> list[str]:
    """The names of the promises that an answer breaks."""
    notes = sorted(candidate.notes, key=lambda n: n.start_ticks)
    stay = (*request.locked, *(n for n in request.prompt if n.start_ticks >= request.region_start))
    kept = {
        "region": all(
            request.region_start <= n.start_ticks and n.end_ticks <= request.region_end for n in notes
        ),
        "locks": not any(n.overlaps(s.start_ticks, s.end_ticks) for n in notes for s in stay),
        "one voice": all(a.end_ticks <= b.start_ticks for a, b in pairwise(notes)),
        "range": all(request.low <= n.pitch <= request.high for n in notes),
        "scale": request.scale is None or all(n.pitch % 12 in request.scale for n in notes),
        "rhythm": not request.rhythm
        or [(n.start_ticks, n.duration_ticks) for n in notes] == sorted(request.rhythm),
        "begin": not request.must_start or (bool(notes) and notes[0].pitch % 12 in request.must_start),
        "end": not request.must_end or (bool(notes) and notes[-1].pitch % 12 in request.must_end),
        "scores": len(notes) == len(candidate.scores) == len(candidate.probabilities),
        "odds": all(0 < p <= 1 for p in candidate.probabilities),
    }
    return [name for name, held in kept.items() if not held]
