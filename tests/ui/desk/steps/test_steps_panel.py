"""The list of steps: it follows the history, marks what is shown, and leads to any step."""

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from pytestqt.qtbot import QtBot

from studio.core.latent import Latent
from studio.core.project import PictureDocument, Project
from studio.core.session import PICTURES, Session
from studio.ui.common.theme import colour
from studio.ui.desk.steps.step_list_model import StepListModel
from studio.ui.desk.steps.steps_panel import StepsPanel

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def session() -> Session:
    return Session(Project(PictureDocument("gan", Latent(seed=100))))


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> StepsPanel:
    made = StepsPanel(session, PICTURES)
    qtbot.addWidget(made)
    made.resize(260, 220)
    made.show()
    qtbot.waitExposed(made)
    return made


def words(rows: StepListModel, role: int = Qt.ItemDataRole.DisplayRole) -> list[object]:
    return [rows.index(row).data(role) for row in range(rows.rowCount())]


def test_every_step_stands_there_and_undone_ones_are_grey(panel: StepsPanel, session: Session) -> None:
    assert words(panel.rows) == ["Beginning"]
    for seed in (1, 2, 3):
        session.set_seed(seed)
    session.undo(PICTURES)
    assert words(panel.rows) == ["Beginning", "Seed 1", "Seed 2", "Seed 3"]
    colours = words(panel.rows, Qt.ItemDataRole.ForegroundRole)
    assert colours == [colour("text")] * 3 + [colour("text_off")]
    spoken = words(panel.rows, Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == ["Beginning", "Seed 1", "Seed 2, shown now", "Seed 3, undone"]
    session.set_seed(7)
    assert words(panel.rows) == ["Beginning", "Seed 1", "Seed 2", "Seed 7"]
    assert panel.currentIndex().row() == 3


def test_a_click_goes_there_and_enter_too(panel: StepsPanel, session: Session, qtbot: QtBot) -> None:
    for seed in (1, 2, 3):
        session.set_seed(seed)
    spot = panel.visualRect(panel.rows.index(1)).center()
    qtbot.mouseClick(panel.viewport(), LEFT, pos=QPoint(spot))
    assert session.picture.latent.seed == 1
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down):
        qtbot.keyClick(panel, key)
        assert session.picture.latent.seed == 1, "looking changes nothing"
    qtbot.keyClick(panel, Qt.Key.Key_Return)
    assert session.picture.latent.seed == 3
    qtbot.keyClick(panel, Qt.Key.Key_Home)
    qtbot.keyClick(panel, Qt.Key.Key_Return)
    assert session.picture.latent.seed == 100
    assert session.steps(PICTURES)[1] == 0


def test_one_more_step_touches_one_row(panel: StepsPanel, session: Session) -> None:
    for seed in range(1000):
        session.set_seed(seed)
    told: list[tuple[str, int, int]] = []

    def note(what: str, _parent: QModelIndex, first: int, last: int) -> None:
        told.append((what, first, last))

    panel.rows.rowsInserted.connect(lambda *where: note("inserted", *where))
    panel.rows.rowsRemoved.connect(lambda *where: note("removed", *where))
    panel.rows.dataChanged.connect(lambda a, b, _r: told.append(("changed", a.row(), b.row())))
    session.set_seed(5000)
    assert told == [("inserted", 1001, 1001), ("changed", 1000, 1001)]
    told.clear()
    session.undo(PICTURES)
    assert told == [("changed", 1000, 1001)]
    told.clear()
    session.set_seed(6000)
    assert told == [("removed", 1001, 1001), ("inserted", 1001, 1001), ("changed", 1000, 1001)]


def test_a_drag_is_told_once(panel: StepsPanel, session: Session) -> None:
    told: list[object] = []
    session.history_changed.connect(lambda: told.append(1))
    for i in range(1, 60):
        session.move_latent("pca-0", i / 20, "drag", "Dark – light")
    assert len(told) == 1
    session.end_gesture()
    assert words(panel.rows) == ["Beginning", "Dark – light"]


def test_hidden_it_waits_and_catches_up(panel: StepsPanel, session: Session) -> None:
    panel.hide()
    session.set_seed(1)
    assert panel.rows.rowCount() == 1
    panel.show()
    assert words(panel.rows) == ["Beginning", "Seed 1"]


def test_another_project_begins_anew(panel: StepsPanel, session: Session) -> None:
    session.set_seed(1)
    session.load(Project())
    assert words(panel.rows) == ["Beginning"]
    assert panel.rows.done == 0
