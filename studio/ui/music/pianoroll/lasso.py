"""Lasso: a free-hand outline that selects the notes which it touches or holds. GUI thread.

Points are (ticks, height): the row of pitch 60 reaches from height 60 to 61. The outline closes by a straight line.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import floor
from typing import TypeAlias

from studio.core.score import Note, NoteId
from studio.ui.music.pianoroll.gestures import Gesture, Pointer
from studio.ui.music.pianoroll.state import RollState

Point: TypeAlias = tuple[float, float]
Span: TypeAlias = tuple[float, float]


class Lasso(Gesture):
    """Selects beside the notes of `keep`."""

    kind = "lasso"

    def __init__(self, state: RollState, at: Pointer, keep: frozenset[NoteId]) -> None:
        super().__init__(state)
        self.points, self.keep, self.before = [(at.ticks, at.height)], keep, state.selection
        state.select(keep)

    def move(self, to: Pointer) -> None:
        self.points.append((to.ticks, to.height))
        times = [ticks for ticks, _ in self.points]
        near = self.state.index.between(min(times), max(times) + 1)
        self.state.show_lasso(tuple(self.points))
        self.state.select(self.keep | touched(self.points, near))

    def release(self) -> None:
        self.state.show_lasso(())

    def cancel(self) -> None:
        self.release()
        self.state.select(self.before)


def touched(points: Sequence[Point], notes: Iterable[Note]) -> frozenset[NoteId]:
    """The notes that the outline runs over, or whose middle line runs through what it holds."""
    rows: dict[int, list[Span]] = {}
    found: set[NoteId] = set()
    for note in notes:
        if note.pitch not in rows:
            rows[note.pitch] = _spans(points, note.pitch)
        if any(start < note.end_ticks and end >= note.start_ticks for start, end in rows[note.pitch]):
            found.add(note.id)
    return frozenset(found)


def _spans(points: Sequence[Point], pitch: int) -> list[Span]:
    """Where the outline holds the middle of a row, and each of its points in that row."""
    middle, crossings = pitch + 0.5, list[float]()
    for (x0, y0), (x1, y1) in pairwise([*points, points[0]]):
        if (y0 <= middle) != (y1 <= middle):
            crossings.append(x0 + (middle - y0) / (y1 - y0) * (x1 - x0))
    crossings.sort()
    inside = list(zip(crossings[::2], crossings[1::2], strict=True))
    return inside + [(ticks, ticks) for ticks, height in points if floor(height) == pitch]
