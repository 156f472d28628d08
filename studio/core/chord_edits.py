"""What a composer does to chord symbols: put, move, stretch, take away, name by ear, and write out as notes.

Pure functions of Scores; each returns a new Score.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from studio.core.chords import QUALITIES, Chord, heard_in
from studio.core.score import DRUM_CHANNEL, Note, Score, Track
from studio.core.voicing import voiced

CHORDS_TRACK = "Chords"


def room_at(score: Score, ticks: int) -> tuple[int, int]:
    """The stretch for a new chord at `ticks`: up to the next chord, or the end of the bar."""
    bar_end = score.bar_start(score.bar_of(ticks) + 1)
    later = (chord.start_ticks for chord in score.chords if chord.start_ticks > ticks)
    return ticks, min([bar_end, *later])


def put(score: Score, chord: Chord) -> Score:
    """A chord laid over what stands there: others keep what is left of them before and after it."""
    kept: list[Chord] = []
    for other in score.chords:
        if other.start_ticks < chord.start_ticks:
            end = min(other.end_ticks, chord.start_ticks)
            kept.append(replace(other, duration_ticks=end - other.start_ticks))
        if other.end_ticks > chord.end_ticks:
            start = max(other.start_ticks, chord.end_ticks)
            kept.append(replace(other, start_ticks=start, duration_ticks=other.end_ticks - start))
    return score.with_chords([*kept, chord])


def removed(score: Score, chord: Chord) -> Score:
    return score.with_chords(other for other in score.chords if other != chord)


def changed(score: Score, old: Chord, new: Chord) -> Score:
    """A chord renamed, moved or stretched."""
    return put(removed(score, old), new)


def named_by_ear(score: Score, start_ticks: int, end_ticks: int) -> Score:
    """Chord symbols for the notes of all tracks but the drums, bar by bar; half a bar where its halves differ more than
    they share. Bars that are silent get none."""
    notes = [n for t in score.tracks if t.channel != DRUM_CHANNEL and not t.muted for n in t.heard]
    found: list[Chord] = []
    for bar in range(score.bar_of(start_ticks), score.bar_of(max(start_ticks, end_ticks - 1)) + 1):
        first, last = score.bar_start(bar), score.bar_start(bar + 1)
        found += _heard(notes, first, last)
    before = (c for c in score.chords if c.start_ticks < start_ticks or c.start_ticks >= end_ticks)
    return score.with_chords([*before, *_joined(found)])


def _heard(notes: list[Note], start: int, end: int) -> list[Chord]:
    middle = (start + end) // 2
    whole, halves = _chord(notes, start, end), [_chord(notes, start, middle), _chord(notes, middle, end)]
    if whole and all(halves) and halves[0] and halves[1]:
        roots = {(half.root, half.quality) for half in halves if half}
        inside = [half.pitch_classes <= whole.pitch_classes for half in halves if half]
        if len(roots) == 2 and not all(inside):
            return [half for half in halves if half]
    return [whole] if whole else []


def _chord(notes: list[Note], start: int, end: int) -> Chord | None:
    weights = [0.0] * 12
    sounding = [note for note in notes if note.overlaps(start, end)]
    for note in sounding:
        weights[note.pitch % 12] += min(note.end_ticks, end) - max(note.start_ticks, start)
    heard = heard_in(weights)
    if heard is None:
        return None
    bass = min(note.pitch for note in sounding) % 12
    tones = {(heard[0] + step) % 12 for step in QUALITIES[heard[1]]}
    return Chord(start, end - start, *heard, bass if bass != heard[0] and bass in tones else None)


def _joined(chords: Iterable[Chord]) -> list[Chord]:
    """Equal neighbours as one."""
    joined: list[Chord] = []
    for chord in chords:
        last = joined[-1] if joined else None
        if last and last.end_ticks == chord.start_ticks and _same(last, chord):
            joined[-1] = replace(last, duration_ticks=last.duration_ticks + chord.duration_ticks)
        else:
            joined.append(chord)
    return joined


def _same(one: Chord, other: Chord) -> bool:
    return (one.root, one.quality, one.bass) == (other.root, other.quality, other.bass)


def accompanied(score: Score) -> Score:
    """All chord symbols written out as notes on the track named Chords, in the place of what it held."""
    notes = voiced(score.chords)
    place = next((i for i, track in enumerate(score.tracks) if track.name == CHORDS_TRACK), len(score.tracks))
    track = score.tracks[place] if place < len(score.tracks) else Track(CHORDS_TRACK, channel=place % 9)
    return score.with_track(place, replace(track, notes=notes))
