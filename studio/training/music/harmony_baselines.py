"""What the chord finder is measured against: counting, and a hidden Markov model of chords. NumPy only.

All is seen from the tonic, as the network sees it; every sheet is in the slots of one harmonic rhythm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.engines.music import chord_slots as cs
from studio.training.music.sheet_batches import Heard, from_tonic

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
KINDS = len(cs.KINDS)


@dataclass(frozen=True)
class Seen:
    """A sheet from its first chord to its last: chords (T,), what sounds (T, 12) in shares of the slot, whether each
    slot begins a bar, and the degree that sounds longest (12 is none)."""

    chords: Ints
    sounds: Floats
    downbeat: Ints
    degree: Ints

    @classmethod
    def of(cls, heard: Heard) -> Seen:
        tonic = heard.sheet.key.tonic
        chords = from_tonic(heard.chords, tonic)
        numbers = cs.seen_from(heard.numbers, tonic).astype(np.float64)
        part, longest = chorded(heard), numbers[:, 48:60]
        return cls(
            chords[part],
            (numbers[:, :12] + numbers[:, 12:24])[part] / 2,
            np.diff(heard.bars, prepend=-1)[part].clip(0, 1),
            np.where(longest.any(1), longest.argmax(1), 12)[part],
        )


def chorded(heard: Heard) -> slice:
    """The slots from the first with a chord to the last."""
    places = np.flatnonzero(heard.chords != cs.NO_CHORD)
    return slice(int(places[0]), int(places[-1]) + 1)


def _shares(counts: Floats, towards: Floats, weight: float) -> Floats:
    """Counts along the last axis as shares, drawn towards others where there are few."""
    return (counts + weight * towards) / (counts.sum(-1, keepdims=True) + weight)


class Counting:
    """The most frequent chord of a scale degree, and of the chord before: what counting alone can tell."""

    def __init__(self, sheets: Sequence[Seen]) -> None:
        degrees, moves = np.zeros((2, 13, cs.SYMBOLS)), np.zeros((2, cs.SYMBOLS, cs.SYMBOLS))
        for sheet in sheets:
            np.add.at(degrees, (sheet.downbeat, sheet.degree, sheet.chords), 1)
            np.add.at(moves, (sheet.downbeat[1:], sheet.chords[:-1], sheet.chords[1:]), 1)
        usual = _shares(degrees.sum((0, 1)), np.full(cs.SYMBOLS, 1 / cs.SYMBOLS), 5.0)  # (SYMBOLS,)
        self.usual = usual
        self.of_degree = _shares(degrees, usual, 5.0)  # (2, 13, SYMBOLS)
        holds = 0.5 * np.eye(cs.SYMBOLS) + 0.5 * usual
        self.moves = _shares(moves, _shares(moves.sum(0), holds, 3.0), 3.0)  # (2, SYMBOLS before, SYMBOLS)

    def degree_nats(self, sheet: Seen) -> Floats:
        """(T,), from the degree that sounds longest."""
        return -np.log(self.of_degree[sheet.downbeat, sheet.degree, sheet.chords])

    def degree_guess(self, sheet: Seen) -> Ints:
        return self.of_degree[sheet.downbeat, sheet.degree].argmax(1)

    def move_nats(self, sheet: Seen) -> Floats:
        """(T,), from the chord that truly stands before."""
        first = -np.log(self.usual[sheet.chords[:1]])
        later = -np.log(self.moves[sheet.downbeat[1:], sheet.chords[:-1], sheet.chords[1:]])
        return np.concatenate([first, later])


class Markov:
    """Chords move as they were counted; each sounds its own mixture of pitch classes, the same on every root (a
    harmonisation as in MySong, Simon 2008). `trust`: how much what sounds weighs."""

    def __init__(self, sheets: Sequence[Seen], counting: Counting, trust: float = 1.0) -> None:
        heard = np.zeros((KINDS, 12))
        for sheet in sheets:
            root, kind = np.divmod(sheet.chords, KINDS)
            turned = np.stack([np.roll(row, -r) for row, r in zip(sheet.sounds, root, strict=True)])
            np.add.at(heard, kind, turned)
        mixture = np.log(
            _shares(heard, _shares(heard.sum(0), np.full(12, 1 / 12), 10.0), 20.0)
        )  # (KINDS, 12)
        self._mixtures = np.stack([np.roll(mixture[s % KINDS], s // KINDS) for s in range(cs.SYMBOLS)])
        self._moves, self._usual, self.trust = np.log(counting.moves), np.log(counting.usual), trust

    def _sounding(self, sheet: Seen) -> Floats:
        """(T, SYMBOLS) in nats."""
        return self.trust * sheet.sounds @ self._mixtures.T

    def nats(self, sheet: Seen) -> float:
        """Of all chords of a sheet, given all that sounds."""
        sounding, chords = self._sounding(sheet), sheet.chords
        moves = self._moves[sheet.downbeat[1:], chords[:-1], chords[1:]].sum()
        truth = self._usual[chords[0]] + moves + sounding[np.arange(len(chords)), chords].sum()
        return float(_log_sum(self._forward(sheet, sounding)[-1]) - truth)

    def guess(self, sheet: Seen) -> Ints:
        """The likeliest chord of each slot, given all that sounds."""
        sounding = self._sounding(sheet)
        after, odds = np.zeros(cs.SYMBOLS), self._forward(sheet, sounding)
        for t in range(len(sounding) - 1, -1, -1):
            odds[t] += after
            if t:
                heard = after + sounding[t]
                top = heard.max()
                after = top + np.log(np.exp(self._moves[sheet.downbeat[t]]) @ np.exp(heard - top))
        return odds.argmax(1)

    def _forward(self, sheet: Seen, sounding: Floats) -> Floats:
        """(T, SYMBOLS) in nats: each chord with all that has sounded up to it."""
        rows = [self._usual + sounding[0]]
        for t in range(1, len(sounding)):
            top = rows[-1].max()
            moved = np.exp(rows[-1] - top) @ np.exp(self._moves[sheet.downbeat[t]])
            rows.append(top + np.log(moved) + sounding[t])
        return np.stack(rows)


def _log_sum(values: Floats) -> float:
    return float(values.max() + np.log(np.exp(values - values.max()).sum()))


def fitted_markov(train: Sequence[Seen], choosers: Sequence[Seen], counting: Counting) -> Markov:
    """The hidden Markov model whose trust in what sounds suits the choosers best."""
    models = [Markov(train, counting, trust) for trust in (0.5, 1.0, 1.5, 2.0, 3.0, 4.0)]
    return min(models, key=lambda model: sum(model.nats(sheet) for sheet in choosers))
