"""Two kept pictures and the slider between them."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSlider, QToolButton
from pytestqt.qtbot import QtBot

from studio.core.latent import Latent
from studio.core.picture import Frame
from studio.core.project import PictureDocument
from studio.ui.picture.blend.blend_panel import BlendPanel

LEFT = Qt.MouseButton.LeftButton
BOTH = PictureDocument(slot_a=Latent(1), slot_b=Latent(2), blend=0.3)


@pytest.fixture
def panel(qtbot: QtBot) -> BlendPanel:
    made = BlendPanel()
    qtbot.addWidget(made)
    made.resize(280, 220)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.mark.parametrize("letter", ["a", "b"])
def test_keep_tells_the_slot(panel: BlendPanel, qtbot: QtBot, letter: str) -> None:
    with qtbot.waitSignal(panel.keep_requested) as told:
        qtbot.mouseClick(panel.findChild(QPushButton, f"keep-{letter}"), LEFT)
    assert told.args == [letter]


def test_an_empty_slot_cannot_be_recalled_and_a_kept_one_can(panel: BlendPanel, qtbot: QtBot) -> None:
    told: list[str] = []
    panel.recall_requested.connect(told.append)
    picture = panel.findChild(QToolButton, "slot-b")
    qtbot.mouseClick(picture, LEFT)
    panel.show_document(BOTH)
    qtbot.mouseClick(picture, LEFT)
    assert told == ["b"]


def test_the_slider_waits_for_both_and_says_what_is_missing(panel: BlendPanel) -> None:
    assert not panel.slider.isEnabled()
    assert "as A" in panel.advice.text()
    panel.show_document(PictureDocument(slot_a=Latent(1)))
    assert not panel.slider.isEnabled()
    assert "as B" in panel.advice.text()
    panel.show_document(BOTH)
    assert panel.slider.isEnabled()
    assert not panel.advice.isVisible()


def test_a_document_is_shown_without_a_word(panel: BlendPanel) -> None:
    told: list[float] = []
    panel.blend_moved.connect(told.append)
    panel.show_document(BOTH)
    assert panel.slider.value == 0.3
    assert told == []


def test_the_slider_tells_the_way_and_the_release(panel: BlendPanel, qtbot: QtBot) -> None:
    panel.show_document(BOTH)
    told: list[float] = []
    panel.blend_moved.connect(told.append)
    slider = panel.findChild(QSlider, "blend-slider-slider")
    with qtbot.waitSignal(panel.released):
        qtbot.mouseClick(slider, LEFT, pos=slider.rect().center())
    assert told[-1] == pytest.approx(0.5, abs=0.03)


def test_a_thumbnail_replaces_the_letter(panel: BlendPanel, frame: Callable[..., Frame]) -> None:
    picture = panel.findChild(QToolButton, "slot-a")
    assert picture.text() == "A"
    panel.show_thumbnail("a", frame(100, 50))
    assert (picture.text(), picture.icon().isNull()) == ("", False)
    panel.show_thumbnail("a", None)
    assert picture.text() == "A"
