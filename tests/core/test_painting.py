"""Marks through a Session: one step each, clipped to the selection, undone to what was there."""

from dataclasses import replace

import numpy as np
import pytest

from studio.core.layers import Artboard, Layer, Mark, Placement
from studio.core.painting import cleared, erased, laid_out, on_top, painted, plane_factor
from studio.core.project import PictureDocument
from studio.core.selecting import combined, everything, grown_mark, levels_of, mask_size, rectangle_levels
from studio.core.session import PICTURES, Session

STROKE = Mark("brush", 0x102030, 10.0, path=Mark.packed([(10, 10, 1), (50, 40, 0.5)]))


def fresh() -> PictureDocument:
    return laid_out(PictureDocument(model_id="m"), 128, 128, "Picture")


def test_a_small_picture_gets_a_board_that_can_be_painted_on() -> None:
    document = fresh()
    assert document.artboard is not None
    assert document.artboard.width == 1024
    assert plane_factor(PictureDocument(), 128, 128) == 8
    assert plane_factor(document, 1024, 1024) == 1
    assert laid_out(document, 5, 5, "Other") is document


def test_the_selection_comes_along_to_the_larger_plane() -> None:
    small = PictureDocument()
    board = laid_out(small, 128, 64, "").artboard
    assert board is not None

    picture_px = Artboard(128, 64)
    region = combined(None, rectangle_levels(picture_px, 0, 0, 64, 64), "replace", picture_px)
    large = laid_out(PictureDocument(selection=region), 128, 64, "")
    assert levels_of(large.selection, board).mean() / 255 == pytest.approx(0.5, abs=1e-3)


def test_strokes_share_a_layer_and_each_is_a_step() -> None:
    session = Session()
    layer_id = None
    for _ in range(3):
        after, layer_id = painted(laid_out(session.picture, 128, 128, "Picture"), STROKE, layer_id)
        session.change_picture(after, "Brush stroke")
    paint = session.picture.layers[-1]
    assert (paint.kind, len(paint.marks)) == ("paint", 3)
    session.undo(PICTURES)
    assert len(session.picture.layers[-1].marks) == 2
    session.undo(PICTURES)
    session.undo(PICTURES)
    assert session.picture.layers == ()


def test_a_stroke_lies_just_above_the_layer_in_hand() -> None:
    document, first = painted(fresh(), STROKE, None)
    document, second = painted(document, STROKE, 0)
    assert [layer.id for layer in document.layers] == [0, second, first]


def test_a_locked_or_hidden_layer_is_not_painted_on() -> None:
    layers = (*fresh().layers, Layer(5, "Locked", "paint", locked=True))
    document = PictureDocument(layers=layers, artboard=fresh().artboard)
    after, layer_id = painted(document, STROKE, 5)
    assert layer_id == 6
    assert after.layers[1].marks == ()
    assert on_top(layers, None) == layers[0]


def test_a_mark_is_clipped_to_the_selection() -> None:
    document = fresh()
    board = document.artboard
    assert board is not None
    region = combined(None, rectangle_levels(board, 0, 0, 512, 1024), "replace", board)
    selected = PictureDocument(layers=document.layers, artboard=board, selection=region)
    after, _ = painted(selected, Mark("fill", 0xFF0000), None)
    assert after.layers[-1].marks[0].clip == region
    top = combined(None, rectangle_levels(board, 0, 0, 1024, 512), "replace", board)
    after, _ = painted(selected, Mark("fill", 0xFF0000, clip=top), None)
    assert levels_of(after.layers[-1].marks[0].clip, board).mean() / 255 == pytest.approx(0.25, abs=1e-3)


def test_erasing_a_picture_hides_it_and_keeps_its_pixels() -> None:
    document = fresh()
    assert document.artboard is not None
    width, height = mask_size(document.artboard)
    levels = np.zeros((height, width), np.uint8)
    levels[: height // 2] = 255
    after = erased(document, document.layers[0], levels)
    assert levels_of(after.layers[0].region, document.artboard).mean() / 255 == pytest.approx(0.5)
    assert after.layers[0].place == Placement(0, 0, 1024, 1024)


def test_clearing_keeps_what_was_there_under_a_mark_or_a_region() -> None:
    document, paint_id = painted(fresh(), STROKE, None)
    board = document.artboard
    assert board is not None
    assert cleared(document, document.layers[0]) is document
    half = combined(None, rectangle_levels(board, 0, 0, 512, 1024), "replace", board)
    selected = replace(document, selection=half)
    after = cleared(selected, selected.layers[1])
    brush, eraser = after.layers[1].marks
    assert (brush.kind, eraser.kind, eraser.clip) == ("brush", "eraser", half)
    assert eraser.radius_px >= 1024
    after = cleared(selected, selected.layers[0])
    assert levels_of(after.layers[0].region, board).mean() / 255 == pytest.approx(0.5, abs=1e-3)
    assert paint_id == 1


def test_even_a_huge_board_is_cleared_to_its_corners() -> None:
    board = Artboard(16384, 9000)
    layer = Layer(1, "Paint", "paint", marks=(STROKE,))
    document = PictureDocument(layers=(layer,), artboard=board, selection=everything(board))
    eraser = cleared(document, layer).layers[0].marks[-1]
    spots = eraser.points[:, :2]
    for corner in ((0, 0), (16384, 0), (0, 9000), (16384, 9000), (8192, 4500), (4096, 0)):
        assert np.hypot(*(spots - corner).T).min() < eraser.radius_px


def test_a_mark_grows_with_its_plane() -> None:
    grown = grown_mark(STROKE, 4)
    assert grown.radius_px == 40
    assert grown.points.tolist() == [[40, 40, 1], [200, 160, 0.5]]
