"""Quantising: starts, and ends if wanted, drawn towards a grid that counts from every bar line. Pure functions.

Invariants: with no strength nothing changes; at full strength, without margins, a second time changes nothing more;
the order of starts is kept by any strength; no note gets shorter than a tick.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace

from studio.core.errors import StudioError
from studio.core.score import Note, Score

STRAIGHT, TRIPLET = 0.5, 2 / 3


@dataclass(frozen=True, slots=True)
class Quantising:
    """grid_ticks: from line to line; strength: 0 to 1 of the way; swing: where the second of two lines stands within
    both their steps, 0.5 straight to 0.75 dotted; ends: those too. What is nearer to its line than `nearer`, or
    further than `further`, of half a step is left alone."""

    grid_ticks: int
    strength: float = 1.0
    swing: float = STRAIGHT
    ends: bool = False
    nearer: float = 0.0
    further: float = 1.0

    def __post_init__(self) -> None:
        ranges = (
            ("The strength", self.strength, 0.0, 1.0),
            ("The swing", self.swing, 0.5, 0.75),
            ("The nearer margin", self.nearer, 0.0, 1.0),
            ("The further margin", self.further, 0.0, 1.0),
        )
        for what, value, low, high in ranges:
            if not low <= value <= high:
                raise StudioError(f"{what} must lie between {low:g} and {high:g}, not {value:g}.")
        if self.grid_ticks < 1:
            raise StudioError("Quantising needs a grid of at least a tick.")


def quantised(notes: Iterable[Note], score: Score, by: Quantising) -> tuple[Note, ...]:
    """The notes nearer to the grid; where ends stay out of it, lengths stay."""
    notes = tuple(notes)
    bars = _bar_lines(score, max((note.end_ticks for note in notes), default=0))
    times = {note.start_ticks for note in notes}
    times |= {note.end_ticks for note in notes} if by.ends else set()
    drawn = {ticks: _towards(ticks, bars, by) for ticks in times}  # each once: chords share them
    return tuple(_at(note, drawn, by.ends) for note in notes)


def _at(note: Note, drawn: dict[int, int], ends: bool) -> Note:
    start = drawn[note.start_ticks]
    if not ends:
        return replace(note, start_ticks=start) if start != note.start_ticks else note
    end = drawn[note.end_ticks]
    duration = end - start if end > start else note.duration_ticks  # too short to have an end on the grid
    return replace(note, start_ticks=start, duration_ticks=duration)


def _towards(ticks: int, bars: list[int], by: Quantising) -> int:
    line = _nearest_line(ticks, bars, by)
    share = abs(line - ticks) / (by.grid_ticks / 2)
    if share < by.nearer or (share > by.further and by.further < 1.0):
        return ticks
    return round(ticks + by.strength * (line - ticks))


def _nearest_line(ticks: int, bars: list[int], by: Quantising) -> int:
    """The line closest to `ticks`, of two the later one; a bar line is always one."""
    at = bisect_right(bars, ticks) - 1
    bar, end, grid = bars[at], bars[at + 1], by.grid_ticks
    step = (ticks - bar) // grid
    late = round((2 * by.swing - 1) * grid)
    lines = [bar + k * grid + (late if k % 2 else 0) for k in (step - 1, step, step + 1) if k >= 0]
    inside = [line for line in lines if line < end]
    return min([*reversed([*inside, end])], key=lambda line: abs(line - ticks))


def _bar_lines(score: Score, end_ticks: int) -> list[int]:
    """Every bar line up to the first one after `end_ticks`."""
    last = score.bar_of(end_ticks) + 1
    return [score.bar_start(bar) for bar in range(last + 1)]
