"""What a hand does to notes, as pure functions of notes. Groups keep their shape: they stop together at the edge."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from studio.core.exchange import exchanged, standing_at
from studio.core.score import Note, Score


def moved(notes: Sequence[Note], ticks: int, semitones: int) -> tuple[Note, ...]:
    """All notes shifted as one; the shift is cut where one of them would leave the score."""
    if not notes:
        return ()
    ticks = max(ticks, -min(note.start_ticks for note in notes))
    semitones = max(semitones, -min(note.pitch for note in notes))
    semitones = min(semitones, 127 - max(note.pitch for note in notes))
    return tuple(replace(n, start_ticks=n.start_ticks + ticks, pitch=n.pitch + semitones) for n in notes)


def end_moved(notes: Iterable[Note], ticks: int, shortest_ticks: int) -> tuple[Note, ...]:
    """The right edge of each note shifted; none gets shorter than `shortest_ticks`, unless it was."""
    return tuple(
        replace(n, duration_ticks=max(n.duration_ticks + ticks, min(n.duration_ticks, shortest_ticks)))
        for n in notes
    )


def start_moved(notes: Iterable[Note], ticks: int, shortest_ticks: int) -> tuple[Note, ...]:
    """The left edge of each note shifted, its end held."""
    return tuple(_from(n, n.start_ticks + ticks, shortest_ticks) for n in notes)


def _from(note: Note, start: int, shortest_ticks: int) -> Note:
    latest = note.end_ticks - min(note.duration_ticks, shortest_ticks)
    start = min(max(0, start), latest)
    return replace(note, start_ticks=start, duration_ticks=note.end_ticks - start)


def with_velocity_change(notes: Iterable[Note], change: int) -> tuple[Note, ...]:
    return tuple(replace(n, velocity=min(max(n.velocity + change, 1), 127)) for n in notes)


def unnamed(notes: Iterable[Note]) -> tuple[Note, ...]:
    """The same notes without ids, to be added as new ones."""
    return tuple(replace(note, id=-1) for note in notes)


def put_down(score: Score, track: int, notes: Sequence[Note]) -> Score:
    """Add notes; one that stands exactly there already (start and pitch) gives way."""
    places = {(note.start_ticks, note.pitch) for note in notes}
    return exchanged(score, track, tuple(standing_at(score.track(track), places)), unnamed(notes))
