"""The melodies that the melody LSTM learns from: the dance tunes of the ABC collections, split by tune."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from studio.training.music.loop import Plan
from studio.training.music.tunes import STYLES, NamedTune, read_tunes, split


@dataclass(frozen=True, slots=True)
class Melodies:
    """train and held: the split; refused: why others were left out; works: how many by collection."""

    train: tuple[NamedTune, ...]
    held: tuple[NamedTune, ...]
    styles: tuple[str, ...]
    refused: Counter[str]
    works: Counter[str]


def read_melodies(folder: Path, plan: Plan) -> Melodies:
    """The tunes under `folder`. StudioError where there are none."""
    reading = read_tunes(folder)
    train, held = split(reading.tunes, plan.held_out, plan.seed)
    works = Counter(named.collection for named in reading.tunes)
    return Melodies(tuple(train), tuple(held), STYLES, reading.refused, works)
