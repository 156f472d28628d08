"""From a score to what is sounded: which tracks are heard, on which MIDI channels, each note's on and off, each
movement of a pedal or a bend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

from studio.core.control import PAN, PARAMETERS, PROGRAM, VOLUME, resting
from studio.core.score import DRUM_CHANNEL, Note, Score, Track

PORT = 16  # channels of a MIDI port
# Ports of the synthesiser. The last one is for keys that are only tried and for clicks. There is no sixteenth:
# FluidSynth takes channel 255 for "none", and crashes when that is reset.
PORTS = 15
TRIED, TRIED_DRUM = PORT * PORTS - 1, PORT * (PORTS - 1) + DRUM_CHANNEL


class NoteEvent(NamedTuple):
    """A note's on or off. Sorts by time, offs before ons."""

    ticks: int
    on: bool
    channel: int
    pitch: int
    velocity: int


class ControlEvent(NamedTuple):
    """A controller's movement. Sorts with the offs, before the ons of its tick."""

    ticks: int
    on: bool
    channel: int
    controller: int
    value: int


SoundEvent: TypeAlias = NoteEvent | ControlEvent


@dataclass(frozen=True, slots=True)
class Voice:
    """What a channel must be set to before it is played."""

    channel: int
    program: int
    volume: int
    pan: int


def is_drum(channel: int) -> bool:
    """Whether it is the percussion channel of a port."""
    return channel % PORT == DRUM_CHANNEL


def channels(tracks: Iterable[Track]) -> list[int]:
    """A channel for each track, of sixteen to a port: its own, unless a track of another sound has taken it. Tracks of
    one channel and one sound share it, as in the file that they came from (the pedal of one is there for both)."""
    tracks = tuple(tracks)
    chosen: dict[tuple[int, tuple[int, int, int]], int] = {}
    taken: set[int] = set()
    wanted = {track.channel for track in tracks}
    for track in tracks:
        if (key := _place(track)) not in chosen:
            chosen[key] = _free(track.channel, taken, wanted) if track.channel in taken else track.channel
            taken.add(chosen[key])
    return [chosen[_place(track)] for track in tracks]


def _place(track: Track) -> tuple[int, tuple[int, int, int]]:
    return track.channel, (track.program, track.volume, track.pan)


def _free(channel: int, taken: set[int], wanted: set[int]) -> int:
    """The first one of its kind that nobody has and no other track asks for."""
    others = (one for one in range(PORT * (PORTS - 1)) if is_drum(one) == is_drum(channel))
    return next((one for one in others if one not in taken and one not in wanted), channel)


def audible(score: Score) -> list[tuple[Track, int]]:
    """The tracks that are heard, with their channels: the soloed ones if any, never the muted."""
    pairs = zip(score.tracks, channels(score.tracks), strict=True)
    any_solo = any(track.solo for track in score.tracks)
    return [(track, channel) for track, channel in pairs if not track.muted and (track.solo or not any_solo)]


def voices(score: Score) -> list[Voice]:
    return [Voice(channel, track.program, track.volume, track.pan) for track, channel in audible(score)]


def voice_of(score: Score, track: Track) -> Voice:
    """How the keys of a track sound, muted or not."""
    pairs = zip(score.tracks, channels(score.tracks), strict=True)
    channel = next((channel for each, channel in pairs if each is track), track.channel)
    return Voice(channel, track.program, track.volume, track.pan)


def sound_events(score: Score) -> list[SoundEvent]:
    """All that the audible tracks do, in order; of one tick first offs and controls, as they came, then ons."""
    events: list[SoundEvent] = []
    for track, channel in audible(score):
        events += [ControlEvent(c.ticks, False, channel, c.controller, c.value) for c in track.controls]
        for note in without_collisions(track.heard):
            events.append(NoteEvent(note.start_ticks, True, channel, note.pitch, note.velocity))
            events.append(NoteEvent(note.end_ticks, False, channel, note.pitch, 0))
    return sorted(events, key=lambda event: event[:2])


def only_mixed(before: Score, after: Score) -> bool:
    """Whether the same notes sound at the same times on the same channels: what differs is only how the tracks are
    mixed. Told by what is shared, so that it costs nothing: False where it is not known."""

    def played(score: Score) -> list[tuple[int, int, int]]:
        return [(id(track.notes), id(track.controls), channel) for track, channel in audible(score)]

    return before.tempos == after.tempos and played(before) == played(after)


def controls_at(score: Score, ticks: int) -> list[ControlEvent]:
    """What sets every controller that moves anywhere to where it stands when playing begins at `ticks`."""
    events: list[ControlEvent] = []
    for track, channel in audible(score):
        state = {c.controller: _at_rest(track, c.controller) for c in track.controls}
        for control in (c for c in track.controls if c.ticks < ticks):
            state[control.controller] = control.value
            if control.controller in PARAMETERS:
                events.append(ControlEvent(ticks, False, channel, control.controller, control.value))
        events += [
            ControlEvent(ticks, False, channel, controller, value)
            for controller, value in state.items()
            if controller not in PARAMETERS
        ]
    return events


def _at_rest(track: Track, controller: int) -> int:
    own = {VOLUME: track.volume, PAN: track.pan, PROGRAM: track.program}
    return own.get(controller, resting(controller))


def without_collisions(notes: Iterable[Note]) -> list[Note]:
    """Cut each note where its pitch sounds again; of two that start together the longer stays."""
    kept: list[Note] = []
    last: dict[int, int] = {}
    for note in sorted(notes, key=lambda n: (n.start_ticks, n.duration_ticks)):
        at = last.get(note.pitch)
        if at is not None and kept[at].start_ticks == note.start_ticks:
            kept[at] = note
            continue
        if at is not None and kept[at].end_ticks > note.start_ticks:
            kept[at] = replace(kept[at], duration_ticks=note.start_ticks - kept[at].start_ticks)
        last[note.pitch] = len(kept)
        kept.append(note)
    return kept
