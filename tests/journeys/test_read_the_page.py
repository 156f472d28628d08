"""A composer writes in the roll and reads the page below it, in the real window with the real engraver."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from studio.core.score import Note
from studio.core.session import MUSIC, PICTURES
from tests.journeys.conftest import PATIENCE_MS


def test_the_page_opens_with_a_key_and_rests_while_it_is_away(studio: StudioApp, qtbot: QtBot) -> None:
    window, desk, session = studio.window, studio.music, studio.session
    window.show_desk(MUSIC)
    dock = window.findChild(QDockWidget, "dock-page")
    assert dock.isHidden(), "the roll has the room until somebody wants the page"
    session.add_notes(0, tuple(Note(480 * i, 480, 60 + i) for i in range(8)), "Draw")
    action = window.commands.action("show-page")
    assert action.shortcut().toString() == "F7"
    action.trigger()
    view = desk.paging.panel.view
    qtbot.waitUntil(lambda: view.place_of_note(7) is not None, timeout=PATIENCE_MS)
    assert dock.isVisible()
    assert desk.roll.grid.height() > 40, "the roll is still there to write in"
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.place_of_note(5))
    assert desk.roll.state.selection == {5}
    assert desk.playback.position_ticks == 2400
    window.show_desk(PICTURES)
    qtbot.waitUntil(lambda: not desk.paging.panel.is_seen, timeout=PATIENCE_MS)
    session.add_notes(0, (Note(3840, 480, 72),), "Draw")
    assert view.place_of_note(8) is None
    window.show_desk(MUSIC)
    qtbot.waitUntil(lambda: view.place_of_note(8) is not None, timeout=PATIENCE_MS)
    action.trigger()
    assert dock.isHidden()
    engraver = desk.paging._client._process
    assert engraver is not None
    pid = engraver.processId()
    assert pid
    window.close()
    assert desk.paging._client._process is None
