"""The tune collection: reads every ABC file, names each tune's style, and splits by tune without leaking variants."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from studio.core.chords import Chord
from studio.core.errors import StudioError
from studio.files.abc_tune import AbcError, Tune, read_tune, split_tunes

STYLES = (
    "reel",
    "jig",
    "slip jig",
    "hornpipe",
    "strathspey",
    "clog",
    "fling",
    "march",
    "quickstep",
    "air",
    "waltz time",
    "walk around",
    "old dance",
)
MAX_ODD_BARS = 3
MIN_NOTES = 16
# The printed book's own sections: Music of Ireland (1903) by tune number.
ONEILL_SECTIONS = (
    (702, "air"),
    (1115, "jig"),
    (1175, "slip jig"),
    (1555, "reel"),
    (1780, "hornpipe"),
    (1800, "old dance"),
    (1850, "march"),
)
STYLE_WORDS = (
    ("slip ?jig", "slip jig"),
    ("strathspe|strathsy", "strathspey"),
    ("hornpipe", "hornpipe"),
    ("reel", "reel"),
    ("jig|slide", "jig"),
    ("clog", "clog"),
    ("fling", "fling"),
    ("quick ?step", "quickstep"),
    ("march", "march"),
    ("waltz|minuet", "waltz time"),
    ("walk ?around|essence", "walk around"),
    ("\\bair\\b|lament|song", "air"),
)


@dataclass(frozen=True, slots=True)
class NamedTune:
    """A usable tune with its style, the collection that it comes from, and its chords where they are known."""

    tune: Tune
    style: str
    collection: str
    chords: tuple[Chord, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """All usable tunes, and why the others were left out."""

    tunes: tuple[NamedTune, ...]
    refused: Counter[str]
    credits: Counter[str]


def style_of(tune: Tune, collection: str) -> str:
    """From the rhythm line, else the title, else the book's section, else the metre."""
    for text in (tune.rhythm, " ".join(tune.titles).lower()):
        for pattern, style in STYLE_WORDS:
            if re.search(pattern, text):
                return "slip jig" if style == "jig" and tune.meter == (9, 8) else style
    if collection.startswith("oneill"):
        return next((style for last, style in ONEILL_SECTIONS if tune.number <= last), "old dance")
    if tune.meter in ((3, 4), (3, 8)):
        return "waltz time"
    return {(9, 8): "slip jig", (6, 8): "jig"}.get(tune.meter, "old dance")


def abc_texts(folder: Path) -> Iterator[tuple[str, str]]:
    """(collection, text) of every .abc file under `folder`, or inside its zip files."""
    for path in sorted(folder.rglob("*.abc")):
        yield path.parent.name, path.read_text("latin-1")
    for archive in sorted(folder.glob("*abc*.zip")):
        with zipfile.ZipFile(archive) as opened:
            for name in sorted(opened.namelist()):
                if name.endswith(".abc"):
                    yield Path(name).parent.name, opened.read(name).decode("latin-1")


def read_tunes(folder: Path) -> Reading:
    """Every usable tune. StudioError when there is none."""
    kept, refused, credits = list[NamedTune](), Counter[str](), Counter[str]()
    for collection, text in abc_texts(folder):
        for part in split_tunes(text):
            try:
                tune = read_tune(part, all_voices=True)
                _check(tune)
            except (AbcError, ValueError, StudioError) as error:
                refused[str(error)] += 1
                continue
            kept.append(NamedTune(tune, style_of(tune, collection), collection))
            credits[tune.credit or "not named"] += 1
    if not kept:
        raise StudioError(
            "No ABC tunes were found.", str(folder), "Give the folder with the tune collection."
        )
    return Reading(tuple(kept), refused, credits)


def _check(tune: Tune) -> None:
    if tune.odd_bars > MAX_ODD_BARS:
        raise AbcError("too many bars that do not add up")
    if len(tune.notes) < MIN_NOTES:
        raise AbcError("too short")


def _fingerprint(tune: Tune) -> frozenset[tuple[int, ...]]:
    """Runs of seven melodic steps: equal in variants of one tune, whatever the key."""
    pitches = np.array([note.pitch for note in tune.notes])
    steps = np.diff(pitches)
    return frozenset(tuple(steps[i : i + 7].tolist()) for i in range(len(steps) - 6))


def split(tunes: tuple[NamedTune, ...], share: float, seed: int) -> tuple[list[NamedTune], list[NamedTune]]:
    """(training, held out). A held-out tune of which a variant is trained on (30% of its runs) is dropped."""
    order = np.random.default_rng(seed).permutation(len(tunes))
    count = round(len(tunes) * share)
    held, train = [tunes[i] for i in order[:count]], [tunes[i] for i in order[count:]]
    return train, without_variants(held, train)


def without_variants(tunes: Iterable[NamedTune], of: Iterable[NamedTune]) -> list[NamedTune]:
    """Those of which no tune of `of` is a variant: has 30 % of their melodic runs."""
    where: dict[tuple[int, ...], list[int]] = {}
    for index, named in enumerate(of):
        for run in _fingerprint(named.tune):
            where.setdefault(run, []).append(index)
    return [named for named in tunes if _most_alike(_fingerprint(named.tune), where) < 0.3]


def _most_alike(runs: frozenset[tuple[int, ...]], where: dict[tuple[int, ...], list[int]]) -> float:
    counts = Counter(index for run in runs for index in where.get(run, ()))
    return max(counts.values(), default=0) / max(1, len(runs))
