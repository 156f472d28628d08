"""Standard MIDI files <-> Score. Events that mean nothing here are kept as they came; what a reading had to change is
named in its `warnings`."""

from __future__ import annotations

import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from struct import error as StructError

import mido

from studio.core.chords import Chord, parse_figure
from studio.core.control import BEND, PAN, PRESSURE, PROGRAM, VOLUME, Control, RawEvent
from studio.core.errors import StudioError
from studio.core.score import (
    TICKS_PER_QUARTER,
    KeySignature,
    Marker,
    MeterChange,
    Note,
    Score,
    TempoChange,
    Track,
)
from studio.files.atomic import write_file
from studio.files.midi_writer import CHORD_PREFIX, LOCKED_PREFIX, MAJOR, MINOR, MUTED_PREFIX, RECIPE_PREFIX
from studio.files.midi_writer import midi_bytes as midi_bytes
from studio.files.score_reading import MAX_NOTES, ScoreReading, read_bytes

MAX_MIDI_BYTES = 4_000_000
_KNOWN_META = ("set_tempo", "time_signature", "key_signature", "marker", "track_name", "end_of_track")
_BROKEN = (
    OSError,
    EOFError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    StructError,
    mido.KeySignatureError,
)


# --- reading --------------------------------------------------------------------------------------------


def read_midi(path: Path) -> ScoreReading:
    """Read a type 0, 1 or 2 file of any resolution. StudioError, in one sentence, for what is no such file."""
    return midi_reading(read_bytes(path, "a MIDI file"), path.name)


def midi_reading(data: bytes, name: str) -> ScoreReading:
    """Read a file's content, called `name` in errors."""
    start = data.find(b"MThd", 0, 64)
    if start < 0:
        raise StudioError(f"{name} is not a MIDI file.", "It has no MIDI header.")
    if len(data) > MAX_MIDI_BYTES:  # an event takes a hundred times its bytes while it is read
        raise StudioError(f"{name} is too large to be a MIDI file of music.", f"Over {MAX_MIDI_BYTES} bytes.")
    try:
        file = mido.MidiFile(file=io.BytesIO(_with_sane_keys(data[start:])), clip=True)
    except _BROKEN as error:
        cut = isinstance(error, EOFError)
        raise StudioError(
            f"{name} is {'cut off' if cut else 'damaged'}: it cannot be read as MIDI.", repr(error)
        ) from error
    return _Reader(name, file).read()


def _with_sane_keys(data: bytes) -> bytes:
    """mido refuses a whole file for one impossible key signature; make those C major."""

    def mended(match: re.Match[bytes]) -> bytes:
        fifths, minor = match[1][0], match[1][1]
        sane = (fifths <= 7 or fifths >= 249) and minor <= 1
        return match[0] if sane else b"\xff\x59\x02\x00\x00"

    return re.sub(rb"\xff\x59\x02(..)", mended, data, flags=re.DOTALL)


def _text(latin: str) -> str:
    """Text as UTF-8 where it is that, else latin-1; without the zeros that some programs append."""
    try:
        return latin.encode("latin-1").decode("utf-8").rstrip("\0")
    except UnicodeError:
        return latin.rstrip("\0")


@dataclass(slots=True)
class _Part:
    """What one channel of one file track holds."""

    notes: list[Note] = field(default_factory=list)
    open: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    program: int | None = None
    volume: int | None = None
    pan: int | None = None
    controls: list[Control] = field(default_factory=list)
    raw: list[RawEvent] = field(default_factory=list)
    locked: set[tuple[int, int, int]] = field(default_factory=set)  # start, pitch, length

    @property
    def all_notes(self) -> tuple[Note, ...]:
        """Its notes, those locked that were."""
        if not self.locked:
            return tuple(self.notes)
        return tuple(
            replace(n, locked=(n.start_ticks, n.pitch, n.duration_ticks) in self.locked) for n in self.notes
        )

    @property
    def begun(self) -> bool:
        """Whether a note has sounded."""
        return bool(self.notes) or any(self.open.values())

    def close(self, pitch: int, end_ticks: int) -> bool:
        if not self.open[pitch]:
            return False
        start, velocity = self.open[pitch].pop(0)
        self.notes.append(Note(start, max(1, end_ticks - start), pitch, velocity))
        return True


