"""Exchange: a few notes of very many changed at once, without looking into all the others. Pure functions, any thread.

Invariant: `exchanged` is `Score.with_notes_replaced` where it is told which notes give way, only faster: a hand that
drags one note asks for it at every move.
"""

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import TypeVar

from studio.core.errors import StudioError
from studio.core.score import Note, Score, Track

FEW = 64  # so many notes are put into their places one by one
ORDER = attrgetter("start_ticks", "pitch", "id")
Whole = TypeVar("Whole", Track, Score)


def exchanged(score: Score, track_index: int, old: Sequence[Note], new: Sequence[Note]) -> Score:
    """Notes of a track in the place of those of the same ids, as they stand there."""
    if len(old) > FEW or {note.id for note in old} != {note.id for note in new}:
        return score.with_notes_replaced(track_index, new)
    notes = list(score.track(track_index).notes)
    for note in old:
        at = bisect_left(notes, ORDER(note), key=ORDER)
        if notes[at : at + 1] != [note]:
            raise StudioError("That is not a valid score.", "A note to be changed is not in this track.")
        del notes[at]
    for note in new:
        insort(notes, note, key=ORDER)
    tracks = list(score.tracks)
    tracks[track_index] = _with(tracks[track_index], "notes", tuple(notes))
    return _with(score, "tracks", tuple(tracks))


def _with(whole: Whole, name: str, value: object) -> Whole:
    """A copy with one field set to what is known to be valid, its invariants not looked into again."""
    copy = object.__new__(type(whole))
    for one in fields(whole):
        object.__setattr__(copy, one.name, value if one.name == name else getattr(whole, one.name))
    return copy
