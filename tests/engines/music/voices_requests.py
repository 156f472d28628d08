"""Random requests for voices, and what an answer may not do: for the tests and the long run of promises."""

from __future__ import annotations

import itertools

import numpy as np

from studio.core.chords import Chord
from studio.core.messages import VoicesCandidate, VoicesRequest
from studio.core.score import KeySignature, MeterChange, Note
from studio.core.theory import SCALES, scale_pitches
from studio.engines.music import chorale_rows as rows

BAR = 1920
METERS = (MeterChange(0, 4, 4), MeterChange(480, 3, 4), MeterChange(100, 7, 8))


def random_request(seed: int, model_id: str = "tiny", candidates: int = 1) -> VoicesRequest:
    """Anything a user may ask: notes on and off the grid, a region anywhere, locks, ranges, scales, chords, metres."""
    draw = np.random.RandomState(seed)
    count, start = draw.randint(1, 5), draw.randint(0, 3 * BAR)
    end = start + draw.randint(2 * rows.STEP_TICKS, 2 * BAR)
    written = draw.random_sample(count) < 0.7
    written[draw.randint(count)] = True
    lows = draw.randint(30, 70, count)
    ranges = tuple((int(low), int(low + draw.randint(11, 40))) for low in lows)
    tonic, scale = draw.randint(12), [*SCALES][draw.randint(len(SCALES))]
    chords = (
        (Chord(start, 960, tonic, "m7", 3), Chord(start + 960, 480, 5)) if draw.random_sample() < 0.3 else ()
    )
    return VoicesRequest(
        model_id,
        tuple(_line(draw, 0, 5 * BAR) for _ in range(count)),
        tuple(bool(w) for w in written),
        start,
        end,
        tuple(_line(draw, start, end) if w and draw.random_sample() < 0.6 else () for w in written),
        ranges if draw.random_sample() < 0.6 else (),
        scale_pitches(tonic, scale) if draw.random_sample() < 0.6 else None,
        chords,
        METERS[draw.randint(len(METERS))],
        KeySignature(0, int(draw.randint(-7, 8)), True) if draw.random_sample() < 0.3 else None,
        candidates,
        float(draw.choice([0.3, 1.0, 3.0])),
        float(draw.choice([0.5, 1.0])),
        seed,
        int(draw.randint(0, 3)),
    )


def _line(draw: np.random.RandomState, first: int, last: int) -> tuple[Note, ...]:
    return tuple(
        Note(int(draw.randint(first, last)), int(draw.randint(1, 1500)), int(draw.randint(20, 110)))
        for _ in range(draw.randint(0, 7))
    )


def violations(request: VoicesRequest, candidate: VoicesCandidate) -> list[str]:
    """What an answer has done that it may not."""
    found = []
    for voice, notes in enumerate(candidate.voices):
        if notes and not request.written[voice]:
            found.append("a voice that was not asked for")
        low, high = request.ranges[voice] if request.ranges else (0, 127)
        locked = request.locked[voice] if request.locked else ()
        for note in notes:
            if not request.region_start <= note.start_ticks < note.end_ticks <= request.region_end:
                found.append("outside the region")
            if request.scale is not None and note.pitch % 12 not in request.scale:
                found.append("outside the scale")
            if not low <= note.pitch <= high:
                found.append("outside the range")
            if any(note.overlaps(kept.start_ticks, kept.end_ticks) for kept in locked):
                found.append("over a locked note")
        if overlap(list(notes)):
            found.append("two notes at once in a voice")
    return found


def overlap(notes: list[Note]) -> bool:
    ordered = sorted(notes, key=lambda n: n.start_ticks)
    return any(a.end_ticks > b.start_ticks for a, b in itertools.pairwise(ordered))
