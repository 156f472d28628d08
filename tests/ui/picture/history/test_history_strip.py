"""The strip of recent pictures."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, Qt
from pytestqt.qtbot import QtBot

from studio.core.latent import Latent, mixed
from studio.core.picture import Frame
from studio.core.project import PictureDocument
from studio.ui.common.picture_drag import dragged_row
from studio.ui.picture.history.history_strip import KEPT, HistoryStrip

FrameMaker = Callable[..., Frame]
LEFT = Qt.MouseButton.LeftButton


def document(seed: int) -> PictureDocument:
    return PictureDocument("gan", Latent(seed))


@pytest.fixture
def strip(qtbot: QtBot, frame: FrameMaker) -> HistoryStrip:
    made = HistoryStrip()
    qtbot.addWidget(made)
    made.resize(400, made.height())
    made.show()
    qtbot.waitExposed(made)
    for seed in (1, 2, 3):
        made.add(document(seed), frame())
    return made


def test_the_newest_stands_at_the_right(strip: HistoryStrip) -> None:
    assert strip.documents() == [document(1), document(2), document(3)]
    places = [strip.visualItemRect(strip.item(row)).x() for row in range(3)]
    assert places == sorted(places)
    assert len({strip.visualItemRect(strip.item(row)).y() for row in range(3)}) == 1


def test_the_same_picture_moves_instead_of_standing_twice(strip: HistoryStrip, frame: FrameMaker) -> None:
    kept = replace(document(1), slot_a=Latent(9))
    strip.add(kept, frame())
    assert strip.documents() == [document(2), document(3), kept]


def test_it_keeps_so_many_and_forgets_the_oldest(strip: HistoryStrip, frame: FrameMaker) -> None:
    for seed in range(10, 10 + KEPT):
        strip.add(document(seed), frame(8, 8))
    assert len(strip.documents()) == KEPT
    assert strip.documents()[0] == document(10)
    assert strip.viewport().rect().intersects(strip.visualItemRect(strip.item(KEPT - 1)))


def test_a_click_goes_back(strip: HistoryStrip, qtbot: QtBot) -> None:
    spot = strip.visualItemRect(strip.item(1)).center()
    with qtbot.waitSignal(strip.chosen) as told:
        qtbot.mouseClick(strip.viewport(), LEFT, pos=spot)
    assert told.args == [document(2)]


def test_arrows_walk_and_enter_goes_back(strip: HistoryStrip, qtbot: QtBot) -> None:
    told: list[object] = []
    strip.chosen.connect(told.append)
    qtbot.keyClick(strip, Qt.Key.Key_Left)
    qtbot.keyClick(strip, Qt.Key.Key_Left)
    assert told == []
    qtbot.keyClick(strip, Qt.Key.Key_Return)
    assert told == [document(1)]


def test_the_tooltip_tells_the_recipe_in_words(strip: HistoryStrip, frame: FrameMaker) -> None:
    latent = Latent(85, styles=(("portrait", 0.6),), offsets=(("pca-0", 1.0),))
    strip.add(PictureDocument("gan", latent), frame())
    assert strip.item(3).toolTip() == "Seed 85\nportrait 0.60\n1 sliders moved"


def test_the_menu_clears_it(strip: HistoryStrip) -> None:
    strip.context_menu().actions()[0].trigger()
    assert strip.documents() == []
    strip.grab()


def test_a_picture_is_laid_on_the_pad_by_menu_key_or_drag(strip: HistoryStrip, qtbot: QtBot) -> None:
    told: list[object] = []
    strip.keep_requested.connect(told.append)
    strip.context_menu(strip.item(1)).actions()[0].trigger()
    strip.setCurrentRow(0)
    qtbot.keyClick(strip, Qt.Key.Key_Insert)
    assert told == [document(2), document(1)]
    assert dragged_row(strip.mimeData([strip.item(2)])) == 2
    assert dragged_row(QMimeData()) is None


def test_a_mix_has_no_seed_to_tell(strip: HistoryStrip, frame: FrameMaker) -> None:
    strip.add(PictureDocument("gan", mixed(((Latent(1), 1), (Latent(2), 1)))), frame())
    assert strip.item(3).toolTip() == "Between pictures"
