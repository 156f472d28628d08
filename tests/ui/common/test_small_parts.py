"""The small parts that panels share: section, empty state, icon button, labelled slider, frame images."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QLabel
from pytestqt.qtbot import QtBot

from studio.core.parameter import PSI
from studio.core.picture import Frame
from studio.ui.common.empty_state import EmptyState
from studio.ui.common.frame_image import frame_image, thumbnail
from studio.ui.common.icon_button import IconButton
from studio.ui.common.icons import icon
from studio.ui.common.labelled_slider import LabelledSlider
from studio.ui.common.section import Section
from studio.ui.common.theme import apply_theme

THEMES = Path(__file__).resolve().parents[3] / "resources" / "themes"
LEFT = Qt.MouseButton.LeftButton


def test_a_section_folds(qtbot: QtBot) -> None:
    section = Section("Styles", "styles")
    qtbot.addWidget(section)
    section.body.addWidget(QLabel("inside"))
    section.show()
    with qtbot.waitSignal(section.folded) as told:
        qtbot.mouseClick(section.header, LEFT)
    assert told.args == [True]
    assert not section.content.isVisible()
    section.set_open(True)
    assert section.content.isVisible()


def test_an_empty_state_has_a_button_only_when_there_is_something_to_do(qtbot: QtBot) -> None:
    state = EmptyState("Nothing", "Do something.")
    qtbot.addWidget(state)
    state.show()
    assert not state.action_button.isVisible()
    state.show_words("Nothing", "Do something.", "Open")
    with qtbot.waitSignal(state.action_requested):
        qtbot.mouseClick(state.action_button, LEFT)


def test_a_typed_value_is_told_and_readable(qtbot: QtBot) -> None:
    slider = LabelledSlider(PSI, "psi")
    qtbot.addWidget(slider)
    slider.resize(260, 44)
    slider.show()
    box = slider.findChild(QDoubleSpinBox, "psi-value")
    assert box.lineEdit().width() > 30  # wide enough for the number
    box.selectAll()
    with qtbot.waitSignals([slider.moved, slider.released]):
        qtbot.keyClicks(box, "1.25")
        qtbot.keyClick(box, Qt.Key.Key_Return)
    assert slider.value == 1.25


def test_an_icon_follows_the_theme(qtbot: QtBot, qapp: QApplication) -> None:
    button = IconButton("close", "Close")
    qtbot.addWidget(button)
    button.show()
    dark = button.icon().pixmap(24, 24).toImage()
    apply_theme(qapp, THEMES, "light")
    light = button.icon().pixmap(24, 24).toImage()
    apply_theme(qapp, THEMES, "dark")
    assert light != dark


def test_an_image_shares_the_memory_of_its_frame() -> None:
    pixels = np.zeros((3, 5, 3), np.uint8)
    pixels[2, 4] = (1, 2, 3)
    image = frame_image(Frame(pixels))
    assert (image.width(), image.height()) == (5, 3)
    assert image.pixelColor(4, 2) == QColor(1, 2, 3)


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_thumbnail_is_a_square_as_dense_as_the_screen(ratio: float) -> None:
    made = thumbnail(Frame(np.zeros((30, 90, 3), np.uint8)), 28, ratio)
    assert made.size().width() == made.size().height() == 28 * ratio
    assert made.deviceIndependentSize().width() == 28


def test_there_is_one_icon_of_each_name_and_colour(qapp: QApplication) -> None:
    assert icon("pin").cacheKey() == icon("pin").cacheKey()
    assert icon("pin").cacheKey() != icon("pin", "accent").cacheKey()
