"""Sketching: from the ideas and the score to what their cards show. Pure functions."""

import math
from bisect import bisect_left
from collections.abc import Sequence

from studio.core.score import Note, Score, Track
from studio.ui.music.compose.sketch import Place, Sketch
from studio.ui.music.suggestion import Ideas, Part, Suggestion

NARROWEST = 12  # semitones: a smaller range would look like leaps


def sketches(ideas: Ideas, score: Score) -> tuple[Sketch, ...]:
    """One for each idea, all over the same time and pitches: a bar of the person's own notes, then the region. Ideas of
    one voice are seen beside their own track, others beside all."""
    if not ideas.answers:
        return ()
    start, end = ideas.answers[0].region
    before = min(score.meter_at(start).bar_ticks, (end - start) // 2, start)
    span = (start - before, max(end, start + 1))
    own = [note for track in _tracks(ideas.answers[0], score) for note in begun_in(track, span)]
    lines = _bar_lines(score, span)
    pitches = _range([*own, *(ghost.note for idea in ideas.answers for ghost in idea.ghosts)])
    return tuple(
        Sketch(span, (start, end), lines, pitches, _staying(idea, own), _parts(idea, score), _names(idea))
        for idea in ideas.answers
    )


def expected(idea: Suggestion) -> float | None:
    """The geometric mean of its notes' probabilities; None where they say nothing, as all are sure."""
    odds = [ghost.probability for ghost in idea.ghosts]
    if not odds or min(odds) >= 1:
        return None
    return math.exp(sum(math.log(max(one, 1e-9)) for one in odds) / len(odds))


def part_name(part: Part, score: Score, number: int) -> str:
    """What a voice is called: its track's name, or its number."""
    place = part.place_in(score)
    track = part.new if place is None else score.track(place)
    return (track.name if track else "") or str(number)


def begun_in(track: Track, span: tuple[int, int]) -> Sequence[Note]:
    """The notes that begin in [start, end), found at once among very many."""
    first, last = (bisect_left(track.notes, ticks, key=lambda note: note.start_ticks) for ticks in span)
    return track.notes[first:last]


def _bar_lines(score: Score, span: tuple[int, int]) -> tuple[int, ...]:
    first, last = score.bar_of(span[0]), score.bar_of(span[1])
    lines = (score.bar_start(bar) for bar in range(first, last + 1))
    return tuple(ticks for ticks in lines if span[0] < ticks < span[1])


def _range(notes: Sequence[Note]) -> tuple[int, int]:
    pitches = [note.pitch for note in notes] or [60]
    low, high = min(pitches), max(pitches)
    spare = max(0, NARROWEST - (high - low))
    return low - spare // 2, high + spare - spare // 2


def _place(note: Note) -> Place:
    return note.start_ticks, note.end_ticks, note.pitch


def _staying(idea: Suggestion, own: Sequence[Note]) -> tuple[Place, ...]:
    """The person's notes, without those that the idea stands in for."""
    replaced = frozenset(one for part in idea.parts for one in part.replaced)
    return tuple(_place(note) for note in own if note.id not in replaced)


def _parts(idea: Suggestion, score: Score) -> tuple[tuple[Place, ...], ...]:
    """The idea's notes by voices, without those that were accepted."""
    return tuple(_standing(part, part.place_in(score), score, idea.region) for part in idea.parts)


def _standing(part: Part, place: int | None, score: Score, region: tuple[int, int]) -> tuple[Place, ...]:
    own = begun_in(score.track(place), region) if place is not None else ()
    taken = {(note.start_ticks, note.pitch) for note in own if note.id not in part.replaced}
    notes = (ghost.note for ghost in part.ghosts)
    return tuple(_place(note) for note in notes if (note.start_ticks, note.pitch) not in taken)


def _names(idea: Suggestion) -> tuple[tuple[int, int, str], ...]:
    """Chords, where they are all that there is."""
    if idea.ghosts:
        return ()
    return tuple((chord.start_ticks, chord.end_ticks, chord.name) for chord in idea.chords)


def _tracks(idea: Suggestion, score: Score) -> Sequence[Track]:
    if len(idea.parts) != 1:
        return score.tracks
    place = idea.parts[0].place_in(score)
    return () if place is None else (score.track(place),)
