"""Score -> Standard MIDI file.

Written files are type 1 at 480 ticks a quarter: a conductor track (title, tempo, metre, key, markers, recipe), then a
track each. Mute and solo are not part of a MIDI file; of two notes of one pitch, one within the other, the ends change
places (a MIDI file cannot tell them apart).
Events that were only kept are written as they came; a kept event that begins with a letter is a chunk of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from studio.core import control
from studio.core.control import BEND_REACH, PAN, VOLUME, Control, RawEvent
from studio.core.performance import PORT, channels
from studio.core.score import TICKS_PER_QUARTER, Score, Track
from studio.files.smf import META, SYSEX, Event, number_bytes, smf_bytes

RECIPE_PREFIX = "LatentStudioRecipe:"
MUTED_PREFIX = "Muted note: "  # a text event where it would begin: pitch, velocity and length in our ticks
LOCKED_PREFIX = "Locked note: "  # a text event where a locked note begins: its pitch and length in our ticks
CHORD_PREFIX = "Chord: "  # a text event with the chord's name, and one without where it ends
MAJOR = ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#")
MINOR = ("Abm", "Ebm", "Bbm", "Fm", "Cm", "Gm", "Dm", "Am", "Em", "Bm", "F#m", "C#m", "G#m", "D#m", "A#m")
BANK = (0, 32)
PORT_EVENT = b"\xff\x21"  # says which port a track's channels are of, where sixteen are not enough
METER = b"\xff\x58"  # among kept events: how a metronome clicks in the metre at that tick
PLAIN_CLICK = b"\x18\x08"  # each quarter note, of eight 32nds

Timed = tuple[int, int, bytes]  # tick, rank among those of one tick, event


def midi_bytes(score: Score, recipe: str = "") -> bytes:
    """The file's content."""
    chunks = [event.data for event in score.raw if _is_chunk(event)]
    tracks = [_in_order(_conductor(score, recipe))]
    for track, channel in zip(score.tracks, channels(score.tracks), strict=True):
        tracks.append(_in_order(_player(track, channel)))
    return smf_bytes(TICKS_PER_QUARTER, tracks, chunks)


def raw_of(ticks: int, data: bytes) -> RawEvent:
    """An event of a file as one that is only kept: a meta event has its length in it."""
    if data[0] == META:
        return RawEvent(ticks, data[:2] + number_bytes(len(data) - 2) + data[2:])
    return RawEvent(ticks, data)


def control_bytes(moved: Control, channel: int) -> bytes:
    """The message that moves a controller, bends, presses or changes the instrument."""
    match moved.controller:
        case control.BEND:
            value = moved.value + BEND_REACH
            return bytes((0xE0 | channel, value & 0x7F, value >> 7))
        case control.PRESSURE:
            return bytes((0xD0 | channel, moved.value))
        case control.PROGRAM:
            return bytes((0xC0 | channel, moved.value))
        case number:
            return bytes((0xB0 | channel, number, moved.value))


def _is_chunk(event: RawEvent) -> bool:
    return len(event.data) >= 4 and event.data[0] < 0x80


def _kept(events: Iterable[RawEvent], rank: int, channel: int | None = None) -> Iterator[Timed]:
    """Events as they came, on the channel that their track plays on."""
    for event in events:
        data = event.data
        if not data or data[0] < 0x80:
            continue
        if data[0] == META:
            data = data[:2] + _content(data)
        elif channel is not None and data[0] < SYSEX:
            data = bytes([data[0] & 0xF0 | channel]) + data[1:]
        yield event.ticks, rank, data


def _content(meta: bytes) -> bytes:
    """What stands in a kept meta event after its length."""
    at = 2
    while at < len(meta) and meta[at] >= 0x80:
        at += 1
    return meta[at + 1 :]


def _in_order(timed: Iterable[Timed]) -> Iterator[Event]:
    for ticks, _, data in sorted(timed, key=lambda one: one[:2]):
        yield ticks, data