class _Reader:
    """Turns mido's messages into one Score."""

    def __init__(self, name: str, file: mido.MidiFile) -> None:
        self.name, self.file = name, file
        self.scale = _scale(name, file.ticks_per_beat)
        self.tempos: dict[int, TempoChange] = {}
        self.meters: dict[int, MeterChange] = {}
        self.keys: dict[int, KeySignature] = {}
        self.markers: list[Marker] = []
        self.tracks: list[Track] = []
        self.raw: list[RawEvent] = []
        self.chords: list[Chord] = []
        self.changed: Counter[str] = Counter()
        self.title = self.recipe = ""

    def read(self) -> ScoreReading:
        for index, messages in enumerate(self.file.tracks):
            self._read_track(index, messages)
        if not self.tracks:
            raise StudioError(f"There are no notes in {self.name}.")
        score = Score(
            tuple(self.tracks),
            tuple(self.tempos.values()),
            tuple(self.meters.values()),
            tuple(self.keys.values()),
            tuple(self.markers),
            self.title,
            tuple(sorted(self.raw, key=lambda event: event.ticks)),
            tuple(self.chords),
        )
        return ScoreReading(score, tuple(self._warnings()), self.recipe, score.chords)

    def _warnings(self) -> Iterator[str]:
        if self.file.type == 2:
            yield "The patterns of this file were laid side by side."
        for what, count in self.changed.items():
            yield f"{what} ({count})."

    def _read_track(self, index: int, messages: Iterable[mido.Message]) -> None:
        parts: dict[int, _Part] = defaultdict(_Part)
        raw: list[RawEvent] = []
        name, ticks, now = "", 0, 0
        for message in messages:
            ticks += message.time
            now = round(ticks * self.scale)
            if message.type == "track_name" and not name:
                name = _text(message.name)
            elif parts and message.type == "text" and message.text.startswith(MUTED_PREFIX):
                self._read_muted(message.text, now, next(iter(parts.values())))
            elif parts and message.type == "text" and message.text.startswith(LOCKED_PREFIX):
                self._read_locked(message.text, now, next(iter(parts.values())))
            elif message.is_meta:
                self._read_meta(message, now, raw)
            elif hasattr(message, "channel"):
                self._read_message(message, now, parts[message.channel])
            else:
                raw.append(RawEvent(now, bytes(message.bytes())))
        self._finish_track(index, name, parts, now)
        self._keep(raw, parts)

    def _keep(self, raw: list[RawEvent], parts: dict[int, _Part]) -> None:
        """Events that only stand there stay with the track that they came with, if it became one."""
        if raw and self.tracks and any(part.notes for part in parts.values()):
            last = self.tracks[-1]
            self.tracks[-1] = replace(last, raw=(*last.raw, *raw))
        else:
            self.raw += raw

    def _read_meta(self, message: mido.MetaMessage, now: int, raw: list[RawEvent]) -> None:
        kind = message.type
        if kind == "set_tempo" and message.tempo > 0:
            self.tempos[now] = TempoChange(now, _bpm(message.tempo))
        elif kind == "time_signature":
            self._read_meter(message, now)
        elif kind == "key_signature":
            minor = message.key in MINOR
            self.keys[now] = KeySignature(now, (MINOR if minor else MAJOR).index(message.key) - 7, minor)
        elif kind == "marker":
            self.markers.append(Marker(now, _text(message.text)))
        elif kind == "text" and message.text.startswith(RECIPE_PREFIX):
            self.recipe = _text(message.text).removeprefix(RECIPE_PREFIX)
        elif kind == "text" and message.text.startswith(CHORD_PREFIX):
            self._read_chord(message.text.removeprefix(CHORD_PREFIX), now)
        elif kind not in _KNOWN_META:
            raw.append(RawEvent(now, bytes(message.bytes())))

    def _read_muted(self, text: str, now: int, part: _Part) -> None:
        """A muted note that was written here."""
        try:
            pitch, velocity, length = (int(word) for word in text.removeprefix(MUTED_PREFIX).split())
            part.notes.append(Note(now, length, pitch, velocity, muted=True))
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
                self.chords.append(parse_figure(name, now, 1 << 40))
            except StudioError:
                self.changed["Chords that are none were left out"] += 1

    def _read_meter(self, message: mido.MetaMessage, now: int) -> None:
        try:
            self.meters[now] = MeterChange(now, message.numerator, message.denominator)
        except StudioError:
            self.changed["Impossible metres were left out"] += 1

    def _read_message(self, message: mido.Message, now: int, part: _Part) -> None:
        kind = message.type
        if kind == "note_on" and message.velocity > 0:
            part.open[message.note].append((now, message.velocity))
        elif kind in ("note_on", "note_off"):
            part.close(message.note, now)
        elif kind == "program_change" and part.program is None and not part.begun:
            part.program = message.program
        elif (
            kind == "control_change" and message.control == VOLUME and part.volume is None and not part.begun
        ):
            part.volume = message.value
        elif kind == "control_change" and message.control == PAN and part.pan is None and not part.begun:
            part.pan = message.value
        elif kind == "polytouch":
            part.raw.append(RawEvent(now, bytes(message.bytes())))
        else:
            part.controls.append(_control(message, now))

    def _finish_track(self, index: int, name: str, parts: dict[int, _Part], end: int) -> None:
        for part in parts.values():
            for pitch in [p for p, starts in part.open.items() for _ in starts]:
                part.close(pitch, end)
                self.changed["Notes without an end were closed at the end of their track"] += 1
        if index == 0 and (self.file.type == 0 or not any(part.notes for part in parts.values())):
            self.title = name
        kept = {channel: part for channel, part in parts.items() if part.notes}
        if not kept:
            silent = ((c, p) for c, p in parts.items() if p.program is not None or p.controls)
            kept = dict(list(silent)[:1])
        for channel, part in sorted(kept.items()):
            self._add_track(name, channel, part, several=len(kept) > 1)
        if sum(len(track.notes) for track in self.tracks) > MAX_NOTES:
            raise StudioError(f"{self.name} holds more than {MAX_NOTES:,} notes.", hint="Split it first.")

    def _add_track(self, name: str, channel: int, part: _Part, several: bool) -> None:
        number = len(self.tracks) + 1
        own = f"{name} {channel + 1}" if name and several else name or f"Track {number}"
        track = Track(own, part.program or 0, part.all_notes, channel)
        self.tracks.append(
            replace(
                track,
                volume=track.volume if part.volume is None else part.volume,
                pan=track.pan if part.pan is None else part.pan,
                controls=tuple(part.controls),
                raw=tuple(part.raw),
            )
        )


