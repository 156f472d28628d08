"""Sheet: what the readers of notation gather while they read, turned into a Score whose bars are those of the page.

Time is counted in whole `UNITS` of a quarter note, fine enough for every tuplet in use, and rounded once, to ticks.
Invariant: a pickup is moved to the end of a full first bar; where a bar of the page is shorter or longer than its
metre, and its neighbour does not make up for it, a metre change puts the next bar line right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from studio.core.chords import Chord
from studio.core.errors import StudioError
from studio.core.score import (
    DEFAULT_BPM,
    DRUM_CHANNEL,
    TICKS_PER_QUARTER,
    KeySignature,
    Marker,
    MeterChange,
    Note,
    Score,
    TempoChange,
    Track,
)
from studio.files.score_reading import MAX_NOTES, ScoreReading

PER_TICK = 3 * 5 * 7 * 11 * 13
UNITS = TICKS_PER_QUARTER * PER_TICK  # of a quarter note
TOLERANCE = UNITS // 2000
MAX_LENGTH = 64 * UNITS  # of one note
Symbol = tuple[int, str, int | None]  # root, quality and bass of a chord


def ticks_of(units: int) -> int:
    """The nearest tick."""
    return (units + PER_TICK // 2) // PER_TICK


@dataclass(slots=True)
class Line:
    """The notes of one track, with ties joined as they come. Times are in UNITS."""

    name: str = ""
    program: int = 0
    drums: bool = False
    velocity: int = 80  # of the notes that come next
    notes: list[Note] = field(default_factory=list)
    _open: dict[tuple[int, int], int] = field(
        default_factory=dict
    )  # (pitch, end) of a tied note -> its index

    def add(self, start: int, length: int, pitch: int, tied: bool = False) -> None:
        """A note of `length`; tied: whether it goes on into the next of its pitch. StudioError for far too many."""
        begin, end = ticks_of(start), max(ticks_of(start + length), ticks_of(start) + 1)
        index = self._open.pop((pitch, begin), -1)  # many files forget to mark where a tie ends
        if index >= 0:
            begin = self.notes[index].start_ticks
            self.notes[index] = replace(self.notes[index], duration_ticks=end - begin)
        else:
            index = len(self.notes)
            if index >= MAX_NOTES:
                raise StudioError(f"The file holds more than {MAX_NOTES:,} notes.", hint="Split it first.")
            self.notes.append(Note(begin, end - begin, pitch, self.velocity))
        if tied:
            self._open[pitch, end] = index

    @property
    def loose_ties(self) -> int:
        return len(self._open)

    def clean_notes(self) -> tuple[Note, ...]:
        """Of notes that begin together on one pitch (a unison of two voices) the longest."""
        longest: dict[tuple[int, int], Note] = {}
        for note in self.notes:
            place = (note.start_ticks, note.pitch)
            if place not in longest or note.duration_ticks > longest[place].duration_ticks:
                longest[place] = note
        return tuple(longest.values())


@dataclass(slots=True)
class Sheet:
    """One piece while it is read. Ticks count from the first note of the page, pickup or not."""

    title: str = ""
    lines: list[Line] = field(default_factory=list)
    meters: dict[int, tuple[int, int]] = field(default_factory=dict)
    keys: dict[int, KeySignature] = field(default_factory=dict)
    tempos: dict[int, float] = field(default_factory=dict)
    markers: list[Marker] = field(default_factory=list)
    chords: dict[int, Symbol | None] = field(default_factory=dict)  # None: from here on no chord
    bar_lines: set[int] = field(default_factory=set)
    dropped: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)
    pickup_ticks: int = 0  # how far all was moved; known once `reading` has been made

    def set_meter(self, ticks: int, beats: int, unit: int) -> None:
        try:
            MeterChange(ticks, beats, unit)
        except StudioError:
            self.dropped["impossible metres"] += 1
        else:
            self.meters[ticks] = (beats, unit)

    def set_key(self, ticks: int, fifths: int, minor: bool) -> None:
        if -7 <= fifths <= 7:
            self.keys[ticks] = KeySignature(ticks, fifths, minor)
        else:
            self.dropped["impossible keys"] += 1

    def set_tempo(self, ticks: int, bpm: float) -> None:
        if 3.0 < bpm <= 60_000.0:
            self.tempos[ticks] = bpm
        else:
            self.dropped["impossible tempos"] += 1

    def set_chord(self, ticks: int, chord: Symbol | None, simpler: bool = False) -> None:
        """simpler: whether the figure said more than a Chord can hold."""
        if ticks not in self.chords:
            self.dropped["colours of chords, written more simply"] += simpler
        self.chords[ticks] = chord

    def reading(self, file_name: str) -> ScoreReading:
        """The score and what was left out. StudioError where there are no notes, or far too many."""
        count = sum(len(line.notes) for line in self.lines)
        if not count:
            raise StudioError(f"There are no notes in {file_name}.")
        if count > MAX_NOTES:
            raise StudioError(f"{file_name} holds more than {MAX_NOTES:,} notes.", hint="Split it first.")
        end = max(note.end_ticks for line in self.lines for note in line.notes)
        if not self.meters and self.bar_lines:
            self._guess_meter()
        last = max(self.bar_lines, default=0)  # rests may come after the last note
        bars = _Bars(self.meters, sorted(self.bar_lines | {0, max(end, last)}))
        self.pickup_ticks = bars.pickup
        score = self._score(bars)
        warnings = tuple(self._warnings(score, bars.odd))
        return ScoreReading(score, warnings, chords=tuple(self._chords(score.end_ticks)))

    def _chords(self, end: int) -> Iterator[Chord]:
        """Each lasts until the next, the last one until the end."""
        starts = sorted(self.chords)
        for start, stop in pairwise([*starts, max([end - self.pickup_ticks, *(t + 1 for t in starts)])]):
            if (symbol := self.chords[start]) is not None:
                root, quality, bass = symbol
                yield Chord(start + self.pickup_ticks, stop - start, root, quality, bass)

    def _guess_meter(self) -> None:
        """Where none is written, that of the usual bar."""
        lengths = Counter(b - a for a, b in pairwise(sorted(self.bar_lines)))
        usual = lengths.most_common(1)[0][0] if lengths else 0
        unit = next((unit for unit in (4, 8, 16) if usual * unit % (4 * TICKS_PER_QUARTER) == 0), 4)
        beats = usual * unit // (4 * TICKS_PER_QUARTER)
        if 1 < beats < 17:
            self.set_meter(0, beats, unit)
            self.remarks.append(f"No metre is written; {beats}/{unit} was taken from the bars.")

    def _score(self, bars: _Bars) -> Score:
        by = self.pickup_ticks

        def later(ticks: int) -> int:
            return ticks + by if ticks else 0

        return Score(
            tuple(_track(number, line, by) for number, line in enumerate(self.lines)),
            tuple(TempoChange(later(ticks), bpm) for ticks, bpm in self.tempos.items())
            or (TempoChange(0, DEFAULT_BPM),),
            tuple(bars.changes),
            tuple(KeySignature(later(k.ticks), k.fifths, k.minor) for k in self.keys.values()),
            tuple(Marker(later(marker.ticks), marker.text) for marker in self.markers),
            self.title,
        )

    def _warnings(self, score: Score, odd: int) -> Iterator[str]:
        yield from self.remarks
        if odd:
            yield f"Bars that do not add up to their metre: {odd}."
        if loose := sum(line.loose_ties for line in self.lines):
            yield f"Ties that lead nowhere: {loose}."
        if shared := sum(len(line.notes) for line in self.lines) - sum(1 for _ in score.notes()):
            yield f"Notes that two voices share, kept once: {shared}."
        for what, count in (+self.dropped).items():
            yield f"Not kept: {what} ({count})."


def _track(number: int, line: Line, by: int) -> Track:
    notes = tuple(replace(note, start_ticks=note.start_ticks + by) for note in line.clean_notes())
    channel = DRUM_CHANNEL if line.drums else number % 15 + (number % 15 >= DRUM_CHANNEL)
    return Track(line.name or f"Part {number + 1}", line.program, notes, channel)


class _Bars:
    """Metre changes that put a score's bar lines where the page has them. All ticks of `changes` are after the move."""

    def __init__(self, meters: dict[int, tuple[int, int]], lines: list[int]) -> None:
        first = min(meters, default=0)
        self._meters = {0: meters[first] if meters else (4, 4), **meters}
        self._lines, self.odd = lines, 0
        meter = MeterChange(0, *self._meters[0])
        self.pickup, self._anchor = 0, 0  # anchor: a tick, before the move, on which a bar begins
        if len(lines) > 2 and lines[1] < meter.bar_ticks:
            self._anchor, self.pickup = lines[1] - meter.bar_ticks, meter.bar_ticks - lines[1]
        self.changes = [meter]
        for index in range(1, len(lines)):
            self._go_on(index)

    def _go_on(self, index: int) -> None:
        """Settle what happens from the bar line before `index` to the one at `index`."""
        here, there = self._lines[index - 1], self._lines[index]
        self._change_meters(here, there)
        bar = self.changes[-1].bar_ticks
        if (there - self._anchor) % bar == 0 or index == len(self._lines) - 1:
            return
        after = self._lines[index + 1]
        changed = any(there <= ticks < after for ticks in self._meters)
        if not changed and (after - self._anchor) % bar == 0 and after - here <= bar:
            return  # two parts of one bar, with a repeat between
        self.odd += 1
        if not changed:
            self._put(there, self.changes[-1].numerator, self.changes[-1].denominator)

    def _change_meters(self, here: int, there: int) -> None:
        for ticks in sorted(t for t in self._meters if here <= t < there and t > 0):
            beats, unit = self._meters[ticks]
            last = self.changes[-1]
            aligned = (ticks - self._anchor) % last.bar_ticks == 0
            if (last.numerator, last.denominator) != (beats, unit) or not aligned:
                self._put(ticks, beats, unit)

    def _put(self, ticks: int, beats: int, unit: int) -> None:
        self.changes.append(MeterChange(ticks + self.pickup, beats, unit))
        self._anchor = ticks
