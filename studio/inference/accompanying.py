"""Accompanying a melody: from a score to what the models are asked, and from their answers to ideas and a new score.

First chords (those that stand in the chord lane, and the lead-sheet model's where it leaves gaps), then figures over
them. Torch-free. Invariant: the melody and all other tracks stay as they were; an idea only takes the place of what its
own tracks held in the region.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from studio.core.accompaniment import WALKING, accompany, figures_for
from studio.core.card import Card
from studio.core.chords import Chord
from studio.core.errors import StudioError
from studio.core.messages import ChordsCandidate, ChordsRequest
from studio.core.recipe import AccompanySettings, Recipe
from studio.core.score import Note, Score, Track
from studio.core.track_edits import free_channels
from studio.inference.continuation import melody_track
from studio.inference.harmonising import chords_of

CHORDS_FAMILY = "music.lead_sheet"
CHORDS_HAND, BASS_HAND = "Backing", "Backing bass"
PIANO, ACOUSTIC_BASS = 0, 32
CHANGES_A_BAR = 2  # as often as the harmony may change
Region = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hand:
    """The notes of one track of an idea, and how sure the model was of each."""

    name: str
    program: int
    notes: tuple[Note, ...]
    probabilities: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class AccompanimentIdea:
    """One accompaniment; found: the chords of the model that it lies over, those of the lane left out."""

    figure: str
    hands: tuple[Hand, ...]
    seed: int
    found: tuple[Chord, ...] = ()


@dataclass(frozen=True, slots=True)
class Accompanying:
    """A melody that is to be accompanied in a region. request: what the model for chords is asked, None where chords
    stand wherever they are needed, or where there is no such model."""

    score: Score
    track: int
    region: Region
    settings: AccompanySettings
    request: ChordsRequest | None

    @classmethod
    def of(
        cls, score: Score, card: Card | None, settings: AccompanySettings, region: Region | None = None
    ) -> Accompanying:
        """card: a model for chords; region: in ticks, in the place of the settings' bars. StudioError where there is
        nothing to accompany, or no way to find a chord for it."""
        track = melody_track(score) if settings.track is None else settings.track - 1
        notes = score.track(track).heard
        region = region or _bars(score, notes, settings)
        inside = [note for note in notes if note.overlaps(*region)]
        if not inside:
            raise StudioError(
                "There is no melody here to accompany.", hint="Write one first, or mark its bars."
            )
        if text := settings.chords.strip():
            bars = text if "|" in text else " | ".join(text.split())
            score = score.with_chords(chords_of(bars, score, region[0]))
        gaps = any(not score.chord_at(note.start_ticks) for note in inside)
        if (
            gaps
            and card is None
            and not any(c.end_ticks > region[0] and c.start_ticks < region[1] for c in score.chords)
        ):
            raise StudioError(
                "No installed model finds chords.", hint="Write chords above the melody, then ask again."
            )
        request = None
        if gaps and card is not None:
            count = settings.candidates if settings.figure else 1
            plain = chords_request(score, card.id, notes, region)
            request = replace(plain, candidates=count, seed=settings.seed)
        return cls(score, track, region, settings, request)

    @property
    def melody(self) -> tuple[Note, ...]:
        return self.score.track(self.track).heard

    # --- figures over chords -----------------------------------------------------------------------------

    def ideas(self, found: Sequence[ChordsCandidate], count: int) -> tuple[AccompanimentIdea, ...]:
        """`count` ideas at the most: the figures that suit the metre over the first answer, then over the next.

        found: none where the chords stand in the score. A figure that was told is set over every answer."""
        chosen = self.settings.figure
        figures = (chosen,) if chosen else figures_for(self.score.meter_at(self.region[0]))
        answers = found or (
            ChordsCandidate(self.score.chords, (1.0,) * len(self.score.chords), self.settings.seed),
        )
        pairs = [(figure, answer) for answer in answers for figure in figures]
        return tuple(self._idea(*pair) for pair in pairs[:count])

    def chords_of(self, found: Sequence[ChordsCandidate]) -> tuple[Chord, ...]:
        """The chords of the first answer, or those that stand there."""
        return found[0].chords if found else self.score.chords

    def _idea(self, figure: str, answer: ChordsCandidate) -> AccompanimentIdea:
        made = accompany(self.score, answer.chords, self.melody, self.region, figure)
        odds = list(zip(answer.chords, answer.probabilities, strict=True))
        program = ACOUSTIC_BASS if figure == WALKING else PIANO
        hands = (_hand(CHORDS_HAND, PIANO, made.chords, odds), _hand(BASS_HAND, program, made.bass, odds))
        return AccompanimentIdea(figure, hands, answer.seed, self.found_in(answer.chords))

    def found_in(self, chords: Sequence[Chord]) -> tuple[Chord, ...]:
        """Those for which the lane has room, as far as they lie in the region."""
        start, end = self.region
        own = self.score.chords
        return tuple(
            chord
            for chord in chords
            if start <= chord.start_ticks < end
            and not any(chord.start_ticks < o.end_ticks and o.start_ticks < chord.end_ticks for o in own)
        )

    # --- into the score ----------------------------------------------------------------------------------

    def _own_tracks(self) -> list[int]:
        names = (CHORDS_HAND, BASS_HAND)
        return [i for i, track in enumerate(self.score.tracks) if track.name in names and i != self.track]

    def new_track(self, hand: Hand) -> Track:
        """An empty track for a hand, on a channel of its own."""
        names = (CHORDS_HAND, BASS_HAND)
        channels = dict(zip(names, free_channels(self.score.tracks, len(names)), strict=True))
        return Track(hand.name, hand.program, channel=channels.get(hand.name, 0))

    def with_answer(self, idea: AccompanimentIdea) -> Score:
        """The score with the accompaniment in the place of what its tracks held in the region, and its chords."""
        score = self.score.with_chords((*self.score.chords, *idea.found))
        for index in self._own_tracks():
            old = {note.id for note in score.track(index).notes_between(*self.region) if not note.locked}
            score = score.with_notes_removed(index, old)
        for hand in idea.hands:
            places = [i for i in self._own_tracks() if self.score.track(i).name == hand.name]
            place = places[0] if places else len(score.tracks)
            score = score if places else score.with_track(place, self.new_track(hand))
            score = score.with_notes_added(place, hand.notes)
        return score


def _hand(name: str, program: int, notes: tuple[Note, ...], odds: Sequence[tuple[Chord, float]]) -> Hand:
    """A note is as sure as the chord it lies in."""
    return Hand(name, program, notes, tuple(_sureness(note, odds) for note in notes))


def _sureness(note: Note, odds: Sequence[tuple[Chord, float]]) -> float:
    return next((p for chord, p in odds if chord.start_ticks <= note.start_ticks < chord.end_ticks), 1.0)


def _bars(score: Score, notes: Sequence[Note], settings: AccompanySettings) -> Region:
    """The bars that were told, else from the melody's first bar to its last."""
    if settings.bars:
        return score.bar_start(settings.bars[0] - 1), score.bar_start(settings.bars[1])
    first, last = (notes[0].start_ticks, max(note.end_ticks for note in notes)) if notes else (0, 1)
    return score.bar_start(score.bar_of(first)), score.bar_start(score.bar_of(last - 1) + 1)


def chords_request(score: Score, model_id: str, notes: tuple[Note, ...], region: Region) -> ChordsRequest:
    """Chords for a melody in the bars that a stretch touches; those that stand there stay."""
    start, last = score.bar_start(score.bar_of(region[0])), score.bar_of(max(region[0], region[1] - 1))
    return ChordsRequest(
        model_id,
        notes,
        start,
        score.bar_start(last + 1),
        score.chords,
        a_bar=CHANGES_A_BAR,
        meter=score.meter_at(start),
        key=score.key_at(start),
        meters=score.meters if len(score.meters) > 1 else (),
    )


def accompany_recipe(card: Card, settings: AccompanySettings, app: str) -> Recipe:
    """What stands in the MIDI file that was written with it."""
    return Recipe("music", card.id, card.weights.sha256, accompany=settings, app=app)
