"""Originality: where a phrase has been before, and whether that is more than different human tunes have in common.

A phrase is compared by its steps (interval, and ratio of times), so in any key and at any tempo. How much is usual is
read off a Baseline: the same figures of human phrases against the tunes of other people. Pure; thread: any.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from studio.core.melody import Steps, steps_of, top_line
from studio.core.score import Note, Score
from studio.core.tune_index import SEED, Lengths, Places, TuneIndex

GRAM = 7  # steps, of eight notes: the pieces whose share is counted
ORIGINAL, CLOSE, QUOTES, SHORT = "original", "close", "quotes", "too short"
FEWEST = 12  # notes that can be judged
PLAIN = 2  # different steps: a scale, a trill or a repeated note is nobody's


@dataclass(frozen=True, slots=True)
class Usual:
    """What human phrases of so many notes have in common with other people's tunes: the longest match in notes (median,
    95th and 99th percentile) and the share of pieces of eight notes that stand elsewhere (mean, 95th percentile)."""

    notes: int
    phrases: int
    median: float
    p95: float
    p99: float
    share: float
    share_p95: float


@dataclass(frozen=True)
class Baseline:
    """By group of collections what is usual, in order of the number of notes."""

    rows: Mapping[str, tuple[Usual, ...]]
    group_of: Mapping[str, str]  # collection -> group

    def usual(self, collection: str, notes: int) -> Usual:
        """For a phrase of `notes` notes beside the tunes of a collection: between the two nearest rows."""
        rows = self.rows[self.group_of.get(collection, next(iter(self.rows)))]
        above = next((row for row in rows if row.notes >= notes), rows[-1])
        below = next((row for row in reversed(rows) if row.notes <= notes), rows[0])
        if above.notes <= below.notes:
            return below
        part = math.log(notes / below.notes) / math.log(above.notes / below.notes)

        def between(low: float, high: float) -> float:
            return low + part * (high - low)

        return Usual(
            notes,
            min(above.phrases, below.phrases),
            between(below.median, above.median),
            between(below.p95, above.p95),
            between(below.p99, above.p99),
            between(below.share, above.share),
            between(below.share_p95, above.share_p95),
        )


@dataclass(frozen=True, slots=True)
class Match:
    """The longest stretch of a phrase that stands in a tune. bar: of the tune, from 1; first: index of its first note
    in the phrase's line; start_ticks, end_ticks: where it sounds in the phrase."""

    tune: str
    collection: str
    bar: int
    first: int
    notes: int
    start_ticks: int
    end_ticks: int


@dataclass(frozen=True, slots=True)
class Originality:
    """The figures of one phrase and the verdict: ORIGINAL, CLOSE (a longer match than 95 in 100 human phrases have),
    QUOTES (than 99 in 100) or SHORT."""

    notes: int
    longest: Match | None
    share: float
    verdict: str
    usual: Usual

    @property
    def sentence(self) -> str:
        """For people."""
        if self.verdict == SHORT:
            return f"It has {self.notes} notes of melody; {FEWEST} are needed to judge it."
        if self.longest is None:
            return f"No {SEED + 1} notes of it, scales aside, stand in any of the tunes."
        found = f"{self.longest.notes} notes are those of “{self.longest.tune}”, bar {self.longest.bar}"
        usual = f"{self.usual.median:.0f} in a row is usual between tunes by different people"
        if self.verdict == QUOTES:
            return f"It quotes: {found}; {usual}, and more than {self.usual.p99:.0f} are found once in a hundred."
        if self.verdict == CLOSE:
            return f"It comes close: {found}; {usual}, and more than {self.usual.p95:.0f} are found once in twenty."
        return f"It is its own: at most {found}; {usual}, up to {self.usual.p95:.0f} is common."


def judge(
    notes: Sequence[Note], index: TuneIndex, baseline: Baseline, without: Collection[int] = ()
) -> Originality:
    """The originality of some notes: of their top line, against all tunes of the index but `without`."""
    line = top_line(notes)
    steps = steps_of(line)
    lengths, places = index.matches(steps, without)
    longest = _match(line, longest_stretch(steps, lengths), places, index)
    usual = baseline.usual(longest.collection if longest else "", max(1, len(line)))
    return Originality(len(line), longest, seen_share(lengths), _verdict(len(line), longest, usual), usual)


def seen_share(lengths: Lengths) -> float:
    """The share of a phrase's pieces of eight notes that stand in a tune."""
    pieces = lengths[: max(0, len(lengths) - GRAM + 1)]
    return float((pieces >= GRAM).mean()) if len(pieces) else 0.0


def copy_rate(judged: Sequence[Originality]) -> float:
    """Of several phrases the share that comes close to a tune, or quotes one; those too short to judge do not count."""
    counted = [found for found in judged if found.verdict != SHORT]
    return sum(found.verdict in (CLOSE, QUOTES) for found in counted) / max(1, len(counted))


def _verdict(notes: int, longest: Match | None, usual: Usual) -> str:
    if notes < FEWEST:
        return SHORT
    found = longest.notes if longest else 0
    return QUOTES if found > usual.p99 else CLOSE if found > usual.p95 else ORIGINAL


def longest_stretch(steps: Steps, lengths: Lengths) -> tuple[int, int]:
    """(first note, notes) of the longest match that is more than a scale or a repeated note; (0, 0) for none."""
    for first in np.argsort(-lengths, kind="stable").tolist():
        length = int(lengths[first])
        if length < SEED:
            break
        if len(np.unique(steps[first : first + length])) > PLAIN:
            return first, length + 1
    return 0, 0


def _match(line: Sequence[Note], stretch: tuple[int, int], places: Places, index: TuneIndex) -> Match | None:
    first, notes = stretch
    if not notes:
        return None
    place = int(places[first])
    tune = index.tune_at(place)
    return Match(
        index.names[tune],
        index.collections[tune],
        int(index.bars[place]) + 1,
        first,
        notes,
        line[first].start_ticks,
        line[first + notes - 1].end_ticks,
    )


def bars_of(score: Score, match: Match) -> tuple[int, int]:
    """The first and the last bar, from 1, of a score that a match lies in."""
    return score.bar_of(match.start_ticks) + 1, score.bar_of(match.end_ticks - 1) + 1
