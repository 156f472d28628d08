"""A scale on the roll: shown, guessed, kept by the hand and the arrow keys, and put under notes that stand."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.core.score import Note
from studio.core.session import MUSIC, Session
from studio.core.theory import Scale
from studio.ui.music.desk import MusicDesk
from tests.ui.music.pianoroll.test_roll import Hand

Key = Qt.Key


@pytest.fixture
def hand(qtbot: QtBot, desk: MusicDesk) -> Hand:
    return Hand(qtbot, desk)


def pitches(session: Session) -> list[int]:
    return [note.pitch for note in session.score.track(0).notes]


def test_what_is_drawn_and_moved_lands_on_the_scale(hand: Hand, desk: MusicDesk, session: Session) -> None:
    desk.roll.state.use_scale(Scale(0, "major"), True)
    hand.double_click(hand.at(10, 61))
    assert pitches(session) == [60]
    hand.drag(hand.at(60, 60), hand.at(60, 66))
    assert pitches(session) == [65]
    desk.roll.state.use_scale(Scale(0, "major"), False)
    hand.drag(hand.at(60, 65), hand.at(60, 66))
    assert pitches(session) == [66]


def test_arrow_keys_go_by_its_steps(hand: Hand, desk: MusicDesk, session: Session) -> None:
    session.add_notes(0, (Note(0, 480, 64), Note(480, 480, 72)), "Write")
    desk.roll.state.use_scale(Scale(0, "major"), True)
    desk.roll.actions_on_notes.select_all()
    hand.key(Key.Key_Up)
    assert pitches(session) == [65, 74]
    hand.key(Key.Key_Down)
    hand.key(Key.Key_Down)
    assert pitches(session) == [62, 71]


def test_the_scale_of_the_notes_and_putting_them_on_it(desk: MusicDesk, session: Session) -> None:
    commands = {command.id: command for command in desk.commands()}
    session.add_notes(
        0, tuple(Note(i * 480, 480, p) for i, p in enumerate((62, 66, 69, 74, 73, 69, 66, 62))), "Write"
    )
    commands["hear-scale"].run()
    assert desk.roll.state.scale == Scale(2, "major")
    assert desk.strip.scale_button.text() == "D major"
    session.add_notes(0, (Note(4000, 480, 65),), "Write")
    commands["put-on-scale"].run()
    assert pitches(session)[-1] == 64
    session.undo(MUSIC)
    assert pitches(session)[-1] == 65


def test_the_menu_offers_scales_and_tonics(desk: MusicDesk) -> None:
    button = desk.strip.scale_button
    button.menu().aboutToShow.emit()
    by_words = {action.text(): action for action in button.menu().actions()}
    by_words["Dorian"].trigger()
    assert desk.roll.state.scale == Scale(0, "dorian")
    button.menu().aboutToShow.emit()
    tonics = next(action.menu() for action in button.menu().actions() if action.menu())
    next(action for action in tonics.actions() if action.text() == "Eb").trigger()
    assert desk.roll.state.scale == Scale(3, "dorian")
    button.menu().aboutToShow.emit()
    next(action for action in button.menu().actions() if action.text() == "No scale").trigger()
    assert desk.roll.state.scale is None
    assert not desk.roll.state.keeps_scale
