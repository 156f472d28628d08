"""The map under a hand: going there, zoom, pan, keys, axes."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QPixmap, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.core.parameter import Parameter
from studio.ui.picture.map.map_field import MapField
from studio.ui.picture.map.map_panel import MapPanel
from studio.ui.picture.map.map_view import Tile

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


def picture(colour: str) -> QPixmap:
    made = QPixmap(8, 8)
    made.fill(QColor(colour))
    return made


@pytest.fixture
def field(qtbot: QtBot) -> MapField:
    made = MapField()
    qtbot.addWidget(made)
    made.resize(280, 280)  # 40 px for one sigma
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def told(field: MapField) -> list[object]:
    heard: list[object] = []
    field.moved.connect(lambda x, y: heard.append((round(x, 2), round(y, 2))))
    field.released.connect(lambda: heard.append("released"))
    return heard


def test_a_click_goes_to_the_picture_of_the_tile(field: MapField, told: list[object], qtbot: QtBot) -> None:
    qtbot.mouseClick(field, LEFT, pos=QPoint(180 + 9, 100 - 7))
    assert told == [(1.0, 1.0), "released"]


def test_a_drag_goes_wherever_the_hand_goes_and_ends_once(
    field: MapField, told: list[object], qtbot: QtBot
) -> None:
    qtbot.mousePress(field, LEFT, pos=QPoint(140, 140))
    qtbot.mouseMove(field, QPoint(160, 130))
    qtbot.mouseMove(field, QPoint(900, 130))
    qtbot.mouseRelease(field, LEFT, pos=QPoint(900, 130))
    assert told == [(0.0, 0.0), (0.5, 0.25), (3.0, 0.25), "released"]


def test_the_right_button_moves_the_map_and_nothing_else(
    field: MapField, told: list[object], qtbot: QtBot
) -> None:
    field.zoom(4.0)
    qtbot.mousePress(field, RIGHT, pos=QPoint(140, 140))
    qtbot.mouseMove(field, QPoint(220, 140))
    qtbot.mouseRelease(field, RIGHT, pos=QPoint(220, 140))
    assert (field.view.x, field.view.y) == pytest.approx((-0.5, 0.0))
    assert told == []


def test_the_wheel_zooms_about_the_pointer(field: MapField) -> None:
    spot = QPointF(180, 100)
    event = QWheelEvent(
        spot, field.mapToGlobal(spot), QPoint(), QPoint(0, 360), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(field, event)
    assert field.view.scale > 70
    assert field.view.to_sigma((180, 100)) == pytest.approx((1.0, 1.0))


def test_arrows_move_and_home_goes_to_the_middle_as_one_step(
    field: MapField, told: list[object], qtbot: QtBot
) -> None:
    qtbot.keyClick(field, Qt.Key.Key_Right)
    field.show_place(0.5, 0.0)
    qtbot.keyClick(field, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(field, Qt.Key.Key_Home)
    assert told == [(0.5, 0.0), (0.5, 0.12), (0.0, 0.0)]
    qtbot.waitUntil(lambda: told[-1] == "released")
    qtbot.keyClick(field, Qt.Key.Key_Plus)
    assert not field.view.fitted
    qtbot.keyClick(field, Qt.Key.Key_0)
    assert field.view.fitted


def test_the_last_plane_stays_faintly_until_the_new_one_is_there(field: MapField) -> None:
    def seen() -> QColor:
        return field.grab().toImage().pixelColor(140 + 80, 140 - 80)

    field.show_plane({tile: picture("#ff0000") for tile in field.view.tiles()})
    assert seen() == QColor("#ff0000")
    assert field.missing() == []
    field.show_plane({})
    assert 40 < seen().red() < 200
    wanted: list[Tile] = field.missing()
    assert len(wanted) == 49
    assert wanted[0] == (0, 0, 0)  # where the picture is
    for tile in wanted:
        field.show_tile(tile, picture("#0000ff"))
    assert seen() == QColor("#0000ff")
    assert field._old == {}


def test_zoomed_in_the_coarse_tiles_stand_in_for_the_fine_ones(field: MapField) -> None:
    field.show_plane({tile: picture("#ff0000") for tile in field.view.tiles()})
    field.zoom(4.0)
    assert field.missing()
    assert field.grab().toImage().pixelColor(100, 100) == QColor("#ff0000")


def test_the_same_direction_twice_swaps_the_axes(qtbot: QtBot) -> None:
    panel = MapPanel()
    qtbot.addWidget(panel)
    panel.show_directions([Parameter(f"pca-{i}", f"Direction {i}", -3, 3, 0, group="pca") for i in range(4)])
    panel.show_axes("pca-0", "pca-1")
    told: list[object] = []
    panel.axes_chosen.connect(lambda x, y: told.append((x, y)))
    panel.x_box.setCurrentIndex(panel.x_box.findData("pca-3"))
    panel.y_box.setCurrentIndex(panel.y_box.findData("pca-3"))
    assert told == [("pca-3", "pca-1"), ("pca-1", "pca-3")]
    assert panel.x_box.itemText(0) == "Components"
    assert panel.x_box.itemData(0) is None
