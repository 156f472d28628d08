"""The mixing grid under mouse and keyboard: what it tells, and what it keeps to itself."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QToolButton
from pytestqt.qtbot import QtBot

from studio.core.latent import Latent
from studio.core.mixing import MixGrid
from studio.core.picture import Frame
from studio.ui.picture.mixing.mix_panel import MixPanel
from studio.ui.picture.mixing.table_look import NOWHERE, RIM, Place

LEFT = Qt.MouseButton.LeftButton
GRID = MixGrid(tuple(map(Latent, (1, 2, 3))), tuple(map(Latent, (4, 5, 6, 7))), 4, 7)
Told = list[tuple[object, ...]]


@pytest.fixture
def panel(qtbot: QtBot) -> MixPanel:
    made = MixPanel()
    qtbot.addWidget(made)
    made.resize(300, 500)
    made.show()
    qtbot.waitExposed(made)
    made.set_seen(True)
    made.show_model(12)
    made.show_grid(GRID)
    return made


@pytest.fixture
def told(panel: MixPanel, monkeypatch: pytest.MonkeyPatch) -> Told:
    """All wishes in their order; menus are told, not opened."""
    heard: Told = []
    panel.cell_chosen.connect(lambda *at: heard.append(("cell", *at)))
    panel.seed_chosen.connect(lambda *wish: heard.append(("seed", *wish)))
    panel.layers_chosen.connect(lambda *layers: heard.append(("layers", *layers)))
    panel.size_chosen.connect(lambda *size: heard.append(("size", *size)))
    panel.dice_requested.connect(lambda: heard.append(("dice",)))
    panel.dice_chosen.connect(lambda *at: heard.append(("dice", *at)))
    panel.canvas_chosen.connect(lambda *at: heard.append(("canvas", *at)))
    panel.kept_chosen.connect(lambda *at: heard.append(("kept", *at)))
    return heard


def spot(panel: MixPanel, place: Place) -> QPoint:
    return panel.table.look.area(place, panel.table.width() - 2).center().toPoint()


def test_a_click_on_a_cell_goes_there(panel: MixPanel, qtbot: QtBot, told: Told) -> None:
    qtbot.mouseClick(panel.table, LEFT, pos=spot(panel, (2, 3)))
    assert told == [("cell", 2, 3)]


def test_arrows_and_enter_go_there_too(panel: MixPanel, qtbot: QtBot, told: Told) -> None:
    panel.table.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(panel.table, key)
    assert told == [("cell", 2, 1)]
    assert "Row 3 with column 2" in panel.table.accessibleDescription()


def test_the_keyboard_reaches_the_rim_but_not_the_corner(panel: MixPanel, qtbot: QtBot) -> None:
    look = panel.table.look
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Left):
        qtbot.keyClick(panel.table, key)
    assert look.current == (RIM, 0)
    assert NOWHERE not in look.places()
    assert len(look.places()) == 4 * 5 - 1


def test_digits_at_the_rim_type_a_seed(panel: MixPanel, qtbot: QtBot, told: Told) -> None:
    table = panel.table
    qtbot.keyClick(table, Qt.Key.Key_Up)
    qtbot.keyClick(table, Qt.Key.Key_4)
    qtbot.keyClick(table.seed_box, Qt.Key.Key_2)
    qtbot.keyClick(table.seed_box, Qt.Key.Key_Return)
    assert told == [("seed", "column", 0, 42)]
    assert not table.seed_box.isVisible()
    table.type_seed((1, RIM), "9999999999")
    qtbot.keyClick(table.seed_box, Qt.Key.Key_Return)
    assert told[1:] == [("seed", "row", 1, 2**32 - 1)]


def test_escape_gives_a_seed_up(panel: MixPanel, qtbot: QtBot, told: Told) -> None:
    panel.table.type_seed((RIM, 1), "7")
    qtbot.keyClick(panel.table.seed_box, Qt.Key.Key_Escape)
    assert not panel.table.seed_box.isVisible()
    assert told == []


def test_the_menu_at_the_rim(panel: MixPanel, told: Told, frame: Callable[..., Frame]) -> None:
    panel.show_pictures({}, {}, (frame(), None))
    menu = panel.rim_menu(1, RIM)
    actions = [action for action in menu.actions() if not action.isSeparator()]
    for action in actions[1:]:
        action.trigger()
    assert told == [("dice", "row", 1), ("canvas", "row", 1), ("kept", "row", 1, 0), ("kept", "row", 1, 1)]
    actions[0].trigger()
    assert panel.table.seed_box.isVisible()


def test_layers_are_chosen_by_name_or_exactly(panel: MixPanel, told: Told) -> None:
    choice = panel.findChild(QComboBox, "mix-layers")
    assert [choice.itemText(i) for i in range(choice.count())] == [
        "Coarse 0–3", "Middle 4–7", "Fine 8–11", "Exactly…",
    ]  # fmt: skip
    assert choice.currentIndex() == 1
    choice.activated.emit(2)
    choice.setCurrentIndex(3)
    choice.activated.emit(3)
    assert panel.layers.isVisible()
    panel.layers.first.activated.emit(9)
    panel.layers.last.activated.emit(2)
    assert told == [("layers", 8, 11), ("layers", 9, 9), ("layers", 2, 2)]
    panel.show_grid(GRID.with_layers(5, 6))
    assert (panel.layers.first.currentIndex(), panel.layers.last.currentIndex()) == (5, 6)


def test_sizes_and_dice_are_told(panel: MixPanel, qtbot: QtBot, told: Told) -> None:
    panel.rows.activated.emit(5)
    panel.columns.activated.emit(0)
    qtbot.mouseClick(panel.findChild(QToolButton, "mix-dice"), LEFT)
    assert told == [("size", "row", 6), ("size", "column", 1), ("dice",)]


def test_showing_tells_nobody(panel: MixPanel, told: Told, frame: Callable[..., Frame]) -> None:
    panel.show_grid(MixGrid(GRID.rows[:1], GRID.columns[:2], 8, 11))
    panel.show_pictures({(0, 0): frame()}, {(RIM, 0): "85"}, ())
    panel.table.show_shown(frozenset({(0, 1)}))
    panel.show_model(None)
    assert told == []


def test_a_model_without_layers_says_so(panel: MixPanel) -> None:
    panel.show_model(0)
    panel.show_grid(GRID)
    assert "no layers" in panel.advice.text()
    assert not panel.layers.choice.isEnabled()
    assert not panel.layers.isVisible()


def test_all_columns_fit_at_any_width(panel: MixPanel) -> None:
    look = panel.table.look
    for width in (264.0, 400.0, 900.0):
        assert look.area((0, look.columns - 1), width).right() <= width + 2
        assert look.area((look.rows - 1, 0), width).bottom() <= look.height_px(width)
        assert look.place_at(QPointF(look.area((1, 2), width).center()), width) == (1, 2)


def test_its_keys_are_its_own(panel: MixPanel) -> None:
    for key, words in ((Qt.Key.Key_Left, ""), (Qt.Key.Key_Space, " "), (Qt.Key.Key_5, "5")):
        event = QKeyEvent(QKeyEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier, words)
        assert panel.table.event(event)
