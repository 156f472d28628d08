"""Stamping: the notes that a stamp puts down at a place of a score. Pure functions."""

from bisect import bisect_left

from studio.core.exchange import START
from studio.core.note_edits import CHORD_TICKS
from studio.core.score import Note, Score
from studio.core.stamps import Around, Stamp, stamped
from studio.core.theory import Key, Scale

LOOK_BACK_NOTES = 64  # to find the chord before


def stamp_notes(stamp: Stamp, score: Score, track: int, scale: Scale | None, note: Note) -> tuple[Note, ...]:
    """`note` as the stamp has it: alone, or as the root of a chord of equal notes."""
    if not stamp.is_chord:
        return (note,)
    pitches = stamped(stamp, note.pitch, _around(score, track, scale, note.start_ticks))
    return tuple(Note(note.start_ticks, note.duration_ticks, pitch, note.velocity) for pitch in pitches)


def _around(score: Score, track: int, scale: Scale | None, ticks: int) -> Around:
    """Where no scale is shown, the one of the key that is written."""
    key = score.key_at(ticks)
    written = Key(key.tonic, "minor" if key.minor else "major").pitches if key else None
    return Around(
        scale.pitches if scale else written, score.chord_at(ticks), chord_before(score, track, ticks)
    )


def chord_before(score: Score, track: int, ticks: int) -> tuple[int, ...]:
    """The pitches of the last notes before `ticks` that begin together; none where there are only single notes."""
    notes = score.tracks[track].notes if track < len(score.tracks) else ()
    end = bisect_left(notes, ticks, key=START)
    group: list[Note] = []
    for note in reversed(notes[max(0, end - LOOK_BACK_NOTES) : end]):
        if group and group[-1].start_ticks - note.start_ticks > CHORD_TICKS:
            if len(group) > 1:
                break
            group = []
        group.append(note)
    return tuple(sorted(note.pitch for note in group)) if len(group) > 1 else ()
