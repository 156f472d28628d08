"""From the answers of the models for voices, accompaniments and chords to suggestions of several parts. Pure functions.

Invariant: a locked track gets no part; what a track holds in the region gives way only to an accompaniment, on its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from PySide6.QtCore import QCoreApplication

from studio.core.accompaniment import ARPEGGIO, BASS_AND_CHORDS, BLOCK, BROKEN, PAD, WALKING
from studio.core.messages import ChordsCandidate, VoicesCandidate
from studio.core.score import Note, Score, Track
from studio.core.track_edits import free_channels
from studio.inference.accompanying import AccompanimentIdea, Accompanying, Hand
from studio.inference.harmonising import Harmonising
from studio.inference.piano_texture import TEXTURE
from studio.ui.music.suggestion import Ghost, Part, Suggestion

Region = tuple[int, int]


def figure_name(figure: str) -> str:
    """What people call a figure."""
    names = {
        BROKEN: tr("Broken chords"),
        BASS_AND_CHORDS: tr("Bass and chords"),
        ARPEGGIO: tr("Arpeggios"),
        PAD: tr("Held chords"),
        BLOCK: tr("Chords on every beat"),
        WALKING: tr("Walking bass"),
        TEXTURE: tr("Piano texture"),
    }
    return names.get(figure, figure)


def voices_suggestions(
    plan: Harmonising, found: Iterable[VoicesCandidate], wanted: Collection[str]
) -> tuple[Suggestion, ...]:
    """One for each answer, a part for every wanted voice that was written; a voice without a track is to get one."""
    request, score = plan.request, plan.score
    model = next((score.track(place) for place in plan.places if place is not None), Track())
    channels = dict(zip(plan.names, free_channels(score.tracks, len(plan.names)), strict=True))
    chosen = [k for k, name in enumerate(plan.names) if request.written[k] and name in wanted]

    def part_of(candidate: VoicesCandidate, voice: int, number: int) -> Part:
        name, place = plan.names[voice], plan.places[voice]
        odds = [one.probability for one in candidate.scores[voice]]
        new = None if place is not None else Track(name, model.program, channel=channels[name])
        return Part(
            len(score.tracks) if place is None else place,
            ghosts(candidate.voices[voice], odds, number),
            new=new,
        )

    region = (request.region_start, request.region_end)
    return tuple(
        Suggestion(
            tuple(part_of(candidate, voice, number) for number, voice in enumerate(chosen)),
            candidate.seed,
            region,
            title=tr("Voices"),
        )
        for candidate in found
    )


def accompaniment_suggestions(
    plan: Accompanying, ideas: Iterable[AccompanimentIdea], first: int = 0
) -> tuple[Suggestion, ...]:
    """One for each idea, a part for each of its hands whose track is not locked, with the chords that it lies over. Its
    seed tells it apart: figures over the same chords have one seed; first: how many there are already."""
    return tuple(
        Suggestion(
            tuple(_hand_part(plan, hand, part) for part, hand in enumerate(_free(plan.score, idea.hands))),
            plan.settings.seed + number,
            plan.region,
            chords=idea.found,
            title=figure_name(idea.figure),
        )
        for number, idea in enumerate(ideas, first)
    )


def _free(score: Score, hands: Iterable[Hand]) -> list[Hand]:
    locked = {track.name for track in score.tracks if track.locked}
    return [hand for hand in hands if hand.name not in locked]


def _hand_part(plan: Accompanying, hand: Hand, number: int) -> Part:
    place = next((i for i, t in enumerate(plan.score.tracks) if t.name == hand.name), None)
    notes = ghosts(hand.notes, hand.probabilities, number)
    if place is None:
        return Part(len(plan.score.tracks), notes, new=plan.new_track(hand))
    old = plan.score.track(place).notes_between(*plan.region)
    return Part(place, notes, frozenset(note.id for note in old if not note.locked))


def chords_suggestions(
    score: Score, region: Region, found: Iterable[ChordsCandidate]
) -> tuple[Suggestion, ...]:
    """One for each answer that differs from those before it and has a chord for which there is room."""
    kept: list[Suggestion] = []
    for candidate in found:
        one = Suggestion((), candidate.seed, region, chords=candidate.chords, title=tr("Chords"))
        one = Suggestion((), candidate.seed, region, chords=one.chords_free_of(score), title=one.title)
        if one.chords and all(one.chords != other.chords for other in kept):
            kept.append(one)
    return tuple(kept)


def ghosts(notes: Sequence[Note], odds: Sequence[float], part: int) -> tuple[Ghost, ...]:
    """The notes of one part, each as sure as the model was of it."""
    return tuple(Ghost(note, sure, part) for note, sure in zip(notes, odds, strict=True))


def tr(text: str) -> str:
    return QCoreApplication.translate("Suggesting", text)
