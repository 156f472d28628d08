"""Random requests for chords, and what an answer may not do: for the tests and the long run of promises."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from studio.core.chords import QUALITIES, Chord
from studio.core.messages import ChordsCandidate, ChordsRequest
from studio.core.score import KeySignature, MeterChange, Note
from studio.core.theory import scale_pitches
from studio.engines.music import chord_slots as cs

SCALED = ("major", "minor", "blues", "minor pentatonic", "phrygian")
METERS = ((4, 4), (4, 4), (3, 4), (6, 8), (2, 2), (5, 4), (7, 8), (12, 8), (1, 4), (9, 8))


def random_request(rng: np.random.Generator) -> ChordsRequest:
    """Any request that a person could make, and some that nobody would."""
    start = int(rng.integers(0, 5000)) // int(rng.choice([1, 480])) * 480 % 5000
    meter = MeterChange(int(rng.choice([0, 0, 480, 333])), *METERS[rng.integers(len(METERS))])
    later = MeterChange(meter.ticks + int(rng.integers(1, 4000)), *METERS[rng.integers(len(METERS))])
    key = KeySignature(0, int(rng.integers(-7, 8)), bool(rng.integers(2)))
    return ChordsRequest(
        "",
        _notes(rng),
        start,
        start + int(rng.integers(1, 6000)),
        _fixed(rng),
        int(rng.integers(1, 6)),
        meter,
        key if rng.random() < 0.5 else None,
        int(rng.integers(1, 4)),
        float(rng.choice([0.05, 0.8, 1.0, 3.0])),
        float(rng.choice([0.01, 0.5, 0.95, 1.0])),
        int(rng.integers(2**33)),
        (meter, later) if rng.random() < 0.3 else (),
        int(rng.choice([1, 1, 1, 3])),
        scale_pitches(int(rng.integers(12)), str(rng.choice(SCALED))) if rng.random() < 0.3 else None,
    )


def _notes(rng: np.random.Generator) -> tuple[Note, ...]:
    grid = int(rng.choice([1, 120, 240]))
    return tuple(
        Note(
            int(rng.integers(0, 9000)) // grid * grid, int(rng.integers(1, 2000)), int(rng.integers(20, 110))
        )
        for _ in range(int(rng.integers(0, 24)))
    )


def _fixed(rng: np.random.Generator) -> tuple[Chord, ...]:
    grid, names = int(rng.choice([1, 480])), sorted(QUALITIES)
    edges = sorted({int(tick) // grid * grid for tick in rng.integers(0, 9600, int(rng.integers(0, 8)))})
    return tuple(
        Chord(
            start,
            end - start,
            int(rng.integers(12)),
            names[rng.integers(len(names))],
            int(rng.integers(12)) if rng.random() < 0.3 else None,
        )
        for start, end in list(pairwise(edges))[:: int(rng.integers(1, 3))]
    )


def broken(request: ChordsRequest, answer: ChordsCandidate) -> list[str]:
    """The promises that an answer breaks, by name."""
    start, end, chords = request.region_start, request.region_end, answer.chords
    within = [chord for chord in request.fixed if chord.start_ticks < end and chord.end_ticks > start]
    new = [chord for chord in chords if chord not in within]
    slots = cs.slots_between(start, end, request.meters or (request.meter,), request.a_bar)
    places = {slot.start for slot in slots} | {chord.end_ticks for chord in request.fixed}
    kept = {
        "fixed chords stay": set(within) <= set(chords),
        "no gaps or overlaps": all(one.end_ticks == other.start_ticks for one, other in pairwise(chords)),
        "the region is covered": chords[0].start_ticks <= start and chords[-1].end_ticks >= end,
        "nothing new outside": all(start <= c.start_ticks and c.end_ticks <= end for c in new),
        "chords begin on slots": {chord.start_ticks for chord in new} <= places,
        "in the scale": request.scale is None or all(c.pitch_classes <= request.scale for c in new),
        "probabilities are such": all(0 <= odds <= 1 for odds in answer.probabilities),
        "one of each for a chord": len(answer.probabilities) == len(answer.alternatives) == len(chords),
    }
    return [name for name, ok in kept.items() if not ok]
