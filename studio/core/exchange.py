"""Exchange: a few notes of very many changed at once, without looking into all the others. Pure functions, any thread.

Invariant: `exchanged` comes to what the methods of Score come to, only faster: a hand that drags one note asks for it
at every move.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from operator import attrgetter
from typing import Any, TypeVar

from studio.core.errors import StudioError
from studio.core.score import Note, Score, Track

FEW = 64  # so many notes are put into their places one by one
START, ORDER = attrgetter("start_ticks"), attrgetter("start_ticks", "pitch", "id")
Whole = TypeVar("Whole", Track, Score)


def exchanged(score: Score, track_index: int, old: Sequence[Note], new: Sequence[Note]) -> Score:
    """`new` notes in the place of `old` ones, as they stand in the track. Those with an id have one of the old; those
    without get a fresh one."""
    known = {note.id for note in new if note.id >= 0}
    if max(len(old), len(new)) > FEW or not known <= {note.id for note in old}:
        return _at_length(score, track_index, old, new)
    notes, next_id = list(score.track(track_index).notes), score.next_id
    for note in old:
        at = bisect_left(notes, ORDER(note), key=ORDER)
        if notes[at : at + 1] != [note]:
            raise StudioError("That is not a valid score.", "A note to be changed is not in this track.")
        del notes[at]
    for note in new:
        if note.id < 0:
            note, next_id = replace(note, id=next_id), next_id + 1
        insort(notes, note, key=ORDER)
    tracks = list(score.tracks)
    tracks[track_index] = _with(tracks[track_index], {"notes": tuple(notes)})
    return _with(score, {"tracks": tuple(tracks), "next_id": next_id})


def mixed(score: Score, track_index: int, **values: bool | int | str) -> Score:
    """A track's name, volume, pan, mute or solo changed, its notes not looked into; the values are valid ones."""
    tracks = list(score.tracks)
    tracks[track_index] = _with(tracks[track_index], values)
    return _with(score, {"tracks": tuple(tracks)})


def looks_same(before: Score, after: Score) -> bool:
    """Whether the two differ in nothing but how loud and where their tracks sound, told by what they share: False where
    that is not known."""

    def shared(score: Score) -> tuple[object, ...]:
        lines = (score.tempos, score.meters, score.keys, score.markers, score.chords)
        tracks = (
            (id(track.notes), id(track.controls), track.name, track.program, track.channel, track.muted)
            for track in score.tracks
        )
        return (*map(id, lines), *tracks)

    return shared(before) == shared(after)


def standing_at(track: Track, places: set[tuple[int, int]]) -> Iterator[Note]:
    """The notes that begin just at one of the places: (start, pitch)."""
    notes = track.notes
    for start in {start for start, _ in places}:
        at = bisect_left(notes, start, key=START)
        while at < len(notes) and notes[at].start_ticks == start:
            if (start, notes[at].pitch) in places:
                yield notes[at]
            at += 1


def _at_length(score: Score, track_index: int, old: Sequence[Note], new: Sequence[Note]) -> Score:
    known = [note for note in new if note.id >= 0]
    gone = {note.id for note in old} - {note.id for note in known}
    fresh = [note for note in new if note.id < 0]
    score = score.with_notes_removed(track_index, gone) if gone else score
    score = score.with_notes_replaced(track_index, known) if known else score
    return score.with_notes_added(track_index, fresh) if fresh else score


def _with(whole: Whole, values: dict[str, Any]) -> Whole:
    """A copy with fields set to what is known to be valid, its invariants not looked into again."""
    copy = object.__new__(type(whole))
    for one in fields(whole):
        object.__setattr__(copy, one.name, values.get(one.name, getattr(whole, one.name)))
    return copy
