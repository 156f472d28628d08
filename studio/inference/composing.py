"""Writing bars with a model: from a score and what was asked to the request, and from the answer to the new score.

Invariant: outside the bars asked for, and on every other track, each note stays as it was. Torch-free.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from studio.core.card import Card
from studio.core.chords import Chord
from studio.core.errors import StudioError
from studio.core.messages import Candidate, ComposeRequest, ScoreNotesRequest
from studio.core.music_messages import NEAREST_OF
from studio.core.pitch import FLAT_NAMES
from studio.core.recipe import ComposeSettings
from studio.core.score import KeySignature, Note, Score
from studio.core.theory import SCALES, Key, scale_named, scale_pitches
from studio.engines.music.region import top_line
from studio.inference.continuation import MANY_VOICES, height, melody_track, region_after, sounding_tracks
from studio.inference.harmonising import chords_of
from studio.inference.mooding import in_mood, takes_line


@dataclass(frozen=True, slots=True)
class Passage:
    """Bars of a score that are to be written. hands: the tracks that are written, one of them for a model of one voice;
    replaced: the ids of the notes whose place is taken; given: notes that are part of every answer."""

    score: Score
    hands: tuple[int, ...]
    request: ComposeRequest
    replaced: frozenset[int]
    given: tuple[Note, ...] = ()

    @classmethod
    def of(cls, score: Score, card: Card, settings: ComposeSettings) -> Passage:
        """Raises StudioError for a style, scale, chord or track that there is not."""
        _check_styles(card, settings)
        hands = _hands(score, card, settings)
        start, end = region_of(score, hands, settings)
        heard = {*hands, *sounding_tracks(score)} if card.family in MANY_VOICES else hands
        notes = [note for index in sorted(heard) for note in score.track(index).heard]
        inside = tuple(note for note in notes if start <= note.start_ticks < end)
        own = {note.id for index in hands for note in score.track(index).notes}
        stay = tuple(n for n in inside if settings.keep_notes or n.locked or n.id not in own)
        anew = tuple(note for note in inside if note not in stay)
        given = tuple(Note(start + one[0], *one[1:]) for one in settings.given)
        request = ComposeRequest(
            card.id,
            tuple(note for note in notes if not start <= note.start_ticks < end),
            start,
            end,
            (*stay, *given),
            temperature=settings.temperature,
            top_p=settings.top_p,
            seed=settings.seed,
            styles=settings.styles,
            meter=score.meter_at(start),
            key=key_told(settings) or score.key_at(start),
            scale=scale_named(settings.scale)[1] if settings.scale else None,
            low=settings.low,
            high=settings.high,
            attributes=settings.attributes,
            guidance=settings.guidance,
            chords=() if card.family in MANY_VOICES else _chords(score, settings, start),
            rhythm=_rhythm(inside, stay, end) if settings.keep_rhythm else _told(settings.rhythm, start),
            must_start=frozenset(settings.must_start),
            must_end=frozenset(settings.must_end),
            polyphony=settings.polyphony,
            best_of=settings.best_of,
        )
        request = in_mood(request, settings.mood, takes_line(card), not settings.scale)
        request = replace(request, best_of=_drawn(card, request, settings))
        return cls(score, hands, request, frozenset(note.id for note in anew), given)

    def asking_for(self, candidates: int) -> ComposeRequest:
        """The request for several answers at once."""
        return replace(self.request, candidates=candidates)

    def with_answer(self, candidate: Candidate) -> Score:
        """The score with the new notes in their place, each in the hand that has lately been nearest to it."""
        score, parts = self.score, dict[int, list[Note]]()
        for note in (*self.given, *candidate.notes):
            parts.setdefault(
                min(self.hands, key=lambda k: abs(height(self.score, k) - note.pitch)), []
            ).append(note)
        for index in self.hands:
            score = score.with_notes_removed(index, self.replaced).with_notes_added(
                index, parts.get(index, ())
            )
        return score


def _drawn(card: Card, request: ComposeRequest, settings: ComposeSettings) -> int:
    """How many answers are drawn for one: several where the nearest to some attributes is to be kept, unless a rhythm
    or some of the notes are told, which settle most of them."""
    told = settings.rhythm or settings.given
    several = request.attributes and not told and card.family not in MANY_VOICES
    return max(request.best_of, NEAREST_OF if several else 1)


def _hands(score: Score, card: Card, settings: ComposeSettings) -> tuple[int, ...]:
    """The tracks told; else all that sound for a model of many voices, or the melody's."""
    if not settings.tracks:
        return sounding_tracks(score) if card.family in MANY_VOICES else (melody_track(score),)
    for index in settings.tracks:
        if not 0 <= index < len(score.tracks):
            raise StudioError(f"There is no track {index + 1}.", hint=f"The score has {len(score.tracks)}.")
    if len(settings.tracks) > 1 and card.family not in MANY_VOICES:
        raise StudioError(f"{card.name} writes one track at a time.", hint="Choose one track.")
    return settings.tracks


def region_of(score: Score, hands: tuple[int, ...], settings: ComposeSettings) -> tuple[int, int]:
    """Ticks [start, end) of the bars asked for: given ones, else those after the last note of these tracks."""
    if settings.first_bar < 0:
        longest = max(hands, key=lambda index: score.track(index).end_ticks)
        return region_after(score, longest, settings.bars)
    return score.bar_start(settings.first_bar), score.bar_start(settings.first_bar + settings.bars)


