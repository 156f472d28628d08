"""Lengths of time as notes that can be written: plain, dotted and triplet values from a long note to a 128th triplet.

Invariant: whatever is a multiple of `STEP` is written exactly, tied where one value is not enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from studio.core.score import TICKS_PER_QUARTER

STEP = 10  # a 128th triplet
PLAIN_STEP, TRIPLET_STEP = 30, 40  # a 64th; a 12th of a quarter note
_WHOLE = 4 * TICKS_PER_QUARTER
_NAMES = ("long", "breve", "whole", "half", "quarter", "eighth", "16th", "32nd", "64th", "128th")


@dataclass(frozen=True, slots=True)
class Value:
    """One written value: its length, its name, whether it has a dot, and whether three stand for two."""

    ticks: int
    name: str
    dotted: bool = False
    triplet: bool = False

    @property
    def beams(self) -> int:
        """How many beams or flags it has: 1 for an eighth."""
        return max(0, _NAMES.index(self.name) - 4)


def _all_values() -> Iterator[Value]:
    """Of one length the value that needs least comes first."""
    lengths = [4 * _WHOLE // 2**index for index in range(len(_NAMES))]
    yield from (Value(ticks, name) for ticks, name in zip(lengths, _NAMES, strict=True) if ticks % STEP == 0)
    for ticks, name in zip(lengths, _NAMES, strict=True):
        if ticks * 3 // 2 % PLAIN_STEP == 0:
            yield Value(ticks * 3 // 2, name, dotted=True)
    yield from (
        Value(ticks * 2 // 3, name, triplet=True) for ticks, name in zip(lengths, _NAMES, strict=True)
    )


VALUES: dict[int, Value] = {}
for _value in _all_values():
    VALUES.setdefault(_value.ticks, _value)
_LONGEST_FIRST = sorted(VALUES.values(), key=lambda value: -value.ticks)


def written(start: int, end: int, beat: int) -> Iterator[Value]:
    """The values of a note from `start` to `end`, counted from the bar line, where a beat lasts `beat` ticks."""
    while start < end:
        value = _next_value(start, end, beat)
        yield value
        start += value.ticks


def _next_value(start: int, end: int, beat: int) -> Value:
    whole = VALUES.get(end - start)
    if whole is not None and _reads_well(whole, start, beat):
        return whole
    if start % beat == 0 and end - start > beat:
        return _longest(end - start, lambda value: value.ticks % beat == 0) or VALUES[TICKS_PER_QUARTER]
    end = min(end, start - start % beat + beat)
    inside = VALUES.get(end - start)
    if inside is not None:
        return inside
    plain = start % PLAIN_STEP == end % PLAIN_STEP == 0
    return _longest(end - start, lambda value: value.triplet != plain) or VALUES[STEP]


def _reads_well(value: Value, start: int, beat: int) -> bool:
    """Whether a value may stand there in one piece: within its beat, or over it where that is usual."""
    if start % beat + value.ticks <= beat:
        return True
    return start % (160 if value.triplet else 240) == 0 and value.ticks >= beat // 2


def _longest(room: int, allowed: Callable[[Value], bool]) -> Value | None:
    return next((value for value in _LONGEST_FIRST if value.ticks <= room and allowed(value)), None)
