"""The list of models."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from studio.ui.desk.library.library_panel import LibraryPanel, ModelRow
from studio.ui.desk.library.model_list_model import PREVIEW
from studio.ui.desk.library.model_painter import info_area

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot, tmp_path: Path) -> LibraryPanel:
    preview = tmp_path / "preview.webp"
    Image.new("RGB", (256, 128), (200, 30, 60)).save(preview, lossless=True)
    long = "Paints small pictures in the manner of the nineteenth century, the light from the left."
    rows = (
        ModelRow("gan", "Paintings", long, "picture.gan", preview, "64 px"),
        ModelRow("vae", "Space", "Takes in your own pictures.", "picture.vae", tmp_path / "missing.webp"),
        ModelRow("lost", "Lost", "", "picture.gan"),
    )
    made = LibraryPanel()
    qtbot.addWidget(made)
    made.resize(260, 400)
    made.show_models(rows)
    made.show()
    qtbot.waitExposed(made)
    return made


def middle(panel: LibraryPanel, model_id: str) -> QPoint:
    return panel.list.visualRect(panel.rows.index_of(model_id)).center()


def test_a_click_chooses(panel: LibraryPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.chosen) as told:
        qtbot.mouseClick(panel.list.viewport(), LEFT, pos=middle(panel, "vae"))
    assert told.args == ["vae"]


def test_arrows_and_enter_choose_and_i_asks_for_details(panel: LibraryPanel, qtbot: QtBot) -> None:
    told: list[str] = []
    panel.chosen.connect(told.append)
    panel.details_requested.connect(lambda model_id: told.append(f"details {model_id}"))
    panel.show_current("gan")
    qtbot.keyClick(panel.list, Qt.Key.Key_Down)
    qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    qtbot.keyClick(panel.list, Qt.Key.Key_I)
    assert told == ["vae", "details vae"]


def test_the_i_of_a_row_asks_for_details_and_does_not_choose(panel: LibraryPanel, qtbot: QtBot) -> None:
    told: list[str] = []
    panel.chosen.connect(told.append)
    spot = info_area(panel.list.visualRect(panel.rows.index_of("gan"))).center()
    with qtbot.waitSignal(panel.details_requested) as asked:
        qtbot.mouseClick(panel.list.viewport(), LEFT, pos=spot)
    assert asked.args == ["gan"]
    assert told == []


def test_previews_are_painted_and_a_missing_one_leaves_a_sign(panel: LibraryPanel) -> None:
    area = panel.list.visualRect(panel.rows.index_of("gan"))
    shown = panel.list.viewport().grab().toImage()
    assert shown.pixelColor(area.left() + 30, area.top() + 30) == QColor(200, 30, 60)
    assert panel.rows.index_of("vae").data(PREVIEW).isNull()


def test_states_are_shown(panel: LibraryPanel) -> None:
    before = panel.list.viewport().grab().toImage()
    panel.show_state("lost", "error", "Its weights are damaged.")
    panel.show_state("gan", "ready")
    panel.show_state("nobody", "ready")
    assert panel.list.viewport().grab().toImage() != before
    assert "damaged" in panel.rows.index_of("lost").data(Qt.ItemDataRole.ToolTipRole)


def test_without_models_it_says_so(panel: LibraryPanel) -> None:
    panel.show_models(())
    assert not panel.list.isVisible()
    assert panel._nothing.isVisible()
    panel.show_current("gone")
