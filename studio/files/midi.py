"""Standard MIDI files <-> Score. Events that mean nothing here are kept as they came; what a reading had to change is
named in its `warnings`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from operator import itemgetter
from pathlib import Path
from typing import TypeAlias

from studio.core.chords import Chord, parse_figure
from studio.core.control import BEND, BEND_REACH, PAN, PRESSURE, PROGRAM, VOLUME, Control, RawEvent
from studio.core.errors import StudioError
from studio.core.score import (
    TICKS_PER_QUARTER,
    Marker,
    Note,
    Score,
    Track,
)
from studio.files.atomic import write_file
from studio.files.midi_maps import Maps
from studio.files.midi_text import Decoder
from studio.files.midi_writer import (
    BANK,
    CHORD_PREFIX,
    LOCKED_PREFIX,
    MUTED_PREFIX,
    RECIPE_PREFIX,
    control_bytes,
    raw_of,
)
from studio.files.midi_writer import midi_bytes as midi_bytes
from studio.files.score_reading import MAX_BYTES, MAX_NOTES, ScoreReading, read_bytes
from studio.files.smf import META, Event, NotSmf, Smf, read_smf

MAX_MIDI_BYTES = MAX_BYTES
MAX_TICKS = 100_000_000  # more than a day at 120 quarters a minute
MAX_TRACKS = 500
TEXT, NAME, MARKER = 0x01, 0x03, 0x06
UNSAID_RELEASES = (0, 64)


# --- reading --------------------------------------------------------------------------------------------


def read_midi(path: Path) -> ScoreReading:
    """Read a type 0, 1 or 2 file of any resolution. StudioError, in one sentence, for what is no such file."""
    return midi_reading(read_bytes(path, "a MIDI file"), path.name)


def midi_reading(data: bytes, name: str) -> ScoreReading:
    """Read a file's content, called `name` in errors."""
    if len(data) > MAX_MIDI_BYTES:
        raise StudioError(f"{name} is too large to be a MIDI file of music.", f"Over {MAX_MIDI_BYTES} bytes.")
    try:
        smf = read_smf(data)
    except NotSmf as error:
        how = "is cut off: it cannot be read as MIDI." if str(error) == "cut off" else "is not a MIDI file."
        raise StudioError(f"{name} {how}", str(error)) from error
    return _Reader(name, smf).read()


_Heard: TypeAlias = tuple[int, int, int, int, bool]  # start, pitch, length, velocity, whether muted


@dataclass(slots=True)
class _Part:
    """What one channel of one file track holds."""

    notes: list[_Heard] = field(default_factory=list)
    open: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    program: int | None = None
    volume: int | None = None
    pan: int | None = None
    controls: list[Control] = field(default_factory=list)
    raw: list[RawEvent] = field(default_factory=list)
    locked: set[tuple[int, int, int]] = field(default_factory=set)  # start, pitch, length

    def named_notes(self, first_id: int) -> tuple[Note, ...]:
        """In the order of a track; named here, once, and not by the score once more."""
        heard = enumerate(sorted(self.notes, key=itemgetter(0, 1)), first_id)
        notes = tuple(
            Note(start, long, pitch, loud, i, muted) for i, (start, pitch, long, loud, muted) in heard
        )
        if not self.locked:
            return notes
        return tuple(
            replace(n, locked=(n.start_ticks, n.pitch, n.duration_ticks) in self.locked) for n in notes
        )

    @property
    def begun(self) -> bool:
        """Whether a note has sounded."""
        return bool(self.notes) or any(self.open.values())

    @property
    def has_bank(self) -> bool:
        return any(control.controller in BANK for control in self.controls)

    def close(self, pitch: int, end_ticks: int) -> int:
        """End the note of a pitch that began first; its length, or -1 where none has begun."""
        if not self.open[pitch]:
            return -1
        start, velocity = self.open[pitch].pop(0)
        self.notes.append((start, pitch, max(1, end_ticks - start), velocity, False))
        return end_ticks - start


