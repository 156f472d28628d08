"""Measures whether blended styles sound blended: a judge's probability of a style against the weight asked for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np

from studio.core.messages import ComposeRequest
from studio.core.score import MeterChange
from studio.engines.base import MusicEngine
from studio.training.music.attribute_control import AT_ONCE, spearman
from studio.training.music.melodies import Melodies
from studio.training.music.style_judge import WINDOW_BARS, Floats, Judge, features, windows
from studio.training.music.tunes import NamedTune

WEIGHTS = tuple(round(0.1 * step, 1) for step in range(11))
TOLD_APART = 0.8  # the judge's accuracy on held-out tunes from which on a pair counts
FEWEST = 4  # held-out tunes of each style, for a judge's accuracy to say something
PAIRS = (
    ((2, 2), "reel", "hornpipe"),
    ((2, 2), "reel", "song"),
    ((2, 4), "reel", "air"),
    ((2, 4), "hornpipe", "air"),
    ((2, 4), "hornpipe", "chopin right hand"),
    ((3, 4), "air", "chopin right hand"),
    ((3, 4), "song", "waltz time"),
    ((4, 4), "strathspey", "air"),
    ((4, 4), "song", "strathspey"),
    ((4, 4), "song", "chorale soprano"),
    ((6, 8), "jig", "air"),
    ((6, 8), "jig", "chopin right hand"),
)
MEASURED = (
    f"{WINDOW_BARS} bars from nothing at weights (w, 1 - w), w in steps of 0.1; rank correlation of w with the judge's "
    f"probability of the first style, over all tunes; mean over the pairs that the judge tells apart on held-out tunes "
    f"in at least {TOLD_APART:.0%}"
)


def measure_blending(
    engine: MusicEngine, melodies: Melodies, guidance: float, rounds: int = 1
) -> dict[str, Any]:
    """By pair: the judge's accuracy on held-out tunes, and the correlations; first their mean."""
    found: dict[str, dict[str, float]] = {}
    for meter, a, b in PAIRS:
        train, held = (
            [_of(tunes, meter, style) for style in (a, b)] for tunes in (melodies.train, melodies.held)
        )
        if min(map(len, train)) < FEWEST or min(map(len, held)) < FEWEST:
            continue
        judge = Judge.of(*(_windows(tunes) for tunes in train))
        accuracy = judge.accuracy(*(_windows(tunes) for tunes in held))
        blended = _blend(engine, judge, (meter, a, b), guidance, rounds)
        found[f"{a} / {b} in {meter[0]}/{meter[1]}"] = {"judge_accuracy": round(accuracy, 3), **blended}
    counted = [one["spearman"] for one in found.values() if one["judge_accuracy"] >= TOLD_APART]
    mean = round(sum(counted) / len(counted), 3) if counted else 0.0
    return {"mean": mean, "pairs_counted": len(counted), **found, "measured": MEASURED}


def _of(tunes: Sequence[NamedTune], meter: tuple[int, int], style: str) -> list[NamedTune]:
    return [named for named in tunes if named.tune.meter == meter and named.style == style]


def _windows(tunes: Sequence[NamedTune]) -> list[Floats]:
    return list(chain.from_iterable(windows(named) for named in tunes))


def _blend(
    engine: MusicEngine, judge: Judge, pair: tuple[tuple[int, int], str, str], guidance: float, rounds: int
) -> dict[str, float]:
    meter, a, b = pair
    change = MeterChange(0, *meter)
    asked, heard = list[float](), list[float]()
    for weight in WEIGHTS:
        for number in range(rounds):
            request = ComposeRequest(
                engine.info.card.id,
                (),
                0,
                WINDOW_BARS * change.bar_ticks,
                candidates=AT_ONCE,
                styles=((a, weight), (b, round(1 - weight, 1))),
                meter=change,
                guidance=guidance,
                seed=1000 * number + round(100 * weight),
            )
            answers = [c for c in engine.compose(request) if len(c.notes) > 2]
            asked += [weight] * len(answers)
            heard += [judge.probability(features(c.notes, change.bar_ticks)) for c in answers]
    means = [float(np.mean([p for p, w in zip(heard, asked, strict=True) if w == one])) for one in WEIGHTS]
    return {
        "spearman": round(spearman(asked, heard), 3),
        "spearman_of_means": round(spearman(WEIGHTS, means), 3),
        "first_alone": round(means[-1], 3),
        "second_alone": round(means[0], 3),
    }
