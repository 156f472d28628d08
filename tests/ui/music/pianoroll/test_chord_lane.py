"""The chord lane under a hand: written, renamed, moved, stretched and taken away; a wrong name stays to be mended."""

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from studio.core.chords import Chord
from studio.core.score import Note
from studio.core.session import MUSIC, Session
from studio.ui.music.desk import MusicDesk
from tests.ui.music.pianoroll.test_roll import Hand

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def names(session: Session) -> list[tuple[int, int, str]]:
    return [(chord.start_ticks, chord.end_ticks, chord.name) for chord in session.score.chords]


@pytest.fixture
def hand(qtbot: QtBot, desk: MusicDesk) -> Hand:
    return Hand(qtbot, desk)


def write(qtbot: QtBot, desk: MusicDesk, ticks: int, name: str) -> None:
    lane = desk.roll.chords
    place = QPoint(desk.roll.state.geometry.x_of(ticks), 10)
    qtbot.mouseDClick(lane, LEFT, NONE, place)
    assert lane.editor.isVisible()
    lane.editor.clear()
    qtbot.keyClicks(lane.editor, name)
    qtbot.keyClick(lane.editor, Qt.Key.Key_Return)


def test_a_chord_is_written_on_the_beat(qtbot: QtBot, desk: MusicDesk, session: Session) -> None:
    write(qtbot, desk, 500, "Am7")
    assert names(session) == [(480, 1920, "Am7")]
    write(qtbot, desk, 10, "C")
    assert names(session) == [(0, 480, "C"), (480, 1920, "Am7")]
    write(qtbot, desk, 600, "F/A")
    assert names(session)[1] == (480, 1920, "F/A")
    session.undo(MUSIC)
    assert names(session)[1] == (480, 1920, "Am7")


def test_a_wrong_name_stays_open(qtbot: QtBot, desk: MusicDesk, session: Session) -> None:
    write(qtbot, desk, 0, "Hmm")
    assert desk.roll.chords.editor.isVisible()
    assert "is not a chord" in desk.roll.chords.editor.toolTip()
    assert names(session) == []
    qtbot.keyClick(desk.roll.chords.editor, Qt.Key.Key_Escape)
    assert not desk.roll.chords.editor.isVisible()
    assert desk.roll.window().focusWidget() is desk.roll.chords


def test_an_empty_name_and_the_delete_key_take_it_away(
    qtbot: QtBot, desk: MusicDesk, session: Session
) -> None:
    write(qtbot, desk, 0, "C")
    write(qtbot, desk, 1920, "G")
    write(qtbot, desk, 0, "")
    assert names(session) == [(1920, 3840, "G")]
    lane = desk.roll.chords
    lane.setFocus()
    qtbot.keyClick(lane, Qt.Key.Key_Right)
    qtbot.keyClick(lane, Qt.Key.Key_Delete)
    assert names(session) == []


def test_a_chord_is_moved_and_stretched_in_one_step_each(
    desk: MusicDesk, session: Session, hand: Hand
) -> None:
    session.change_score(session.score.with_chords([Chord(0, 960, 0)]), "Write")
    lane, x_of = desk.roll.chords, desk.roll.state.geometry.x_of
    hand.drag(QPoint(x_of(200), 10), QPoint(x_of(690), 10), on=lane)
    assert names(session) == [(480, 1440, "C")]
    hand.drag(QPoint(x_of(1440) - 1, 10), QPoint(x_of(1920), 10), on=lane)
    assert names(session) == [(480, 1920, "C")]
    assert len(session.score_history.labels) == 3


def test_the_commands(desk: MusicDesk, session: Session) -> None:
    commands = {command.id: command for command in desk.commands()}
    assert not commands["clear-chords"].enabled_when()
    session.add_notes(0, tuple(Note(0, 1920, pitch) for pitch in (60, 64, 67)), "Write")
    commands["name-chords"].run()
    assert names(session) == [(0, 1920, "C")]
    commands["write-out-chords"].run()
    assert session.score.tracks[-1].name == "Chords"
    commands["clear-chords"].run()
    assert names(session) == []
    desk.roll.state.put_cursor(1920, 60)
    commands["write-chord"].run()
    assert desk.roll.chords.editor.isVisible()
