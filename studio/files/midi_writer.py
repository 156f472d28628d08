"""Score -> Standard MIDI file.

Written files are type 1 at 480 ticks a quarter: a conductor track (title, tempo, metre, key, markers, recipe), then a
track each. Mute and solo are not part of a MIDI file; of two notes of one pitch, one within the other, the ends change
places (a MIDI file cannot tell them apart).
Events that were only kept are written as they came.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from itertools import takewhile

import mido

import studio.files.midi_meta  # noqa: F401
from studio.core import control
from studio.core.control import PAN, VOLUME, Control, RawEvent
from studio.core.performance import PORT, channels
from studio.core.score import TICKS_PER_QUARTER, Score, Track

RECIPE_PREFIX = "LatentStudioRecipe:"
MUTED_PREFIX = "Muted note: "  # a text event where it would begin: pitch, velocity and length in our ticks
LOCKED_PREFIX = "Locked note: "  # a text event where a locked note begins: its pitch and length in our ticks
CHORD_PREFIX = "Chord: "  # a text event with the chord's name, and one without where it ends
MAJOR = ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#")
MINOR = ("Abm", "Ebm", "Bbm", "Fm", "Cm", "Gm", "Dm", "Am", "Em", "Bm", "F#m", "C#m", "G#m", "D#m", "A#m")
BANK = (0, 32)
META, SYSTEM = 0xFF, 0xF0
PORT_EVENT = b"\xff\x21"  # says which port a track's channels are of, where sixteen are not enough


def midi_bytes(score: Score, recipe: str = "") -> bytes:
    """The file's content."""
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_QUARTER)
    file.tracks.append(_conductor(score, recipe))
    for track, channel in zip(score.tracks, channels(score.tracks), strict=True):
        file.tracks.append(_player(track, channel))
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def _bytes(text: str) -> str:
    """Text whose latin-1 bytes, which mido writes, are UTF-8: events that were only kept stay as they were."""
    return text.encode("utf-8").decode("latin-1")


Timed = tuple[int, int, mido.Message]  # tick, rank among those of one tick, message


def _in_order(timed: Iterable[Timed]) -> mido.MidiTrack:
    track, before = mido.MidiTrack(), 0
    for ticks, _, message in sorted(timed, key=lambda one: one[:2]):
        message.time = ticks - before
        track.append(message)
        before = ticks
    track.append(mido.MetaMessage("end_of_track", time=0))
    return track


def _conductor(score: Score, recipe: str) -> mido.MidiTrack:
    meta = mido.MetaMessage
    timed: list[Timed] = [(0, 0, meta("track_name", name=_bytes(score.title)))] if score.title else []
    if recipe:
        timed.append((0, 0, meta("text", text=_bytes(RECIPE_PREFIX + recipe))))
    for tempo in score.tempos:
        timed.append(
            (tempo.ticks, 1, meta("set_tempo", tempo=min(0xFFFFFF, max(1, round(60e6 / tempo.bpm)))))
        )
    for meter in score.meters:
        sizes = {"numerator": meter.numerator, "denominator": meter.denominator}
        timed.append((meter.ticks, 2, meta("time_signature", **sizes)))
    for key in score.keys:
        name = (MINOR if key.minor else MAJOR)[key.fifths + 7]
        timed.append((key.ticks, 3, meta("key_signature", key=name)))
    timed += [(marker.ticks, 4, meta("marker", text=_bytes(marker.text))) for marker in score.markers]
    for chord in score.chords:
        timed.append((chord.start_ticks, 4, meta("text", text=CHORD_PREFIX + chord.name)))
        timed.append((chord.end_ticks, 3, meta("text", text=CHORD_PREFIX)))
    timed += [(event.ticks, 5, _from_raw(event, 0)) for event in score.raw]
    return _in_order(timed)


def _from_raw(event: RawEvent, channel: int) -> mido.Message:
    """The message that was kept, on the channel that its track plays on."""
    data = event.data
    if data[0] == META:
        return mido.MetaMessage.from_bytes(list(data))
    if data[0] < SYSTEM:
        data = bytes([data[0] & 0xF0 | channel]) + data[1:]
    return mido.Message.from_bytes(list(data))


def _moved(moved: Control, channel: int) -> mido.Message:
    message, value = mido.Message, moved.value
    match moved.controller:
        case control.BEND:
            return message("pitchwheel", channel=channel, pitch=value)
        case control.PRESSURE:
            return message("aftertouch", channel=channel, value=value)
        case control.PROGRAM:
            return message("program_change", channel=channel, program=value)
        case number:
            return message("control_change", channel=channel, control=number, value=value)


def _player(track: Track, place: int) -> mido.MidiTrack:
    """place: a channel, counted through all ports."""
    message, (port, channel) = mido.Message, divmod(place, PORT)
    timed: list[Timed] = [
        (0, 0, mido.MetaMessage("track_name", name=_bytes(track.name))),
        (0, 2, message("program_change", channel=channel, program=track.program)),
        (0, 3, message("control_change", channel=channel, control=VOLUME, value=track.volume)),
        (0, 3, message("control_change", channel=channel, control=PAN, value=track.pan)),
    ]
    if port and not any(event.data.startswith(PORT_EVENT) for event in track.raw):
        timed.insert(0, (0, 0, mido.MetaMessage("midi_port", port=port)))
    banks = list(takewhile(lambda c: c.ticks == 0 and c.controller in BANK, track.controls))
    timed += [(0, 1, _moved(bank, channel)) for bank in banks]  # a bank is chosen before its instrument
    timed += [(c.ticks, 4, _moved(c, channel)) for c in track.controls[len(banks) :]]
    timed += [(event.ticks, 4, _from_raw(event, channel)) for event in track.raw]
    for note in track.notes:
        if note.locked:
            words = f"{LOCKED_PREFIX}{note.pitch} {note.duration_ticks}"
            timed.append((note.start_ticks, 6, mido.MetaMessage("text", text=words)))
        if note.muted:
            words = f"{MUTED_PREFIX}{note.pitch} {note.velocity} {note.duration_ticks}"
            timed.append((note.start_ticks, 6, mido.MetaMessage("text", text=words)))
            continue
        on = message("note_on", channel=channel, note=note.pitch, velocity=note.velocity)
        off = message("note_off", channel=channel, note=note.pitch, velocity=0)
        timed += [(note.start_ticks, 6, on), (note.end_ticks, 5, off)]
    return _in_order(timed)