def _meta(kind: int, content: bytes | str) -> bytes:
    return bytes((META, kind)) + (content.encode() if isinstance(content, str) else content)


def _conductor(score: Score, recipe: str) -> Iterator[Timed]:
    if score.title:
        yield 0, 0, _meta(0x03, score.title)
    if recipe:
        yield 0, 0, _meta(0x01, RECIPE_PREFIX + recipe)
    for tempo in score.tempos:
        microseconds = min(0xFFFFFF, max(1, round(60e6 / tempo.bpm)))
        yield tempo.ticks, 1, _meta(0x51, microseconds.to_bytes(3, "big"))
    clicks = {event.ticks: _content(event.data) for event in score.raw if event.data[:2] == METER}
    for meter in score.meters:
        size, click = (
            bytes((meter.numerator, meter.denominator.bit_length() - 1)),
            clicks.get(meter.ticks, b""),
        )
        yield meter.ticks, 2, METER + (click if click[:2] == size else size + PLAIN_CLICK)
    for key in score.keys:
        yield key.ticks, 3, _meta(0x59, bytes((key.fifths & 0xFF, key.minor)))
    for marker in score.markers:
        yield marker.ticks, 4, _meta(0x06, marker.text)
    for chord in score.chords:
        yield chord.start_ticks, 4, _meta(0x01, CHORD_PREFIX + chord.name)
        yield chord.end_ticks, 3, _meta(0x01, CHORD_PREFIX)
    yield from _kept((event for event in score.raw if event.data[:2] != METER), 5)


def _player(track: Track, place: int) -> Iterator[Timed]:
    """place: a channel, counted through all ports."""
    port, channel = divmod(place, PORT)
    if port and not any(event.data.startswith(PORT_EVENT) for event in track.raw):
        yield 0, 0, PORT_EVENT + bytes((port,))
    yield 0, 0, _meta(0x03, track.name)
    yield 0, 2, bytes((0xC0 | channel, track.program))
    yield 0, 3, bytes((0xB0 | channel, VOLUME, track.volume))
    yield 0, 3, bytes((0xB0 | channel, PAN, track.pan))
    for moved in track.controls:  # a bank is chosen before its instrument
        rank = 1 if moved.ticks == 0 and moved.controller in BANK else 4
        yield moved.ticks, rank, control_bytes(moved, channel)
    yield from _kept(track.raw, 4, channel)
    for note in track.notes:
        if note.locked:
            yield note.start_ticks, 6, _meta(0x01, f"{LOCKED_PREFIX}{note.pitch} {note.duration_ticks}")
        if note.muted:
            words = f"{MUTED_PREFIX}{note.pitch} {note.velocity} {note.duration_ticks}"
            yield note.start_ticks, 6, _meta(0x01, words)
            continue
        yield note.start_ticks, 6, bytes((0x90 | channel, note.pitch, note.velocity))
        yield note.end_ticks, 5, bytes((0x80 | channel, note.pitch, 0))


def unsaid(score: Score) -> Iterator[str]:
    """What a MIDI file has no event for, in a sentence each."""
    if mixed := sum(track.muted or track.solo for track in score.tracks):
        yield f"That tracks are muted or heard alone was left out ({mixed})."
    if held := sum(track.locked for track in score.tracks):
        yield f"That tracks are locked was left out ({held})."
    if crossed := sum(_crossed(track) for track in score.tracks):
        yield f"Notes that lie within another of their pitch have changed ends with it ({crossed})."


def _crossed(track: Track) -> int:
    """How many notes end before one of their pitch that began earlier."""
    latest: dict[int, int] = {}
    count = 0
    for note in track.heard:
        count += note.end_ticks < latest.get(note.pitch, 0)
        latest[note.pitch] = max(note.end_ticks, latest.get(note.pitch, 0))
    return count
