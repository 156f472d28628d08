"""The tracks of one score brought into another, which keeps its tempo, its metre, its key and its chords.

Pure functions, any thread. What does not come along is told, in one short sentence each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from studio.core.score import Score, Track
from studio.core.track_edits import free_channel, with_tracks


def joined(score: Score, other: Score, at_ticks: int = 0) -> Score:
    """The other's tracks below those that are there, beginning at `at_ticks`, beat on beat; each on a channel that no
    other sound has, where there is one. A single empty track that was there gives way."""
    kept = score if any(_holds(track) for track in score.tracks) else replace(score, tracks=())
    tracks: list[Track] = []
    for track in other.tracks:
        here = (*kept.tracks, *tracks)
        channel = track.channel
        if not track.drums and any(one.channel == channel for one in kept.tracks):
            channel = _partner(track, other.tracks, tracks) or free_channel(here)
        tracks.append(replace(_shifted(track, at_ticks), channel=channel, solo=False))
    return with_tracks(kept, len(kept.tracks), tracks)


def left_out(score: Score, other: Score) -> tuple[str, ...]:
    """What `joined` leaves behind of the other score."""
    return tuple(_left_out(score, other))


def _left_out(score: Score, other: Score) -> Iterator[str]:
    if other.tempos != score.tempos:
        first = f"{other.tempos[0].bpm:g}"
        yield f"Its tempo ({first}) stays out." if len(other.tempos) == 1 else "Its tempo changes stay out."
    if other.meters != score.meters:
        meters = ", ".join(dict.fromkeys(f"{meter.numerator}/{meter.denominator}" for meter in other.meters))
        yield f"Its metre ({meters}) stays out."
    if other.keys and other.keys != score.keys:
        yield "Its key stays out."
    for things, one, many in (
        (other.markers, "marker", "markers"),
        (other.chords, "chord symbol", "chord symbols"),
    ):
        if things:
            yield f"{len(things)} {one if len(things) == 1 else many} left out."


def _partner(track: Track, tracks: Sequence[Track], placed: Sequence[Track]) -> int | None:
    """The channel of an earlier one that it shared a channel with."""
    return next(
        (new.channel for old, new in zip(tracks, placed, strict=False) if old.channel == track.channel), None
    )


def _holds(track: Track) -> bool:
    return bool(track.notes or track.controls or track.raw)


def _shifted(track: Track, ticks: int) -> Track:
    """Later by so many ticks, its notes to be named anew."""
    return replace(
        track,
        notes=tuple(replace(note, start_ticks=note.start_ticks + ticks, id=-1) for note in track.notes),
        controls=tuple(replace(control, ticks=control.ticks + ticks) for control in track.controls),
        raw=tuple(replace(event, ticks=event.ticks + ticks) for event in track.raw),
    )
