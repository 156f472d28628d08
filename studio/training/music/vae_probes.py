"""What a phrase space is worth beside its reconstructions: draws from it, ways through it, and how it obeys attributes.

All figures are of phrases of two bars from the engine itself, decoded greedily, beside the same figure of phrases that
people wrote, where there is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.attributes import ATTRIBUTES, measure
from studio.core.latent import slerp
from studio.core.messages import DecodePhrasesRequest, EncodePhrasesRequest
from studio.core.music_messages import Notes, PhraseFrame
from studio.core.score import KeySignature
from studio.core.theory import SCALES
from studio.engines.music import phrase_grid as pg
from studio.engines.music.melody_vae_engine import MelodyVaeEngine, grid_of
from studio.training.music.melody_vae import ALL_STYLES
from studio.training.music.phrases import phrases_of
from studio.training.music.tunes import NamedTune
from studio.training.music.vae_space import BASE, Example, example

Floats = NDArray[np.float64]

SAMPLES = 256
PAIRS, WAY = 64, 9
PULLED, LEVELS = 16, (0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95)
BIN = 0.1  # to either side of what was asked
MODES = ("major", "minor", "dorian", "mixolydian")


def probes(engine: MelodyVaeEngine, tunes: list[NamedTune], seed: int = 1) -> dict[str, Any]:
    """Figures of draws, ways and attributes; tunes: held out."""
    people = _examples(tunes, max(SAMPLES, 2 * PAIRS), np.random.default_rng(seed))
    return {
        "draws": _draws(engine, people[:SAMPLES]),
        "ways": _ways(engine, people[: 2 * PAIRS]),
        "attributes": _attributes(engine, people[:PULLED]),
    }


def _examples(tunes: list[NamedTune], count: int, rng: np.random.Generator) -> list[Example]:
    """Phrases of two bars of held-out tunes, at random, on the tonic C4."""
    every = [
        (phrases, row)
        for phrases in phrases_of(tunes, ALL_STYLES, (2,))[0]
        for row in range(len(phrases.meter))
    ]
    return [example(*every[i]) for i in rng.permutation(len(every))[:count]]


def frame_of(one: Example) -> PhraseFrame:
    return PhraseFrame(0, one.window.bars, one.window.meter, KeySignature(0, 0), BASE // 12)


# --- draws --------------------------------------------------------------------------------------------------


def _draws(engine: MelodyVaeEngine, people: list[Example]) -> dict[str, Any]:
    """Draws in the metres and styles of the people's phrases, one each, and how both measure."""
    drawn = []
    for seed, one in enumerate(people):
        styles = ((one.style, 1.0),)
        request = DecodePhrasesRequest(
            engine.info.card.id, frame_of(one), samples=1, styles=styles, seed=seed
        )
        drawn.append(replace(one, notes=engine.decode_phrases(request)[0][0]))
    figures = {"samples": len(drawn), "different": len({one.notes for one in drawn})}
    return {**figures, "model": _looks(drawn), "people": _looks(people)}


def _looks(phrases: list[Example]) -> dict[str, float]:
    """The share of notes in the phrase's best church mode on its tonic, and the means of the raw attributes."""
    share = float(np.mean([in_mode(one.notes) for one in phrases if one.notes]))
    raw = [measure(one.notes, one.window) for one in phrases]
    means = {name: np.mean([values[name] for values in raw if name in values]) for name in ATTRIBUTES}
    return {"in_mode": round(share, 4), **{name: round(float(mean), 3) for name, mean in means.items()}}


def in_mode(notes: Notes) -> float:
    """The share of notes in the mode that fits best, of those on the tonic C."""
    inside = (sum(note.pitch % 12 in SCALES[mode] for note in notes) for mode in MODES)
    return max(inside) / len(notes)


# --- ways ---------------------------------------------------------------------------------------------------


def _ways(engine: MelodyVaeEngine, people: list[Example]) -> dict[str, Any]:
    """Ways of WAY phrases between pairs of one metre: the share of steps that change from one phrase to the next."""
    by_meter: dict[tuple[int, int], list[Example]] = {}
    for one in people:
        by_meter.setdefault((one.window.meter.numerator, one.window.meter.denominator), []).append(one)
    pairs = [pair for group in by_meter.values() for pair in zip(group[::2], group[1::2], strict=False)]
    changes = np.array([_changes(engine, *pair) for pair in pairs])  # (P, WAY)
    neighbours, ends = changes[:, :-1], changes[:, -1:]
    return {
        "pairs": len(pairs),
        "steps_changed_between_the_ends": round(float(ends.mean()), 4),
        "steps_changed_between_neighbours": round(float(neighbours.mean()), 4),
        "largest_change_of_a_way": round(float(neighbours.max(1).mean()), 4),
        "same_as_neighbour": round(float((neighbours == 0).mean()), 4),
    }


def _changes(engine: MelodyVaeEngine, a: Example, b: Example) -> list[float]:
    """The shares of steps that differ: between neighbours, and last between the ends."""
    frame, name = frame_of(a), engine.info.card.id
    (first, last), _, _ = engine.encode_phrases(
        EncodePhrasesRequest(name, ((frame, a.notes), (frame, b.notes)))
    )
    way = tuple(tuple(slerp(np.array(first), np.array(last), i / (WAY - 1)).tolist()) for i in range(WAY))
    phrases, _ = engine.decode_phrases(DecodePhrasesRequest(name, frame, way))
    tables = [pg.encode(notes, 0, grid_of(frame), BASE).tokens for notes in phrases]
    pairs = [*pairwise(tables), (tables[0], tables[-1])]
    return [float((x != y).mean()) for x, y in pairs]


# --- attributes ---------------------------------------------------------------------------------------------


def _attributes(engine: MelodyVaeEngine, people: list[Example]) -> dict[str, Any]:
    """Each attribute asked at LEVELS of held-out phrases: rank correlation of asked and obtained, and the share that
    came within BIN of what was asked."""
    found = {}
    for name in engine.info.card.config.get("attributes", ()):
        asked, got = list[float](), list[float]()
        for one in people:
            for level in LEVELS:
                rank = _obtained(engine, one, name, level)
                if rank is not None:
                    asked.append(level)
                    got.append(rank)
        within = np.mean(np.abs(np.array(asked) - np.array(got)) <= BIN)
        found[name] = {"spearman": round(spearman(asked, got), 4), "within_a_tenth": round(float(within), 4)}
    return found


def _obtained(engine: MelodyVaeEngine, one: Example, name: str, level: float) -> float | None:
    """The attribute's rank in what was written from a phrase's latent when `level` was asked."""
    frame, model = frame_of(one), engine.info.card.id
    latents, _, _ = engine.encode_phrases(EncodePhrasesRequest(model, ((frame, one.notes),)))
    request = DecodePhrasesRequest(model, frame, latents, attributes=((name, level),))
    return engine.quantiles.ranks(engine.decode_phrases(request)[0][0], one.window).get(name)


def spearman(a: Sequence[float], b: Sequence[float]) -> float:
    """Rank correlation (Spearman 1904), equal values sharing their mean rank."""
    x, y = (_ranks(np.asarray(values, np.float64)) for values in (a, b))
    return float(np.corrcoef(x, y)[0, 1]) if x.std() > 0 and y.std() > 0 else 0.0


def _ranks(values: Floats) -> Floats:
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    middles = counts.cumsum() - (counts - 1) / 2
    ranks: Floats = middles[places]
    return ranks
