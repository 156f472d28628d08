"""Pulses: what one taps one's foot to in a metre. Pure; a pulse of 6/8 is a dotted quarter, of 3/4 a quarter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from studio.core.score import MeterChange, Score


@dataclass(frozen=True, slots=True)
class Pulse:
    """From start to end, in ticks; strong: where the bar leans (its first, in 4/4 its third too)."""

    start: int
    end: int
    strong: bool

    def steps(self, count: int) -> list[tuple[int, int]]:
        """(start, end) of `count` equal parts."""
        edges = [self.start + (self.end - self.start) * k // count for k in range(count + 1)]
        return [(one, other) for one, other in pairwise(edges) if other > one]


def is_compound(meter: MeterChange) -> bool:
    """Whether its beats go by threes: 6/8, 9/8, 12/8, 3/8."""
    return meter.numerator % 3 == 0 and meter.denominator >= 8


def pulse_ticks(meter: MeterChange) -> int:
    return meter.beat_ticks * (3 if is_compound(meter) else 1)


def pulses_between(score: Score, start_ticks: int, end_ticks: int) -> Iterator[Pulse]:
    """Those of [start, end), cut at its ends: one that was begun before `start` begins there."""
    bar = score.bar_of(start_ticks)
    while (begins := score.bar_start(bar)) < end_ticks:
        meter, ends = score.meter_at(begins), score.bar_start(bar + 1)
        length = pulse_ticks(meter)
        count = -(-(ends - begins) // length)
        for number in range(count):
            start, end = begins + number * length, min(ends, begins + (number + 1) * length)
            if end > start_ticks and start < end_ticks:
                strong = number == 0 or (count % 2 == 0 and number % 2 == 0)
                yield Pulse(max(start, start_ticks), min(end, end_ticks), strong)
        bar += 1
