"""Where a melody has been before is said of what is asked about, and of each suggestion, from the real index."""

from pytestqt.qtbot import QtBot

from studio.core.score import Note
from studio.core.session import Session
from studio.ui.music.desk import MusicDesk
from tests.ui.music.conftest import FakeController

LINE = tuple(Note(240 * i, 240, 62 + pitch) for i, pitch in enumerate((0, 7, 1, 9, 2, 11, 0, 13, 4, 6, 1, 8)))


def test_a_question_is_answered(desk: MusicDesk, session: Session, qtbot: QtBot) -> None:
    session.add_notes(0, LINE, "Write")
    with qtbot.waitSignal(desk.notice, timeout=10_000) as told:
        desk.ask_origin()
    assert told.args[0].endswith(".")
    desk.mark((9_000, 9_600))
    desk.roll.state.select(())
    session.change_score(session.score.with_notes_removed(0, {n.id for n in session.score.notes()}), "Clear")
    with qtbot.waitSignal(desk.notice) as told:
        desk.ask_origin()
    assert told.args == ["There are no notes to judge."]


def test_each_suggestion_says_where_it_comes_from(
    desk: MusicDesk, session: Session, controller: FakeController, qtbot: QtBot
) -> None:
    session.add_notes(0, LINE, "Write")
    desk.cowriter.continue_()
    label = desk.compose.answer.origin_label
    desk.take_reply(controller.answer(60, 71, 62, 73, 61, 70, 64, 75))
    assert not label.isHidden()
    looking = label.text()
    assert "Looking" in looking
    height = label.minimumHeight()
    qtbot.waitUntil(lambda: label.text() != looking, timeout=10_000)
    assert label.minimumHeight() == height > 0
    desk.cowriter.again()
    desk.take_reply(controller.answer(60, 60, 61, 60))
    assert label.text() == looking
    desk.cowriter.reject()
    assert label.isHidden()
