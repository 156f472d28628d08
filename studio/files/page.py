"""Page: a score as it can be written down, in bars, voices and note values; what MusicXML and ABC are made from.

Invariant: every bar is full in its first voice, and the pieces of a voice never overlap. What had to be moved or cut
for that is counted; the score itself stays as it is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from studio.core.chords import Chord
from studio.core.errors import StudioError
from studio.core.score import MeterChange, Note, Score, Track
from studio.files.note_values import PLAIN_STEP, STEP, TRIPLET_STEP, Value, written

MAX_BARS = 20_000
WRITTEN_SHARE = 0.8  # of its starts and ends: from there on a track counts as written, not played


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar and its metre; a bar that a metre change cuts short has the metre of what is left."""

    start: int
    end: int
    beats: int
    unit: int

    @property
    def beat_ticks(self) -> int:
        """A quarter note, or a dotted one in 6/8 and its like."""
        return 720 if self.unit == 8 and self.beats % 3 == 0 and self.beats > 3 else 480


@dataclass(slots=True)
class Sound:
    """Notes that begin and end together."""

    start: int
    end: int
    notes: list[Note]


@dataclass(frozen=True, slots=True)
class Piece:
    """One written note, chord or rest (no sound)."""

    start: int
    value: Value
    sound: Sound | None = None

    @property
    def end(self) -> int:
        return self.start + self.value.ticks

    @property
    def sound_start(self) -> int:
        """Where what is heard here began."""
        return self.sound.start if self.sound is not None else self.start

    @property
    def goes_on(self) -> bool:
        return self.sound is not None and self.end < self.sound.end

    @property
    def came_on(self) -> bool:
        return self.sound is not None and self.start > self.sound.start


@dataclass(slots=True)
class Page:
    """The bars of a score, and its tracks as voices: for each voice, for each bar that it has sounds in, those."""

    score: Score
    bars: list[Bar] = field(default_factory=list)
    parts: list[list[dict[int, list[Sound]]]] = field(default_factory=list)
    changes: Counter[str] = field(default_factory=Counter)

    def pieces(self, index: int, sounds: Sequence[Sound], cuts: Collection[int] = ()) -> Iterator[Piece]:
        """A bar from line to line, rests between the sounds; a new piece begins on each of `cuts`."""
        bar = self.bars[index]
        now = bar.start
        for sound in sounds:
            begin, end = max(bar.start, sound.start), min(bar.end, sound.end)
            yield from _pieces(bar, (now, begin), None, cuts)
            yield from _pieces(bar, (begin, end), sound, cuts)
            now = end
        yield from _pieces(bar, (now, bar.end), None, cuts)

    def warnings(self) -> Iterator[str]:
        for what, count in (+self.changes).items():
            yield f"{what}: {count}."

    def marked_ticks(self) -> Iterator[int]:
        """Where anything but a note stands."""
        score = self.score
        yield from (
            change.ticks for changes in (score.meters, score.keys, score.tempos) for change in changes
        )
        yield from (marker.ticks for marker in score.markers)
        yield from (tick for tick, _ in self.chord_marks())

    def chord_marks(self) -> Iterator[tuple[int, Chord | None]]:
        """Where each chord symbol stands, and (None) where none holds any more although the music goes on."""
        end = self.score.end_ticks
        starts = {chord.start_ticks for chord in self.score.chords}
        for chord in self.score.chords:
            yield chord.start_ticks, chord
            over = chord.start_ticks < end <= chord.end_ticks
            if chord.end_ticks not in starts and not over:
                yield chord.end_ticks, None


def laid_out(score: Score, max_voices: int = 4) -> Page:
    """A score as a page. StudioError for one without notes, or of too many bars."""
    if not any(track.heard for track in score.tracks):
        raise StudioError("There are no notes to write.")
    page = Page(score)
    placed = [_placed(track, page.changes) for track in score.tracks]
    end = max(note.end_ticks for notes in placed for note in notes)
    page.bars = _bars(score, max(end, *(rounded(tick) + 1 for tick in page.marked_ticks())))
    starts = [bar.start for bar in page.bars]
    page.changes["Controllers that notation has no signs for"] += sum(len(t.controls) for t in score.tracks)
    kept = len(score.raw) + sum(len(track.raw) for track in score.tracks)
    page.changes["Events of a MIDI file that notation has no signs for"] += kept
    for notes in placed:
        voices = _voices(notes, max_voices, page.changes)
        page.parts.append([_by_bar(voice, starts) for voice in voices])
    return page


