"""How well voices are led, in figures that a teacher of harmony would name: for Bach, a model and a rival alike.

All take frames as in `chorale_rows`: sounds (T, V) with REST, places (T, 5). Lower is stricter, and Bach is not at 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from studio.core.chords import QUALITIES
from studio.engines.music import chorale_rows as rows
from studio.training.music.chorales import Chorale

PERFECT = (0, 7)  # octaves and unisons, fifths
CHORDS = ("", "m", "dim", "aug", "7", "m7", "maj7", "m7b5", "dim7")
_TONES = frozenset(
    frozenset((root + step) % 12 for step in QUALITIES[quality]) for root in range(12) for quality in CHORDS
)


def figures(works: Sequence[Chorale]) -> dict[str, float]:
    """Of all works together: parallel fifths and octaves a bar; the share of frames in which voices cross; the share
    of beats whose tones are no triad or seventh chord; leaps over an octave a bar; attacks a bar in a lower voice."""
    bars = sum(len(work.sounds) / _bar(work) for work in works)
    beats = [work.sounds[work.places[:, 1] == 0] for work in works]
    return {
        "parallels_a_bar": sum(parallels(work.sounds) for work in works) / bars,
        "crossing": sum(crossed(work.sounds) for work in works) / sum(len(work.sounds) for work in works),
        "dissonant_beats": sum(dissonant(b) for b in beats) / sum(len(b) for b in beats),
        "wide_leaps_a_bar": sum(wide_leaps(work.sounds) for work in works) / bars,
        "attacks_a_bar": sum(int(work.begins[:, 1:].sum()) for work in works) / (rows.OTHERS * bars),
    }


def _bar(work: Chorale) -> int:
    meter = int(work.places[0, 2])
    return rows.METER_BARS[meter] if meter < len(rows.METER_BARS) else rows.METER_BARS[0]


def parallels(sounds: rows.Ints) -> int:
    """Pairs of voices that move from one perfect interval to the same one, both to another pitch."""
    count = 0
    for high, low in combinations(range(rows.VOICES), 2):
        pair = sounds[:, [high, low]]
        pair = pair[(pair < rows.REST).all(1)]
        interval = (pair[:, 0] - pair[:, 1]) % 12
        moved = (pair[1:] != pair[:-1]).all(1)
        same = (interval[1:] == interval[:-1]) & np.isin(interval[1:], PERFECT)
        alike = np.sign(pair[1:, 0] - pair[:-1, 0]) == np.sign(pair[1:, 1] - pair[:-1, 1])
        count += int((moved & same & alike).sum())
    return count


def crossed(sounds: rows.Ints) -> int:
    """Frames in which a voice sounds below the next lower one."""
    sung = (sounds < rows.REST)[:, 1:] & (sounds < rows.REST)[:, :-1]
    return int(((sounds[:, :-1] < sounds[:, 1:]) & sung).any(1).sum())


def dissonant(frames: rows.Ints) -> int:
    """Frames (T, V) whose pitch classes do not all belong to one triad or seventh chord."""
    count = 0
    for frame in frames:
        tones = frozenset(((frame[frame < rows.REST] + rows.LOWEST) % 12).tolist())
        count += not any(tones <= chord for chord in _TONES)
    return count


def wide_leaps(sounds: rows.Ints) -> int:
    """Steps of more than an octave within a voice."""
    sung = (sounds[1:] < rows.REST) & (sounds[:-1] < rows.REST)
    return int((sung & (np.abs(np.diff(sounds, axis=0)) > 12)).sum())
