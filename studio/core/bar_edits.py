"""Whole bars put in and taken out: all tracks, controls, chords, markers, tempo, metre and key move along.

Pure functions of Scores. Invariant: taking out the bars that have just been put in gives back the score as it was.
What stands on tick 0 (the first tempo, metre and key, and what sets the instruments up) stays there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from studio.core.chords import Chord
from studio.core.control import PARAMETERS, Control, RawEvent
from studio.core.score import KeySignature, Marker, MeterChange, Note, Score, TempoChange

Held = TypeVar("Held", bound=Note | Chord)
Change = TypeVar("Change", bound=TempoChange | MeterChange | KeySignature)
Event = TypeVar("Event", bound=TempoChange | MeterChange | KeySignature | Control | RawEvent | Marker)


def bars_inserted(score: Score, bar: int, count: int) -> Score:
    """`count` empty bars before bar `bar` (from 0), in the metre that holds before them. What sounds over the bar line
    is held through them."""
    at = score.bar_start(bar)
    meter = score.meter_at(max(0, at - 1))
    length = meter.bar_ticks * max(0, count)
    after = replace(
        score,
        tracks=tuple(
            replace(
                track,
                notes=tuple(_held_on(note, at, length) for note in track.notes),
                controls=_set_back(track.controls, at, length),
                raw=_set_back(track.raw, at, length),
            )
            for track in score.tracks
        ),
        tempos=_set_back(score.tempos, at, length),
        meters=_set_back(score.meters, at, length),
        keys=_set_back(score.keys, at, length),
        markers=tuple(_later(one, length) if one.ticks >= at else one for one in score.markers),
        raw=_set_back(score.raw, at, length),
        chords=tuple(_held_on(chord, at, length) for chord in score.chords),
    )
    short = (at - meter.ticks) % meter.bar_ticks  # a metre came before its bar was full
    return after.with_meter(meter.numerator, meter.denominator, at) if short and length else after


def bars_removed(score: Score, bar: int, count: int) -> Score:
    """Bars bar ... bar + count - 1 (from 0) are cut out with all that is in them; of what sounds into them or out of
    them the rest stays. The tempo, metre, key and controls of what follows do not change."""
    start, end = score.bar_start(bar), score.bar_start(bar + max(0, count))
    return replace(
        score,
        tracks=tuple(
            replace(
                track,
                notes=_cut(track.notes, start, end),
                controls=_controls_cut(track.controls, start, end),
                raw=_raw_cut(track.raw, start, end),
            )
            for track in score.tracks
        ),
        tempos=_changes_cut(score.tempos, start, end),
        meters=_changes_cut(score.meters, start, end),
        keys=_changes_cut(score.keys, start, end),
        markers=_moved_up((one for one in score.markers if not start <= one.ticks < end), end, end - start),
        raw=_raw_cut(score.raw, start, end),
        chords=_cut(score.chords, start, end),
    )


# --- putting in ----------------------------------------------------------------------------------------------


def _later(event: Event, ticks: int) -> Event:
    return replace(event, ticks=event.ticks + ticks)


def _set_back(events: Iterable[Event], at: int, length: int) -> tuple[Event, ...]:
    """Those from `at` on come later; what stands on tick 0 stays there."""
    return tuple(_later(one, length) if one.ticks >= max(at, 1) else one for one in events)


def _held_on(one: Held, at: int, length: int) -> Held:
    if one.start_ticks >= at:
        return replace(one, start_ticks=one.start_ticks + length)
    return replace(one, duration_ticks=one.duration_ticks + length) if one.end_ticks > at else one


# --- taking out ----------------------------------------------------------------------------------------------


def _moved_up(events: Iterable[Event], end: int, length: int) -> tuple[Event, ...]:
    return tuple(_later(one, -length) if one.ticks >= end else one for one in events)


def _cut(held: Iterable[Held], start: int, end: int) -> tuple[Held, ...]:
    """What is left of notes or chords without [start, end)."""
    kept: list[Held] = []
    for one in held:
        head = min(one.end_ticks, start) - one.start_ticks
        tail = one.end_ticks - max(one.start_ticks, end)
        duration = max(0, head) + max(0, tail)
        if duration > 0:
            begins = one.start_ticks if head > 0 else max(start, one.start_ticks - (end - start))
            kept.append(replace(one, start_ticks=begins, duration_ticks=duration))
    return tuple(kept)


def _changes_cut(changes: tuple[Change, ...], start: int, end: int) -> tuple[Change, ...]:
    """What held at the end of the cut holds from its start on."""
    inside = [one for one in changes if start <= one.ticks < end]
    outside = [one for one in changes if not start <= one.ticks < end]
    anew = any(one.ticks == end for one in outside)
    kept = [replace(one, ticks=start) for one in inside[-1:] if not anew]
    return (*kept, *_moved_up(outside, end, end - start))


def _controls_cut(controls: tuple[Control, ...], start: int, end: int) -> tuple[Control, ...]:
    """Of each controller what it came to within the cut, unless it is set anew at its end; of MIDI parameters all."""
    inside = [one for one in controls if start <= one.ticks < end]
    last = {one.controller: one.ticks for one in inside}
    anew = {one.controller for one in controls if one.ticks == end}
    kept = [
        replace(one, ticks=start)
        for one in inside
        if one.controller in PARAMETERS or (one.ticks == last[one.controller] and one.controller not in anew)
    ]
    before = (one for one in controls if one.ticks < start)
    after = _moved_up((one for one in controls if one.ticks >= end), end, end - start)
    return (*before, *kept, *after)


def _raw_cut(events: tuple[RawEvent, ...], start: int, end: int) -> tuple[RawEvent, ...]:
    kept = (one for one in events if not start <= one.ticks < end or one.ticks == 0)
    return _moved_up(kept, end, end - start)
