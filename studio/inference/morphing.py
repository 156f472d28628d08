"""Morphing one phrase into another: from two scores to the requests, and from the answers to the new score. Torch-free.

Invariant: the first and the last phrase of the result are the user's own notes, exactly as they were. What lies between
is written in the metre, key and tempo of the end that is nearer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from studio.core.card import Card
from studio.core.errors import StudioError
from studio.core.latent import slerp
from studio.core.messages import DecodePhrasesRequest, EncodePhrasesRequest, PhrasesEncoded
from studio.core.music_messages import Notes, PhraseFrame
from studio.core.recipe import MorphSettings, Recipe
from studio.core.score import MeterChange, Note, Score, Track
from studio.core.theory import guess_key
from studio.inference.continuation import melody_track

FINER = 4  # so many phrases are written for each that is kept


@dataclass(frozen=True, slots=True)
class Ending:
    """One end of the way: the notes of the first bars of a score's melody, moved to tick 0, and how they sound."""

    title: str
    notes: Notes
    frame: PhraseFrame
    bpm: float
    program: int
    loudness: float  # the mean velocity
    longer: bool  # whether the melody goes on after these bars

    @classmethod
    def of(cls, score: Score, bars: int) -> Ending:
        """The bars from the one in which the melody begins. StudioError for a score without notes."""
        track = score.track(melody_track(score)) if score.tracks else Track()
        if not track.notes:
            raise StudioError(
                f"There are no notes in {score.title or 'this file'}.", hint="Choose another file."
            )
        first = score.bar_of(track.notes[0].start_ticks)
        start, meter = score.bar_start(first), score.meter_at(score.bar_start(first))
        end = start + bars * meter.bar_ticks
        notes = tuple(_moved(note, -start) for note in track.notes_between(start, end))
        key = score.key_at(start) or guess_key(notes).signature
        frame = PhraseFrame(
            0, bars, MeterChange(0, meter.numerator, meter.denominator), replace(key, ticks=0)
        )
        bpm = score.tempo_at(start).bpm
        loudness = sum(note.velocity for note in notes) / len(notes)
        return cls(score.title, notes, frame, bpm, track.program, loudness, track.end_ticks > end)

    @property
    def ticks(self) -> int:
        return self.frame.bars * self.frame.meter.bar_ticks


