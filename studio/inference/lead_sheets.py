"""Chords for a melody: from a score to the request, from the answer to a lead sheet as text and as a new score.

Torch-free. Invariant: the melody and all other tracks stay as they were.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from studio.core.card import Card
from studio.core.chord_edits import CHORDS_TRACK
from studio.core.chords import Chord, in_line, parse_figure
from studio.core.errors import StudioError
from studio.core.messages import ChordsCandidate, ChordsRequest
from studio.core.pitch import pitch_class
from studio.core.recipe import ChordsSettings, Recipe
from studio.core.score import KeySignature, Score, Track
from studio.core.theory import MODES, Key
from studio.core.voicing import voiced
from studio.inference.continuation import melody_track

BARS_A_LINE = 4
_PLACED = re.compile(r"(\d+)(?:\.(\d+))?:(\S+)")


@dataclass(frozen=True, slots=True)
class LeadSheetPlan:
    """One track of a score for which chords are to be found, in bars [first, last] from 0; chord symbols that the
    score has before and after are heard."""

    score: Score
    track: int
    bars: tuple[int, int]
    request: ChordsRequest

    @classmethod
    def of(cls, score: Score, card: Card, settings: ChordsSettings) -> LeadSheetPlan:
        """StudioError for a track or bars that are not there, or a fixed chord that cannot be read."""
        track = melody_track(score) if settings.track is None else settings.track - 1
        if track >= len(score.tracks):
            raise StudioError(f"There is no track {track + 1}; the file has {len(score.tracks)}.")
        notes = score.track(track).heard
        if not notes:
            raise StudioError("There are no notes to find chords for.")
        last = score.bar_of(notes[-1].end_ticks - 1)
        bars = (settings.bars[0] - 1, settings.bars[1] - 1) if settings.bars else (0, last)
        start, end = score.bar_start(bars[0]), score.bar_start(bars[1] + 1)
        request = ChordsRequest(
            card.id,
            notes,
            start,
            end,
            in_line((*_outside(score.chords, start, end), *fixed_chords(settings.fixed, score))),
            settings.a_bar,
            score.meter_at(start),
            key_of(settings.key),
            settings.candidates,
            settings.temperature,
            settings.top_p,
            settings.seed,
            score.meters if len(score.meters) > 1 else (),
            settings.best_of,
            frozenset(settings.scale) or None,
        )
        return cls(score, track, bars, request)

    def lines(self, candidate: ChordsCandidate) -> list[str]:
        """The chords as text, four bars a line, each line beginning with the number of its first bar; % is a bar in
        which the chord before goes on."""
        bars, before = list[str](), ""
        for names in self._names(candidate.chords):
            bars.append("%" if names in ([], [before]) else " ".join(names))
            before = names[-1] if names else before
        width = max(len(bar) for bar in bars)
        return [
            f"{self.bars[0] + at + 1:4}: "
            + " | ".join(bar.ljust(width) for bar in bars[at : at + BARS_A_LINE]).rstrip()
            for at in range(0, len(bars), BARS_A_LINE)
        ]

    def _names(self, chords: Sequence[Chord]) -> Iterator[list[str]]:
        """The chords that begin in each bar; the first bar also has the one that rings into it."""
        for bar in range(self.bars[0], self.bars[1] + 1):
            start, end = self.score.bar_start(bar), self.score.bar_start(bar + 1)
            rings = [c.name for c in chords[:1] if bar == self.bars[0] and c.start_ticks < start]
            yield rings + [chord.name for chord in chords if start <= chord.start_ticks < end]

    def key_name(self, candidate: ChordsCandidate) -> str:
        """The key in which the melody was heard, as in "D minor"."""
        key = candidate.key
        return Key(key.tonic, "minor" if key.minor else "major").name if key else ""

    def with_answer(self, candidate: ChordsCandidate) -> Score:
        """The score with the new chord symbols in the place of those that stood there, and voiced, begun anew in every
        bar, on the track named Chords, which is made where there is none."""
        start, end = candidate.chords[0].start_ticks, candidate.chords[-1].end_ticks
        index = next((i for i, track in enumerate(self.score.tracks) if track.name == CHORDS_TRACK), None)
        old = Track(CHORDS_TRACK) if index is None else self.score.track(index)
        kept = tuple(note for note in old.notes if not note.overlaps(start, end))
        track = replace(old, notes=(*kept, *voiced(self._in_bars(candidate.chords))))
        score = self.score.with_track(len(self.score.tracks) if index is None else index, track)
        return score.with_chords((*_outside(self.score.chords, start, end), *candidate.chords))

    def _in_bars(self, chords: Iterable[Chord]) -> Iterator[Chord]:
        for chord in chords:
            first, last = (self.score.bar_of(ticks) for ticks in (chord.start_ticks, chord.end_ticks - 1))
            inner = [self.score.bar_start(bar) for bar in range(first + 1, last + 1)]
            edges = [chord.start_ticks, *inner, chord.end_ticks]
            for start, end in pairwise(edges):
                yield replace(chord, start_ticks=start, duration_ticks=end - start)


def _outside(chords: Iterable[Chord], start: int, end: int) -> Iterator[Chord]:
    """What of some chords lies outside [start, end)."""
    for chord in chords:
        if chord.start_ticks < start:
            yield replace(chord, duration_ticks=min(chord.end_ticks, start) - chord.start_ticks)
        if chord.end_ticks > end:
            begin = max(chord.start_ticks, end)
            yield replace(chord, start_ticks=begin, duration_ticks=chord.end_ticks - begin)


def fixed_chords(text: str, score: Score) -> tuple[Chord, ...]:
    """Chords written as "1:C 4:G7 4.3:C7": from a bar, or a beat of it, to the end of the bar or the next chord in it.
    StudioError for what is not of that form."""
    heads = list[tuple[int, int, str]]()  # start, end of the bar, figure
    for word in text.split():
        match = _PLACED.fullmatch(word)
        if match is None or match[1] == "0":
            raise StudioError(f"{word!r} is not a chord in a bar.", hint="Write for example 1:C 4:G7 4.3:C7.")
        bar, beat = int(match[1]) - 1, int(match[2] or 1) - 1
        start, end = score.bar_start(bar), score.bar_start(bar + 1)
        ticks = start + beat * score.meter_at(start).beat_ticks
        if not start <= ticks < end:
            raise StudioError(f"Bar {bar + 1} has no beat {beat + 1}.")
        heads.append((ticks, end, match[3]))
    heads.sort(key=lambda head: head[0])
    nexts = [*(start for start, _, _ in heads[1:]), 1 << 40]
    return tuple(
        parse_figure(figure, start, max(1, min(end, stop) - start))
        for (start, end, figure), stop in zip(heads, nexts, strict=False)
    )


def key_of(text: str) -> KeySignature | None:
    """A key as in "D minor" or "Eb"; None for an empty text. StudioError for what is none."""
    tonic, _, mode = text.strip().partition(" ")
    if mode not in ("", *MODES):
        raise StudioError(f"{text!r} is not a key.", hint='Write for example "D minor" or "Eb major".')
    return Key(pitch_class(tonic), mode or "major").signature if tonic else None


def chords_recipe(card: Card, settings: ChordsSettings, app: str) -> Recipe:
    """What stands in the MIDI file that was written with it."""
    return Recipe("music", card.id, card.weights.sha256, chords=settings, app=app)
