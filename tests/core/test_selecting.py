"""Selections: shapes, modes, feather, and where they lie when the plane changes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.layers import Artboard, Region
from studio.core.painting import laid_out
from studio.core.project import PictureDocument
from studio.core.selecting import (
    bounds,
    combined,
    everything,
    feathered,
    inverted,
    levels_of,
    mask_size,
    moved,
    polygon_levels,
    rectangle_levels,
    sampled,
    selection_on,
)

BOARD = Artboard(200, 100, 10, 20)


def share(region: Region | None, board: Artboard = BOARD) -> float:
    """How much of the artboard is selected."""
    assert region is not None
    return float(levels_of(region, board).mean()) / 255


def test_a_rectangle_covers_its_share_of_the_board() -> None:
    region = combined(None, rectangle_levels(BOARD, 10, 20, 100, 50), "replace", BOARD)
    assert share(region) == pytest.approx(0.25, abs=1e-3)
    assert sampled(region, (10, 20, 50, 50), (1, 1))[0, 0] == 255
    assert sampled(region, (150, 80, 1, 1), (1, 1))[0, 0] == 0
    assert sampled(region, (0, 0, 1, 1), (1, 1))[0, 0] == 0


def test_a_slanted_edge_is_smooth_and_exact() -> None:
    levels = polygon_levels(BOARD, ((10, 20), (210, 20), (10, 120)))
    assert levels.mean() / 255 == pytest.approx(0.5, abs=2e-3)
    assert ((levels > 0) & (levels < 255)).any()


def test_both_halves_of_a_crossed_line_are_inside() -> None:
    levels = polygon_levels(BOARD, ((10, 20), (210, 120), (210, 20), (10, 120)))
    height, width = levels.shape
    assert levels[height // 2, width // 8] == 255
    assert levels[height // 2, -width // 8] == 255
    assert levels[height // 8, width // 2] == 0


@given(st.lists(st.tuples(st.floats(-500, 700), st.floats(-500, 700)), min_size=3, max_size=12))
def test_any_line_even_far_outside_gives_levels(points: list[tuple[float, float]]) -> None:
    board = Artboard(64, 48)
    levels = polygon_levels(board, points)
    assert levels.shape == mask_size(board)[::-1]


def test_the_four_modes() -> None:
    left = rectangle_levels(BOARD, 10, 20, 100, 100)
    top = rectangle_levels(BOARD, 10, 20, 200, 50)
    first = combined(None, left, "replace", BOARD)
    assert share(combined(first, top, "replace", BOARD)) == pytest.approx(0.5, abs=1e-3)
    assert share(combined(first, top, "add", BOARD)) == pytest.approx(0.75, abs=1e-3)
    assert share(combined(first, top, "subtract", BOARD)) == pytest.approx(0.25, abs=1e-3)
    assert share(combined(first, top, "intersect", BOARD)) == pytest.approx(0.25, abs=1e-3)
    assert share(combined(None, top, "subtract", BOARD)) == pytest.approx(0.5, abs=1e-3)
    assert combined(first, left, "subtract", BOARD) is None


def test_all_and_its_opposite_and_twice_the_opposite() -> None:
    half = combined(None, rectangle_levels(BOARD, 10, 20, 50, 100), "replace", BOARD)
    assert share(everything(BOARD)) == 1.0
    assert share(inverted(half, BOARD)) == pytest.approx(0.75, abs=1e-3)
    assert share(inverted(inverted(half, BOARD), BOARD)) == pytest.approx(0.25, abs=1e-3)
    assert inverted(everything(BOARD), BOARD) is None
    assert inverted(None, BOARD) is None


def test_a_moved_selection_keeps_its_mask_and_falls_off_the_board() -> None:
    half = combined(None, rectangle_levels(BOARD, 110, 20, 100, 100), "replace", BOARD)
    assert half is not None
    away = moved(half, 50, 0)
    assert away.mask is half.mask
    assert share(away) == pytest.approx(0.25, abs=1e-2)


def test_a_feather_keeps_the_amount_and_softens_the_edge() -> None:
    levels = rectangle_levels(BOARD, 60, 45, 100, 50)
    soft = feathered(levels, 20)
    assert soft.mean() == pytest.approx(levels.mean(), rel=0.01)
    assert 100 < int(soft[soft.shape[0] // 2, np.argmax(levels[soft.shape[0] // 2] > 0)]) < 155
    assert np.array_equal(feathered(levels, 0), levels)


def test_a_small_picture_gets_a_fine_mask_and_a_huge_one_fits() -> None:
    assert mask_size(Artboard(128, 64)) == (1024, 512)
    assert mask_size(Artboard(16384, 1)) == (2048, 1)


def test_a_region_is_as_small_as_what_it_holds() -> None:
    region = combined(None, rectangle_levels(BOARD, 60, 45, 50, 25), "replace", BOARD)
    assert region is not None
    assert (region.left, region.width) == pytest.approx((60, 50), abs=0.5)
    again = combined(region, levels_of(region, BOARD), "add", BOARD)
    assert again == region


def test_a_selection_grows_with_a_picture_that_has_no_artboard() -> None:
    board = Artboard(128, 128)
    half = combined(None, rectangle_levels(board, 64, 0, 64, 128), "replace", board)
    document = PictureDocument(selection=half, selection_px=128)
    assert selection_on(document, 128) is half
    large = selection_on(document, 512)
    assert large is not None
    assert (large.left, large.top, large.width, large.height) == (256, 0, 256, 512)
    laid = laid_out(document, 512, 512, "Restyled")
    assert laid.artboard == Artboard(1024, 1024)
    assert laid.selection_px == 0
    assert laid.selection is not None
    assert (laid.selection.left, laid.selection.width) == (512, 512)
    assert selection_on(laid, 4096) is laid.selection


def test_bounds_are_those_of_what_is_there() -> None:
    levels = np.zeros((9, 9), np.uint8)
    assert bounds(levels) is None
    levels[2:4, 5:8] = 1
    assert bounds(levels) == (5, 2, 8, 4)
