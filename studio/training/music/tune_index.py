"""`python -m studio.training.music.tune_index --data DIR --out DIR`: the tunes that originality is judged by.

Indexed are ABC tunes, chorale sopranos, lead-sheet melodies and the right hands of piano works, each once. What is
usual between human tunes is measured on the index itself: phrases of one tune against all others, its variants left
out.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from studio.core.errors import StudioError
from studio.core.melody import Steps
from studio.core.originality import Usual, longest_stretch, seen_share
from studio.core.tune_index import TuneIndex
from studio.files.tune_index_file import write_tune_index
from studio.training.music.corpus import CHORALE, PIANO, SONG, Work, read_corpus
from studio.training.music.credits import collection_of
from studio.training.music.variants import Kinship, runs_of, without_editions

TUNES = "dance tunes and airs"
GROUPS = {CHORALE: "chorale sopranos", SONG: "songs", PIANO: "piano right hands"}
SIZES = (12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384)
MEASURED = (
    "longest match in notes (scales, repeated notes aside) and share of eight-note pieces found elsewhere, of random "
    "phrases of a work against all other works; its variants (30% of its runs of seven intervals) left out"
)
PHRASES = 600  # of each size and group, at most
FEWEST_PHRASES = 60


@dataclass(frozen=True)
class Phrase:
    """A stretch of a work's steps, and the works of the index that do not count against it."""

    steps: Steps
    without: frozenset[int]


def works_to_index(data: Path) -> list[Work]:
    """Every melody once: of editions the longest, of equal melodies the first."""
    works = without_editions(read_corpus(data).works, PIANO)
    each: dict[bytes, Work] = {}
    for work in works:
        if work.style or work.chords:
            each.setdefault(work.steps.tobytes(), work)
    return list(each.values())


def group_of(work: Work) -> str:
    return GROUPS.get(work.style, TUNES)


def index_of(works: Sequence[Work]) -> TuneIndex:
    """The melodies of the works, in their order."""
    return TuneIndex.of(
        [
            (
                work.steps,
                [work.score.bar_of(note.start_ticks) for note in work.melody],
                work.title,
                work.collection,
            )
            for work in works
        ]
    )


class HumanBaseline:
    """Draws phrases of works, and measures them against the others."""

    def __init__(self, works: Sequence[Work], index: TuneIndex, seed: int = 1) -> None:
        self.works, self.index, self.seed = works, index, seed
        self._kinship = Kinship(runs_of(works))
        self.variants_left_out: Counter[str] = Counter()

    def relatives(self, number: int) -> frozenset[int]:
        """A work and its variants."""
        return frozenset(self._kinship.alike(self.works[number].runs).tolist()) | {number}

    def phrases(self, numbers: Sequence[int], notes: int) -> Iterator[Phrase]:
        """One phrase of `notes` notes of each work that is so long, in an order drawn by the seed."""
        random = np.random.default_rng((self.seed, notes))
        for number in random.permutation(numbers)[: 4 * PHRASES]:
            steps = self.works[number].steps
            if len(steps) >= notes - 1:
                first = int(random.integers(0, len(steps) - notes + 2))
                yield Phrase(steps[first : first + notes - 1], self.relatives(int(number)))

    def usual(self, group: str, notes: int) -> Usual | None:
        """The row of a group; None where too few of its works are so long."""
        members = [number for number, work in enumerate(self.works) if group_of(work) == group]
        longest, shares = list[int](), list[float]()
        for phrase, _ in zip(self.phrases(members, notes), range(PHRASES), strict=False):
            lengths, _places = self.index.matches(phrase.steps, phrase.without)
            longest.append(longest_stretch(phrase.steps, lengths)[1])
            shares.append(seen_share(lengths))
            self.variants_left_out[group] += len(phrase.without) - 1
        if len(longest) < FEWEST_PHRASES:
            return None
        median, p95, p99 = (round(float(np.percentile(longest, part)), 2) for part in (50, 95, 99))
        share, high = (round(float(x), 4) for x in (np.mean(shares), np.percentile(shares, 95)))
        return Usual(notes, len(longest), median, p95, p99, share, high)

    def rows(self) -> dict[str, list[Usual]]:
        groups = [TUNES, *GROUPS.values()]
        rows = {group: [row for n in SIZES if (row := self.usual(group, n))] for group in groups}
        return {group: found for group, found in rows.items() if found}


def card_of(works: Sequence[Work], baseline: HumanBaseline, date: str) -> dict[str, Any]:
    """index.json: what the index holds, where it comes from, and what is usual."""
    rows = baseline.rows()
    if not rows:
        raise StudioError("There are too few tunes to say what is usual.", f"{len(works)} tunes.")
    return {
        "name": "Tune index",
        "summary": "The melodies that the bundled music models learned from, to say where a phrase has been before.",
        "date": date,
        "tunes": len(works),
        "notes": sum(len(work.melody) for work in works),
        "data": [
            {
                "name": source.name,
                "tunes": count,
                "licence": source.licence,
                "credit": source.credit,
                "source": source.source,
            }
            for source, count in Counter(collection_of(work.collection) for work in works).items()
        ],
        "groups": {work.collection: group_of(work) for work in works},
        "measured": MEASURED,
        "variants_left_out_per_phrase": {
            group: round(count / max(1, sum(row.phrases for row in rows.get(group, []))), 2)
            for group, count in baseline.variants_left_out.items()
        },
        "baseline": {group: [asdict(row) for row in found] for group, found in rows.items()},
    }


def build(data: Path, out: Path, date: str) -> dict[str, Any]:
    """Write the index of the music under `data`; returns its card."""
    works = works_to_index(data)
    index = index_of(works)
    card = card_of(works, HumanBaseline(works, index), date)
    write_tune_index(out, index, card)
    return card


def main() -> int:
    """Parse the command line and build."""
    parser = argparse.ArgumentParser(prog="python -m studio.training.music.tune_index", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder with the music")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write")
    parser.add_argument("--date", required=True, help="as in 2026-11-22")
    options = parser.parse_args()
    try:
        card = build(options.data, options.out, options.date)
    except StudioError as error:
        print(error.sentence(), error.detail, file=sys.stderr)
        return 1
    print(f"{card['tunes']} tunes, {card['notes']} notes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
