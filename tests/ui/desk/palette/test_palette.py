"""The palette finds commands by a few letters and runs them by keyboard alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.ui.commands import Command
from studio.ui.desk.palette.palette import Palette, found, matches
from studio.ui.desk.palette.shortcut_page import as_html


@pytest.mark.parametrize(
    ("query", "found"), [("", True), ("png exp", True), ("EXPORT", True), ("midi", False)]
)
def test_matching(query: str, found: bool) -> None:
    assert matches(query, "Export PNG…") is found


def test_typing_and_enter_runs_the_command(qtbot: QtBot) -> None:
    window = QWidget()
    window.resize(800, 600)
    qtbot.addWidget(window)
    ran: list[str] = []
    commands = [
        Command(name, title, "File", lambda name=name: ran.append(name))
        for name, title in (
            ("open", "Open picture…"),
            ("export", "Export PNG…"),
            ("export-2", "Export PNG at 2×…"),
        )
    ]
    palette = Palette(window)
    window.show()
    palette.open(commands)
    qtbot.keyClicks(palette.field, "expo")
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert ran == ["export-2"]
    assert not palette.isVisible()
    palette.open(commands)
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_titles_come_before_hints() -> None:
    by_hint = Command("open", "Open picture…", "File", list, hint="A PNG exported here.")
    by_title = Command("export", "Export PNG…", "File", list)
    assert [command.id for command in found("exp", [by_hint, by_title])] == ["export", "open"]


def test_the_shortcut_page_lists_every_key() -> None:
    page = as_html([Command("roll", "Roll <dice>…", "Picture", list, "Ctrl+R")])
    assert "Roll &lt;dice&gt;" in page
    assert "Ctrl+R" in page
