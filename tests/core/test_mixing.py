"""The mixing grid: bands of layers, cells, and a rim that grows and shrinks."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.card import Card, WeightsInfo
from studio.core.latent import Latent, LayerMix, mixed
from studio.core.mixing import MAX_SIDE, MixGrid, bands, cell, cells, fresh_grid, grid_of, layer_count
from studio.core.project import PictureDocument

GAN = Card("gan", "G", "picture.gan", "", WeightsInfo("m", "0"), config={"channels": [1] * 5}, seed_default=5)
VAE = Card("vae", "V", "picture.vae", "", WeightsInfo("m", "0"), config={"channels": [1] * 5})
GRID = MixGrid((Latent(1), Latent(2)), (Latent(3), Latent(4), Latent(5)), 4, 7)


def test_only_a_generator_has_layers() -> None:
    assert (layer_count(GAN), layer_count(VAE)) == (10, 0)


@given(st.integers(1, 64))
def test_the_bands_hold_every_layer_once(layers: int) -> None:
    held = [layer for band in bands(layers) for layer in range(band.first, band.last + 1)]
    assert held == list(range(layers))


def test_the_bands_are_those_of_stylegan() -> None:
    assert [(band.name, band.first, band.last) for band in bands(10)] == [
        ("coarse", 0, 3), ("middle", 4, 7), ("fine", 8, 9),
    ]  # fmt: skip
    assert bands(0) == ()


def test_a_cell_is_its_row_with_layers_of_its_column() -> None:
    assert cell(GRID, 1, 2, 10) == Latent(2, mixes=(LayerMix(5, 4, 7, latent=Latent(5)),))
    assert [len(row) for row in cells(GRID, 10)] == [3, 3]


def test_without_layers_a_cell_lies_halfway() -> None:
    assert cell(GRID, 0, 1, 0) == mixed(((Latent(1), 0.5), (Latent(4), 0.5)))


def test_a_row_that_is_a_mix_itself_keeps_its_own() -> None:
    grid = GRID.with_picture("row", 0, cell(GRID, 0, 0, 10)).with_layers(9, 8)
    assert [(mix.first, mix.last) for mix in cell(grid, 0, 1, 10).mixes] == [(4, 7), (8, 9)]


@given(st.sampled_from(["row", "column"]), st.integers(1, MAX_SIDE))
def test_the_rim_grows_with_new_pictures_and_shrinks_from_its_end(axis: str, wanted: int) -> None:
    seeds = count(100)
    grid = GRID.resized(axis, wanted, lambda: Latent(next(seeds)))  # type: ignore[arg-type]
    rim, before = grid.rim(axis), GRID.rim(axis)  # type: ignore[arg-type]
    assert len(rim) == wanted
    assert rim[: len(before)] == before[:wanted]


def test_a_grid_to_begin_with_has_the_middle_layers_of_the_columns() -> None:
    grid = fresh_grid(GAN)
    assert [latent.seed for latent in (*grid.rows, *grid.columns)] == list(range(5, 12))
    assert (grid.first, grid.last) == (4, 7)
    assert {latent.psi for latent in fresh_grid(VAE).rows} == {1.0}
    assert grid_of(MixGrid(), GAN) == grid
    assert grid_of(GRID, GAN) is GRID
    assert (grid_of(GRID.with_layers(3, 63), GAN).first, grid_of(GRID.with_layers(3, 63), GAN).last) == (3, 9)


def test_another_model_has_another_grid() -> None:
    document = PictureDocument("gan", mixing=GRID)
    assert document.at_model("gan", Latent()).mixing == GRID
    assert document.at_model("vae", Latent()).mixing == MixGrid()


@pytest.mark.parametrize(("first", "last"), [(2, 6), (6, 2)])
def test_the_layers_may_be_given_in_either_order(first: int, last: int) -> None:
    grid = GRID.with_layers(first, last)
    assert (grid.first, grid.last) == (2, 6)
