"""NoteIndex: finds the notes in a stretch of time by bisection. Immutable, made anew for each state of a track."""

from bisect import bisect_left
from collections.abc import Iterator

from studio.core.score import Note


class NoteIndex:
    """Over notes sorted by start."""

    def __init__(self, notes: tuple[Note, ...]) -> None:
        self.notes = notes
        self._starts = [note.start_ticks for note in notes]
        self._longest = max((note.duration_ticks for note in notes), default=0)

    def between(self, start_ticks: float, end_ticks: float) -> Iterator[Note]:
        """The notes that sound anywhere in [start, end), in the order of their starts."""
        first = bisect_left(self._starts, start_ticks - self._longest)
        last = bisect_left(self._starts, end_ticks)
        return (note for note in self.notes[first:last] if note.end_ticks > start_ticks)

    def starting_between(self, start_ticks: float, end_ticks: float) -> tuple[Note, ...]:
        """The notes that begin in [start, end)."""
        return self.notes[bisect_left(self._starts, start_ticks) : bisect_left(self._starts, end_ticks)]

    def at(self, ticks: float, pitch: int) -> Note | None:
        """The note that sounds there; the one that began last, where several do."""
        found = [note for note in self.between(ticks, ticks + 1) if note.pitch == pitch]
        return found[-1] if found else None
