"""Where tiles lie, and what stays under the hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.ui.picture.map.map_view import TILE_PX, MapView, middle, most_of, spiral

VIEW = MapView().resized(280, 280)
spots = st.tuples(st.floats(0, 280), st.floats(0, 280))


def test_all_of_the_map_is_seen_at_first_and_after_a_resize() -> None:
    assert len(VIEW.tiles()) == 49
    assert VIEW.resized(560, 300).tiles() == VIEW.tiles()
    assert VIEW.to_px(0, 0) == (140, 140)
    assert VIEW.to_px(1, 1) == (180, 100)  # y grows upwards


@given(spots, st.floats(1.0, 20.0))
def test_what_lies_under_the_pointer_stays_there(spot: tuple[float, float], factor: float) -> None:
    near = VIEW.zoomed(4.0, (140, 140))
    before, after = near.to_sigma(spot), near.zoomed(factor, spot).to_sigma(spot)
    if max(abs(x) for x in before) < 2:
        assert after == pytest.approx(before, abs=1e-6)


@given(spots, st.floats(0.05, 40.0))
def test_tiles_are_as_wide_as_is_good_to_look_at(spot: tuple[float, float], factor: float) -> None:
    view = VIEW.zoomed(factor, spot)
    width = view.box((view.level, 0, 0))[2]
    assert TILE_PX - 1 <= width <= 2 * TILE_PX + 1
    for tile in view.tiles():
        assert max(abs(tile[1]), abs(tile[2])) <= most_of(view.level)
        assert max(abs(at) for at in middle(tile)) <= 3


def test_zoomed_out_as_far_as_it_goes_all_is_seen() -> None:
    near = VIEW.zoomed(8.0, (10, 10))
    assert not near.fitted
    assert near.zoomed(0.01, (200, 30)) == VIEW


def test_the_tile_under_a_point_is_the_one_that_lies_there() -> None:
    for tile in VIEW.tiles():
        left, top, width, height = VIEW.box(tile)
        assert VIEW.tile_at((left + width / 2, top + height / 2)) == tile
    assert VIEW.resized(600, 280).tile_at((5, 140)) is None


def test_panning_goes_with_the_hand_and_stops_at_the_edge() -> None:
    near = VIEW.zoomed(4.0, (140, 140))
    assert near.panned(160, 0).x == pytest.approx(-1.0)
    assert near.panned(0, 9000).y == 3.0
    assert near.showing(0.0, 0.0) == near
    assert near.showing(3.0, 0.0).to_px(3.0, 0.0)[0] == pytest.approx(140 + 0.45 * 280)


def test_a_spiral_begins_where_it_is_asked_to_and_goes_outwards() -> None:
    order = spiral(VIEW.tiles(), (1.2, -0.9))
    assert order[0] == (0, 1, -1)
    rings = [max(abs(column - 1), abs(row + 1)) for _, column, row in order]
    assert rings == sorted(rings)
    assert set(order) == set(VIEW.tiles())
