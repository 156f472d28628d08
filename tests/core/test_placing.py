"""Layers moved, scaled, turned and mirrored: pure geometry."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.layers import Artboard, Layer, Mark, Placement, Region
from studio.core.placing import between, carried, corners, mirrored, moved, place_of, placed, scaled, turned
from studio.core.restyle import Mask

BOARD = Artboard(100, 100)
PLACE = Placement(10, 20, 40, 30)
HANDLES = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if (x, y) != (0, 0)]


def spot(place: Placement, handle: tuple[int, int]) -> np.ndarray:
    first, second, third, fourth = (np.array(corner) for corner in corners(place))
    del third
    return first + (second - first) * (handle[0] + 1) / 2 + (fourth - first) * (handle[1] + 1) / 2


def near(a: object, b: object) -> bool:
    return bool(np.allclose(a, b, atol=1e-6))


@given(st.sampled_from(HANDLES), st.floats(-180, 180), st.floats(-15, 15), st.floats(-15, 15), st.booleans())
def test_the_opposite_handle_stays(
    handle: tuple[int, int], turn: float, dx: float, dy: float, keep: bool
) -> None:
    place = turned(PLACE, turn)
    after = scaled(place, handle, (dx, dy), keep)
    opposite = (-handle[0], -handle[1])
    assert near(spot(after, opposite), spot(place, opposite))


@given(st.sampled_from([one for one in HANDLES if 0 not in one]), st.floats(-180, 180))
def test_a_corner_follows_the_hand(handle: tuple[int, int], turn: float) -> None:
    place = turned(PLACE, turn)
    after = scaled(place, handle, (5, -3))
    if after.width > 1 and after.height > 1:
        assert near(spot(after, handle), spot(place, handle) + np.array((5, -3)))


def test_keeping_the_shape_and_the_middle() -> None:
    after = scaled(PLACE, (1, 1), (40, 0), keep=True)
    assert after.width / after.height == pytest.approx(40 / 30)
    around = scaled(PLACE, (1, 0), (10, 0), both=True)
    assert (around.left, around.width) == (0, 60)


def test_nothing_becomes_smaller_than_a_px() -> None:
    after = scaled(PLACE, (1, 1), (-500, -500))
    assert (after.width, after.height) == (1, 1)


def test_two_mirrors_are_a_half_turn() -> None:
    place = turned(PLACE, 30)
    twice = mirrored(mirrored(place, True), False)
    assert (twice.turn_deg, twice.flip_x, twice.flip_y) == (30, True, True)
    way = between(place, twice)
    assert near(way[:, :2], -np.eye(2))
    assert mirrored(mirrored(place, True), True) == place


def test_a_picture_layer_moves_with_its_region() -> None:
    region = Region(Mask.of(np.full((1, 1), 255, np.uint8)), 10, 20, 20, 30)
    layer = Layer(1, "Imported", "picture", PLACE, region=region)
    (after,) = placed((layer,), layer, PLACE, moved(PLACE, 5, 7), BOARD)
    assert after.place == Placement(15, 27, 40, 30)
    assert after.region == Region(region.mask, 15, 27, 20, 30)


def test_a_picture_without_a_place_gets_one() -> None:
    layer = Layer(1, "Result", "picture")
    place = place_of(layer, BOARD)
    assert place == Placement(0, 0, 100, 100)
    (after,) = placed((layer,), layer, place, moved(place, 5, 7), BOARD)
    assert after.place == Placement(5, 7, 100, 100)


def test_paint_moves_scales_and_turns_with_its_marks() -> None:
    mark = Mark("brush", radius_px=4, path=Mark.packed([(20, 20, 1), (40, 20, 1)]))
    layer = Layer(1, "Paint", "paint", marks=(mark,))
    place = place_of(layer, BOARD)
    assert (place.left, place.top, place.width, place.height) == (16, 16, 28, 8)
    (larger,) = placed((layer,), layer, place, Placement(16, 16, 56, 16), BOARD)
    assert larger.marks[0].radius_px == 8
    assert larger.marks[0].points[:, :2].tolist() == [[24, 24], [64, 24]]
    (upright,) = placed((layer,), layer, place, turned(place, 90), BOARD)
    assert near(upright.marks[0].points[:, :2], [[30, 10], [30, 30]])


def test_a_fill_of_everything_becomes_one_of_a_place() -> None:
    layer = Layer(1, "Paint", "paint", marks=(Mark("fill", 0xFF0000),))
    (after,) = placed((layer,), layer, Placement(0, 0, 100, 100), Placement(0, 0, 50, 50), BOARD)
    clip = after.marks[0].clip
    assert clip is not None
    assert (clip.width, clip.height) == (50, 50)


def test_a_mirrored_and_a_turned_region() -> None:
    levels = np.zeros((2, 2), np.uint8)
    levels[0, 0] = 255
    region = Region(Mask.of(levels), 0, 0, 10, 10)
    place = Placement(0, 0, 10, 10)
    flipped = carried(region, between(place, mirrored(place, True)))
    assert flipped.mask.levels.tolist() == [[0, 255], [0, 0]]
    quarter = carried(region, between(place, turned(place, 45)))
    assert quarter.width == pytest.approx(10 * math.sqrt(2))
    side = quarter.mask.height
    assert quarter.mask.levels[side // 4, side // 2] == 255
    assert quarter.mask.levels[3 * side // 4, side // 2] == 0
    assert quarter.mask.levels[0, 0] == 0
