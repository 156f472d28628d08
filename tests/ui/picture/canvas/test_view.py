"""Zoom and pan as geometry."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QSizeF

from studio.ui.picture.canvas.view import MARGIN_PX, MAX_ZOOM, MIN_ZOOM, CanvasView


def view(ratio: float = 1.0) -> CanvasView:
    made = CanvasView()
    made.resize(QSizeF(800, 600), ratio)
    made.set_picture(QSizeF(64, 64))
    return made


def test_a_fitted_picture_leaves_a_margin_and_lies_in_the_middle() -> None:
    area = view().target()
    assert area.height() == 600 - 2 * MARGIN_PX
    assert area.center() == QPointF(400, 300)


def test_a_fitted_picture_stays_fitted_when_the_window_grows() -> None:
    seen = view()
    seen.resize(QSizeF(800, 900), 1.0)
    assert seen.target().width() == pytest.approx(800 - 2 * MARGIN_PX)


def test_on_a_dense_screen_full_size_counts_pixels_of_the_screen() -> None:
    seen = view(ratio=2.0)
    seen.zoom_to(1.0)
    assert seen.target().width() == 32


@given(st.floats(0, 800), st.floats(0, 600), st.floats(0.2, 5))
def test_zooming_keeps_what_lies_under_the_pointer(x: float, y: float, factor: float) -> None:
    seen = view()
    inside = seen.target().contains(QPointF(x, y))
    before = seen.share_at(QPointF(x, y))
    seen.zoom_to(seen.zoom * factor, QPointF(x, y))
    after = seen.share_at(QPointF(x, y))
    if inside and factor >= 1:
        assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()), abs=1e-6)


@given(st.lists(st.tuples(st.floats(-900, 900), st.floats(-900, 900), st.floats(0.01, 100)), max_size=8))
def test_the_picture_never_gets_lost(moves: list[tuple[float, float, float]]) -> None:
    seen = view()
    for dx, dy, factor in moves:
        seen.pan(dx, dy)
        seen.zoom_to(seen.zoom * factor, QPointF(abs(dx), abs(dy)))
    assert MIN_ZOOM <= seen.zoom <= MAX_ZOOM
    assert seen.target().adjusted(-1e-6, -1e-6, 1e-6, 1e-6).contains(QPointF(400, 300))


def test_a_larger_picture_of_the_same_shape_takes_the_place_of_the_small_one() -> None:
    seen = view()
    seen.zoom_to(4.0)
    seen.pan(30, 10)
    before = seen.target()
    seen.set_picture(QSizeF(256, 256))
    assert seen.target() == before
    assert seen.zoom == 1.0


def test_a_picture_of_another_shape_is_fitted() -> None:
    seen = view()
    seen.zoom_to(4.0)
    seen.set_picture(QSizeF(300, 100))
    assert seen.fitted
