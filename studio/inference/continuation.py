"""Continuing a piece: from a score to the request for more notes, and from the answer to the longer score."""

from dataclasses import dataclass

from studio.core.card import Card
from studio.core.errors import StudioError
from studio.core.messages import Candidate, ComposeRequest
from studio.core.recipe import ComposeSettings, Recipe
from studio.core.score import DRUM_CHANNEL, Note, Score

GRID_TICKS = 120  # a sixteenth
MANY_VOICES = ("music.polyphony_lstm",)  # families that hear and write all hands of a piece at once
RECENT = 32


@dataclass(frozen=True, slots=True)
class Continuation:
    """`bars` bars of new notes at the end of one track of a score; of a model for many voices, at the end of all
    tracks that are heard."""

    score: Score
    track: int
    request: ComposeRequest
    hands: tuple[int, ...] = ()

    @classmethod
    def of(cls, score: Score, card: Card, settings: ComposeSettings) -> "Continuation":
        """Raises StudioError for a style that the model does not have."""
        unknown = [name for name, _ in settings.styles if name not in card.styles]
        if unknown:
            raise StudioError(
                f"{card.name} has no style named {unknown[0]!r}.",
                hint=f"Its styles: {', '.join(card.styles) or 'none'}.",
            )
        track = melody_track(score)
        hands = sounding_tracks(score) if card.family in MANY_VOICES else (track,)
        longest = max(hands, key=lambda index: score.track(index).end_ticks)
        start, end = region_after(score, longest, settings.bars)
        request = ComposeRequest(
            card.id,
            tuple(note for index in hands for note in score.track(index).notes),
            start,
            end,
            temperature=settings.temperature,
            top_p=settings.top_p,
            seed=settings.seed,
            styles=settings.styles,
            meter=score.meter_at(start),
            key=score.key_at(start),
        )
        return cls(score, track, request, hands)

    def with_answer(self, candidate: Candidate) -> Score:
        """The score with the new notes at its end, each in the hand that has lately been nearest to it."""
        score, hands = self.score, self.hands or (self.track,)
        parts: dict[int, list[Note]] = {index: [] for index in hands}
        for note in candidate.notes:
            parts[min(hands, key=lambda index: abs(_height(self.score, index) - note.pitch))].append(note)
        for index, notes in parts.items():
            score = score.with_notes_added(index, notes)
        return score


def sounding_tracks(score: Score) -> tuple[int, ...]:
    """The tracks that have notes, drums left out; the first where there are none."""
    heard = (i for i, track in enumerate(score.tracks) if track.notes and track.channel != DRUM_CHANNEL)
    return tuple(heard) or (0,)


def _height(score: Score, index: int) -> float:
    """Where a track has lately been playing: a mean pitch."""
    notes = score.track(index).notes[-RECENT:]
    return sum(note.pitch for note in notes) / len(notes) if notes else 0.0


def melody_track(score: Score) -> int:
    """The track to go on with: the highest on average, drums left out; the first where there are no notes."""
    heights = [
        (sum(note.pitch for note in track.notes) / len(track.notes), -index)
        for index, track in enumerate(score.tracks)
        if track.notes and track.channel != DRUM_CHANNEL
    ]
    return -max(heights)[1] if heights else 0


def compose_recipe(card: Card, settings: ComposeSettings, app: str) -> Recipe:
    """What stands in the MIDI file that was written with it."""
    return Recipe("music", card.id, card.weights.sha256, compose=settings, app=app)


def region_after(score: Score, track: int, bars: int) -> tuple[int, int]:
    """Where a continuation of a track lies, in ticks [start, end).

    It begins right where the last note ends (on the next sixteenth), fills that bar up, and then goes on for `bars`
    whole bars, so that it always ends at a bar line.
    """
    start = -(-score.track(track).end_ticks // GRID_TICKS) * GRID_TICKS
    bar = score.bar_of(start)
    begun = start > score.bar_start(bar)
    return start, score.bar_start(bar + bars + begun)
