"""The mixing grid: the picture of every row with some layers of every column's (style mixing, Karras 2019). Pure.

Where a model has no layers, a cell lies halfway between its row and its column.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import msgspec

from studio.core.card import Card
from studio.core.latent import MAX_LAYERS, Latent, LayerMix, mixed
from studio.core.parameter import PSI

MAX_SIDE = 6
ROWS, COLUMNS = 3, 4
Axis = Literal["row", "column"]
Rim = Annotated[tuple[Latent, ...], msgspec.Meta(max_length=MAX_SIDE)]
LayerIndex = Annotated[int, msgspec.Meta(ge=0, lt=MAX_LAYERS)]


@dataclass(frozen=True, slots=True)
class Band:
    """Layers that belong together: `name` is coarse, middle or fine; first..last inclusive."""

    name: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class MixGrid:
    """rows and columns: the pictures at the rim, () is a grid that nobody has begun; first..last (inclusive, 0 is the
    coarsest): the layers that come from the column."""

    rows: Rim = ()
    columns: Rim = ()
    first: LayerIndex = 0
    last: LayerIndex = 0

    def rim(self, axis: Axis) -> tuple[Latent, ...]:
        return self.rows if axis == "row" else self.columns

    def with_rim(self, axis: Axis, latents: tuple[Latent, ...]) -> "MixGrid":
        """The grid with other pictures on one side, at most MAX_SIDE."""
        if axis == "row":
            return replace(self, rows=latents[:MAX_SIDE])
        return replace(self, columns=latents[:MAX_SIDE])

    def with_picture(self, axis: Axis, index: int, latent: Latent) -> "MixGrid":
        """The grid with one picture of its rim changed."""
        rim = self.rim(axis)
        return self.with_rim(axis, (*rim[:index], latent, *rim[index + 1 :]))

    def with_layers(self, first: int, last: int) -> "MixGrid":
        """The grid with other layers from the columns; the two may come in either order."""
        return replace(self, first=min(first, last), last=max(first, last))

    def resized(self, axis: Axis, count: int, more: Callable[[], Latent]) -> "MixGrid":
        """The grid with more or fewer rows or columns; `more` gives each new picture."""
        rim = self.rim(axis)
        return self.with_rim(axis, (*rim[:count], *(more() for _ in range(count - len(rim)))))


def layer_count(card: Card) -> int:
    """How many layers of w a model has; 0 for one without."""
    return card.layers


def bands(layers: int) -> tuple[Band, ...]:
    """Coarse (form, layout), middle (things) and fine (colour, touch) as in StyleGAN; thirds where it has too few."""
    first, second = (4, 8) if layers > 8 else ((layers + 2) // 3, (2 * layers + 2) // 3)
    borders = (("coarse", 0, first), ("middle", first, second), ("fine", second, layers))
    return tuple(Band(name, low, high - 1) for name, low, high in borders if high > low)


def first_latent(card: Card, seed: int) -> Latent:
    """The picture of a seed as a model shows it at first."""
    return Latent(seed, psi=PSI.default if card.is_generator else 1.0)


def fresh_grid(card: Card) -> MixGrid:
    """A grid to begin with: neighbouring seeds, the middle layers from the columns."""
    seeds = range(card.seed_default, card.seed_default + ROWS + COLUMNS)
    rim = tuple(first_latent(card, seed) for seed in seeds)
    grid = MixGrid(rim[:ROWS], rim[ROWS:])
    return next((grid.with_layers(band.first, band.last) for band in bands(layer_count(card))[1:2]), grid)


def grid_of(grid: MixGrid, card: Card) -> MixGrid:
    """The grid of a document, with layers that the model has, or one to begin with where nobody has begun."""
    if not (grid.rows and grid.columns):
        return fresh_grid(card)
    last = max(layer_count(card) - 1, 0)
    fits = 0 <= grid.first <= grid.last <= last
    return grid if fits else grid.with_layers(min(grid.first, last), min(grid.last, last))


def cell(grid: MixGrid, row: int, column: int, layers: int) -> Latent:
    """What stands in a cell: the row's picture, with the column's layers."""
    base, other = grid.rows[row], grid.columns[column]
    if not layers:
        return mixed(((base, 0.5), (other, 0.5)))
    mix = LayerMix(other.seed, grid.first, grid.last, latent=other)
    return replace(base, mixes=(*base.mixes, mix))


def cells(grid: MixGrid, layers: int) -> tuple[tuple[Latent, ...], ...]:
    """All cells, row by row."""
    return tuple(
        tuple(cell(grid, row, column, layers) for column in range(len(grid.columns)))
        for row in range(len(grid.rows))
    )