def _control(message: mido.Message, now: int) -> Control:
    """A controller, bend, pressure or later change of instrument."""
    match message.type:
        case "pitchwheel":
            return Control(now, BEND, message.pitch)
        case "aftertouch":
            return Control(now, PRESSURE, message.value)
        case "program_change":
            return Control(now, PROGRAM, message.program)
        case _:
            return Control(now, message.control, message.value)


def _scale(name: str, division: int) -> Fraction:
    """Our ticks in one of the file's; a negative division is in SMPTE frames, read at 120 quarters a minute."""
    if division > 0:
        return Fraction(TICKS_PER_QUARTER, division)
    frames, ticks = -(division >> 8), division & 0xFF
    if division == 0 or frames <= 0 or ticks == 0:
        raise StudioError(f"{name} is damaged: its time division is {division}.")
    return Fraction(2 * TICKS_PER_QUARTER, frames * ticks)


def _bpm(microseconds: int) -> float:
    """The roundest tempo that is written as that many microseconds a quarter."""
    exact = min(60e6 / microseconds, 60_000.0)
    rounder = (round(exact, digits) for digits in range(7))
    return next((bpm for bpm in rounder if bpm > 0 and round(60e6 / bpm) == microseconds), exact)


def write_midi(score: Score, path: Path, recipe: str = "") -> None:
    """Write a type 1 file, whole or not at all; `recipe` (JSON) travels inside as a text event."""
    write_file(path, midi_bytes(score, recipe))
