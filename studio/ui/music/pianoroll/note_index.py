"""NoteIndex: finds the notes in a stretch of time by bisection. Immutable.

Made from the one before, where there is one, so that a change of a few notes among very many costs little.
"""

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from operator import attrgetter

from studio.core.score import Note, NoteId
from studio.core.unlike import unlike

START, DURATION, END = attrgetter("start_ticks"), attrgetter("duration_ticks"), attrgetter("end_ticks")
PITCH = attrgetter("pitch")


class NoteIndex:
    """Over notes sorted by start. `end_ticks` is where the last one ends."""

    def __init__(self, notes: tuple[Note, ...], before: "NoteIndex | None" = None) -> None:
        self.notes = notes
        old, new = unlike(before.notes if before else (), notes)
        self.gone: frozenset[NoteId] = frozenset(note.id for note in old) - {note.id for note in new}
        self._longest = max(map(DURATION, new), default=0)  # or more: it only says how far back to look
        self.end_ticks = max(map(END, new), default=0)
        if before is not None:
            self._longest = max(self._longest, before._longest)
            if max(map(END, old), default=0) < before.end_ticks:
                self.end_ticks = max(self.end_ticks, before.end_ticks)
            else:
                self.end_ticks = max(map(END, notes), default=0)

    @cached_property
    def pitches(self) -> frozenset[int]:
        """All that there are."""
        return frozenset(map(PITCH, self.notes))

    def between(self, start_ticks: float, end_ticks: float) -> Iterator[Note]:
        """The notes that sound anywhere in [start, end), in the order of their starts."""
        near = self.starting_between(start_ticks - self._longest, end_ticks)
        return (note for note in near if note.start_ticks + note.duration_ticks > start_ticks)

    def starting_between(self, start_ticks: float, end_ticks: float) -> tuple[Note, ...]:
        """The notes that begin in [start, end)."""
        first = bisect_left(self.notes, start_ticks, key=START)
        return self.notes[first : bisect_left(self.notes, end_ticks, key=START)]

    def at(self, ticks: float, pitch: int) -> Note | None:
        """The note that sounds there; the one that began last, where several do."""
        found = [note for note in self.between(ticks, ticks + 1) if note.pitch == pitch]
        return found[-1] if found else None
