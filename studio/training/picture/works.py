"""Works to learn from, with their labels: from manifests, or simply all the pictures of a folder or zip.

Invariant: the same files give the same works in the same order, so that a split by number is the same again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from studio.core.errors import StudioError
from studio.training.picture.recipes import PictureData
from studio.training.picture.sources import Source, is_picture, leads_outside, open_source

# What a manifest's columns may say; the last name takes in whatever is not listed.
LABELS = {
    "genre": ("landscape", "marine", "portrait", "city", "interior", "figures"),
    "style": (
        *("old-master", "romantic", "academic-realist", "impressionist", "post-impressionist"),
        *("modern-abstract", "illustration", "symbolist"),
    ),
    "category": ("flowers", "fruit", "letters", "frames", "ornaments"),
}
FOLDED = {
    "still-life": "interior",
    "east-asian": "illustration",
    "flower_illustrations": "flowers",
    "fruit_and_veg_illustrations": "fruit",
    "words": "letters",
}
ALL = ("all",)  # the one style of a model without labels
LOOSE = "other"  # pictures that lie beside the sub-folders
MANIFEST = "manifest.csv"
MAX_FOLDERS = 64
FEWEST = 2
PAINTINGS = PictureData()


@dataclass(frozen=True)
class Work:
    """One work: where it is, who made it, and its labels as indices into `label_names`.

    archive: the zip file that holds it as `name`; collection: the folder with the manifest, or "".
    """

    path: Path
    artist: str
    title: str
    labels: tuple[int, ...]
    flips: bool = True
    name: str = ""
    archive: Path | None = None
    collection: str = ""

    @property
    def key(self) -> str:
        """The name below the data's folder."""
        return self.name or f"{self.path.parent.name}/{self.path.name}"


@dataclass(frozen=True)
class Row:
    """A picture that was found or that a manifest names, and the words for it."""

    name: str
    words: Mapping[str, str]
    collection: str = ""

    @property
    def usable(self) -> bool:
        """What the manifest's column `usable` says; of ornaments only the near-square ones are used."""
        return self.words.get("usable", self.words.get("squareish")) != "0" and not leads_outside(self.name)


def label_names(columns: Sequence[str], folders: Sequence[str] = ()) -> tuple[str, ...]:
    """The names of all labels of the manifest's columns, one column after the other.

    folders: the names behind the column "folder"; without columns there is one style, "all".
    """
    return tuple(name for column in columns for name in _names(column, folders)) or ALL


def label_groups(columns: Sequence[str], folders: Sequence[str] = ()) -> tuple[int, ...]:
    """How many names each column has."""
    return tuple(len(_names(column, folders)) for column in columns) or (len(ALL),)


def _names(column: str, folders: Sequence[str]) -> tuple[str, ...]:
    return tuple(folders) if column == "folder" else LABELS[column]


def list_works(data_dir: Path, data: PictureData = PAINTINGS) -> list[Work]:
    """All usable works under `data_dir` (a folder or zip) that the recipe's data names.

    Raises StudioError where there are fewer than two, or no such labels.
    """
    with open_source(data_dir) as source:
        rows = [row for row in find_rows(source, data.collections) if row.usable]
        _enough(rows, data_dir, data.collections)
        folders = data.folders or folder_labels(rows) if "folder" in data.labels else ()
        _labelled(rows, data.labels, folders)
        return [_work(source, row, data, folders) for row in rows]


def _enough(rows: Sequence[Row], data_dir: Path, collections: Sequence[str]) -> None:
    wanted = " or ".join(f"{name}/{MANIFEST}" for name in collections)
    hint = "Write collections = [] under [data] in the recipe to learn from any pictures there."
    if not rows:
        raise StudioError(
            f"The folder {data_dir} holds no usable pictures.",
            hint=f"It needs {wanted} with the pictures beside it. {hint}"
            if collections
            else "Put PNG, JPEG, WebP, TIFF, BMP or GIF files there.",
        )
    if len(rows) < FEWEST:
        raise StudioError(
            f"The folder {data_dir} holds one usable picture only.",
            hint="A model learns from many: add some.",
        )


