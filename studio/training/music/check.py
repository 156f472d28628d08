"""Examines music before it is learned from: every file is read, and what is odd about it is told.

Invariant: nothing is changed, and no file, however broken, ends the examination.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from studio.training.music.corpus import Corpus, Report, Work, read_corpus
from studio.training.music.credits import collection_of
from studio.training.music.sources import KINDS
from studio.training.music.variants import groups, runs_of

EVERY_KIND = frozenset(KINDS.values())
FEW = 50


@dataclass(frozen=True)
class MusicReport:
    """What was found. `verdict` is one sentence; refused: name and reason of what is no work; duplicates: works of the
    same melody in whatever key; variants: how many works are alike to another (30% of its runs of seven intervals);
    not_kept: what the readers left out, and in how many works."""

    place: str
    usable: bool
    verdict: str
    files: int
    works: int
    notes: int
    with_chords: int
    collections: dict[str, str]
    styles: dict[str, int]
    metres: dict[str, int]
    keys: dict[str, int]
    not_kept: dict[str, int]
    refused: list[str]
    duplicates: list[list[str]]
    variants: int


def check(place: Path, report: Report = lambda _done: None) -> MusicReport:
    """Read everything under a folder or in a zip; StudioError where nothing there is music."""
    corpus = read_corpus(place, EVERY_KIND, report)
    works = corpus.works
    duplicates = _same_melodies(works)
    kin = [group for group in groups(runs_of(works)) if len(group) > 1]
    return MusicReport(
        place=str(place),
        usable=len(works) >= FEW,
        verdict=_verdict(corpus, duplicates),
        files=corpus.files,
        works=len(works),
        notes=sum(sum(len(track.notes) for track in work.score.tracks) for work in works),
        with_chords=sum(bool(work.chords) for work in works),
        collections=_collections(works),
        styles=_counts(work.style or "not named" for work in works),
        metres=_counts(_metre(work) for work in works),
        keys=_counts(work.key.name for work in works),
        not_kept=dict(corpus.warnings.most_common()),
        refused=[f"{one.collection}/{one.name}: {one.reason}" for one in corpus.refused],
        duplicates=duplicates,
        variants=sum(len(group) - 1 for group in kin) - sum(len(names) - 1 for names in duplicates),
    )


def _verdict(corpus: Corpus, duplicates: list[list[str]]) -> str:
    works, twice = len(corpus.works), sum(len(names) - 1 for names in duplicates)
    found = f"{works} works can be learned from"
    odd = [
        f"{count} {what}"
        for count, what in ((len(corpus.refused), "cannot be used"), (twice, "are there twice"))
        if count
    ]
    few = f"; {FEW} are the fewest that a model learns anything from" if works < FEW else ""
    return f"{found}{', ' if odd else ''}{', '.join(odd)}{few}."


def _collections(works: Iterable[Work]) -> dict[str, str]:
    """By folder: how many works, of what, under which licence."""
    lines = {}
    for folder, count in Counter(work.collection for work in works).most_common():
        known = collection_of(folder)
        lines[folder] = f"{count} works; {known.name}; licence: {known.licence}"
    return lines


def _same_melodies(works: Iterable[Work]) -> list[list[str]]:
    same: dict[bytes, list[str]] = {}
    for work in works:
        same.setdefault(work.steps.tobytes(), []).append(work.id)
    return [names for names in same.values() if len(names) > 1]


def _metre(work: Work) -> str:
    first = work.score.meters[0]
    changes = len({(meter.numerator, meter.denominator) for meter in work.score.meters}) > 1
    return f"{first.numerator}/{first.denominator}{' and others' if changes else ''}"


def _counts(names: Iterable[str]) -> dict[str, int]:
    return dict(Counter(names).most_common())
