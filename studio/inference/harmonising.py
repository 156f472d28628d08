"""Harmonising and filling in voices: from a score to the request, and from the answer to the new score. Torch-free.

Invariant: every note that the user wrote, and that is not asked to be written anew, is in the new score as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from studio.core.card import Card
from studio.core.chords import Chord, parse_figure
from studio.core.errors import StudioError
from studio.core.messages import VoicesCandidate, VoicesRequest
from studio.core.recipe import HarmoniseSettings, Recipe
from studio.core.score import DRUM_CHANNEL, Note, Score, Track
from studio.inference.continuation import GRID_TICKS, melody_track

PARTS = {
    1: ("Soprano",),
    2: ("Soprano", "Bass"),
    3: ("Soprano", "Alto", "Bass"),
    4: ("Soprano", "Alto", "Tenor", "Bass"),
}


@dataclass(frozen=True, slots=True)
class Harmonising:
    """A score whose missing voices are to be written. places: for each voice its track, or None for a new one."""

    score: Score
    places: tuple[int | None, ...]
    names: tuple[str, ...]
    request: VoicesRequest

    @classmethod
    def of(
        cls, score: Score, card: Card, settings: HarmoniseSettings, region: tuple[int, int] | None = None
    ) -> Harmonising:
        """Voices are known by their tracks' names; where none is named soprano, the highest of the others is it. Those
        are written that have no note in the region (all of the piece where none is told) and are not locked.

        StudioError where there is nothing to harmonise, or nothing to add."""
        names = PARTS[settings.voices]
        places = places_of(score, names)
        voices = tuple(() if place is None else score.track(place).heard for place in places)
        notes = [note for voice in voices for note in voice if region is None or note.overlaps(*region)]
        if not notes:
            raise StudioError(
                "There are no notes to harmonise.", hint="Write a melody first, or mark its bars."
            )
        first, last = region or (min(n.start_ticks for n in notes), max(n.end_ticks for n in notes))
        start, end = first // GRID_TICKS * GRID_TICKS, -(-last // GRID_TICKS) * GRID_TICKS
        locked = [place is not None and score.track(place).locked for place in places]
        there = [any(note.overlaps(start, end) for note in voice) for voice in voices]
        written = tuple(not (sung or kept) for sung, kept in zip(there, locked, strict=True))
        if not any(written):
            raise StudioError("All the voices are there already.", hint="Use infill to write a passage anew.")
        request = replace(
            _request(score, card, settings, (start, end)),
            voices=voices,
            written=written,
            ranges=_ranges(settings, voices),
            chords=_chords(score, settings, start),
        )
        return cls(score, places, names, request)

    def kept(self, voice: int) -> tuple[Note, ...]:
        """The notes of a voice that are scored beside the new ones, in the order of their scores."""
        start, end = self.request.region_start, self.request.region_end
        notes = (note for note in self.request.voices[voice] if start <= note.start_ticks < end)
        return tuple(sorted(notes, key=lambda note: (note.start_ticks, note.pitch, note.duration_ticks)))

    def with_answer(self, candidate: VoicesCandidate) -> Score:
        """The voices from the highest down, then all other tracks as they were."""
        model = self.score.track(next(place for place in self.places if place is not None))
        voices = []
        for name, place, notes in zip(self.names, self.places, candidate.voices, strict=True):
            track = Track(name, model.program) if place is None else self.score.track(place)
            voices.append(replace(track, name=name, notes=(*track.notes, *notes)))
        others = [track for index, track in enumerate(self.score.tracks) if index not in self.places]
        return replace(self.score, tracks=(*voices, *others))


def _request(score: Score, card: Card, settings: HarmoniseSettings, region: tuple[int, int]) -> VoicesRequest:
    return VoicesRequest(
        card.id,
        (),
        (),
        *region,
        scale=frozenset(settings.scale) or None,
        meter=score.meter_at(region[0]),
        key=score.key_at(region[0]),
        candidates=settings.candidates,
        temperature=settings.temperature,
        top_p=settings.top_p,
        seed=settings.seed,
        sweeps=settings.sweeps,
    )


def named_voices(score: Score, names: Sequence[str]) -> dict[str, int]:
    """The tracks that have the names of voices."""
    found: dict[str, int] = {}
    for index, track in enumerate(score.tracks):
        for name in names:
            if track.name.strip().lower().startswith(name.lower()):
                found.setdefault(name, index)
    return found


def places_of(score: Score, names: Sequence[str]) -> tuple[int | None, ...]:
    """The track of each voice."""
    found = named_voices(score, names)
    highest = melody_track(score)
    if score.tracks and highest not in found.values():
        found.setdefault(names[0], highest)
    return tuple(found.get(name) for name in names)


def _ranges(settings: HarmoniseSettings, voices: tuple[tuple[Note, ...], ...]) -> tuple[tuple[int, int], ...]:
    """Those of each voice; one range for all that is written is a range for each."""
    if settings.ranges:
        return settings.ranges
    return (settings.range,) * len(voices) if settings.range else ()


def _chords(score: Score, settings: HarmoniseSettings, start_ticks: int) -> tuple[Chord, ...]:
    """Those that were written for it, else those that stand in the score."""
    return chords_of(settings.chords, score, start_ticks) if settings.chords.strip() else score.chords


def chords_of(text: str, score: Score, start_ticks: int) -> tuple[Chord, ...]:
    """Chords written as "C | Am F | G7": bars from the one that holds `start_ticks`, each shared by its chords."""
    chords: list[Chord] = []
    first = score.bar_of(start_ticks)
    for number, bar in enumerate(text.split("|") if text.strip() else ()):
        figures = bar.split()
        begin, end = score.bar_start(first + number), score.bar_start(first + number + 1)
        for place, figure in enumerate(figures):
            here, there = (begin + (end - begin) * i // len(figures) for i in (place, place + 1))
            chords.append(parse_figure(figure, here, there - here))
    return tuple(chords)


@dataclass(frozen=True, slots=True)
class Infilling:
    """Some bars of some tracks that are to be written anew, the other voices as they are."""

    score: Score
    tracks: tuple[int, ...]
    request: VoicesRequest

    def with_answer(self, candidate: VoicesCandidate) -> Score:
        """The score with the passage in place of what stood there."""
        start, end, score = self.request.region_start, self.request.region_end, self.score
        for index, written, new in zip(self.tracks, self.request.written, candidate.voices, strict=True):
            if written:
                track = score.track(index)
                kept = [n for note in track.notes for n in _outside(note, start, end)]
                score = score.with_track(index, replace(track, notes=(*kept, *new)))
        return score


def infill_voices(
    score: Score, card: Card, tracks: Sequence[int], bars: tuple[int, int], settings: HarmoniseSettings
) -> Infilling:
    """Bars [first, last], counted from 0, of the `tracks` to be written anew by a model for voices.

    Up to four tracks sound together, the highest first; those that are not named stay as they are. StudioError where a
    track is not there, or where there are more voices than four."""
    for index in tracks:
        score.track(index)
    start, end = score.bar_start(bars[0]), score.bar_start(bars[1] + 1)
    heard = _from_high_to_low(score, tracks)
    if len(heard) > len(PARTS):
        raise StudioError("The model writes for four voices; choose fewer tracks.")
    written = tuple(index in tracks for index in heard)
    voices = tuple(
        tuple(n for note in score.track(i).heard for n in _outside(note, start, end))
        if new
        else score.track(i).heard
        for i, new in zip(heard, written, strict=True)
    )
    request = replace(
        _request(score, card, settings, (start, end)),
        voices=voices,
        written=written,
        ranges=_ranges(settings, voices),
        chords=_chords(score, settings, start),
    )
    return Infilling(score, tuple(heard), request)


def _from_high_to_low(score: Score, tracks: Sequence[int]) -> list[int]:
    """The tracks asked for and, as far as there is room for four, those that sound beside them."""
    heights = {
        index: sum(note.pitch for note in track.notes) / len(track.notes) if track.notes else 60.0 - index
        for index, track in enumerate(score.tracks)
        if index in tracks or (track.notes and track.channel != DRUM_CHANNEL)
    }
    others = [index for index in heights if index not in tracks][: max(0, len(PARTS) - len(set(tracks)))]
    return sorted({*tracks, *others}, key=lambda index: -heights[index])


def _outside(note: Note, start: int, end: int) -> list[Note]:
    """What of a note is left when [start, end) is written anew: one that rings into the passage is cut there, and one
    that rings out of it goes on behind it."""
    if not note.overlaps(start, end):
        return [note]
    left = []
    if note.start_ticks < start:
        left.append(replace(note, duration_ticks=start - note.start_ticks))
    if note.end_ticks > end:
        behind = replace(note, start_ticks=end, duration_ticks=note.end_ticks - end)
        left.append(replace(behind, id=-1) if left else behind)
    return left


def harmonise_recipe(card: Card, settings: HarmoniseSettings, app: str) -> Recipe:
    """What stands in the MIDI file that was written with it."""
    return Recipe("music", card.id, card.weights.sha256, harmonise=settings, app=app)
