"""The style panel: finding, mixing, bending and dosing styles; showing a mix tells nothing."""

from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSlider,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from studio.core.restyle import Mask, StyleMix, StylePart
from studio.engines.picture.style_library import LIBRARY_FILE, StyleLibrary
from studio.ui.common.labelled_slider import LabelledSlider
from studio.ui.common.theme import apply_theme
from studio.ui.picture.style.style_panel import StylePanel

ROOT = Path(__file__).resolve().parents[4]
STARRY = "vincent-van-gogh-the-starry-night"
SCREAM = "edvard-munch-the-scream"
T = TypeVar("T", bound=QObject)
LEFT = Qt.MouseButton.LeftButton
ALL = ("mix_changed", "released", "restyle_requested", "style_file_requested", "mask_file_requested")


@pytest.fixture(scope="module")
def library() -> StyleLibrary:
    return StyleLibrary.read(ROOT / "models" / "style-transfer" / LIBRARY_FILE)


@pytest.fixture
def panel(qtbot: QtBot, library: StyleLibrary) -> StylePanel:
    made = StylePanel()
    qtbot.addWidget(made)
    made.resize(280, 760)
    made.show_library(library)
    made.show()
    qtbot.waitExposed(made)
    return made


def listen(panel: StylePanel) -> list[tuple[object, ...]]:
    """All that the panel tells from now on."""
    told: list[tuple[object, ...]] = []
    for name in ALL:
        getattr(panel, name).connect(lambda *args, name=name: told.append((name, *args)))
    return told


def part(panel: StylePanel, kind: type[T], name: str) -> T:
    found = panel.findChild(kind, name)
    assert found is not None, name
    return found


def test_typing_a_name_and_enter_adds_the_style(panel: StylePanel, qtbot: QtBot) -> None:
    told = listen(panel)
    search = part(panel, QLineEdit, "restyle-search")
    qtbot.keyClicks(search, "starry night gogh")
    qtbot.keyClick(search, Qt.Key.Key_Return)
    mix = StyleMix((StylePart(STARRY),))
    assert told == [("mix_changed", mix), ("released",)]
    assert panel.mix == mix


def test_arrows_walk_through_the_list_from_the_search_box(panel: StylePanel, qtbot: QtBot) -> None:
    search = part(panel, QLineEdit, "restyle-search")
    qtbot.keyClicks(search, "monet")
    found = panel.browser.list.model().entries
    assert all("Monet" in entry.artist for entry in found)
    qtbot.keyClick(search, Qt.Key.Key_Down)
    qtbot.keyClick(search, Qt.Key.Key_Down)
    assert panel.browser.list.current() == found[2]
    qtbot.keyClick(panel.browser.list, Qt.Key.Key_Up)
    qtbot.keyClick(panel.browser.list, Qt.Key.Key_Return)
    assert panel.mix.parts == (StylePart(found[1].id),)


def test_the_button_and_a_double_click_add_too(panel: StylePanel, qtbot: QtBot) -> None:
    part(panel, QLineEdit, "restyle-search").setText("the scream")
    qtbot.mouseClick(part(panel, QPushButton, "restyle-add"), LEFT)
    part(panel, QLineEdit, "restyle-search").setText("starry night")
    place = panel.browser.list.visualRect(panel.browser.list.model().index(0)).center()
    qtbot.mouseClick(panel.browser.list.viewport(), LEFT, pos=place)
    qtbot.mouseDClick(panel.browser.list.viewport(), LEFT, pos=place)
    assert [p.style_id for p in panel.mix.parts] == [SCREAM, STARRY]


def test_a_style_takes_part_once(panel: StylePanel) -> None:
    panel.show_mix(StyleMix((StylePart(STARRY, 0.2),)))
    panel.add_style(StylePart(STARRY))
    assert panel.mix.parts == (StylePart(STARRY, 1.0),)
    told = listen(panel)
    panel.add_style(StylePart(STARRY))
    assert not told


def test_nothing_found_says_so(panel: StylePanel) -> None:
    part(panel, QLineEdit, "restyle-search").setText("qwertz")
    assert "qwertz" in panel.browser.nothing.text()
    assert panel.browser.nothing.isVisible()
    assert not part(panel, QPushButton, "restyle-add").isEnabled()


def test_weights_are_moved_and_styles_taken_out(panel: StylePanel, qtbot: QtBot) -> None:
    panel.show_mix(StyleMix((StylePart(STARRY), StylePart(SCREAM))))
    told = listen(panel)
    slider = part(panel, LabelledSlider, "restyle-weight-1").slider
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert told[0] == ("mix_changed", StyleMix((StylePart(STARRY), StylePart(SCREAM, 0.0))))
    assert part(panel, LabelledSlider, "restyle-weight-1").slider is slider, "a drag keeps its slider"
    qtbot.mouseClick(part(panel, QWidget, "restyle-remove-0"), LEFT)
    assert panel.mix == StyleMix((StylePart(SCREAM, 0.0),))


def test_the_eight_sliders_bend_the_style(panel: StylePanel, qtbot: QtBot) -> None:
    told = listen(panel)
    assert len(panel.sliders.sliders) == 8
    part(panel, LabelledSlider, "restyle-slider-4").value_box.setValue(2.0)
    bent = StyleMix(offsets=(0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0))
    assert told[0] == ("mix_changed", bent)
    qtbot.mouseClick(part(panel, QPushButton, "restyle-reset-all"), LEFT)
    assert panel.mix == StyleMix()


