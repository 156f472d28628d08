"""The keyboard gets from the roll to the panels beside it, and back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDockWidget, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from studio.core.session import Session
from studio.ui.music.desk import MusicDesk
from tests.ui.music.conftest import FakeController
from tests.ui.music.test_desk import write_four
from tests.ui.music.test_ideas import answer
from tests.ui.music.test_phrasing import MODEL


@pytest.fixture
def window(desk: MusicDesk, qtbot: QtBot) -> QMainWindow:
    """The roll in the middle, the panels in docks beside it."""
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(desk.centre)
    for panel in (desk.compose, desk.phrasing.panel, desk.duetting.panel):
        dock = QDockWidget(window)
        dock.setWidget(panel)
        window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    desk.phrasing.use_models([MODEL])
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    desk.roll.setFocus()
    return window


def go(desk: MusicDesk, command_id: str) -> None:
    next(command for command in desk.commands() if command.id == command_id).run()


@pytest.mark.parametrize("name", ["compose", "phrases", "duet"])
def test_a_key_goes_to_the_panel_and_esc_comes_back(
    desk: MusicDesk, window: QMainWindow, qtbot: QtBot, name: str
) -> None:
    panels: dict[str, QWidget] = {
        "compose": desk.compose, "phrases": desk.phrasing.panel, "duet": desk.duetting.panel
    }  # fmt: skip
    go(desk, f"focus-{name}")
    assert panels[name].isAncestorOf(window.focusWidget())
    assert window.focusWidget().isVisible()
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    assert desk.roll.hasFocus()


def test_where_ideas_stand_the_card_takes_the_keys(
    desk: MusicDesk, window: QMainWindow, session: Session, controller: FakeController
) -> None:
    write_four(session)
    desk.cowriter.continue_()
    answer(desk, controller, (67, 69), (69, 71))
    go(desk, "focus-compose")
    assert desk.compose.answer.cards.shown[0].hasFocus()


def test_the_keys_are_never_with_a_card_that_is_gone(
    desk: MusicDesk, window: QMainWindow, session: Session, controller: FakeController
) -> None:
    write_four(session)
    desk.cowriter.continue_()
    answer(desk, controller, (67, 69), (69, 71))
    desk.cowriter.reject()
    go(desk, "focus-compose")
    assert desk.compose.continue_button.hasFocus()


def test_enter_ticks_a_box_since_space_plays(desk: MusicDesk, window: QMainWindow, qtbot: QtBot) -> None:
    box = desk.duetting.panel.findChild(QCheckBox, "duet-cuts")
    go(desk, "focus-duet")
    box.setFocus()
    before = box.isChecked()
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert box.isChecked() != before
