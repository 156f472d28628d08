"""DuetTime: bar and beat lines of a score as time goes on, round a loop too. Pure values.

Invariant: a tick here never goes back. Round a loop it goes on counting, and `fold` says where in the score it is.
"""

from dataclasses import dataclass, field, replace

from studio.core.chords import Chord
from studio.core.score import TICKS_PER_QUARTER, MeterChange, Note, Score

SECONDS_A_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class DuetTime:
    """loop: [start, end) in ticks of the score, gone round for ever; None: straight on."""

    score: Score = field(default_factory=Score.empty)
    loop: tuple[int, int] | None = None

    def fold(self, ticks: int) -> int:
        """The place in the score."""
        if self.loop is None or ticks < self.loop[1]:
            return ticks
        start, end = self.loop
        return start + (ticks - start) % (end - start)

    def unfold(self, place: int, now: int) -> int:
        """The time at which the score's `place` is reached, not much before `now`."""
        if self.loop is None:
            return place
        ticks, length = now - self.fold(now) + place, self.loop[1] - self.loop[0]
        return ticks + length if ticks < now - length // 2 else ticks

    def pieces(self, note: Note) -> tuple[Note, ...]:
        """A note as it lies in the score: in one piece, but for a loop that it goes round."""
        start = self.fold(note.start_ticks)
        if self.loop is None or start + note.duration_ticks <= self.loop[1]:
            return (Note(start, note.duration_ticks, note.pitch, note.velocity),)
        first = self.loop[1] - start
        rest = Note(note.start_ticks + first, note.duration_ticks - first, note.pitch, note.velocity)
        return (Note(start, first, note.pitch, note.velocity), *self.pieces(rest))

    # --- lines -------------------------------------------------------------------------------------------

    def bar_at(self, ticks: int) -> int:
        """The bar line at or before; where a loop begins is a line too."""
        place = self.fold(ticks)
        line = self.score.bar_start(self.score.bar_of(place))
        if self.loop is not None and place >= self.loop[0]:
            line = max(line, self.loop[0])
        return ticks - place + line

    def bar_after(self, ticks: int) -> int:
        """The bar line after."""
        place = self.fold(ticks)
        line = self.score.bar_start(self.score.bar_of(place) + 1)
        if self.loop is not None and place < self.loop[1]:
            line = min(line, self.loop[1])
        return ticks - place + line

    def bars_after(self, ticks: int, bars: int) -> int:
        """So many bars later, at the same place in the bar."""
        line = bar = self.bar_at(ticks)
        for _ in range(bars):
            line = self.bar_after(line)
        return line + ticks - bar

    def line_from(self, ticks: int, on_bar: bool) -> int:
        """The first bar line, else beat line, at or after."""
        bar = self.bar_at(ticks)
        if on_bar:
            return bar if bar == ticks else self.bar_after(ticks)
        beat = self.beat_ticks(ticks)
        return min(bar + -(-(ticks - bar) // beat) * beat, self.bar_after(ticks))

    def meter_at(self, ticks: int) -> MeterChange:
        return self.score.meter_at(self.fold(ticks))

    def beat_ticks(self, ticks: int) -> int:
        return self.meter_at(ticks).beat_ticks

    def ticks_in(self, seconds: float, ticks: int) -> int:
        """How many ticks so many seconds are, in the tempo that holds there."""
        bpm = self.score.tempo_at(self.fold(max(0, ticks))).bpm
        return round(seconds * bpm * TICKS_PER_QUARTER / SECONDS_A_MINUTE)

    def bar_number(self, ticks: int) -> int:
        """The bar's number for people, from 1."""
        return self.score.bar_of(self.fold(ticks)) + 1

    def chords_between(self, start: int, end: int) -> tuple[Chord, ...]:
        """The chord symbols that hold in [start, end), at their time here."""
        found: list[Chord] = []
        here = start
        while here < end:
            place = self.fold(here)
            until = end - here + place
            if self.loop is not None and place < self.loop[1]:
                until = min(until, self.loop[1])
            for chord in self.score.chords:
                first, last = max(chord.start_ticks, place), min(chord.end_ticks, until)
                if first < last:
                    start_ticks = here - place + first
                    found.append(replace(chord, start_ticks=start_ticks, duration_ticks=last - first))
            here += until - place
        return tuple(found)