def rounded(ticks: int) -> int:
    """The nearest tick that something can be written on."""
    return (ticks + STEP // 2) // STEP * STEP


# --- on the grid --------------------------------------------------------------------------------------


def _placed(track: Track, changes: Counter[str]) -> list[Note]:
    """A track's notes on 64ths and their triplets; what was played freely on 12ths of a quarter note."""
    changes["Muted notes were left out"] += len(track.notes) - len(track.heard)
    ticks = [tick for note in track.heard for tick in (note.start_ticks, note.end_ticks)]
    place = _finely if sum(_finely(t) == t for t in ticks) >= WRITTEN_SHARE * len(ticks) else _coarsely
    notes: dict[tuple[int, int], Note] = {}
    for note in track.heard:
        start, end = place(note.start_ticks), place(note.end_ticks)
        end = end if end > start else start + TRIPLET_STEP
        moved = (start, end) != (note.start_ticks, note.end_ticks)
        changes["Notes moved to the nearest place that can be written"] += moved
        other = notes.get((start, note.pitch))
        changes["Notes of one pitch that begin together, written once"] += other is not None
        if other is None or other.end_ticks < end:
            notes[start, note.pitch] = replace(note, start_ticks=start, duration_ticks=end - start)
    return list(notes.values())


def _near(ticks: int, step: int) -> int:
    return (ticks + step // 2) // step * step


def _coarsely(ticks: int) -> int:
    return _near(ticks, TRIPLET_STEP)


def _finely(ticks: int) -> int:
    return min(
        _near(ticks, PLAIN_STEP), _near(ticks, TRIPLET_STEP // 2), key=lambda place: abs(place - ticks)
    )


# --- in voices ----------------------------------------------------------------------------------------


def _voices(notes: Iterable[Note], limit: int, changes: Counter[str]) -> list[list[Sound]]:
    """Each sound goes to the first voice that is free; where none is, the one that ends first is cut."""
    together: dict[tuple[int, int], Sound] = {}
    for note in notes:
        place = (note.start_ticks, note.end_ticks)
        together.setdefault(place, Sound(*place, [])).notes.append(note)
    voices: list[list[Sound]] = []
    for sound in sorted(together.values(), key=lambda one: (one.start, -max(n.pitch for n in one.notes))):
        free = next((voice for voice in voices if voice[-1].end <= sound.start), None)
        if free is not None:
            free.append(sound)
        elif len(voices) < limit:
            voices.append([sound])
        else:
            changes["Notes whose length was changed so that the voices suffice"] += _squeeze(voices, sound)
    return voices or [[]]


def _squeeze(voices: list[list[Sound]], sound: Sound) -> int:
    """How many notes lost their length: those of the sound, where it joins one that begins with it, or those cut."""
    joined = [voice[-1] for voice in voices if voice[-1].start == sound.start]
    if len(joined) == len(voices):
        nearest = min(joined, key=lambda one: abs(one.end - sound.end))
        nearest.notes.extend(sound.notes)
        return len(sound.notes)
    voice = min((v for v in voices if v[-1].start < sound.start), key=lambda v: v[-1].end)
    voice[-1].end = sound.start
    cut = len(voice[-1].notes)
    voice.append(sound)
    return cut


def _by_bar(voice: Iterable[Sound], starts: list[int]) -> dict[int, list[Sound]]:
    bars: dict[int, list[Sound]] = {}
    for sound in voice:
        first, last = bisect_right(starts, sound.start) - 1, bisect_right(starts, sound.end - 1) - 1
        for index in range(first, last + 1):
            bars.setdefault(index, []).append(sound)
    return bars


# --- in bars ------------------------------------------------------------------------------------------


def _bars(score: Score, end: int) -> list[Bar]:
    """The bars up to `end` at the least."""
    meters = {rounded(meter.ticks): meter for meter in score.meters}
    bars: list[Bar] = []
    for start, stop in pairwise([*meters, max(end, max(meters) + 1)]):
        meter = meters[start]
        count = -(-(stop - start) // meter.bar_ticks)
        if len(bars) + count > MAX_BARS:
            raise StudioError("The score is too long to be written as notation.", f"Over {MAX_BARS} bars.")
        bars += (_bar(meter, start + n * meter.bar_ticks) for n in range(count))
        if stop in meters and bars[-1].end > stop:
            bars[-1] = _cut(bars[-1], stop)
    return bars


def _bar(meter: MeterChange, start: int) -> Bar:
    return Bar(start, start + meter.bar_ticks, meter.numerator, meter.denominator)


def _cut(bar: Bar, end: int) -> Bar:
    """A shorter bar, in a metre of its own where there is one for it."""
    length = end - bar.start
    unit = next((unit for unit in (4, 8, 16, 32, 64) if length % (1920 // unit) == 0), 0)
    if not unit or length * unit > 64 * 1920:
        return replace(bar, end=end)
    return Bar(bar.start, end, length * unit // 1920, unit)


def _pieces(bar: Bar, span: tuple[int, int], sound: Sound | None, cuts: Collection[int]) -> Iterator[Piece]:
    inside = sorted(cut for cut in cuts if span[0] < cut < span[1])
    for begin, end in pairwise([span[0], *inside, span[1]]):
        now = begin
        for value in written(begin - bar.start, end - bar.start, bar.beat_ticks):
            yield Piece(now, value, sound)
            now += value.ticks
