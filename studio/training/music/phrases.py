"""All phrases of some tunes as small arrays: every window of 2 or 4 bars that begins at a bar line.

Phrases of equally many beats lie in one array, so that a batch needs no padding. A window whose notes do not lie on the
grid is left out and counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.engines.music import events as ev
from studio.engines.music import phrase_grid as pg
from studio.files.abc_tune import Tune
from studio.training.music.tunes import NamedTune

MAX_TRAINING_BEATS = 16
MIN_ONSETS = 3


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases of one shape: tokens (N, beats, SLOTS) int8; meter, style, tune (N,)."""

    bars: int
    tokens: pg.Tokens
    meter: NDArray[np.int64]
    style: NDArray[np.int64]
    tune: NDArray[np.int64]

    @property
    def beats(self) -> int:
        return int(self.tokens.shape[1])


def phrases_of(
    tunes: list[NamedTune], styles: tuple[str, ...], lengths: tuple[int, ...] = (2, 4)
) -> tuple[list[Phrases], Counter[str]]:
    """(phrases by shape, how many windows were kept and left out, by reason)."""
    found: dict[tuple[int, int], list[tuple[pg.Tokens, int, int, int]]] = defaultdict(list)
    counts = Counter[str]()
    for index, named in enumerate(tunes):
        meter, style = ev.meter_class(*named.tune.meter), styles.index(named.style)
        laid = LaidTune.of(named.tune)
        for bars in lengths:
            for tokens in laid.windows(bars, counts):
                found[bars, len(tokens)].append((tokens, meter, style, index))
    return [_stacked(bars, rows) for (bars, _), rows in sorted(found.items())], counts


def _stacked(bars: int, rows: list[tuple[pg.Tokens, int, int, int]]) -> Phrases:
    tokens, *columns = zip(*rows, strict=True)
    return Phrases(bars, np.stack(tokens), *(np.array(column, np.int64) for column in columns))


@dataclass(frozen=True, slots=True)
class LaidTune:
    """A whole tune on its grid: tokens (bars, beats, SLOTS), and which bars hold notes that the grid cannot say."""

    tokens: pg.Tokens
    off_grid: NDArray[np.bool_]

    @classmethod
    def of(cls, tune: Tune) -> LaidTune:
        grid = pg.Grid(*tune.meter, max(1, -(-tune.end_ticks // pg.Grid(*tune.meter).bar_ticks)))
        base = pg.base_near(tune.notes, tune.tonic)
        tokens = pg.encode(tune.notes, 0, grid, base).tokens
        starts = np.array([note.start_ticks for note in tune.notes])
        pitches = np.array([note.pitch for note in tune.notes]) - base
        lost = ~np.isin(starts, grid.slot_ticks()) | (pitches < pg.LOWEST) | (pitches > pg.HIGHEST)
        off_grid = np.zeros(grid.bars, bool)
        off_grid[starts[lost & (starts < grid.total_ticks)] // grid.bar_ticks] = True
        return cls(tokens.reshape(grid.bars, grid.beats_per_bar, pg.SLOTS), off_grid)

    def windows(self, bars: int, counts: Counter[str]) -> list[pg.Tokens]:
        """The phrases of so many bars, (beats, SLOTS) each: a note that rings into one begins with it."""
        kept, length = list[pg.Tokens](), bars * self.tokens.shape[1]
        for start in range(len(self.tokens) - bars + 1 if length <= MAX_TRAINING_BEATS else 0):
            tokens = self.tokens[start : start + bars].reshape(length, pg.SLOTS).copy()
            if tokens[0, 0] == pg.HOLD:
                tokens[0, 0] = self._sounding_at(start)
            few = int((tokens >= pg.FIRST_PITCH).sum()) < MIN_ONSETS
            off = self.off_grid[start : start + bars].any()
            reason = "too few notes" if few else "off the grid" if off else "kept"
            counts[reason] += 1
            if reason == "kept":
                kept.append(tokens)
        return kept

    def _sounding_at(self, bar: int) -> int:
        """What goes on as a bar begins: a pitch, or REST."""
        before = self.tokens[:bar].ravel()
        marks = np.flatnonzero(before)  # all but HOLD
        return int(before[marks[-1]]) if len(marks) else pg.REST
