"""A command is reachable by key on its desk and nowhere else."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.ui.commands import Command, CommandSet


def test_a_shortcut_works_only_on_its_desk_and_when_enabled(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    ran: list[str] = []
    allowed = [True]
    commands = CommandSet(
        window,
        [
            Command("roll", "Roll", "Picture", lambda: ran.append("roll"), "Ctrl+R", desk="pictures"),
            Command("undo", "Undo", "Edit", lambda: ran.append("undo"), "Ctrl+Z",
                    enabled_when=lambda: allowed[0]),
        ],
    )  # fmt: skip
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for desk in ("music", "pictures"):
        commands.use_desk(desk)
        qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
        qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    allowed[0] = False
    commands.refresh()
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert ran == ["undo", "roll", "undo"]
    assert [command.id for command in commands.available()] == ["roll"]
