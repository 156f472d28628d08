"""Rectangle and lasso by hand, and what a selection looks like."""

import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from studio.core.layers import Region
from studio.core.restyle import Mask
from studio.core.session import PICTURES
from studio.ui.picture.tools.select_tools import LassoTool, RectangleTool

from .conftest import Table

SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def rectangle(table: Table) -> RectangleTool:
    tool = RectangleTool(table.bench)
    table.canvas.set_tool(tool)
    return tool


def test_a_drag_selects_and_is_one_step(table: Table, rectangle: RectangleTool) -> None:
    table.drag((0, 0), (30, 20), (64, 128))
    assert table.selected() == pytest.approx(0.5, abs=0.01)
    assert table.steps == ("Select a rectangle",)
    assert table.picture.layers == ()
    table.session.undo(PICTURES)
    assert table.picture.selection is None


def test_shift_adds_alt_takes_away_and_both_share(table: Table, rectangle: RectangleTool) -> None:
    table.drag((0, 0), (64, 128))
    table.drag((64, 0), (128, 64), keys=SHIFT)
    assert table.selected() == pytest.approx(0.75, abs=0.01)
    table.drag((0, 0), (32, 128), keys=ALT)
    assert table.selected() == pytest.approx(0.5, abs=0.01)
    table.drag((0, 0), (128, 64), keys=SHIFT | ALT)
    assert table.selected() == pytest.approx(0.375, abs=0.01)


def test_the_bar_can_hold_the_mode(table: Table, rectangle: RectangleTool) -> None:
    table.bench.choose(mode="add")
    table.drag((0, 0), (64, 64))
    table.drag((10, 10), (128, 128))
    assert table.selected() > 0.85


def test_shift_after_the_press_makes_a_square(table: Table, rectangle: RectangleTool) -> None:
    table.drag((10, 10), (40, 20), (74, 30), keys=SHIFT, later=True)
    assert table.selected() == pytest.approx(64 * 64 / 128**2, abs=0.01)


def test_a_drag_inside_moves_it_and_a_click_beside_lets_it_go(table: Table, rectangle: RectangleTool) -> None:
    table.drag((0, 0), (64, 64))
    table.drag((20, 20), (40, 40), (52, 52))
    region = table.picture.selection
    assert region is not None
    assert (region.left, region.top) == pytest.approx((32, 32), abs=1)
    assert table.steps == ("Select a rectangle", "Move the selection")
    table.click(5, 5)
    assert table.picture.selection is None


def test_esc_puts_a_selection_that_is_moved_back(table: Table, rectangle: RectangleTool) -> None:
    table.drag((0, 0), (64, 64))
    kept = table.picture.selection
    table.bot.mousePress(table.canvas, Qt.MouseButton.LeftButton, pos=table.spot(20, 20))
    table._move(table.spot(90, 90), Qt.KeyboardModifier.NoModifier)
    assert table.picture.selection != kept
    table.key(Qt.Key.Key_Escape)
    assert table.picture.selection == kept
    assert table.steps == ("Select a rectangle",)


def test_arrows_move_it_as_one_step_while_they_follow_each_other(
    table: Table, rectangle: RectangleTool
) -> None:
    table.drag((0, 0), (64, 64))
    for _ in range(3):
        table.key(Qt.Key.Key_Right)
    table.key(Qt.Key.Key_Down, SHIFT)
    region = table.picture.selection
    assert region is not None
    assert (region.left, region.top) == (3, 10)
    assert table.steps == ("Select a rectangle", "Move the selection")


def test_ctrl_and_arrows_resize_it(table: Table, rectangle: RectangleTool) -> None:
    table.drag((0, 0), (64, 64))
    table.key(Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier | SHIFT)
    region = table.picture.selection
    assert region is not None
    assert (region.width, region.height) == pytest.approx((74, 64), abs=1)
    assert table.steps[-1] == "Resize the selection"


def test_a_lasso_closes_by_itself(table: Table) -> None:
    table.canvas.set_tool(LassoTool(table.bench))
    round_way = [(64 + 40 * math.cos(t / 20), 64 + 40 * math.sin(t / 20)) for t in range(120)]
    table.drag(*round_way)
    assert table.selected() == pytest.approx(math.pi * 40**2 / 128**2, rel=0.05)
    assert table.steps == ("Select by lasso",)


def test_a_line_that_ends_where_it_began_is_no_click(table: Table) -> None:
    table.canvas.set_tool(LassoTool(table.bench))
    table.drag((20, 20), (100, 20), (100, 100), (20, 100), (20, 20))
    assert table.selected() == pytest.approx(80 * 80 / 128**2, rel=0.03)


def test_a_feather_softens(table: Table, rectangle: RectangleTool) -> None:
    table.bench.choose(feather=60.0)
    table.drag((32, 32), (96, 96))
    assert table.picture.selection is not None
    levels = table.picture.selection.mask.levels
    assert ((levels > 20) & (levels < 235)).mean() > 0.05
    assert table.selected() == pytest.approx(0.25, abs=0.02)


def test_the_selection_has_a_dashed_line_of_its_own_size(table: Table, rectangle: RectangleTool) -> None:
    table.drag((32, 32), (96, 96))
    image = table.canvas.grab().toImage()
    top = [image.pixelColor(table.spot(x, 32)).lightness() for x in np.linspace(34, 94, 200)]
    assert max(top) > 240
    assert min(top) < 60
    assert image.pixelColor(table.spot(20, 64)) == QColor(40, 90, 160)


def test_ants_march_unless_motion_is_reduced(table: Table, rectangle: RectangleTool) -> None:
    table.drag((32, 32), (96, 96))
    still = table.canvas.grab().toImage()
    table.veil.follow()
    table.bot.wait(200)
    assert table.canvas.grab().toImage() == still
    table.veil.set_still(False)
    table.bot.waitUntil(lambda: table.canvas.grab().toImage() != still)
    table.veil.set_still(True)


def test_the_selection_stays_where_it_is_when_a_style_makes_the_picture_larger(
    table: Table, rectangle: RectangleTool
) -> None:
    table.drag((0, 0), (64, 64))
    before = table.bench.to_spot(table.bench.selection.width, 0)  # type: ignore[union-attr]
    table.canvas.set_nominal_size(512, 512)
    after = table.bench.to_spot(table.bench.selection.width, 0)  # type: ignore[union-attr]
    assert (before - after).manhattanLength() < 1


def test_a_damaged_selection_is_told_and_selects_nothing(table: Table) -> None:
    damaged = Region(Mask(8, 8, b"no mask"), 0, 0, 64, 64)
    with table.bot.waitSignal(table.bench.notice) as told:
        table.bench.select(damaged, "Open a project")
        image = table.canvas.grab().toImage()
    assert told.args == ["The mask is damaged."]
    assert image.pixelColor(table.spot(32, 32)) == QColor(40, 90, 160)


def test_the_veil_covers_what_is_not_selected(table: Table, rectangle: RectangleTool) -> None:
    table.drag((0, 0), (64, 128))
    table.bench.show_mask(True)
    image = table.canvas.grab().toImage()
    assert image.pixelColor(table.spot(30, 64)) == QColor(40, 90, 160)
    assert image.pixelColor(table.spot(100, 64)) != QColor(200, 180, 60)
    assert image.pixelColor(3, 3) == table.canvas.grab().toImage().pixelColor(3, 100)
