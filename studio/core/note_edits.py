"""What a composer does to a group of notes: split, glue, legato, reverse, invert, stretch, swing, humanise.

Pure functions of notes. A note that is only changed keeps its id; a note that comes new has id -1. No note leaves the
score: starts stay at 0 or later, pitches within 0 to 127, lengths at a tick or more.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random

from studio.core.score import Note

CHORD_TICKS = 30  # starts closer than this are one chord


def split(notes: Iterable[Note], lines: Sequence[int]) -> tuple[Note, ...]:
    """Each note cut at every one of the ascending `lines` inside it; the first part keeps the id."""
    return tuple(part for note in notes for part in _parts(note, lines))


def _parts(note: Note, lines: Sequence[int]) -> Iterable[Note]:
    inside = lines[bisect_right(lines, note.start_ticks) : bisect_left(lines, note.end_ticks)]
    edges = [note.start_ticks, *inside, note.end_ticks]
    for number, (start, end) in enumerate(pairwise(edges)):
        yield replace(note, start_ticks=start, duration_ticks=end - start, id=-1 if number else note.id)


def glued(notes: Iterable[Note]) -> tuple[Note, ...]:
    """One note for all of a pitch, from the first's start to the last's end, with the first's id and velocity."""
    by_pitch: dict[int, Note] = {}
    for note in sorted(notes, key=lambda one: one.sort_key):
        first = by_pitch.setdefault(note.pitch, note)
        end = max(first.end_ticks, note.end_ticks)
        by_pitch[note.pitch] = replace(first, duration_ticks=end - first.start_ticks)
    return tuple(by_pitch.values())


def legato(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Every note (or chord) held until the next one begins; the last keeps its length."""
    ordered = sorted(notes, key=lambda one: one.sort_key)
    starts = sorted({note.start_ticks for note in ordered})

    def next_start(note: Note) -> int:
        at = bisect_left(starts, note.start_ticks + CHORD_TICKS)
        return starts[at] if at < len(starts) else note.end_ticks

    return tuple(replace(note, duration_ticks=next_start(note) - note.start_ticks) for note in ordered)


def reversed_in_time(notes: Sequence[Note]) -> tuple[Note, ...]:
    """The same span of time, played backwards."""
    if not notes:
        return ()
    edges = min(note.start_ticks for note in notes) + max(note.end_ticks for note in notes)
    return tuple(replace(note, start_ticks=edges - note.end_ticks) for note in notes)


def inverted(notes: Sequence[Note]) -> tuple[Note, ...]:
    """Turned upside down about the first note's pitch; by octaves where that would leave the keyboard."""
    if not notes:
        return ()
    axis = min(notes, key=lambda one: one.sort_key).pitch
    mirrored = [2 * axis - note.pitch for note in notes]
    while min(mirrored) < 0 and max(mirrored) <= 115:
        mirrored = [pitch + 12 for pitch in mirrored]
    while max(mirrored) > 127 and min(mirrored) >= 12:
        mirrored = [pitch - 12 for pitch in mirrored]
    if min(mirrored) < 0 or max(mirrored) > 127:
        return tuple(notes)
    return tuple(replace(note, pitch=pitch) for note, pitch in zip(notes, mirrored, strict=True))


def stretched(notes: Sequence[Note], above: int, below: int) -> tuple[Note, ...]:
    """Times and lengths multiplied by above / below, counted from the first start."""
    if not notes:
        return ()
    first = min(note.start_ticks for note in notes)

    def moved(ticks: int) -> int:
        return first + (2 * (ticks - first) * above + below) // (2 * below)

    return tuple(
        replace(
            note,
            start_ticks=moved(note.start_ticks),
            duration_ticks=max(1, moved(note.end_ticks) - moved(note.start_ticks)),
        )
        for note in notes
    )


def swung(notes: Iterable[Note], grid_ticks: int, amount: float) -> tuple[Note, ...]:
    """Every second line of a grid comes late by `amount` of a step (1/3: triplets); its notes end where they did."""
    late = round(grid_ticks * amount)

    def off(note: Note) -> bool:
        step, within = divmod(note.start_ticks, grid_ticks)
        return step % 2 == 1 and within == 0

    return tuple(
        replace(
            note,
            start_ticks=note.start_ticks + late,
            duration_ticks=max(1, note.duration_ticks - late),
        )
        if off(note)
        else note
        for note in notes
    )


def humanised(
    notes: Iterable[Note], seed: int, time_ticks: float = 12, velocity: float = 8
) -> tuple[Note, ...]:
    """Starts and velocities moved a little at random (normally distributed, with those spreads), the same by seed."""
    draw = Random(seed)
    return tuple(
        replace(
            note,
            start_ticks=max(0, note.start_ticks + round(draw.gauss(0, time_ticks / 2))),
            velocity=min(127, max(1, note.velocity + round(draw.gauss(0, velocity / 2)))),
        )
        for note in sorted(notes, key=lambda one: one.sort_key)
    )


def velocities_scaled(notes: Iterable[Note], share: float) -> tuple[Note, ...]:
    """Every velocity times `share`, within 1 to 127."""
    return tuple(replace(note, velocity=_loud(note.velocity * share)) for note in notes)


def velocities_ramped(notes: Sequence[Note], first: int, last: int) -> tuple[Note, ...]:
    """From the first start to the last one a straight way from one velocity to another."""
    if not notes:
        return ()
    start, end = (edge(note.start_ticks for note in notes) for edge in (min, max))
    slope = (last - first) / max(1, end - start)
    return tuple(replace(note, velocity=_loud(first + slope * (note.start_ticks - start))) for note in notes)


def _loud(velocity: float) -> int:
    return min(127, max(1, round(velocity)))
