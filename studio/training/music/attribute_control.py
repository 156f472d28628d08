"""Measures how well a melody model gives what it is asked for: attributes asked against those of the notes it wrote.

Each continuation goes on from a held-out tune's first bars, with one attribute asked for and no style told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.attributes import ATTRIBUTES, Quantiles, Window
from studio.core.messages import ComposeRequest
from studio.core.parameter import GUIDANCE
from studio.core.score import MeterChange
from studio.core.theory import Key
from studio.engines.base import MusicEngine
from studio.engines.music.region import RegionPlan
from studio.training.music.segments import bar_ticks
from studio.training.music.tunes import NamedTune

PROMPT_BARS = 4
REGION_BARS = (4, 8)
LOWEST, HIGHEST = 0.05, 0.95
AT_ONCE = 8
CLASSES = 5
MEASURED = (
    f"continuations of {REGION_BARS[0]} and {REGION_BARS[1]} bars after the first {PROMPT_BARS} of held-out tunes, one "
    f"attribute asked for at a time, {LOWEST} to {HIGHEST}, in quantiles of the training tunes' windows; no style told"
)


@dataclass(frozen=True, slots=True)
class Trial:
    """How it is asked: how many requests an attribute, each for AT_ONCE candidates; guidance; best_of: so many are
    drawn for each of them, and the nearest kept; seed: of the tunes and values."""

    requests: int = 30
    guidance: float = GUIDANCE.default
    best_of: int = 1
    seed: int = 1


def measure_control(
    engine: MusicEngine, quantiles: Quantiles, tunes: Sequence[NamedTune], trial: Trial
) -> dict[str, dict[str, float]]:
    """For each attribute: the rank correlation of asked and obtained over all continuations, the share that landed in
    the fifth that was asked for, the mean distance, and how many there were. Empty where all tunes are too short."""
    usable = [named for named in tunes if named.tune.end_ticks >= (PROMPT_BARS + 2) * bar_ticks(named)]
    if not usable:
        return {}
    return {name: figures(*_pairs(engine, quantiles, usable, trial, name)) for name in ATTRIBUTES}


def _pairs(
    engine: MusicEngine, quantiles: Quantiles, tunes: Sequence[NamedTune], trial: Trial, name: str
) -> tuple[list[float], list[float]]:
    asked, obtained = list[float](), list[float]()
    rng = np.random.default_rng([trial.seed, ATTRIBUTES.index(name)])
    values = rng.permutation(np.linspace(LOWEST, HIGHEST, trial.requests))
    for index, value in enumerate(values.tolist()):
        named = tunes[int(rng.integers(len(tunes)))]
        bars = REGION_BARS[index % len(REGION_BARS)]
        request = replace(
            continuation(named, bars, engine.info.card.id),
            attributes=((name, value),),
            guidance=trial.guidance,
            candidates=AT_ONCE,
            best_of=trial.best_of,
            seed=1000 * index,
        )
        found = [ranks[name] for ranks in ranks_of(engine, quantiles, request) if name in ranks]
        asked += [value] * len(found)
        obtained += found
    return asked, obtained


def continuation(named: NamedTune, bars: int, model_id: str) -> ComposeRequest:
    """The request for `bars` bars after a tune's first PROMPT_BARS."""
    start = PROMPT_BARS * bar_ticks(named)
    return ComposeRequest(
        model_id,
        tuple(note for note in named.tune.notes if note.end_ticks <= start),
        start,
        start + bars * bar_ticks(named),
        meter=MeterChange(0, *named.tune.meter),
        key=Key(named.tune.tonic, named.tune.mode).signature,
    )


def ranks_of(
    engine: MusicEngine, quantiles: Quantiles, request: ComposeRequest
) -> Iterator[dict[str, float]]:
    """The quantiles of each candidate's notes."""
    window = Window(
        request.region_start, request.region_end, request.meter, RegionPlan.of(request).frame.base_pitch
    )
    for candidate in engine.compose(request):
        yield quantiles.ranks(candidate.notes, window)


def figures(asked: Sequence[float], obtained: Sequence[float]) -> dict[str, float]:
    if len(asked) < 2:
        return {
            "spearman": 0.0,
            "share_in_the_fifth_asked_for": 0.0,
            "mean_distance": 1.0,
            "continuations": 0,
        }
    hit = _fifth(asked) == _fifth(obtained)
    return {
        "spearman": round(spearman(asked, obtained), 3),
        "share_in_the_fifth_asked_for": round(float(hit.mean()), 3),
        "mean_distance": round(float(np.abs(np.subtract(asked, obtained)).mean()), 3),
        "continuations": len(asked),
    }


def _fifth(values: Sequence[float]) -> NDArray[np.int64]:
    return np.minimum((np.asarray(values) * CLASSES).astype(np.int64), CLASSES - 1)


def spearman(one: Sequence[float], other: Sequence[float]) -> float:
    """Spearman's rank correlation, equal values sharing their middle rank; 0 where one of them never changes."""
    ranks = [_ranks(np.asarray(values, np.float64)) for values in (one, other)]
    if any(float(r.std()) == 0 for r in ranks):
        return 0.0
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = counts.cumsum()
    middle: NDArray[np.float64] = (ends - (counts + 1) / 2)[inverse]
    return middle


def summary(found: dict[str, dict[str, float]]) -> dict[str, Any]:
    """The figures by attribute, with the least and the mean correlation before them."""
    correlations = [one["spearman"] for one in found.values()]
    mean = round(sum(correlations) / max(1, len(correlations)), 3)
    return {"least": min(correlations, default=0.0), "mean": mean, **found}