def _labelled(rows: Sequence[Row], columns: Sequence[str], folders: Sequence[str]) -> None:
    """Raise StudioError where the pictures have not what the model is to be conditioned on."""
    advice = 'Write labels = [] under [data] in the recipe for none, or labels = ["folder"] for sub-folders.'
    for column in columns:
        if any(column not in row.words for row in rows):
            raise StudioError(f'The pictures have no "{column}" to learn styles by.', hint=advice)
        words, names = {_word(row, column) for row in rows}, _names(column, folders)
        if words.isdisjoint(names):
            known = ", ".join(names)
            raise StudioError(f'No picture has a "{column}" that is known.', f"Known: {known}.", advice)


def folder_labels(rows: Sequence[Row]) -> tuple[str, ...]:
    """The names of the sub-folders; raises StudioError where there are none, or too many for styles."""
    names = sorted({row.words["folder"] for row in rows} - {LOOSE})
    if not names:
        raise StudioError(
            "There are no sub-folders to take the styles from.",
            hint="Sort the pictures into sub-folders, or write labels = [] under [data] in the recipe.",
        )
    if len(names) > MAX_FOLDERS:
        raise StudioError(
            f"There are {len(names)} sub-folders, too many for styles.", hint=f"At most {MAX_FOLDERS} work."
        )
    return (*names, LOOSE) if any(row.words["folder"] == LOOSE for row in rows) else tuple(names)


def find_rows(source: Source, collections: Sequence[str]) -> list[Row]:
    """Every picture of the collections, usable or not; () takes the manifests that there are, or else all pictures."""
    names = [] if collections and all(source.has(f"{c}/{MANIFEST}") for c in collections) else source.names()
    rows: list[Row] = []
    for collection in collections or _collections(source, names):
        if source.has(_below(collection, MANIFEST)):
            rows += read_manifest(source, collection)
        else:
            rows += [Row(name, {}) for name in names if is_picture(name) and _inside(name, collection)]
    folders = _folders([row.name for row in rows])
    return [_worded(row, folder) for row, folder in zip(rows, folders, strict=True)]


def _collections(source: Source, names: Sequence[str]) -> list[str]:
    """Folders with a manifest, one level down; "" is the source itself."""
    found = [name.split("/")[0] for name in names if name.endswith(f"/{MANIFEST}") and name.count("/") == 1]
    return [""] if source.has(MANIFEST) or not found else found


def _below(collection: str, name: str) -> str:
    return f"{collection}/{name}" if collection else name


def _inside(name: str, collection: str) -> bool:
    return not collection or name.startswith(f"{collection}/")


def _folders(names: Sequence[str]) -> list[str]:
    """The sub-folder of each, below the folder that all have in common."""
    parts = [name.split("/")[:-1] for name in names]
    first, last = min(parts, default=[]), max(parts, default=[])  # what these share, all share
    depth = next(
        (i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last))
    )
    return [folders[depth] if len(folders) > depth else LOOSE for folders in parts]


def _worded(row: Row, folder: str) -> Row:
    return Row(
        row.name, {"title": PurePosixPath(row.name).stem, **row.words, "folder": folder}, row.collection
    )


def read_manifest(source: Source, collection: str) -> list[Row]:
    """The rows of a collection's manifest; raises StudioError where it cannot be read or names no files."""
    name = _below(collection, MANIFEST)
    try:
        table = csv.DictReader(io.StringIO(source.read(name).decode("utf-8-sig"), newline=""))
        rows = [{key: value or "" for key, value in row.items() if key} for row in table]
        return [Row(_below(collection, row["file"]), row, collection or source.path.stem) for row in rows]
    except KeyError as error:
        raise StudioError(
            f'The list {name} has no column "file".', hint="Name the pictures in it."
        ) from error
    except (UnicodeDecodeError, csv.Error, AttributeError, StudioError) as error:
        raise StudioError(
            f"The list {name} cannot be read.", str(error), "Save it as CSV in UTF-8."
        ) from error


def _word(row: Row, column: str) -> str:
    word = row.words[column]
    return word if column == "folder" else FOLDED.get(word, word)


def _work(source: Source, row: Row, data: PictureData, folders: Sequence[str]) -> Work:
    labels, first = [], 0
    for column in data.labels:
        names, word = _names(column, folders), _word(row, column)
        labels.append(first + names.index(word if word in names else names[-1]))
        first += len(names)
    words = {"all", *(row.words.get(column, "") for column in (*LABELS, "folder"))}
    return Work(
        source.path / row.name,
        row.words.get("artist", ""),
        row.words["title"],
        tuple(labels) or (0,),
        not words & set(data.unmirrored),
        row.name,
        source.archive,
        row.collection,
    )
