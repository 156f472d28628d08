"""Score, Track and Note: music as immutable values in integer ticks, 480 to a quarter note.

Invariants: every value here is frozen; a note's id is unique within its score; a track's notes are sorted by
(start, pitch, id); tempo, meter and key maps are sorted and the first two always have an entry at tick 0.
Every `with_...` returns a new Score.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from operator import attrgetter
from typing import TypeAlias, TypeVar

from studio.core.chords import Chord, in_line
from studio.core.control import Control, RawEvent
from studio.core.errors import StudioError
from studio.core.unlike import unlike

TICKS_PER_QUARTER = 480
DEFAULT_BPM = 120.0
DRUM_CHANNEL = 9

NoteId: TypeAlias = int
_ORDER = attrgetter("start_ticks", "pitch", "id")  # as sort_key has it


def _require(ok: bool, what: str) -> None:
    if not ok:
        raise StudioError("That is not a valid score.", what)


@dataclass(frozen=True, slots=True)
class Note:
    """One note. `id` names it within its score, so that it can be selected; -1 means "not yet named". A muted note
    stands in the score, but is not heard. No model changes a locked one; its writer's own hand still does."""

    start_ticks: int
    duration_ticks: int
    pitch: int
    velocity: int = 80
    id: NoteId = -1
    muted: bool = False
    locked: bool = False

    def __post_init__(self) -> None:
        if (
            self.start_ticks >= 0 < self.duration_ticks
            and 0 <= self.pitch <= 127
            and 1 <= self.velocity <= 127
        ):
            return  # before the words are put together: a score has thousands of notes
        _require(self.start_ticks >= 0, f"A note starts at tick {self.start_ticks}; the first tick is 0.")
        _require(self.duration_ticks >= 1, f"A note lasts {self.duration_ticks} ticks; at least 1 is needed.")
        _require(0 <= self.pitch <= 127, f"Pitch {self.pitch} is outside 0 to 127.")
        _require(1 <= self.velocity <= 127, f"Velocity {self.velocity} is outside 1 to 127.")

    @property
    def end_ticks(self) -> int:
        return self.start_ticks + self.duration_ticks

    @property
    def sort_key(self) -> tuple[int, int, int]:
        return (self.start_ticks, self.pitch, self.id)

    def overlaps(self, start_ticks: int, end_ticks: int) -> bool:
        """Whether the note sounds anywhere in [start, end)."""
        return self.start_ticks < end_ticks and self.end_ticks > start_ticks


@dataclass(frozen=True, slots=True)
class Track:
    """One instrument's line: General MIDI program, notes, how it is mixed, and what moves its sound (controls).

    raw: events of its MIDI file that are only kept; locked: no model writes on it, nor changes what it holds."""

    name: str = "Melody"
    program: int = 0
    notes: tuple[Note, ...] = ()
    channel: int = 0
    muted: bool = False
    solo: bool = False
    volume: int = 100
    pan: int = 64
    controls: tuple[Control, ...] = ()
    raw: tuple[RawEvent, ...] = ()
    locked: bool = False

    def __post_init__(self) -> None:
        for what, value, high in (
            ("Program", self.program, 127),
            ("Channel", self.channel, 15),
            ("Volume", self.volume, 127),
            ("Pan", self.pan, 127),
        ):
            _require(0 <= value <= high, f"{what} {value} is outside 0 to {high}.")
        object.__setattr__(self, "notes", tuple(sorted(self.notes, key=_ORDER)))
        object.__setattr__(self, "controls", tuple(sorted(self.controls, key=lambda control: control.ticks)))

    @property
    def drums(self) -> bool:
        """Whether its pitches are the instruments of a drum kit."""
        return self.channel == DRUM_CHANNEL

    @property
    def heard(self) -> tuple[Note, ...]:
        """The notes that are not muted."""
        return tuple(note for note in self.notes if not note.muted)

    @property
    def end_ticks(self) -> int:
        return max((note.start_ticks + note.duration_ticks for note in self.notes), default=0)

    def notes_between(self, start_ticks: int, end_ticks: int) -> tuple[Note, ...]:
        """The notes that start in [start, end)."""
        return tuple(note for note in self.notes if start_ticks <= note.start_ticks < end_ticks)


