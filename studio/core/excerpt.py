"""A piece of a score as a score of its own, from its first tick on: marked bars, or some notes. Pure functions."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TypeVar

from studio.core.chords import Chord
from studio.core.control import PARAMETERS, PROGRAM, Control, RawEvent, resting
from studio.core.score import KeySignature, Marker, MeterChange, NoteId, Score, TempoChange, Track

Moved = TypeVar("Moved", TempoChange, MeterChange, KeySignature, Marker, RawEvent, Control)


def excerpt(score: Score, start: int, end: int) -> Score:
    """What begins in [start, end), cut off at its end, in the tempo, metre, key and sound that hold there. Tracks
    without a note in it are left out."""
    tracks = (_track(track, start, end) for track in score.tracks)
    return Score(
        tuple(track for track in tracks if track.notes),
        _map(score.tempos, start, end),
        _map(score.meters, start, end),
        _map(score.keys, start, end),
        _inside(score.markers, start, end),
        score.title,
        _inside(score.raw, start, end),
        tuple(_chords(score, start, end)),
    )


def of_notes(score: Score, ids: Collection[NoteId]) -> Score:
    """Only these notes, in the sound of their tracks; the first one begins at once."""
    tracks = tuple(replace(t, notes=tuple(n for n in t.notes if n.id in ids), raw=()) for t in score.tracks)
    found = replace(score, tracks=tracks, markers=(), raw=(), chords=())
    start = min((note.start_ticks for note in found.notes()), default=0)
    return excerpt(found, start, found.end_ticks)


def _track(track: Track, start: int, end: int) -> Track:
    notes = tuple(
        replace(note, start_ticks=note.start_ticks - start, duration_ticks=min(note.end_ticks, end) - note.start_ticks)
        for note in track.notes_between(start, end)
    )  # fmt: skip
    held: dict[int, int] = {}
    for control in track.controls:
        if control.ticks <= start and control.controller not in PARAMETERS:
            held[control.controller] = control.value
    program = held.pop(PROGRAM, track.program)
    before = [Control(0, number, value) for number, value in held.items() if value != resting(number)]
    inside = _inside(tuple(c for c in track.controls if c.ticks > start), start, end)
    raw = _inside(track.raw, start, end)
    return replace(track, notes=notes, program=program, controls=(*before, *inside), raw=raw)


def _inside(events: tuple[Moved, ...], start: int, end: int) -> tuple[Moved, ...]:
    return tuple(replace(one, ticks=one.ticks - start) for one in events if start <= one.ticks < end)


def _map(changes: tuple[Moved, ...], start: int, end: int) -> tuple[Moved, ...]:
    """What holds at `start`, and the changes after it."""
    first = bisect_right(changes, start, key=lambda change: change.ticks)
    return tuple(replace(one, ticks=0) for one in changes[:first][-1:]) + _inside(changes[first:], start, end)


def _chords(score: Score, start: int, end: int) -> Iterable[Chord]:
    for chord in score.chords:
        begin, stop = max(start, chord.start_ticks), min(end, chord.end_ticks)
        if begin < stop:
            yield replace(chord, start_ticks=begin - start, duration_ticks=stop - begin)