class _Reader:
    """Turns a file's events into one Score."""

    def __init__(self, name: str, smf: Smf) -> None:
        self.name, self.smf = name, smf
        scale = _scale(name, smf.division)
        self.times, self.by = scale.numerator, scale.denominator
        self.markers: list[Marker] = []
        self.tracks: list[Track] = []
        self.raw: list[RawEvent] = [RawEvent(0, chunk) for chunk in smf.chunks]
        self.chords: list[Chord] = []
        self.changed = smf.remarks
        self.maps = Maps(self.changed)
        self.decoder = Decoder(
            data[2:] for track in smf.tracks for _, data in track if data[0] == META and 0 < data[1] < 0x10
        )
        self.title = self.recipe = ""
        self.track_name = ""
        self.count = 0

    def read(self) -> ScoreReading:
        for index, events in enumerate(self.smf.tracks):
            self._read_track(index, events)
        if not self.tracks or (self.smf.is_cut and not self.count):
            cut = f"{self.name} is cut off: there are no notes in what is left."
            raise StudioError(cut if self.smf.is_cut else f"There are no notes in {self.name}.")
        score = Score(
            tuple(self.tracks),
            tuple(self.maps.tempos.values()),
            tuple(self.maps.meters.values()),
            tuple(self.maps.keys.values()),
            tuple(self.markers),
            self.title,
            tuple(sorted((*self.raw, *self.maps.clicks), key=lambda event: event.ticks)),
            tuple(self.chords),
        )
        return ScoreReading(score, tuple(self._warnings()), self.recipe, score.chords)

    def _warnings(self) -> Iterator[str]:
        if self.smf.is_cut:
            yield "The file is cut off; what is there was read."
        if self.smf.kind == 2:
            yield "The patterns of this file were laid side by side."
        if self.smf.division & 0x8000:
            yield "Its times are in seconds, not in notes: bars and beats are at 120 quarter notes a minute."
        if self.decoder.label:
            yield f"Its words were taken for {self.decoder.label}."
        for what, count in (+self.changed).items():
            yield f"{what} ({count})."

    def _now(self, ticks: int) -> int:
        """A time of the file in our ticks."""
        if self.by == 1:
            now = ticks * self.times
        else:
            now, left = divmod(ticks * self.times * 2 + self.by, 2 * self.by)
            if left != self.by:
                self.changed["Times were moved to the nearest 480th of a quarter note"] += 1
        if now > MAX_TICKS:
            raise StudioError(f"{self.name} is too long to be music.", "It lasts for more than a day.")
        return now

    def _read_track(self, index: int, events: Iterable[Event]) -> None:
        parts: dict[int, _Part] = defaultdict(_Part)
        raw: list[RawEvent] = []
        self.track_name = ""
        before = now = 0
        for ticks, data in events:
            if ticks != before:
                before, now = ticks, self._now(ticks)
            if data[0] < 0xF0:
                self._read_message(data, now, parts[data[0] & 0x0F])
            elif data[0] != META or not self._read_meta(data[1], data[2:], now, parts):
                raw.append(raw_of(now, data))
        end = max(now, min(MAX_TICKS, self.smf.ends[index] * self.times // self.by))
        self._finish_track(index, parts, raw, end)

    # --- what stands in it -------------------------------------------------------------------------------

    def _read_meta(self, kind: int, content: bytes, now: int, parts: dict[int, _Part]) -> bool:
        """Take what means something here; False: it is only to be kept."""
        if self.maps.take(kind, content, now):
            return True
        if kind == MARKER:
            self.markers.append(Marker(now, self.decoder.text(content)))
        elif kind == NAME and not self.track_name:
            self.track_name = self.decoder.text(content)
        elif kind == TEXT:
            return self._read_own(self.decoder.text(content), now, parts)
        else:
            return False
        return True

    def _read_own(self, text: str, now: int, parts: dict[int, _Part]) -> bool:
        """A text that was written here: a muted note, a lock, the recipe, a chord."""
        if parts and text.startswith(MUTED_PREFIX):
            self._read_muted(text, now, next(iter(parts.values())))
        elif parts and text.startswith(LOCKED_PREFIX):
            self._read_locked(text, now, next(iter(parts.values())))
        elif text.startswith(RECIPE_PREFIX):
            self.recipe = text.removeprefix(RECIPE_PREFIX)
        elif text.startswith(CHORD_PREFIX):
            self._read_chord(text.removeprefix(CHORD_PREFIX), now)
        else:
            return False
        return True

    def _read_muted(self, text: str, now: int, part: _Part) -> None:
        try:
            pitch, velocity, length = (int(word) for word in text.removeprefix(MUTED_PREFIX).split())
            note = Note(now, min(length, MAX_TICKS), pitch, velocity)
            part.notes.append((now, pitch, note.duration_ticks, velocity, True))
        except (ValueError, StudioError):
            self.changed["Muted notes that are none were left out"] += 1

    def _read_locked(self, text: str, now: int, part: _Part) -> None:
        """That a note was locked here."""
        try:
            pitch, length = (int(word) for word in text.removeprefix(LOCKED_PREFIX).split())
            part.locked.add((now, pitch, length))
        except ValueError:
            self.changed["Locks that name no note were left out"] += 1

    def _read_chord(self, name: str, now: int) -> None:
        """A chord that was written here, or the end of one."""
        if self.chords and self.chords[-1].end_ticks > now > self.chords[-1].start_ticks:
            last = self.chords.pop()
            self.chords.append(replace(last, duration_ticks=now - last.start_ticks))
        if name:
            try:
                self.chords.append(parse_figure(name, now, MAX_TICKS))
            except StudioError:
                self.changed["Chords that are none were left out"] += 1

    def _read_message(self, data: bytes, now: int, part: _Part) -> None:
        kind, first = data[0] >> 4, data[1]
        if kind == 0x9 and data[2]:
            part.open[first].append((now, data[2]))
        elif kind <= 0x9:
            self._end_note(part, first, now, data[2] if kind == 0x8 else 0)
        elif kind == 0xC and part.program is None and not part.begun and not (now and part.has_bank):
            part.program = first
        elif kind == 0xB and first == VOLUME and part.volume is None and not part.begun:
            part.volume = data[2]
        elif kind == 0xB and first == PAN and part.pan is None and not part.begun:
            part.pan = data[2]
        elif kind == 0xA:
            part.raw.append(RawEvent(now, data))
        else:
            part.controls.append(_control(data, now))

    def _end_note(self, part: _Part, pitch: int, now: int, release: int) -> None:
        length = part.close(pitch, now)
        if length < 0:
            self.changed["Ends of notes that had not begun were left out"] += 1
        elif length == 0:
            self.changed["Notes without a length were made as short as can be"] += 1
        if length >= 0 and release not in UNSAID_RELEASES:
            self.changed["How fast keys were let go was left out"] += 1
        if len(part.notes) > MAX_NOTES:
            self._check_size(len(part.notes))

    # --- tracks ------------------------------------------------------------------------------------------

    def _finish_track(self, index: int, parts: dict[int, _Part], raw: list[RawEvent], end: int) -> None:
        for part in parts.values():
            for pitch in [p for p, starts in part.open.items() for _ in starts]:
                part.close(pitch, end)
                self.changed["Notes without an end were closed at the end of their track"] += 1
        kept = {channel: part for channel, part in parts.items() if part.notes}
        is_conductor = index == 0 and not kept and len(self.smf.tracks) > 1
        if index == 0 and (self.smf.kind == 0 or not kept):
            self.title = self.track_name
        if not kept and not is_conductor:
            kept = dict(list(parts.items())[:1])
        for channel, part in sorted(kept.items()):
            self._add_track(channel, part, several=len(kept) > 1)
        silent = [event for c, part in sorted(parts.items()) if c not in kept for event in _as_raw(c, part)]
        self.raw += silent
        if kept and raw:
            last = self.tracks[-1]
            self.tracks[-1] = replace(last, raw=(*last.raw, *raw))
        elif not kept:
            self._keep(raw, index)
        self._check_size()

    def _keep(self, raw: list[RawEvent], index: int) -> None:
        """Events of a track that is none here stay with the score; so does its name, as a text."""
        if index and self.track_name:
            raw = [raw_of(0, bytes((META, TEXT)) + self.track_name.encode()), *raw]
        elif index:
            raw = [replace(one, data=_renamed(one.data)) for one in raw]
        self.raw += raw

    def _check_size(self, most: int = 0) -> None:
        """Refuse what nobody could work on; most: the notes of a track that is still being read."""
        if self.count > MAX_NOTES or most > MAX_NOTES:
            raise StudioError(f"{self.name} holds more than {MAX_NOTES:,} notes.", hint="Split it first.")
        if len(self.tracks) > MAX_TRACKS:
            raise StudioError(f"{self.name} has more than {MAX_TRACKS} tracks.", hint="Split it first.")

    def _add_track(self, channel: int, part: _Part, several: bool) -> None:
        name, number = self.track_name, len(self.tracks) + 1
        own = f"{name} {channel + 1}" if name and several else name or f"Track {number}"
        notes = part.named_notes(self.count)
        track = Track(own, part.program or 0, notes, channel)
        self.count += len(notes)
        self.tracks.append(
            replace(
                track,
                volume=track.volume if part.volume is None else part.volume,
                pan=track.pan if part.pan is None else part.pan,
                controls=tuple(part.controls),
                raw=tuple(part.raw),
            )
        )


def _renamed(data: bytes) -> bytes:
    """A name among events that are only kept, as a text: else it would name another track."""
    return bytes((META, TEXT)) + data[2:] if data[:2] == bytes((META, NAME)) else data


def _as_raw(channel: int, part: _Part) -> Iterator[RawEvent]:
    """What a channel without notes was told."""
    if part.program is not None:
        yield RawEvent(0, bytes((0xC0 | channel, part.program)))
    for number, value in ((VOLUME, part.volume), (PAN, part.pan)):
        if value is not None:
            yield RawEvent(0, bytes((0xB0 | channel, number, value)))
    for control in part.controls:
        yield RawEvent(control.ticks, control_bytes(control, channel))
    yield from part.raw


def _control(data: bytes, now: int) -> Control:
    """A controller, bend, pressure or later change of instrument."""
    match data[0] >> 4:
        case 0xE:
            return Control(now, BEND, (data[1] | data[2] << 7) - BEND_REACH)
        case 0xD:
            return Control(now, PRESSURE, data[1])
        case 0xC:
            return Control(now, PROGRAM, data[1])
        case _:
            return Control(now, data[1], data[2])


def _scale(name: str, division: int) -> Fraction:
    """Our ticks in one of the file's; a division with the top bit is in SMPTE frames, read at 120 quarters a minute."""
    if 0 < division < 0x8000:
        return Fraction(TICKS_PER_QUARTER, division)
    frames, ticks = 256 - (division >> 8), division & 0xFF
    if division == 0 or ticks == 0:
        raise StudioError(f"{name} is damaged: its time division is {division}.")
    return Fraction(2 * TICKS_PER_QUARTER, 1) / (_DROP_FRAMES if frames == 29 else frames) / ticks


_DROP_FRAMES = Fraction(30_000, 1001)  # a second, where a file says 29


def write_midi(score: Score, path: Path, recipe: str = "") -> None:
    """Write a type 1 file, whole or not at all; `recipe` (JSON) travels inside as a text event."""
    write_file(path, midi_bytes(score, recipe))