@dataclass(frozen=True, slots=True)
class TempoChange:
    """From `ticks` on, `bpm` quarter notes a minute."""

    ticks: int
    bpm: float

    def __post_init__(self) -> None:
        _require(self.ticks >= 0, "A tempo stands before the first tick.")
        _require(3.0 < self.bpm <= 60_000.0, f"A tempo of {self.bpm} quarter notes a minute is out of range.")


@dataclass(frozen=True, slots=True)
class MeterChange:
    """From `ticks` on, bars of numerator/denominator."""

    ticks: int
    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        _require(self.ticks >= 0, "A metre stands before the first tick.")
        _require(1 <= self.numerator <= 64, f"A metre of {self.numerator} beats is out of range.")
        _require(self.denominator in (1, 2, 4, 8, 16, 32, 64), f"1/{self.denominator} is not a note value.")

    @property
    def beat_ticks(self) -> int:
        """Ticks of one notated beat (an eighth in 6/8)."""
        return TICKS_PER_QUARTER * 4 // self.denominator

    @property
    def bar_ticks(self) -> int:
        return self.beat_ticks * self.numerator


@dataclass(frozen=True, slots=True)
class KeySignature:
    """From `ticks` on: sharps (positive) or flats (negative), -7 to 7, and whether the mode is minor."""

    ticks: int
    fifths: int
    minor: bool = False

    def __post_init__(self) -> None:
        _require(self.ticks >= 0, "A key stands before the first tick.")
        _require(-7 <= self.fifths <= 7, f"{self.fifths} sharps or flats are out of range.")

    @property
    def tonic(self) -> int:
        """Pitch class of the tonic, 0 = C."""
        return (self.fifths * 7 + (9 if self.minor else 0)) % 12


@dataclass(frozen=True, slots=True)
class Marker:
    """A name for a moment: a section, a rehearsal letter."""

    ticks: int
    text: str


Change = TypeVar("Change", bound=TempoChange | MeterChange | KeySignature)


def _put(changes: tuple[Change, ...], change: Change) -> tuple[Change, ...]:
    """`changes` with `change` in the place of any other at its tick, sorted."""
    rest = tuple(other for other in changes if other.ticks != change.ticks)
    return tuple(sorted((*rest, change), key=lambda one: one.ticks))


def _in_force(changes: tuple[Change, ...], ticks: int) -> Change:
    """The last change at or before `ticks` (the first one where there is none)."""
    return changes[max(0, bisect_right(changes, ticks, key=lambda one: one.ticks) - 1)]


