"""The style library: style vectors of paintings with who painted them, and the PCA that its sliders move along.

Torch-free, so that the style browser shows at once. Invariant: immutable after reading; any thread.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from studio.core.errors import StudioError
from studio.core.parameter import Parameter
from studio.core.restyle import STYLE_SLIDERS, StyleMix, StylePart

LIBRARY_FILE = "styles.safetensors"
STYLE_SIZE = 100

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class StyleEntry:
    """One painting. `title_original` is set where `title` is a translation; palette: five colours as #rrggbb."""

    id: str
    artist: str
    title: str
    year: int  # 0: unknown
    genre: str = ""
    style: str = ""
    title_original: str = ""
    palette: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Artist, title and, where it is known, the year in one line."""
        return f"{self.artist}: {self.title}" + (f", {self.year}" if self.year else "")


@dataclass(frozen=True, slots=True)
class StyleAxis:
    """One PCA slider: a word for either end (named by eye), and the ids of the paintings farthest out."""

    low: str
    high: str
    low_style: str
    high_style: str


@dataclass(frozen=True, eq=False)
class StyleLibrary:
    """entries: N paintings; vectors (N, 100); mean (100,); components (8, 100), orthonormal; deviations (8,):
    how far the paintings spread along each component."""

    entries: tuple[StyleEntry, ...]
    axes: tuple[StyleAxis, ...]
    vectors: Vector
    mean: Vector
    components: Vector
    deviations: Vector

    @classmethod
    def read(cls, path: Path) -> "StyleLibrary":
        """Raises StudioError where the file is missing, damaged or something else."""
        try:
            with safe_open(path, framework="numpy") as file:
                words = file.metadata() or {}
                numbers = {name: file.get_tensor(name).astype(np.float32) for name in TENSORS}
            entries = msgspec.json.decode(words["styles"], type=tuple[StyleEntry, ...])
            axes = msgspec.json.decode(words["axes"], type=tuple[StyleAxis, ...])
        except (OSError, KeyError, SafetensorError, msgspec.MsgspecError) as error:
            raise StudioError(
                "The style library cannot be read.", f"{path}: {error}", "Install the model again."
            ) from error
        return cls(entries, axes, **numbers).checked(path)

    def checked(self, path: Path) -> "StyleLibrary":
        """The library itself; raises StudioError where its parts do not fit each other."""
        shapes = (self.vectors.shape, self.mean.shape, self.components.shape, self.deviations.shape)
        wanted = (
            (len(self.entries), STYLE_SIZE),
            (STYLE_SIZE,),
            (STYLE_SLIDERS, STYLE_SIZE),
            (STYLE_SLIDERS,),
        )
        if shapes != wanted or len(self.axes) != STYLE_SLIDERS:
            raise StudioError("The style library does not fit this program.", f"{path}: shapes {shapes}")
        return self

    @property
    def sliders(self) -> tuple[Parameter, ...]:
        """One parameter for each PCA direction, in standard deviations."""
        return tuple(self._slider(number, axis) for number, axis in enumerate(self.axes, 1))

    def _slider(self, number: int, axis: StyleAxis) -> Parameter:
        ends = (self.entry(axis.low_style).label, self.entry(axis.high_style).label)
        hint = "Left leads towards {}; right towards {}.".format(*ends)
        return Parameter(
            f"style-{number}", f"{axis.low} to {axis.high}", -3.0, 3.0, 0.0, hint=hint, decimals=1
        )

    def holds(self, style_id: str) -> bool:
        return any(entry.id == style_id for entry in self.entries)

    def entry(self, style_id: str) -> StyleEntry:
        """Raises StudioError for a style that is not here."""
        return self.entries[self._row(style_id)]

    def vector(self, style_id: str) -> Vector:
        """(100,); raises StudioError for a style that is not here."""
        return self.vectors[self._row(style_id)]

    def search(self, text: str) -> tuple[StyleEntry, ...]:
        """Entries in which every word of `text` occurs, without regard to case and accents."""
        words = plain(text).split()
        return tuple(e for e in self.entries if all(word in plain(searchable(e)) for word in words))

    def find(self, name: str) -> StyleEntry:
        """The entry with this id, else the only one (or the first of one painter's) in which every word occurs.

        Raises StudioError where there is none, or where several painters are meant.
        """
        exact = [entry for entry in self.entries if entry.id == name]
        found = exact or self.search(name)
        painters = sorted({entry.artist for entry in found})
        if not found:
            raise StudioError(f"There is no style named {name!r}.", hint="Name a painter, a title or both.")
        if len(painters) > 1:
            raise StudioError(f"{name!r} may mean {', '.join(painters[:6])}.", hint="Be more precise.")
        return found[0]

    def nearest(self, vector: Vector, count: int = 1) -> tuple[StyleEntry, ...]:
        """The paintings whose styles are most like a vector (100,), nearest first."""
        distances = np.linalg.norm((self.vectors - vector) @ self.components.T / self.deviations, axis=1)
        return tuple(self.entries[row] for row in np.argsort(distances, kind="stable")[:count])

    def target(self, mix: StyleMix, own: Vector | None = None) -> Vector:
        """The style (100,) that a mix asks for: the weighted mean of its parts moved along the PCA.

        `own` is the picture's own style, which stands in where no part has weight; without it, the mean of all.
        """
        offsets = np.asarray(mix.offsets, np.float32) * self.deviations[: len(mix.offsets)]
        moved = self._mean(mix.parts, own) + offsets @ self.components[: len(mix.offsets)]
        return np.asarray(moved, np.float32)

    def _mean(self, parts: Iterable[StylePart], own: Vector | None) -> Vector:
        weighted = [(part.weight, self._part_vector(part)) for part in parts if part.weight > 0]
        if not weighted:
            return self.mean if own is None else own
        weights, vectors = zip(*weighted, strict=True)
        return np.average(np.stack(vectors), axis=0, weights=weights).astype(np.float32)

    def _part_vector(self, part: StylePart) -> Vector:
        if part.vector is None:
            return self.vector(part.style_id)
        vector = np.asarray(part.vector, np.float32)
        if vector.shape != (STYLE_SIZE,) or not np.isfinite(vector).all():
            raise StudioError(f"A style is {STYLE_SIZE} finite numbers.", f"{part.style_id}: {vector.shape}")
        return vector

    def _row(self, style_id: str) -> int:
        for row, entry in enumerate(self.entries):
            if entry.id == style_id:
                return row
        raise StudioError(
            f"There is no style named {style_id!r}.", hint="Choose one from the list of styles."
        )


TENSORS = ("vectors", "mean", "components", "deviations")


def searchable(entry: StyleEntry) -> str:
    """All words by which a painting can be found."""
    parts = (entry.artist, entry.title, entry.title_original, str(entry.year), entry.genre, entry.style)
    return " ".join(parts)


def plain(text: str) -> str:
    """Lower case without accents: 'Édouard' and 'edouard' are the same to a searcher."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
