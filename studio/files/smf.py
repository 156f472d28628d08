"""The events of a Standard MIDI file, as they stand in its bytes, and back.

Reads what programs really write: RIFF wrappers, long headers, chunks of no known kind, lengths that lie, running status
everywhere, files that end too soon. Invariant: whatever is not among the events or chunks is named in `remarks`.
Source: Standard MIDI Files 1.0 (MIDI Manufacturers Association, 1996).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeAlias

META, SYSEX, ESCAPE = 0xFF, 0xF0, 0xF7
END = b"\xff\x2f"
TRACK = b"MTrk"
_LENGTHS = {0x8: 3, 0x9: 3, 0xA: 3, 0xB: 3, 0xC: 2, 0xD: 2, 0xE: 3}
_STATUS = [bytes((status,)) for status in range(256)]
_SYSTEM_BYTES = {0xF1: 1, 0xF2: 2, 0xF3: 1}
MOST_EVENTS, MOST_TRACKS = 1_000_000, 20_000
WRAPPER_BYTES = 4096  # how far into a file the music may begin


class NotSmf(Exception):
    """No such file, or more than is read; the words say why."""


# When, in the file's ticks, and what: a status byte with its data. A meta event: 0xFF, its kind and its content; a
# system message: 0xF0 (or 0xF7 for what is to be sent as it is) and its content; all without their lengths.
Event: TypeAlias = tuple[int, bytes]


@dataclass(slots=True)
class Smf:
    """A file's type and time division, its tracks, its other chunks (name and content together), and what of it is
    not here, with how often."""

    kind: int
    division: int
    tracks: list[list[Event]] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    chunks: list[bytes] = field(default_factory=list)
    remarks: Counter[str] = field(default_factory=Counter)
    is_cut: bool = False


def read_smf(data: bytes) -> Smf:
    """NotSmf for what has no MIDI header, or far too many events."""
    start = data.find(b"MThd", 0, WRAPPER_BYTES)
    if start < 0 or len(data) < start + 14:
        raise NotSmf("cut off" if start >= 0 or b"MThd".startswith(data[:4]) else "It has no MIDI header.")
    length = int.from_bytes(data[start + 4 : start + 8], "big")
    kind, _, division = (int.from_bytes(data[at : at + 2], "big") for at in range(start + 8, start + 14, 2))
    smf = Smf(kind, division)
    end = len(data)
    if data[:4] == b"RIFF":
        others, end = _riff_parts(data, start)
        smf.remarks["Parts of the RIFF wrapper that are not music were left out"] += others
    elif start:
        smf.remarks["Bytes before the music were left out"] += start
    if kind > 2:
        smf.remarks["The file is of an unknown type and was read as type 1"] += 1
    at = start + 8 + max(6, length)
    if at > len(data) or data[start + 14 : start + 18] == TRACK:
        at = start + 14
    elif length > 6:
        smf.remarks["Bytes of the header that nobody knows were left out"] += length - 6
    _Chunks(smf, data, at, end).read()
    smf.remarks = +smf.remarks
    return smf


def _riff_parts(data: bytes, start: int) -> tuple[int, int]:
    """How many chunks of a RIFF file are not the one with the music, and where that ends."""
    at, count, end = 12, 0, len(data)
    while at + 8 <= len(data) and count < 100:
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 <= start < at + 8 + length:
            end = min(end, at + 8 + length)
        else:
            count += 1
        at += 8 + length + (length & 1)
    return count, end


class _Chunks:
    """Goes from chunk to chunk."""

    def __init__(self, smf: Smf, data: bytes, at: int, end: int) -> None:
        self._smf, self._data, self._at, self._end = smf, data, at, end
        self._events = 0

    def read(self) -> None:
        data, smf = self._data, self._smf
        while self._at + 8 <= self._end:
            name, length = (
                data[self._at : self._at + 4],
                int.from_bytes(data[self._at + 4 : self._at + 8], "big"),
            )
            body = self._at + 8
            if name == TRACK:
                self._read_track(body, body + length)
                if len(smf.tracks) > MOST_TRACKS:
                    raise NotSmf(f"It has more than {MOST_TRACKS:,} tracks.")
            elif name.isascii() and name.isalnum() and body + length <= self._end:
                smf.chunks.append(data[self._at : self._at + 4] + data[body : body + length])
                self._at = body + length
            else:
                self._skip()
        smf.remarks["Bytes after the last track were left out"] += max(0, self._end - self._at)

    def _skip(self) -> None:
        """Go on at the next track, if there is one."""
        found = self._data.find(TRACK, self._at + 1, self._end)
        to = found if found >= 0 else self._end
        self._smf.remarks["Bytes between the tracks that are none of MIDI's were left out"] += to - self._at
        self._at = to

    def _read_track(self, body: int, end: int) -> None:
        smf, data = self._smf, self._data
        reader = self._reader(body, end)
        events, at, is_whole = reader.read()
        if not is_whole and end < self._end and not _is_chunk(data, end):
            found = data.find(TRACK, body, self._end)
            end = found if found >= 0 else self._end
            reader = self._reader(body, end)
            events, at, is_whole = reader.read()
            smf.remarks["Lengths of tracks that are wrong were mended"] += 1
        smf.remarks += reader.remarks
        self._events += len(events)
        smf.tracks.append(events)
        smf.ends.append(reader.ticks)
        if not is_whole and end > self._end:
            smf.is_cut = True
        elif not is_whole and at < end:
            smf.remarks["Tracks with damage were read as far as that"] += 1
        self._at = self._after(at, min(end, self._end)) if is_whole else min(end, self._end)

    def _reader(self, body: int, end: int) -> _Track:
        return _Track(self._data, body, min(end, self._end), MOST_EVENTS - self._events)

    def _after(self, at: int, end: int) -> int:
        """Where to go on after a track that ended `at` a place before its length says."""
        following = self._data.find(TRACK, at, end)
        if following >= 0:
            self._smf.remarks["Lengths of tracks that are wrong were mended"] += 1
            return following
        if at < end:
            self._smf.remarks["Bytes after the end of a track were left out"] += end - at
        return end


def _is_chunk(data: bytes, at: int) -> bool:
    """Whether a chunk may begin there, by its name."""
    name = data[at : at + 4]
    return name.isascii() and name.isalnum()


class _Track:
    """Reads one track. `ticks` is where it has come to."""

    def __init__(self, data: bytes, at: int, end: int, room: int) -> None:
        self._data, self._at, self._end, self._room = data, at, end, room
        self.remarks: Counter[str] = Counter()
        self.ticks = 0

    def read(self) -> tuple[list[Event], int, bool]:
        """The events, where they end, and whether the track ended as it should."""
        events: list[Event] = []
        is_whole = False
        with suppress(IndexError):  # it ends in the middle of an event
            is_whole = self._read_into(events)
        return events, self._at, is_whole

    def _read_into(self, events: list[Event]) -> bool:
        """Most of a file is channel messages after short times: those are read without a call."""
        data, end, running = self._data, self._end, 0
        while self._at < end:
            at = self._at
            if data[at] < 0x80:
                self.ticks += data[at]
                self._at = at = at + 1
            else:
                self.ticks += self._number()
                at = self._at
            status = data[at] if at < end else 0
            if status < 0x80:
                status, at = running, at - 1
            if 0x80 <= status < 0xF0:
                running, after = status, at + _LENGTHS[status >> 4]
                if after > end:
                    return False
                event = _STATUS[status] + data[at + 1 : after]
                self._at = after
                if event[1] > 0x7F or event[-1] > 0x7F:
                    event = self._lowered(event)
            elif status:
                self._at = at + 1
                event = self._other(status)
                if event[:2] == END:
                    return True
            else:
                return False
            events.append((self.ticks, event))
            if len(events) > self._room:
                raise NotSmf(f"It has more than {MOST_EVENTS:,} events.")
        return False

    def _lowered(self, event: bytes) -> bytes:
        self.remarks["Values above 127 were lowered"] += 1
        return event[:1] + bytes(min(value, 0x7F) for value in event[1:])

    def _other(self, status: int) -> bytes:
        if status == META:
            return b"\xff" + self._take(1) + self._take(self._number())
        if status in (SYSEX, ESCAPE):
            return bytes((status,)) + self._take(self._number())
        return bytes((status,)) + self._take(_SYSTEM_BYTES.get(status, 0))

    def _take(self, count: int) -> bytes:
        at = self._at
        if at + count > self._end:
            raise IndexError
        self._at = at + count
        return self._data[at : at + count]

    def _number(self) -> int:
        """A number of one to four bytes, seven bits in each."""
        number = 0
        for _ in range(4):
            if self._at >= self._end:
                raise IndexError
            byte = self._data[self._at]
            self._at += 1
            number = number << 7 | byte & 0x7F
            if byte < 0x80:
                return number
        raise IndexError


# --- writing ------------------------------------------------------------------------------------------


def number_bytes(number: int) -> bytes:
    """A number as MIDI files write it, seven bits a byte."""
    found = bytearray((number & 0x7F,))
    while number := number >> 7:
        found.append(number & 0x7F | 0x80)
    return bytes(reversed(found))


def smf_bytes(division: int, tracks: Iterable[Iterable[Event]], chunks: Iterable[bytes] = ()) -> bytes:
    """A file of type 1; events must be in order of time, an end is put to each track."""
    bodies = [_track_bytes(track) for track in tracks]
    parts = [b"MThd", (6).to_bytes(4, "big"), (1).to_bytes(2, "big"), len(bodies).to_bytes(2, "big")]
    parts.append(division.to_bytes(2, "big"))
    for name, body in (*((TRACK, body) for body in bodies), *((c[:4], c[4:]) for c in chunks)):
        parts += (name, len(body).to_bytes(4, "big"), body)
    return b"".join(parts)


def _track_bytes(events: Iterable[Event]) -> bytes:
    found, before = bytearray(), 0
    for ticks, data in events:
        found += number_bytes(ticks - before)
        before = ticks
        if data[0] == META:
            found += data[:2] + number_bytes(len(data) - 2) + data[2:]
        elif data[0] in (SYSEX, ESCAPE):
            found += data[:1] + number_bytes(len(data) - 1) + data[1:]
        else:
            found += data
    return bytes(found + b"\x00\xff\x2f\x00")
