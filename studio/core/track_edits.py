"""What is done to the tracks of a score: add, double, sort, merge, split, and send notes from one to another.

Pure functions, any thread. Each comes to one new score; no note is lost but one that another just like it replaces.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from studio.core.control import Control
from studio.core.exchange import standing_at
from studio.core.performance import PORT
from studio.core.score import DRUM_CHANNEL, Note, NoteId, Score, Track


def free_channel(tracks: Sequence[Track]) -> int:
    """A channel for one more instrument: a free one, else the one that the fewest share."""
    taken = Counter(track.channel for track in tracks)
    return min((one for one in range(PORT) if one != DRUM_CHANNEL), key=lambda one: (taken[one], one))


def with_tracks(score: Score, index: int, tracks: Sequence[Track]) -> Score:
    """More tracks, so that the first of them is number `index`."""
    return replace(score, tracks=(*score.tracks[:index], *tracks, *score.tracks[index:]))


def moved(score: Score, index: int, to: int) -> Score:
    """A track elsewhere among the others: number `to` afterwards."""
    track, rest = score.track(index), score.without_track(index)
    return with_tracks(rest, min(max(to, 0), len(rest.tracks)), (track,))


def doubled(score: Score, index: int, name: str) -> Score:
    """A copy of a track right below it, under another name and on a channel of its own."""
    track = score.track(index)
    channel = track.channel if track.drums else free_channel(score.tracks)
    copy = replace(track, name=name, channel=channel, solo=False, notes=_unnamed(track.notes))
    return with_tracks(score, index + 1, (copy,))


def played_by(score: Score, index: int, program: int, drums: bool) -> Score:
    """A track with another instrument or drum kit; it changes its channel where it becomes the one or the other."""
    track = score.track(index)
    channel = track.channel
    if drums != track.drums:
        channel = DRUM_CHANNEL if drums else free_channel(score.without_track(index).tracks)
    return score.with_track(index, replace(track, program=program, channel=channel))


def merged(score: Score, index: int, into: int) -> Score:
    """A track's notes in another one, which keeps its name, its sound and its place; the first one goes. Of controllers
    that both move, those of the other one stay."""
    source, target = score.track(index), score.track(into)
    there = {(note.start_ticks, note.pitch, note.duration_ticks) for note in target.notes}
    fresh = (n for n in source.notes if (n.start_ticks, n.pitch, n.duration_ticks) not in there)
    known = {control.controller for control in target.controls}
    controls: list[Control] = [c for c in source.controls if c.controller not in known]
    whole = replace(
        target,
        notes=(*target.notes, *fresh),
        controls=(*target.controls, *controls),
        raw=tuple(sorted((*target.raw, *source.raw), key=lambda event: event.ticks)),
    )
    tracks = [*score.tracks[:into], whole, *score.tracks[into + 1 :]]
    del tracks[index]
    return replace(score, tracks=tuple(tracks))


def split(score: Score, index: int, pitch: int, name: str) -> Score:
    """The notes below a pitch on a new track, of the same sound, right below theirs; the pedal goes with both."""
    track = score.track(index)
    low = tuple(note for note in track.notes if note.pitch < pitch)
    high = tuple(note for note in track.notes if note.pitch >= pitch)
    below = replace(track, name=name, notes=low, raw=())
    return with_tracks(score.with_track(index, replace(track, notes=high)), index + 1, (below,))


def sent(score: Score, source: int, ids: Collection[NoteId], target: int, copies: bool = False) -> Score:
    """Notes of one track moved, or copied, to another, at their times and pitches; a note that begins just there gives
    way. A target one past the last track is a new one with the source's sound."""
    if source == target:
        return score
    track = score.track(source)
    notes = tuple(note for note in track.notes if note.id in ids)
    if target == len(score.tracks):
        new = replace(track, channel=track.channel if track.drums else free_channel(score.tracks))
        new = replace(new, name="", notes=(), controls=(), raw=(), muted=False, solo=False)
        score = score.with_track(target, new)
    places = {(note.start_ticks, note.pitch) for note in notes}
    gone = {note.id for note in standing_at(score.track(target), places)}
    score = score.with_notes_removed(target, gone) if gone else score
    score = score if copies else score.with_notes_removed(source, {note.id for note in notes})
    return score.with_notes_added(target, _unnamed(notes) if copies else notes)


def place_of(before: Score, after: Score, index: int) -> int | None:
    """Where a track of `before` stands in `after`: the very same, else the one of its name, else the one in its place;
    None where it is gone."""
    track, old = before.tracks[index], {id(track) for track in before.tracks}
    changed = [(number, other) for number, other in enumerate(after.tracks) if id(other) not in old]
    same = [number for number, other in enumerate(after.tracks) if other is track]
    like = [number for number, other in changed if _kind(other) == _kind(track)]
    if same or like:
        return min(same or like, key=lambda number: abs(number - index))
    return index if len(after.tracks) >= len(before.tracks) else None


def followed(before: Score, after: Score, index: int) -> int:
    """The same, for a track that is looked at: the one above it where it is gone."""
    if index >= len(before.tracks):
        return index
    place = place_of(before, after, index)
    return max(0, min(index - 1 if place is None else place, len(after.tracks) - 1))


def _kind(track: Track) -> tuple[str, int]:
    return track.name, track.channel


def _unnamed(notes: Sequence[Note]) -> tuple[Note, ...]:
    return tuple(replace(note, id=-1) for note in notes)
