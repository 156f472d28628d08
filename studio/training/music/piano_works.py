"""Piano works from **kern editions: read, told apart from other editions of the same work, and split by work.

Invariant: two editions of one work (30% of their runs of eight melodic steps alike, whatever the key) never lie on
both sides of a split. Only files of a right and a left hand alone are used.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from studio.core.errors import StudioError
from studio.core.score import Score
from studio.engines.music import frames as fr
from studio.files.kern import kern_reading

GENRES = ("mazurka", "nocturne", "etude", "prelude", "waltz", "polonaise", "sonata", "other")
HANDS = {"Right hand", "Left hand"}
RUN = 8
ALIKE = 0.3
MIN_FRAMES = 64


@dataclass(frozen=True)
class PianoWork:
    """One work in one edition. frames (T, 2, 88); places and meters (T,): position in the bar, number of the metre;
    lags (T, fr.MEMORIES)."""

    title: str
    genre: str
    frames: fr.Frames
    places: np.ndarray
    meters: np.ndarray
    lags: np.ndarray


@dataclass(frozen=True)
class Works:
    """Every work once, how many editions were read, and why others were left out."""

    works: tuple[PianoWork, ...]
    editions: int
    refused: Counter[str]


def kern_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """(name, content) of every .krn file under `folder`, or inside its zip files."""
    for path in sorted(folder.rglob("*.krn")):
        yield path.name, path.read_bytes()
    for archive in sorted(folder.glob("*kern*.zip")):
        with zipfile.ZipFile(archive) as opened:
            for name in sorted(opened.namelist()):
                if name.endswith(".krn"):
                    yield Path(name).name, opened.read(name)


def read_works(folder: Path) -> Works:
    """Every piano work once, in its longest edition. StudioError where there is none."""
    editions, refused = list[PianoWork](), Counter[str]()
    for name, content in kern_files(folder):
        try:
            score = kern_reading(content, name).score
            _check(score)
        except StudioError as error:
            refused[error.title.replace(name, "a file")] += 1
            continue
        editions.append(work_of(score, genre_of(content)))
    if not editions:
        raise StudioError(
            "No piano works were found.", str(folder), "Give the folder with the **kern scores."
        )
    return Works(tuple(_each_once(editions)), len(editions), refused)


def _check(score: Score) -> None:
    if {track.name for track in score.tracks} != HANDS:
        raise StudioError("It is not for piano alone.")
    if score.end_ticks < MIN_FRAMES * fr.FRAME_TICKS:
        raise StudioError("It is too short.")


def genre_of(content: bytes) -> str:
    """From the file's !!!AGN line."""
    found = re.search(rb"^!!!AGN:\s*(\w+)", content, re.M)
    name = found[1].decode("latin-1").lower() if found else ""
    return name if name in GENRES else "other"


def work_of(score: Score, genre: str) -> PianoWork:
    """The score as frames, with what the network is told of each."""
    length = -(-score.end_ticks // fr.FRAME_TICKS)
    spans = [fr.span_of(n.start_ticks, n.end_ticks, n.pitch, 0) for n in score.notes()]
    ticks = [t * fr.FRAME_TICKS for t in range(length)]
    in_force = [score.meter_at(t) for t in ticks]
    return PianoWork(
        score.title,
        genre,
        fr.frames_of(spans, length),
        np.array([fr.place_of(t, meter) for t, meter in zip(ticks, in_force, strict=True)]),
        np.array([fr.meter_class(meter) for meter in in_force]),
        np.array([fr.lags_of(meter) for meter in in_force]),
    )


def _each_once(editions: list[PianoWork]) -> list[PianoWork]:
    """Of editions that are alike the longest; in the order of their first."""
    kept: list[tuple[frozenset[bytes], PianoWork]] = []
    for work in editions:
        runs = runs_of(work)
        same = next((i for i, (other, _) in enumerate(kept) if alike(runs, other)), -1)
        if same < 0:
            kept.append((runs, work))
        elif len(work.frames) > len(kept[same][1].frames):
            kept[same] = (runs, work)
    return [work for _, work in kept]


def runs_of(work: PianoWork) -> frozenset[bytes]:
    """Runs of RUN steps from each moment's highest struck key to the next: the same in every key."""
    struck = work.frames[:, 1]
    top = [int(np.flatnonzero(row)[-1]) for row in struck if row.any()]
    steps = np.diff(np.array(top, np.int16)).astype(np.int8)
    return frozenset(steps[i : i + RUN].tobytes() for i in range(len(steps) - RUN + 1))


def alike(one: frozenset[bytes], other: frozenset[bytes]) -> bool:
    """Whether the runs are those of two editions of one work."""
    return len(one & other) >= ALIKE * max(1, min(len(one), len(other)))


def split(works: tuple[PianoWork, ...], share: float, seed: int) -> tuple[list[PianoWork], list[PianoWork]]:
    """(training, held out): a share of the works, drawn by the seed."""
    order = np.random.default_rng(seed).permutation(len(works))
    count = max(1, round(len(works) * share))
    return [works[i] for i in order[count:]], [works[i] for i in order[:count]]