@dataclass(frozen=True, slots=True)
class Score:
    """A whole piece: tracks over one tempo, meter and key map, with the chords that name its harmony."""

    tracks: tuple[Track, ...] = ()
    tempos: tuple[TempoChange, ...] = (TempoChange(0, DEFAULT_BPM),)
    meters: tuple[MeterChange, ...] = (MeterChange(0, 4, 4),)
    keys: tuple[KeySignature, ...] = ()
    markers: tuple[Marker, ...] = ()
    title: str = ""
    raw: tuple[RawEvent, ...] = ()
    chords: tuple[Chord, ...] = ()
    next_id: NoteId = field(default=0, compare=False)

    def __post_init__(self) -> None:
        put = object.__setattr__
        for name in ("tempos", "meters", "keys", "markers"):
            put(self, name, tuple(sorted(getattr(self, name), key=lambda one: one.ticks)))
        put(self, "chords", in_line(self.chords))
        if not self.tempos or self.tempos[0].ticks > 0:
            put(self, "tempos", (TempoChange(0, DEFAULT_BPM), *self.tempos))
        if not self.meters or self.meters[0].ticks > 0:
            put(self, "meters", (MeterChange(0, 4, 4), *self.meters))
        self._name_notes()

    def _name_notes(self) -> None:
        """Give an id to every unnamed note; refuse two notes of one name."""
        ids = [note.id for note in self.notes() if note.id >= 0]
        _require(len(ids) == len(set(ids)), "Two notes have the same id.")
        next_id = max([self.next_id, *(i + 1 for i in ids)])
        if any(note.id < 0 for note in self.notes()):
            named: list[Track] = []
            for track in self.tracks:
                notes, next_id = _named(track.notes, next_id)
                named.append(replace(track, notes=notes))
            object.__setattr__(self, "tracks", tuple(named))
        object.__setattr__(self, "next_id", next_id)

    @staticmethod
    def empty(title: str = "", bpm: float = DEFAULT_BPM, numerator: int = 4, denominator: int = 4) -> Score:
        """One empty track, ready to be drawn on."""
        return Score(
            tracks=(Track(),),
            tempos=(TempoChange(0, bpm),),
            meters=(MeterChange(0, numerator, denominator),),
            title=title,
        )

    # --- notes ----------------------------------------------------------------------------------------

    def notes(self) -> Iterator[Note]:
        """Every note, track after track."""
        return (note for track in self.tracks for note in track.notes)

    @property
    def end_ticks(self) -> int:
        """Where the last note ends; 0 for an empty score."""
        return max((track.end_ticks for track in self.tracks), default=0)

    def with_notes_added(self, track_index: int, notes: Iterable[Note]) -> Score:
        """Add `notes` to a track. A note whose id is not free here gets a fresh one; see `added_ids`."""
        taken, next_id, added = {note.id for note in self.notes()}, self.next_id, list[Note]()
        for note in notes:
            if note.id < 0 or note.id in taken:
                note = replace(note, id=next_id)
            taken.add(note.id)
            next_id = max(next_id, note.id + 1)
            added.append(note)
        track = self.track(track_index)
        return self._with_track_notes(track_index, (*track.notes, *added))

    def added_ids(self, before: Score) -> frozenset[NoteId]:
        """The ids here that `before` did not have: what an edit has just added."""
        old, new = set[NoteId](), set[NoteId]()
        for one, other in zip_longest(before.tracks, self.tracks, fillvalue=Track()):
            gone, come = unlike(one.notes, other.notes)
            old.update(note.id for note in gone)
            new.update(note.id for note in come)
        return frozenset(new - old)

    def with_notes_removed(self, track_index: int, ids: Collection[NoteId]) -> Score:
        kept = tuple(note for note in self.track(track_index).notes if note.id not in ids)
        return self._with_track_notes(track_index, kept)

    def with_notes_replaced(self, track_index: int, notes: Iterable[Note]) -> Score:
        """Put each of `notes` in the place of the note with its id; an id the track lacks is an error."""
        new = {note.id: note for note in notes}
        old = self.track(track_index).notes
        _require(new.keys() <= {note.id for note in old}, "A note to be changed is not in this track.")
        return self._with_track_notes(track_index, tuple(new.get(note.id, note) for note in old))

    # --- tracks ---------------------------------------------------------------------------------------

    def track(self, index: int) -> Track:
        _require(0 <= index < len(self.tracks), f"There is no track {index + 1}.")
        return self.tracks[index]

    def with_track(self, index: int, track: Track) -> Score:
        """Replace a track; `index == len(tracks)` appends."""
        _require(0 <= index <= len(self.tracks), f"There is no place {index + 1} for a track.")
        return replace(self, tracks=(*self.tracks[:index], track, *self.tracks[index + 1 :]))

    def without_track(self, index: int) -> Score:
        self.track(index)
        return replace(self, tracks=(*self.tracks[:index], *self.tracks[index + 1 :]))

    def with_controls(self, index: int, controls: tuple[Control, ...]) -> Score:
        """Replace all that moves a track's sound."""
        return self.with_track(index, replace(self.track(index), controls=controls))

    def _with_track_notes(self, index: int, notes: tuple[Note, ...]) -> Score:
        return self.with_track(index, replace(self.track(index), notes=notes))

    # --- tempo, metre, key ----------------------------------------------------------------------------

    def with_tempo(self, bpm: float, ticks: int = 0) -> Score:
        return replace(self, tempos=_put(self.tempos, TempoChange(ticks, bpm)))

    def with_meter(self, numerator: int, denominator: int, ticks: int = 0) -> Score:
        return replace(self, meters=_put(self.meters, MeterChange(ticks, numerator, denominator)))

    def with_key(self, fifths: int, minor: bool = False, ticks: int = 0) -> Score:
        return replace(self, keys=_put(self.keys, KeySignature(ticks, fifths, minor)))

    def tempo_at(self, ticks: int) -> TempoChange:
        return _in_force(self.tempos, ticks)

    def meter_at(self, ticks: int) -> MeterChange:
        return _in_force(self.meters, ticks)

    def key_at(self, ticks: int) -> KeySignature | None:
        return _in_force(self.keys, ticks) if self.keys and self.keys[0].ticks <= ticks else None

    def with_chords(self, chords: Iterable[Chord]) -> Score:
        """Replace all chord symbols; where two overlap the earlier one ends."""
        return replace(self, chords=tuple(chords))

    def chord_at(self, ticks: int) -> Chord | None:
        """The chord symbol that holds at `ticks`."""
        return next((chord for chord in self.chords if chord.start_ticks <= ticks < chord.end_ticks), None)

    # --- time -----------------------------------------------------------------------------------------

    def seconds_at(self, ticks: float) -> float:
        """Seconds from the start of the piece to `ticks`."""
        seconds, here = 0.0, self.tempos[0]
        for change in self.tempos[1:]:
            if change.ticks >= ticks:
                break
            seconds += (change.ticks - here.ticks) * _seconds_per_tick(here.bpm)
            here = change
        return seconds + (ticks - here.ticks) * _seconds_per_tick(here.bpm)

    def ticks_at(self, seconds: float) -> int:
        """The tick nearest to `seconds`, the inverse of `seconds_at`."""
        left, here = seconds, self.tempos[0]
        for change in self.tempos[1:]:
            span = (change.ticks - here.ticks) * _seconds_per_tick(here.bpm)
            if span > left:
                break
            left, here = left - span, change
        return here.ticks + round(left / _seconds_per_tick(here.bpm))

    # --- bars -----------------------------------------------------------------------------------------

    def _meter_spans(self) -> Iterator[tuple[int, MeterChange, int]]:
        """(number of its first bar, metre, tick where it ends); a metre change always starts a bar."""
        bar, far = 0, 1 << 60
        ends = [*(meter.ticks for meter in self.meters[1:]), far]
        for meter, end in zip(self.meters, ends, strict=True):
            yield bar, meter, end
            bar += -(-(end - meter.ticks) // meter.bar_ticks)

    def bar_of(self, ticks: int) -> int:
        """The number, from 0, of the bar that holds `ticks`."""
        first, meter = next((first, meter) for first, meter, end in self._meter_spans() if ticks < end)
        return first + (ticks - meter.ticks) // meter.bar_ticks

    def bar_start(self, bar: int) -> int:
        """The tick on which bar `bar` (from 0) begins."""
        spans = list(self._meter_spans())
        first, meter, _ = next(span for span in reversed(spans) if span[0] <= max(bar, 0))
        return meter.ticks + (bar - first) * meter.bar_ticks

    def beats(self, start_ticks: int, end_ticks: int) -> Iterator[tuple[int, int, int]]:
        """(tick, bar from 0, beat in the bar from 0) of every notated beat in [start, end)."""
        for bar in range(self.bar_of(max(0, start_ticks)), self.bar_of(max(0, end_ticks)) + 1):
            start, stop = self.bar_start(bar), self.bar_start(bar + 1)
            for beat, tick in enumerate(range(start, stop, self.meter_at(start).beat_ticks)):
                if start_ticks <= tick < end_ticks:
                    yield tick, bar, beat


def _seconds_per_tick(bpm: float) -> float:
    return 60.0 / (bpm * TICKS_PER_QUARTER)


def _named(notes: tuple[Note, ...], next_id: NoteId) -> tuple[tuple[Note, ...], NoteId]:
    named: list[Note] = []
    for note in notes:
        if note.id < 0:
            note, next_id = replace(note, id=next_id), next_id + 1
        named.append(note)
    return tuple(named), next_id
