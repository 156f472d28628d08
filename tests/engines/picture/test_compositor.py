"""The compositor: what covers what, the same bytes by every road, and strokes that do not darken themselves."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.layers import Artboard, Layer, Mark, Placement, Region, first_stack
from studio.core.picture import Picture
from studio.core.restyle import Mask
from studio.engines.picture import compositor as rooms
from studio.engines.picture.compositor import Compositor

BOARD = Artboard(64, 48)
RNG = np.random.default_rng(5)
LIVE = RNG.integers(0, 256, (48, 64, 3), dtype=np.uint8)
BASE = Layer(0, "live", "live", Placement(0, 0, 64, 48))
RED = Picture(np.full((10, 10, 3), (255, 0, 0), np.uint8), "red")


def stroke(*points: tuple[float, float], **changes: object) -> Mark:
    path = Mark.packed([(x, y, 1.0) for x, y in points])
    return replace(Mark("brush", 0x0000FF, 5.0, 1.0, path=path), **changes)


def paint(*marks: Mark) -> Layer:
    return Layer(1, "paint", "paint", marks=marks)


def flat(*layers: Layer, longest_px: int = 0) -> np.ndarray:
    return Compositor().flatten(LIVE, layers, BOARD, longest_px)


def test_the_live_picture_alone_keeps_every_byte() -> None:
    assert np.array_equal(flat(BASE), LIVE)


def test_a_small_picture_that_is_painted_on_gets_a_large_artboard() -> None:
    board, layers = first_stack(128, 96, "Picture")
    assert Compositor().flatten(LIVE, layers, board).shape == (768, 1024, 3)
    assert Compositor().flatten(LIVE, layers, board, 300).shape == (225, 300, 3)


def test_a_picture_layer_lies_where_it_is_placed_over_white() -> None:
    layer = Layer(1, "red", "picture", Placement(20, 10, 30, 20), picture=RED)
    out = flat(layer)
    assert (out[10:30, 20:50] == (255, 0, 0)).all()
    out[10:30, 20:50] = 255
    assert (out == 255).all()


def test_hidden_and_clear_layers_change_nothing() -> None:
    layer = Layer(1, "red", "picture", picture=RED)
    assert np.array_equal(flat(BASE, replace(layer, visible=False)), LIVE)
    assert np.array_equal(flat(BASE, replace(layer, opacity=0.0)), LIVE)


def test_a_region_shows_only_what_is_inside() -> None:
    levels = np.array([[255, 0]], np.uint8)
    region = Region(Mask.of(levels), 0, 0, 32, 48)
    out = flat(BASE, Layer(1, "red", "picture", picture=RED, region=region))
    assert (out[:, :8] == (255, 0, 0)).all()
    assert np.array_equal(out[:, 24:], LIVE[:, 24:])


def test_a_quarter_turn_and_mirrors_move_every_px() -> None:
    picture = Picture(RNG.integers(0, 256, (20, 20, 3), dtype=np.uint8))
    layer = Layer(1, "p", "picture", Placement(10, 10, 20, 20), picture=picture)
    turned = flat(replace(layer, place=replace(layer.place, turn_deg=90.0)))
    assert np.abs(turned[10:30, 10:30].astype(int) - np.rot90(picture.pixels, -1)).max() <= 1
    mirrored = flat(replace(layer, place=replace(layer.place, flip_x=True)))
    assert np.array_equal(mirrored[10:30, 10:30], picture.pixels[:, ::-1])


def test_a_turned_picture_keeps_its_area() -> None:
    layer = Layer(1, "red", "picture", Placement(20, 14, 20, 20, turn_deg=30), picture=RED)
    covered = (255 - flat(layer)[..., 1].astype(float)).sum() / 255
    assert covered == pytest.approx(400, rel=0.01)


def test_a_stroke_that_crosses_itself_is_even() -> None:
    mark = stroke((10, 10), (50, 40), (50, 10), (10, 40), opacity=0.5)
    out = flat(paint(mark))
    assert out[24:26, 29:31, 0].max() == 128
    assert out[..., 0].min() == 128


def test_a_hard_dot_has_the_area_of_a_circle() -> None:
    out = flat(paint(stroke((32, 24), radius_px=10.0)))
    assert (255 - out[..., 0].astype(float)).sum() / 255 == pytest.approx(np.pi * 100, rel=0.01)


def test_an_eraser_takes_away_paint_only() -> None:
    line = stroke((0, 24), (64, 24), radius_px=8.0)
    gone = replace(line, kind="eraser", radius_px=12.0)
    assert np.array_equal(flat(BASE, paint(line, gone)), LIVE)


def test_a_fill_covers_its_clip_or_everything() -> None:
    clip = Region(Mask.of(np.full((1, 1), 255, np.uint8)), 16, 16, 16, 16)
    out = flat(BASE, paint(Mark("fill", 0x00FF00, clip=clip)))
    assert (out[16:32, 16:32] == (0, 255, 0)).all()
    assert np.array_equal(out[:16], LIVE[:16])
    assert (flat(BASE, paint(Mark("fill", 0x00FF00))) == (0, 255, 0)).all()


SPOT = st.tuples(st.floats(-10, 80), st.floats(-10, 60))
MARK = st.builds(
    lambda spots, kind, hardness, opacity, radius: stroke(
        *spots, kind=kind, hardness=hardness, opacity=opacity, radius_px=radius
    ),
    st.lists(SPOT, min_size=1, max_size=5),
    st.sampled_from(["brush", "eraser", "fill"]),
    st.sampled_from([0.0, 0.5, 1.0]),
    st.sampled_from([0.3, 1.0]),
    st.floats(0.2, 12),
)


@settings(max_examples=30)
@given(st.lists(MARK, min_size=1, max_size=6), st.lists(st.integers(0, 6), max_size=8))
def test_undo_and_redo_of_marks_give_the_same_bytes_as_a_fresh_start(
    marks: list[Mark], counts: list[int]
) -> None:
    kept = Compositor(paint_bytes=60_000)
    for count in counts:
        layers = (BASE, paint(*marks[:count]))
        assert np.array_equal(kept.flatten(LIVE, layers, BOARD), Compositor().flatten(LIVE, layers, BOARD))


@settings(max_examples=30)
@given(st.lists(SPOT, min_size=2, max_size=12), st.floats(0.5, 9), st.sampled_from([0.0, 0.7, 1.0]))
def test_a_stroke_that_grows_is_the_stroke_at_once(
    spots: list[tuple[float, float]], radius: float, hardness: float
) -> None:
    """Chunks of segments differ, so the last bit may."""
    growing = Compositor()
    before = stroke((5, 5), (60, 40), colour=0xFF00)
    for count in range(1, len(spots) + 1):
        mark = stroke(*spots[:count], radius_px=radius, hardness=hardness, opacity=0.6)
        out = growing.flatten(LIVE, (BASE, paint(before, mark)), BOARD)
    assert np.abs(out.astype(int) - flat(BASE, paint(before, mark))).max() <= 1


def test_strips_meet_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    layers = (
        BASE,
        Layer(2, "p", "picture", Placement(5, 5, 40, 30, turn_deg=20), 0.7, "overlay", picture=RED),
        paint(stroke((3, 3), (60, 45), hardness=0.2)),
    )
    whole = flat(*layers, longest_px=200)
    monkeypatch.setattr(rooms, "STRIP_PX", 200 * 17)
    in_strips = flat(*layers, longest_px=200)
    assert len(rooms.views_of(BOARD, 200)) > 5
    assert np.abs(whole.astype(int) - in_strips).max() <= 1


def test_one_layer_alone_has_straight_alpha() -> None:
    rgba = Compositor().layer_rgba(None, paint(stroke((32, 24), opacity=0.5)), BOARD)
    assert rgba[24, 32].tolist() == [0, 0, 255, 128]
    assert rgba[0, 0].tolist() == [0, 0, 0, 0]


def test_the_artboard_is_a_window_on_the_plane() -> None:
    board = Artboard(20, 10, left=30, top=15)
    assert np.array_equal(Compositor().flatten(LIVE, (BASE,), board), LIVE[15:25, 30:50])