def _check_styles(card: Card, settings: ComposeSettings) -> None:
    unknown = [name for name, _ in settings.styles if name not in card.styles]
    if unknown:
        raise StudioError(
            f"{card.name} has no style named {unknown[0]!r}.",
            hint=f"Its styles: {', '.join(card.styles) or 'none'}.",
        )


def key_told(settings: ComposeSettings) -> KeySignature | None:
    """The key of the scale that was asked for; its third says whether it is minor."""
    if not settings.scale:
        return None
    tonic, pitches = scale_named(settings.scale)
    minor = (tonic + 3) % 12 in pitches and (tonic + 4) % 12 not in pitches
    return Key(tonic, "minor" if minor else "major").signature


def _chords(score: Score, settings: ComposeSettings, start: int) -> tuple[Chord, ...]:
    """Those told for the bars, each bar's between bars or one a bar; else those that stand in the score."""
    text = settings.chords
    if not text.strip():
        return score.chords
    return chords_of(text if "|" in text else " | ".join(text.split()), score, start)


def rhythm_of(inside: Sequence[Note], end_ticks: int) -> tuple[tuple[int, int], ...]:
    """(start, duration) of the top line of what stands before `end_ticks`: a rhythm for one voice."""
    return tuple((n.start_ticks, min(n.end_ticks, end_ticks) - n.start_ticks) for n in top_line(inside))


def free_rhythm(inside: Sequence[Note], stay: Sequence[Note], end_ticks: int) -> tuple[tuple[int, int], ...]:
    """The rhythm of those notes that do not stay, without what would sound against one that does."""
    kept = set(stay)
    return tuple(
        (start, length)
        for start, length in rhythm_of([note for note in inside if note not in kept], end_ticks)
        if not any(note.overlaps(start, start + length) for note in stay)
    )


def _rhythm(inside: tuple[Note, ...], stay: tuple[Note, ...], end: int) -> tuple[tuple[int, int], ...]:
    found = free_rhythm(inside, stay, end)
    if not found:
        raise StudioError("There are no notes in these bars whose rhythm could be kept.")
    return found


def _told(rhythm: Sequence[tuple[int, int]], start: int) -> tuple[tuple[int, int], ...]:
    return tuple((start + at, length) for at, length in rhythm)


def settings_of(request: ComposeRequest, score: Score, track: int) -> ComposeSettings:
    """What stands in a recipe of a request about a track of a score: as much of it as settings can say."""
    bars = round((request.region_end - request.region_start) / request.meter.bar_ticks)
    start, first = request.region_start, score.bar_of(request.region_start)
    given = [note for note in request.locked if note.id < 0]
    keeps = _stands_there(request, score, track)
    return ComposeSettings(
        request.seed,
        min(max(bars, 1), 256),
        request.temperature,
        request.top_p,
        request.styles,
        first_bar=first if score.bar_start(first) == start else -1,
        tracks=(track,),
        scale=_scale_text(request),
        low=request.low,
        high=request.high,
        attributes=request.attributes,
        guidance=request.guidance,
        must_start=tuple(sorted(request.must_start)),
        must_end=tuple(sorted(request.must_end)),
        best_of=request.best_of,
        polyphony=request.polyphony,
        keep_rhythm=keeps,
        keep_notes=any(note.id >= 0 and not note.locked for note in request.locked),
        rhythm=() if keeps else _told(request.rhythm, -start),
        given=tuple((n.start_ticks - start, n.duration_ticks, n.pitch, n.velocity) for n in given),
        mood=request.mood,
    )


def _stands_there(request: ComposeRequest, score: Score, track: int) -> bool:
    """Whether a rhythm is that of the notes which the answer takes the place of."""
    start, end = request.region_start, request.region_end
    inside = [note for note in score.track(track).heard if start <= note.start_ticks < end]
    stay = [note for note in inside if note in request.locked]
    return bool(request.rhythm) and free_rhythm(inside, stay, end) == request.rhythm


def _scale_text(request: ComposeRequest) -> str:
    """The name of a request's scale on its own tonic; empty where it has none."""
    if request.scale is None or request.key is None:
        return ""
    tonic = request.key.tonic
    names = (name for name in SCALES if scale_pitches(tonic, name) == request.scale)
    name = next(names, "")
    return f"{FLAT_NAMES[tonic]} {name}" if name else ""


def scoring_request(score: Score, card: Card, settings: ComposeSettings) -> ScoreNotesRequest:
    """What a model is asked of the notes of one track, the melody's where none is told."""
    _check_styles(card, settings)
    (track,) = _hands(score, card, settings)[:1]
    notes = score.track(track).heard
    if not notes:
        raise StudioError("There are no notes to judge.")
    start = notes[0].start_ticks
    return ScoreNotesRequest(
        card.id,
        notes,
        settings.styles,
        score.meter_at(start),
        score.key_at(start),
        chords=_chords(score, settings, start),
    )


def again(settings: ComposeSettings, seed: int) -> ComposeSettings:
    """What makes just the answer of this seed again."""
    return replace(settings, seed=seed % 2**32)
