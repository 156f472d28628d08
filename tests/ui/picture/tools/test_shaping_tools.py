"""Fill, transform and crop under a hand and by keys."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt

from studio.core.cropping import ASPECTS
from studio.core.layers import Artboard, Mark, Placement
from studio.core.painting import painted
from studio.core.selecting import everything, levels_of
from studio.core.session import PICTURES
from studio.ui.picture.tools.crop_tool import CropTool
from studio.ui.picture.tools.fill_tool import FillTool
from studio.ui.picture.tools.transform_tool import KNOB_PX, TransformTool

from .conftest import Table

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def at_once(work: Callable[[], object], done: Callable[[object], None]) -> None:
    done(work())


@pytest.fixture
def fill(table: Table) -> FillTool:
    tool = FillTool(table.bench, at_once)
    table.canvas.set_tool(tool)
    return tool


@pytest.fixture
def transform(table: Table) -> TransformTool:
    tool = TransformTool(table.bench, lambda: table.canvas.set_tool(None))
    table.canvas.set_tool(tool)
    return tool


@pytest.fixture
def crop(table: Table) -> CropTool:
    tool = CropTool(table.bench, lambda: table.canvas.set_tool(None))
    table.canvas.set_tool(tool)
    return tool


def live_place(table: Table) -> Placement:
    place = table.picture.layers[0].place
    assert place is not None
    return place


# --- fill -------------------------------------------------------------------------------------------------


def test_a_click_fills_what_looks_alike(table: Table, fill: FillTool) -> None:
    table.click(20, 20)
    board = table.picture.artboard
    assert board is not None
    (mark,) = table.picture.layers[1].marks
    assert (mark.kind, mark.colour) == ("fill", table.bench.choices.colour)
    assert levels_of(mark.clip, board)[:, :500].all()
    assert not levels_of(mark.clip, board)[:, 524:].any()
    assert table.steps == ("Fill",)


def test_with_enough_tolerance_all_is_filled(table: Table, fill: FillTool) -> None:
    table.bench.choose(tolerance=1.0)
    table.click(20, 20)
    board = table.picture.artboard
    assert board is not None
    assert levels_of(table.picture.layers[1].marks[0].clip, board).all()


def test_a_fill_stays_in_the_selection(table: Table, fill: FillTool) -> None:
    table.bench.select(everything(Artboard(128, 32)), "Select")
    fill.fill()
    clip = table.picture.layers[1].marks[0].clip
    assert clip is not None
    assert (clip.width, clip.height) == (1024, 256)
    table.session.undo(PICTURES)
    assert table.picture.layers == ()


# --- transform --------------------------------------------------------------------------------------------


def test_a_drag_inside_moves_the_layer_as_one_step(table: Table, transform: TransformTool) -> None:
    table.drag((40, 80), (50, 90), (60, 80))
    assert live_place(table).left == pytest.approx(160, abs=4)
    assert live_place(table).top == pytest.approx(0, abs=4)
    assert table.steps == ("Transform",)
    table.session.undo(PICTURES)
    assert table.picture.layers == ()


def test_a_corner_scales_and_shift_keeps_the_shape(table: Table, transform: TransformTool) -> None:
    table.drag((128, 128), (100, 110), (96, 64))
    place = live_place(table)
    assert (place.width, place.height) == pytest.approx((768, 512), abs=6)
    assert (place.left, place.top) == (0, 0)
    table.canvas.set_nominal_size(1024, 1024)
    table.drag((768, 512), (600, 480), (384, 500), keys=SHIFT)
    place = live_place(table)
    assert place.width == pytest.approx(384, abs=6)
    assert place.width / place.height == pytest.approx(1.5, abs=0.02)


def test_the_knob_turns_in_steps_with_shift(table: Table, transform: TransformTool) -> None:
    knob = KNOB_PX / table.canvas.map.scale
    table.drag((64, knob), (90, 20), (118, 62), keys=SHIFT)
    assert live_place(table).turn_deg == 90
    assert table.steps == ("Transform",)


def test_arrows_nudge_and_enter_is_done(table: Table, transform: TransformTool) -> None:
    table.key(Qt.Key.Key_Right)
    table.key(Qt.Key.Key_Down, SHIFT)
    assert (live_place(table).left, live_place(table).top) == (1, 10)
    assert table.steps == ("Transform",)
    table.key(Qt.Key.Key_Return)
    assert table.canvas.tool is None


def test_keys_resize_and_turn(table: Table, transform: TransformTool) -> None:
    table.key(Qt.Key.Key_Left, CTRL | SHIFT)
    table.key(Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    place = live_place(table)
    assert (place.width, place.height, place.turn_deg) == (1014, 1024, 1)
    assert table.steps == ("Transform",)


def test_esc_puts_back_what_is_being_moved(table: Table, transform: TransformTool) -> None:
    before = table.picture
    table.bot.mousePress(table.canvas, Qt.MouseButton.LeftButton, pos=table.spot(40, 90))
    table._move(table.spot(60, 90), Qt.KeyboardModifier.NoModifier)
    assert table.picture != before
    table.key(Qt.Key.Key_Escape)
    assert table.picture == before
    assert table.steps == ()


def test_flips_and_turns_by_command(table: Table, transform: TransformTool) -> None:
    transform.flip(True)
    transform.flip(False)
    transform.turn(90)
    place = live_place(table)
    assert (place.flip_x, place.flip_y, place.turn_deg) == (True, True, 90)
    assert table.steps == ("Flip horizontally", "Flip vertically", "Turn the layer")


def test_paint_is_moved_with_its_strokes(table: Table, transform: TransformTool) -> None:
    mark = Mark("brush", radius_px=10, path=Mark.packed([(200, 200, 1), (600, 600, 1)]))
    document, layer_id = painted(table.bench.laid_out(), mark, None)
    table.session.change_picture(document, "Brush stroke")
    table.bench.current_layer = lambda: layer_id
    table.canvas.set_nominal_size(1024, 1024)
    table.drag((400, 500), (450, 520), (500, 550))
    moved = table.picture.layers[1].marks[0].points[0]
    assert moved[:2] == pytest.approx((300, 250), abs=4)


def test_a_locked_layer_is_not_moved(table: Table, transform: TransformTool) -> None:
    from dataclasses import replace

    document = table.bench.laid_out()
    locked = replace(document, layers=(replace(document.layers[0], locked=True),))
    table.session.change_picture(locked, "Lock")
    with table.bot.waitSignal(table.bench.notice):
        table.drag((40, 80), (60, 80))
    assert table.picture == locked


# --- crop -------------------------------------------------------------------------------------------------


def test_an_aspect_and_enter_crop_the_picture(table: Table, crop: CropTool) -> None:
    table.bench.choose(aspect=ASPECTS[4])
    assert table.steps == ()
    table.key(Qt.Key.Key_Return)
    assert table.picture.artboard == Artboard(1024, 576, 0, 224)
    assert live_place(table) == Placement(0, 0, 1024, 1024)
    assert table.steps == ("Crop",)
    assert table.canvas.tool is None


def test_a_frame_that_is_pulled_and_moved_by_hand(table: Table, crop: CropTool) -> None:
    table.drag((128, 128), (110, 100), (64, 96))
    assert (crop.frame.width, crop.frame.height) == pytest.approx((512, 768), abs=6)
    table.drag((30, 30), (40, 40), (46, 38))
    assert (crop.frame.left, crop.frame.top) == pytest.approx((128, 64), abs=6)
    table.key(Qt.Key.Key_Escape)
    assert table.picture.artboard is None


def test_a_new_frame_is_drawn_beside_the_old_one(table: Table, crop: CropTool) -> None:
    table.drag((128, 128), (64, 64))
    table.drag((80, 80), (100, 100), (120, 110))
    frame = crop.frame
    assert (frame.left, frame.top, frame.width, frame.height) == pytest.approx((640, 640, 320, 240), abs=8)


def test_arrows_move_and_with_ctrl_resize(table: Table, crop: CropTool) -> None:
    table.key(Qt.Key.Key_Left, CTRL | SHIFT)
    table.key(Qt.Key.Key_Up, CTRL)
    table.key(Qt.Key.Key_Right)
    assert crop.frame == Artboard(1014, 1023, 1, 0)


def test_a_second_crop_is_taken_from_the_first(table: Table, crop: CropTool) -> None:
    table.bench.choose(aspect=ASPECTS[4])
    table.key(Qt.Key.Key_Return)
    table.canvas.set_nominal_size(1024, 576)
    table.canvas.set_tool(crop)
    table.bench.choose(aspect=ASPECTS[1])
    table.key(Qt.Key.Key_Return)
    assert table.picture.artboard == Artboard(576, 576, 224, 224)
    assert table.bench.to_plane(table.canvas.map.area.topLeft()) == pytest.approx((224, 224))
