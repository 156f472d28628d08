"""The strip and the bar: what they show, and what a hand on them does."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QColorDialog, QToolButton

from studio.core.cropping import ASPECTS, FREE
from studio.ui.picture.tools.aspect_box import AspectBox, swapped
from studio.ui.picture.tools.options_bar import OptionsBar
from studio.ui.picture.tools.tool_strip import ToolStrip

from .conftest import Table

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bar(table: Table) -> OptionsBar:
    made = OptionsBar(table.bench)
    table.bot.addWidget(made)
    made.resize(900, 52)
    return made


def test_only_what_belongs_to_the_tool_is_shown(bar: OptionsBar) -> None:
    assert not bar.isVisible()
    bar.show_tool("brush", "Paint.")
    assert bar.isVisible()
    assert bar.colours.isVisible()
    assert not bar.aspects.isVisible()
    bar.show_tool("crop", "Crop.")
    assert bar.aspects.isVisible()
    assert not bar.colours.isVisible()
    bar.show_tool("", "")
    assert not bar.isVisible()


def test_sliders_and_swatches_choose(bar: OptionsBar, table: Table) -> None:
    bar.show_tool("brush", "")
    bar._sliders["size"].value_box.setValue(120)
    assert table.bench.choices.size == 120
    table.bot.mouseClick(bar.colours.recent[4], LEFT)
    assert table.bench.choices.colour == bar.colours.button.shown
    assert table.bench.choices.recent[0] == table.bench.choices.colour
    assert len(set(table.bench.choices.recent)) == len(bar.colours.recent)


def test_any_colour_can_be_chosen(bar: OptionsBar, table: Table) -> None:
    bar.show_tool("brush", "")
    table.bot.mouseClick(bar.colours.button, LEFT)
    dialog = bar.findChild(QColorDialog, "tool-colour-dialog")
    assert dialog.isVisible()
    dialog.setCurrentColor(Qt.GlobalColor.green)
    dialog.accept()
    assert table.bench.choices.colour == 0x00FF00


def test_modes_and_mask_view_follow_the_bench(bar: OptionsBar, table: Table) -> None:
    bar.show_tool("lasso", "")
    table.bot.mouseClick(bar.modes.buttons["subtract"], LEFT)
    assert table.bench.choices.mode == "subtract"
    table.bench.choose(mode="intersect")
    assert bar.modes.buttons["intersect"].isChecked()
    table.bench.show_mask(True)
    assert bar.mask_button.isChecked()
    table.bot.mouseClick(bar.mask_button, LEFT)
    assert not table.bench.mask_view


def test_an_aspect_can_be_chosen_typed_and_swapped(table: Table) -> None:
    box = AspectBox()
    table.bot.addWidget(box)
    told: list[object] = []
    box.chosen.connect(told.append)
    box.box.lineEdit().setText("5:7")
    box.box.lineEdit().editingFinished.emit()
    assert told[-1].share == pytest.approx(5 / 7)  # type: ignore[attr-defined]
    box.show_aspect(ASPECTS[4])
    table.bot.mouseClick(box.swap_button, LEFT)
    assert told[-1].name == "9:16"  # type: ignore[attr-defined]
    count = len(told)
    box.box.lineEdit().setText("nonsense")
    box.box.lineEdit().editingFinished.emit()
    assert len(told) == count
    assert box.box.currentText() == "16:9"


@pytest.mark.parametrize("aspect", ASPECTS)
def test_swapping_twice_comes_back(aspect: object) -> None:
    assert swapped(swapped(aspect)) == aspect  # type: ignore[arg-type]
    assert swapped(FREE) is FREE


def test_the_bar_never_makes_the_window_wider(bar: OptionsBar) -> None:
    bar.show_tool("brush", "A long sentence that says what the brush does and which keys change it.")
    assert bar.minimumSizeHint().width() == 0


def test_a_button_for_each_tool(table: Table) -> None:
    strip = ToolStrip()
    table.bot.addWidget(strip)
    strip.add("brush", "brush", "Brush (B)")
    strip.add("crop", "crop", "Crop (C)")
    button = strip.findChild(QToolButton, "tool-crop")
    assert button.accessibleName() == "Crop (C)"
    with table.bot.waitSignal(strip.tool_chosen) as told:
        table.bot.mouseClick(button, LEFT)
    assert told.args == ["crop"]
    strip.show_tool("brush")
    assert not button.isChecked()