def test_strength_colour_and_size(panel: StylePanel, qtbot: QtBot) -> None:
    panel.show_mix(StyleMix((StylePart(STARRY),)))
    part(panel, LabelledSlider, "restyle-strength").value_box.setValue(0.5)
    part(panel, QCheckBox, "restyle-keep-colour").click()
    size = part(panel, QComboBox, "restyle-size")
    size.setFocus()
    qtbot.keyClick(size, Qt.Key.Key_Down)
    assert panel.mix == StyleMix((StylePart(STARRY),), strength=0.5, keep_colour=True, size=768)


def test_a_drag_is_many_changes_and_one_release(panel: StylePanel, qtbot: QtBot) -> None:
    told = listen(panel)
    slider = part(panel, LabelledSlider, "restyle-slider-0").slider
    middle = slider.rect().center()
    qtbot.mousePress(slider, LEFT, pos=middle)
    for step in range(1, 6):
        slider.setSliderPosition(slider.value() + step * 20)
    qtbot.mouseRelease(slider, LEFT, pos=middle)
    names = [name for name, *_ in told]
    assert names.count("mix_changed") >= 5
    assert names.count("released") == 1
    assert names[-1] == "released"


def test_wishes(panel: StylePanel, qtbot: QtBot) -> None:
    panel.show_mix(StyleMix((StylePart(STARRY),)))
    told = listen(panel)
    qtbot.mouseClick(part(panel, QPushButton, "restyle-apply"), LEFT)
    qtbot.mouseClick(part(panel, QPushButton, "restyle-from-file"), LEFT)
    qtbot.mouseClick(part(panel, QPushButton, "restyle-clear"), LEFT)
    assert told == [
        ("restyle_requested",),
        ("style_file_requested",),
        ("mix_changed", StyleMix()),
        ("released",),
    ]
    assert not part(panel, QPushButton, "restyle-apply").isEnabled()
    assert not part(panel, QPushButton, "restyle-clear").isEnabled()


def test_a_mix_is_shown_without_a_word(panel: StylePanel) -> None:
    told = listen(panel)
    mix = StyleMix(
        (StylePart(SCREAM, 0.25), StylePart("mine.jpg", 1.0, (0.0,) * 100), StylePart("from-another-version")),
        (1.0,) * 8, 0.5, True, 640,
    )  # fmt: skip
    panel.show_mix(mix)
    assert not told
    assert [slider.label.text() for slider in panel.mix_list.sliders] == [
        "The Scream",
        "mine.jpg",
        "from-another-version",
    ]
    assert part(panel, LabelledSlider, "restyle-weight-0").value == 0.25
    assert part(panel, LabelledSlider, "restyle-slider-7").value == 1.0
    assert part(panel, QComboBox, "restyle-size").currentData() == 640
    assert part(panel, QCheckBox, "restyle-keep-colour").isChecked()


def test_without_a_library_it_says_why_it_is_empty(qtbot: QtBot) -> None:
    panel = StylePanel()
    qtbot.addWidget(panel)
    panel.show()
    assert panel._nothing.isVisible()
    assert not panel.browser.isVisible()


def test_every_control_has_a_name_and_fits_a_narrow_dock(panel: StylePanel) -> None:
    panel.show_mix(StyleMix((StylePart(STARRY), StylePart(SCREAM))))
    QApplication.processEvents()
    assert panel.minimumSizeHint().width() <= 280
    for kind in (QPushButton, QLineEdit, QComboBox, QCheckBox, QSlider):
        for control in panel.findChildren(kind):
            if not control.isVisible() or control.objectName().startswith("qt_"):
                continue
            assert control.accessibleName() or getattr(control, "text", str)(), control
            if control.focusPolicy() != Qt.FocusPolicy.NoFocus:
                assert control.objectName(), control
    for button in panel.findChildren(QPushButton):
        assert QFontMetrics(button.font()).horizontalAdvance(button.text()) < button.width()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_both_themes_are_painted(panel: StylePanel, qapp: QApplication, theme: str) -> None:
    apply_theme(qapp, ROOT / "resources" / "themes", theme)
    assert not panel.grab().isNull()
    apply_theme(qapp, ROOT / "resources" / "themes", "dark")


def test_a_mask_limits_the_mix_until_it_is_taken_away(panel: StylePanel, qtbot: QtBot) -> None:
    mask = Mask.of(np.tile(np.arange(0, 250, 10, np.uint8), (9, 1)))
    told = listen(panel)
    qtbot.mouseClick(part(panel, QPushButton, "restyle-mask-file"), LEFT)
    assert told == [("mask_file_requested",)]
    panel.set_mask(mask)
    assert told[1:] == [("mix_changed", StyleMix(mask=mask)), ("released",)]
    remove = part(panel, QToolButton, "restyle-mask-remove")
    assert remove.isVisible()
    assert part(panel, QLabel, "restyle-mask-words").text() == "Inside the mask"
    qtbot.mouseClick(remove, LEFT)
    assert panel.mix == StyleMix()
    assert not remove.isVisible()
    panel.show_mix(StyleMix(mask=mask))
    assert remove.isVisible()
    assert len(told) == 5
