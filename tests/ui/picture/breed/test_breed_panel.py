"""Children and lineage under a hand and a keyboard."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPixmap
from pytestqt.qtbot import QtBot

from studio.core.breeding import Litter
from studio.core.latent import Latent
from studio.core.project import Child
from studio.ui.common.theme import colour
from studio.ui.picture.breed.board import Board
from studio.ui.picture.breed.breed_panel import BreedPanel
from studio.ui.picture.breed.cell import star_rect
from studio.ui.picture.breed.tree_layout import columns

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
FAMILY = (
    Child(0, (), Latent(0)),
    Child(3, (), Latent(3)),
    Child(4, (0, 3), Latent(4), 0.3),
    Child(5, (0,), Latent(5), 0.3),
    Child(9, (4, 0), Latent(9), 0.3),
)


@pytest.fixture
def panel(qtbot: QtBot) -> BreedPanel:
    made = BreedPanel()
    qtbot.addWidget(made)
    made.resize(300, 900)
    made.show_litter(Litter((Latent(1),), 5, 0.6, 3))
    made.show_lineage(FAMILY)
    made.show()
    qtbot.waitExposed(made)
    return made


def heard(board: Board) -> list[object]:
    told: list[object] = []
    board.chosen.connect(lambda key: told.append(("chosen", key)))
    board.star_toggled.connect(lambda key: told.append(("star", key)))
    board.again_requested.connect(lambda: told.append("again"))
    board.fresh_requested.connect(lambda: told.append("fresh"))
    return told


def test_an_invitation_until_there_is_a_litter(panel: BreedPanel, qtbot: QtBot) -> None:
    panel.show_litter(None)
    assert panel.invitation.isVisible()
    assert not panel.grid.isVisible()
    with qtbot.waitSignal(panel.breed_requested):
        qtbot.mouseClick(panel.invitation.action_button, LEFT)
    panel.show_litter(Litter((Latent(1),), 5, 0.6, 5))
    assert panel.strength.value == 0.6
    assert panel.side_box.currentText() == "5 × 5"
    assert len(panel.grid.cells) == 25


def test_the_grid_fills_the_width_with_squares(panel: BreedPanel) -> None:
    cells = panel.grid.cells
    assert len({cell.size().toTuple() for cell in cells.values()}) == 1
    assert cells[0].width() == cells[0].height() > 80
    assert cells[8].right() <= panel.grid.width()
    assert cells[8].bottom() == panel.grid.height() - 1


def test_click_star_and_ctrl_click_are_three_things(panel: BreedPanel, qtbot: QtBot) -> None:
    grid, told = panel.grid, heard(panel.grid)
    qtbot.mouseClick(grid, LEFT, pos=grid.cells[4].center())
    qtbot.mouseClick(grid, LEFT, pos=star_rect(grid.cells[2]).center())
    qtbot.mouseClick(grid, LEFT, CTRL, grid.cells[7].center())
    assert told == [("chosen", 4), ("star", 2)]
    assert grid.selection == {7}
    assert panel.breed_button.text() == "Breed from 1"
    qtbot.mouseClick(grid, LEFT, CTRL, grid.cells[7].center())
    assert panel.breed_button.text() == "Breed from picture"


def test_everything_works_by_keyboard(panel: BreedPanel, qtbot: QtBot) -> None:
    grid, told = panel.grid, heard(panel.grid)
    for key in ("Right", "Down", "Down", "Down", "Return", "Space", "Left", "K", "B", "N"):
        qtbot.keyClick(grid, getattr(Qt.Key, f"Key_{key}"))
    assert told == [("chosen", 7), ("star", 6), "again", "fresh"]
    assert grid.selection == {7}
    assert grid.accessibleDescription() == "Child 7 of 9"
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    assert grid.selection == frozenset()


def test_arrows_walk_the_tree_and_delete_takes_out(panel: BreedPanel, qtbot: QtBot) -> None:
    tree, told = panel.tree, heard(panel.tree)
    gone: list[int] = []
    tree.remove_requested.connect(gone.append)
    for key in ("Down", "Down", "Return", "Delete", "Up", "Space", "K"):
        qtbot.keyClick(tree, getattr(Qt.Key, f"Key_{key}"))
    assert told == [("chosen", 9)]
    assert gone == [9]
    assert panel.breed_button.text() == "Breed from 1"
    menu = tree.context_menu(4)
    with qtbot.waitSignal(tree.breed_requested) as wish:
        menu.actions()[1].trigger()
    assert wish.args == [4]


def test_a_generation_stands_below_its_parents() -> None:
    places = columns(FAMILY)
    assert {key: row for key, (_, row) in places.items()} == {0: 0, 3: 0, 4: 1, 5: 1, 9: 2}
    assert min(column for column, _ in places.values()) == 0
    for row in range(3):
        inside = sorted(column for column, at in places.values() if at == row)
        assert all(b - a >= 1 for a, b in pairwise(inside))
    assert columns(()) == {}


def test_pictures_of_before_stay_faintly(panel: BreedPanel) -> None:
    red, grid = QPixmap(8, 8), panel.grid
    red.fill(QColor("#ff0000"))
    spot = grid.cells[0].center() + QPoint(0, 20)

    def seen() -> QColor:
        return grid.grab(QRect(spot, spot)).toImage().pixelColor(0, 0)

    assert seen() == colour("sunken")
    grid.show_picture(0, red)
    assert seen() == QColor("#ff0000")
    assert grid.pending == 8
    grid.show_children(3)
    assert 60 < seen().red() < 200
    assert grid.pending == 9


def test_a_child_has_a_menu_and_a_family_with_gaps_is_drawn(panel: BreedPanel, qtbot: QtBot) -> None:
    told = heard(panel.grid)
    panel.grid.breed_requested.connect(lambda key: told.append(("breed", key)))
    for action in panel.grid.context_menu(6).actions():
        action.trigger()
    assert told == [("chosen", 6), ("star", 6), ("breed", 6)]
    panel.show_lineage((Child(4, (77,), Latent(4)), Child(5, (4, 5), Latent(5))))
    panel.tree.grab()
    assert len(panel.tree.cells) == 2
