"""Examines pictures before they are learned from: every file is opened, and what is odd about it is told.

Invariant: nothing is changed, and no file, however broken, ends the examination.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from PIL import Image

from studio.core.errors import StudioError
from studio.files.picture_file import BROKEN, FORMATS, decode
from studio.training.picture.duplicates import ABOUT_PX, Thumbnail, same_groups, thumbnail
from studio.training.picture.reading import in_threads
from studio.training.picture.recipes import PictureData
from studio.training.picture.sources import Source, is_picture, open_source
from studio.training.picture.split import draw, twins_of
from studio.training.picture.works import FEWEST, LABELS, LOOSE, MANIFEST, Row, find_rows

LEAST_PX = 64
ODD_RATIO = 3.0
FEW = 100
BROKEN_SHARE = 0.1
ORIENTATION = 0x0112
KINDS = {"1": "grey", "L": "grey", "P": "palette", "CMYK": "CMYK", "RGB": "colour"}
Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Look:
    """What one file is; `trouble` says why it cannot be used."""

    name: str
    size: tuple[int, int] = (0, 0)
    kind: str = ""
    turned: bool = False
    trouble: str = ""
    cells: Thumbnail | None = None


@dataclass(frozen=True)
class DataReport:
    """What was found. Names are relative to `place`; `verdict` is one sentence."""

    place: str
    usable: bool
    verdict: str
    pictures: int
    left_out: int
    ignored: int
    turned: int
    short_sides_px: tuple[int, ...]
    least_px: int
    kinds: dict[str, int]
    labels: dict[str, dict[str, int]]
    broken: list[str]
    small: list[str]
    odd: list[str]
    duplicates: list[list[str]]
    twins: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unlisted: list[str] = field(default_factory=list)


def check(
    path: Path, data: PictureData, seed: int, report: Report = lambda _done, _total: None
) -> DataReport:
    """Look at every picture of a folder or zip; raises StudioError where there is none, or the manifest is broken."""
    with open_source(path) as source:
        names = source.names()
        rows = find_rows(source, data.collections)
        usable = [row for row in rows if row.usable]
        there = [row for row in usable if source.has(row.name)]
        looks = list(_reported(in_threads(lambda row: look(source, row.name), there), len(there), report))
        listed = {row.name for row in rows}
        unlisted = [name for name in names if is_picture(name) and name not in listed]
    found = [one for one in looks if not one.trouble]
    duplicates, twins = _alike(usable, looks, data.held_out, seed)
    can_learn, verdict = _verdict(path, len(found), len(usable) - len(found))
    short, least = sorted(min(one.size) for one in found), max(LEAST_PX, data.pack_side)
    return DataReport(
        place=str(path),
        usable=can_learn,
        verdict=verdict,
        pictures=len(found),
        left_out=len(rows) - len(usable),
        ignored=sum(not is_picture(name) and not name.endswith(MANIFEST) for name in names),
        turned=sum(one.turned for one in found),
        short_sides_px=(short[0], round(median(short)), short[-1]) if short else (),
        least_px=least,
        kinds=dict(Counter(one.kind for one in found).most_common()),
        labels=_labels(usable),
        broken=[f"{one.name}: {one.trouble}" for one in looks if one.trouble],
        small=[_sized(one) for one in found if min(one.size) < least],
        odd=[_sized(one) for one in found if max(one.size) > ODD_RATIO * min(one.size)],
        missing=sorted({row.name for row in usable} - {one.name for one in looks}),
        unlisted=[name for name in unlisted if _within(name, data.collections)],
        duplicates=duplicates,
        twins=twins,
    )


def look(source: Source, name: str) -> Look:
    """Open one file and every pixel of it."""
    try:
        content = source.read(name)
        cells = thumbnail(decode(content, name, ABOUT_PX))
    except StudioError as error:
        return Look(name, trouble=error.title)
    with suppress(*BROKEN), Image.open(io.BytesIO(content), formats=FORMATS) as image:
        turned = image.getexif().get(ORIENTATION, 1) not in (0, 1)
        return Look(name, image.size, _kind(image), turned, cells=cells)
    return Look(name, trouble=f"{name} is damaged.")


def _kind(image: Image.Image) -> str:
    if image.has_transparency_data:
        return "transparent"
    return KINDS.get(image.mode, "16 bit or more" if image.mode[0] in "IF" else "colour")


def _reported(looks: Iterator[Look], total: int, report: Report) -> Iterator[Look]:
    for done, one in enumerate(looks, start=1):
        report(done, total)
        yield one


def _verdict(path: Path, good: int, bad: int) -> tuple[bool, str]:
    if good < FEWEST:
        number = "one picture" if good else "no picture"
        return False, f"{path.name} holds {number} to learn from; a model learns from many."
    if bad > max(1, BROKEN_SHARE * (good + bad)):
        return False, f"{bad} of {good + bad} pictures are broken or missing: remove or replace them first."
    if good < FEW:
        return True, f"{good} pictures can be learned from, but a model needs some hundred to be any good."
    return True, f"{good} pictures can be learned from."


def _labels(rows: Sequence[Row]) -> dict[str, dict[str, int]]:
    columns = [column for column in (*LABELS, "folder") if any(column in row.words for row in rows)]
    counts = {column: Counter(row.words.get(column) or "(none)" for row in rows) for column in columns}
    return {column: dict(count.most_common()) for column, count in counts.items() if set(count) != {LOOSE}}


def _alike(
    rows: Sequence[Row], looks: Sequence[Look], held_out: float, seed: int
) -> tuple[list[list[str]], list[str]]:
    """Groups that show the same, and the held-out pictures that a split leaves out for it."""
    cells = {one.name: one.cells for one in looks}
    numbers = same_groups([cells.get(row.name) for row in rows])
    groups: dict[int, list[str]] = {}
    for number, row in zip(numbers, rows, strict=True):
        groups.setdefault(number, []).append(row.name)
    twins = twins_of(numbers, *draw(len(rows), held_out, seed))
    return [names for names in groups.values() if len(names) > 1], [rows[i].name for i in twins]


def _within(name: str, collections: Sequence[str]) -> bool:
    return not collections or any(name.startswith(f"{collection}/") for collection in collections)


def _sized(one: Look) -> str:
    return f"{one.name}: {one.size[0]} x {one.size[1]} px"
