"""Breed from a picture, keep two children, breed both again, take it all back; and open the family from a file."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from studio.core.latent import Latent, mixed
from studio.core.project import Project
from studio.core.session import PICTURES
from studio.files.project_file import load_project, save_project
from studio.ui.picture.breed.board import Board
from studio.ui.picture.breed.cell import star_rect
from tests.journeys.conftest import PATIENCE_MS

Pixels = Callable[[], bytes]
LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier


def wait_for_pictures(qtbot: QtBot, board: Board) -> None:
    qtbot.waitUntil(lambda: board.pending == 0, timeout=PATIENCE_MS)


def click(qtbot: QtBot, board: Board, key: int, *, star: bool = False, ctrl: bool = False) -> None:
    cell = board.cells[key]
    spot: QPoint = star_rect(cell).center() if star else cell.center()
    qtbot.mouseClick(board, LEFT, CTRL if ctrl else Qt.KeyboardModifier.NoModifier, spot)


def test_a_family_is_bred_kept_and_taken_back(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot, tmp_path: Path
) -> None:
    breeding, session = studio.rooms.breeding, studio.session
    grid, tree = breeding.panel.grid, breeding.panel.tree
    first, founder = at_rest(), session.picture.latent
    studio.window.commands.action("breed").trigger()
    wait_for_pictures(qtbot, grid)
    click(qtbot, grid, 1)
    child = at_rest()
    assert child != first
    assert session.picture.latent == breeding.brood[1]
    click(qtbot, grid, 1, star=True)
    click(qtbot, grid, 5, star=True)
    assert [one.parents for one in session.picture.lineage] == [(), (0,), (0,)]
    assert session.picture.lineage[0].latent == founder
    wait_for_pictures(qtbot, tree)
    kept = breeding.brood[1], breeding.brood[5]
    click(qtbot, grid, 1, ctrl=True)
    click(qtbot, grid, 5, ctrl=True)
    qtbot.mouseClick(breeding.panel.breed_button, LEFT)
    assert session.picture.litter.parents == kept
    wait_for_pictures(qtbot, grid)
    qtbot.keyClick(grid, Qt.Key.Key_K)
    assert session.picture.lineage[-1].parents == (1, 2)
    click(qtbot, tree, 2)
    assert session.picture.latent == kept[1]
    at_rest()
    save_project(Project(session.picture), tmp_path / "family.latent")
    assert load_project(tmp_path / "family.latent").picture == session.picture
    assert session.picture_history.labels == (
        "Breed from a picture", "Go to a bred picture", "Keep a child", "Keep a child",
        "Breed from 2 pictures", "Keep a child", "Go to a bred picture",
    )  # fmt: skip
    while session.undo(PICTURES):
        pass
    assert at_rest() == first
    assert session.picture.litter is None
    assert session.picture.lineage == ()
    assert breeding.panel.invitation.isVisible()


def test_children_of_a_blend_are_pictures_too(studio: StudioApp, at_rest: Pixels, qtbot: QtBot) -> None:
    first = at_rest()
    session, breeding = studio.session, studio.rooms.breeding
    session.change_latent(mixed([(Latent(1, psi=0.7), 0.5), (Latent(2, psi=0.7), 0.5)]), "Blend")
    at_rest()
    breeding.breed()
    parent = session.picture.litter.parents[0]
    assert parent.w is not None  # the blend was settled, since it is kept
    wait_for_pictures(qtbot, breeding.panel.grid)
    breeding.go_to(breeding.brood[3])
    assert at_rest() != first
    breeding.toggle_kept(3)
    breeding.breed_kept()
    assert all(latent.w is not None for latent in session.picture.litter.parents)
    assert len(session.picture.lineage) == 2


def test_strength_and_size_are_steps_and_a_drag_is_one(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot
) -> None:
    at_rest()
    session, breeding = studio.session, studio.rooms.breeding
    breeding.breed()
    before = breeding.brood
    slider = breeding.panel.strength
    for value in (0.5, 0.6, 0.7):
        slider.moved.emit(value)
    assert breeding.brood == before  # until the hand rests
    slider.released.emit()
    qtbot.waitUntil(lambda: breeding.brood != before, timeout=PATIENCE_MS)
    breeding.panel.side_box.setCurrentIndex(3)
    assert len(breeding.brood) == 25
    studio.window.commands.action("breed-new-children").trigger()
    assert session.picture_history.labels == (
        "Breed from a picture", "Mutation strength", "5 × 5 children", "New children",
    )  # fmt: skip
    wait_for_pictures(qtbot, breeding.panel.grid)
    for _ in range(3):
        session.undo(PICTURES)
    qtbot.waitUntil(lambda: breeding.brood == before, timeout=PATIENCE_MS)
    wait_for_pictures(qtbot, breeding.panel.grid)