@dataclass(frozen=True, slots=True)
class Morph:
    """A way of `settings.steps` phrases from one ending to the other."""

    first: Ending
    last: Ending
    model_id: str
    settings: MorphSettings

    @classmethod
    def of(cls, first: Score, last: Score, card: Card, settings: MorphSettings) -> Morph:
        """Raises StudioError for a style that the model does not have, or a score without notes."""
        unknown = [name for name, _ in settings.styles if name not in card.styles]
        if unknown:
            raise StudioError(
                f"{card.name} has no style named {unknown[0]!r}.",
                hint=f"Its styles: {', '.join(card.styles) or 'none'}.",
            )
        return cls(Ending.of(first, settings.bars), Ending.of(last, settings.bars), card.id, settings)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Which end is cut."""
        return tuple(
            f"Only the first {self.settings.bars} bars of {end.title or name} take part."
            for name, end in (("the first file", self.first), ("the second file", self.last))
            if end.longer
        )

    def encoding(self) -> EncodePhrasesRequest:
        """Asks for the latents of both ends."""
        ends = tuple((end.frame, end.notes) for end in (self.first, self.last))
        return EncodePhrasesRequest(self.model_id, ends)

    def decodings(self, encoded: PhrasesEncoded) -> tuple[DecodePhrasesRequest, ...]:
        """Asks for the phrases of a finer way than is wanted, both ends among them: those nearer to the first end in
        its frame, then the others in the last's."""
        a, b = (np.array(latent) for latent in encoded.latents)
        total = FINER * (self.settings.steps - 1)
        way = [tuple(float(x) for x in slerp(a, b, i / total)) for i in range(total + 1)]
        near = total // 2 + 1  # a phrase in the very middle is the first end's
        halves = zip(encoded.frames, (way[:near], way[near:]), strict=True)
        return tuple(self._decoding(frame, tuple(latents)) for frame, latents in halves)

    def _decoding(self, frame: PhraseFrame, latents: tuple[tuple[float, ...], ...]) -> DecodePhrasesRequest:
        settings = self.settings
        low, high = settings.range or (0, 127)
        return DecodePhrasesRequest(
            self.model_id,
            frame,
            latents,
            styles=settings.styles,
            scale=frozenset(settings.scale) or None,
            low=low,
            high=high,
            temperature=settings.temperature,
            seed=settings.seed,
        )

    def phrases(self, finer: Sequence[Notes]) -> list[tuple[Ending, Notes]]:
        """The phrases of the result, from those of the finer way: the user's own at the ends, and between them those
        that divide the change from one to the other most evenly; each with the end in whose frame it lies."""
        between = [
            (self.first if i <= (len(finer) - 1) // 2 else self.last, finer[i])
            for i in evenly(finer, self.settings.steps)[1:-1]
        ]
        return [(self.first, self.first.notes), *between, (self.last, self.last.notes)]

    def score_of(self, finer: Sequence[Notes]) -> Score:
        """All phrases one after the other on one track."""
        phrases = self.phrases(finer)
        title = f"{self.first.title or 'first'} to {self.last.title or 'last'}"
        score, start, notes, before = _empty_like(self.first, title), 0, list[Note](), self.first
        for number, (end, phrase) in enumerate(phrases):
            if end is not before:
                score, before = _changed(score, end, start), end
            own = number in (0, len(phrases) - 1)
            loudness = self._loudness(number / (len(phrases) - 1))
            notes += [_moved(n if own else _accented(n, loudness, end.frame.meter), start) for n in phrase]
            start += end.ticks
        return score.with_notes_added(0, notes)

    def _loudness(self, share: float) -> float:
        """The mean velocity so far on the way, 0 to 1."""
        return self.first.loudness + share * (self.last.loudness - self.first.loudness)


def evenly(way: Sequence[Notes], count: int) -> list[int]:
    """`count` ascending places of a way, its ends among them, between which about as much changes each time."""
    changes = [_change(a, b) for a, b in pairwise(way)]
    if not any(changes):
        changes = [1.0] * len(changes)
    heard = np.concatenate([[0.0], np.cumsum(changes)])
    places = [0]
    for number in range(1, count - 1):
        nearest = int(np.abs(heard - heard[-1] * number / (count - 1)).argmin())
        places.append(min(max(nearest, places[-1] + 1), len(way) - count + number))
    return [*places, len(way) - 1]


def _change(a: Notes, b: Notes) -> float:
    """The share of notes that do not stand in both: 0 for the same notes, 1 for none in common."""
    one, two = ({(note.start_ticks, note.pitch) for note in notes} for notes in (a, b))
    return 1 - 2 * len(one & two) / max(1, len(one) + len(two)) if one or two else 0.0


def _accented(note: Note, loudness: float, meter: MeterChange) -> Note:
    """With the metre's accents: the model has no velocities."""
    beat = meter.beat_ticks * (3 if meter.numerator in (6, 9, 12) else 1)
    within = note.start_ticks % meter.bar_ticks
    accent = 10 if within == 0 else 3 if within % beat == 0 else -5
    return replace(note, velocity=min(127, max(1, round(loudness) + accent)))


def _empty_like(end: Ending, title: str) -> Score:
    meter, key = end.frame.meter, end.frame.key
    score = Score.empty(title, end.bpm, meter.numerator, meter.denominator)
    score = score.with_track(0, replace(score.track(0), program=end.program))
    return score.with_key(key.fifths, key.minor) if key else score


def _changed(score: Score, end: Ending, ticks: int) -> Score:
    """From `ticks` on in the metre, key and tempo of an end, where they differ."""
    meter, key = end.frame.meter, end.frame.key
    before = score.meter_at(ticks)
    if (before.numerator, before.denominator) != (meter.numerator, meter.denominator):
        score = score.with_meter(meter.numerator, meter.denominator, ticks)
    if key is not None and score.key_at(ticks) != replace(key, ticks=0):
        score = score.with_key(key.fifths, key.minor, ticks)
    return score if score.tempo_at(ticks).bpm == end.bpm else score.with_tempo(end.bpm, ticks)


def _moved(note: Note, ticks: int) -> Note:
    return replace(note, start_ticks=note.start_ticks + ticks, id=-1)


def morph_recipe(card: Card, settings: MorphSettings, app: str) -> Recipe:
    """What stands in the MIDI file that was written with it."""
    return Recipe("music", card.id, card.weights.sha256, morph=settings, app=app)
