"""Moods: over a grid of 5 x 5 of them and several tunes, does the music go where the mood points?

Rank correlations (Spearman) over single answers, tune by tune: of energy with density, loudness and the silence
between the notes, of valence with the share of major among the thirds and with the mean pitch. Not a speed.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise, product
from statistics import mean

import numpy as np
import torch

from studio.core.mood import Mood
from studio.core.recipe import ComposeSettings
from studio.core.score import Note, Score
from studio.core.theory import guess_key
from studio.engines.catalogue import CatalogueEntry
from studio.engines.music.melody_engine import MelodyEngine, open_engine
from studio.files.abc import abc_readings
from studio.inference.composing import Passage
from studio.inference.mooding import played
from tests.benchmarks.models import music_model
from tests.benchmarks.report import Line, Report

PLACES = (-1.0, -0.5, 0.0, 0.5, 1.0)
ANSWERS, BARS, GOAL = 4, 4, ">= 80 %"
TUNES = {
    "Ode to joy": "M:4/4\nK:D\nF2F2G2A2|A2G2F2E2|D2D2E2F2|F3EE4|",
    "Greensleeves": "M:6/8\nK:Am\nA2|c4d2e3fe2|d4B2G3AB2|c4A2A3^GA2|B4^G2E4|",
    "The parting glass": "M:4/4\nK:Am\nAB|c3BA2G2|A2c2d2e2|c3BA2G2|A6|",
    "A reel": "M:4/4\nK:G\nG2BGdGBG|G2Bdg2fg|eaagedBd|eaagedBA|",
    "A waltz": "M:3/4\nK:F\nc2A2F2|G4A2|B2d2c2|A6|",
}  # fmt: skip
NUMBERS = ("density", "loudness", "silence", "major", "pitch")
PAIRS = (
    ("energy", "density"), ("energy", "loudness"), ("energy", "silence"), ("valence", "major"), ("valence", "pitch"),
)  # fmt: skip


def measure(report: Report) -> None:
    entry = music_model()
    engine = open_engine(entry, torch.device("cpu"))
    scores = {name: _score(f"X:1\nL:1/8\n{text}\n") for name, text in TUNES.items()}
    found = {name: _rows(engine, entry, score) for name, score in scores.items()}
    report.section(f"Moods: {entry.card.id}, rank correlation, mean of {len(TUNES)} tunes")
    for axis, number in PAIRS:
        each = [spearman(*(_column(rows, key) for key in (axis, number))) for rows in found.values()]
        report.add(
            Line(f"{axis} with {number} (worst {100 * min(each):.0f})", 100 * mean(each), "%", goal=GOAL)
        )
    for axis, number in PAIRS:
        for place in PLACES:
            values = [row[number] for rows in found.values() for row in rows if row[axis] == place]
            report.add(
                Line(f"mean {number} at {axis} {place:+.1f}", 100 * float(np.nanmean(values)), "/ 100")
            )


def _score(text: str) -> Score:
    (reading,) = abc_readings(text.encode(), "tune")
    assert not isinstance(reading, Exception)
    return reading.score


def _rows(engine: MelodyEngine, entry: CatalogueEntry, score: Score) -> list[dict[str, float]]:
    """What was measured of each answer."""
    rows = []
    for valence, energy in product(PLACES, PLACES):
        settings = ComposeSettings(seed=17, bars=BARS, mood=Mood(valence, energy))
        passage = Passage.of(score, entry.card, settings)
        request = passage.asking_for(ANSWERS)
        span = request.region_end - request.region_start
        tonic = (score.key_at(0) or guess_key(score.notes()).signature).tonic
        for one in played(request, engine.compose(request)):
            rows.append({"valence": valence, "energy": energy, **_measured(one.notes, span, tonic)})
    return rows


def _measured(notes: Sequence[Note], span: int, tonic: int) -> dict[str, float]:
    steps = [(note.pitch - tonic) % 12 for note in notes]
    thirds = steps.count(3) + steps.count(4)
    gaps = sum(max(0, b.start_ticks - a.end_ticks) for a, b in pairwise(notes))
    values = (
        len(notes) * 480 / span,
        mean(note.velocity for note in notes),
        gaps / span,
        steps.count(4) / thirds if thirds else float("nan"),
        mean(note.pitch for note in notes),
    )
    return dict(zip(NUMBERS, values, strict=True))


def _column(rows: list[dict[str, float]], name: str) -> list[float]:
    return [row[name] for row in rows]


def spearman(one: Sequence[float], other: Sequence[float]) -> float:
    """Rank correlation; equal values share their rank, pairs without a number are left out."""
    kept = [(a, b) for a, b in zip(one, other, strict=True) if a == a and b == b]
    ranks: Callable[[int], list[float]] = lambda i: _ranks([pair[i] for pair in kept])  # noqa: E731
    return float(np.corrcoef(ranks(0), ranks(1))[0, 1])


def _ranks(values: Sequence[float]) -> list[float]:
    array = np.array(values)
    return [float((array < value).sum() + ((array == value).sum() - 1) / 2) for value in values]
