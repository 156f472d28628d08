"""A lasso drawn by a real hand selects what it touches; Escape takes it back. The view goes to what is selected."""

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from studio.core.score import Note
from studio.core.session import Session
from studio.ui.music.desk import MusicDesk
from studio.ui.music.pianoroll.lasso import touched
from tests.ui.music.pianoroll.test_roll import LEFT, SHIFT, Hand

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def hand(qtbot: QtBot, desk: MusicDesk) -> Hand:
    return Hand(qtbot, desk)


@pytest.fixture
def ids(session: Session, desk: MusicDesk) -> tuple[int, ...]:
    """A low, a middle and a high note at one time, and a late one."""
    notes = (Note(480, 480, 60), Note(480, 480, 66), Note(480, 480, 72), Note(2400, 480, 66))
    session.add_notes(0, notes, "Write")
    by_place = {(note.start_ticks, note.pitch): note.id for note in session.score.notes()}
    return tuple(by_place[note.start_ticks, note.pitch] for note in notes)


def draw(hand: Hand, places: list[QPoint], held: Qt.KeyboardModifier = ALT, release: bool = True) -> None:
    hand._qtbot.mousePress(hand.grid, LEFT, held, places[0])
    for place in places[1:]:
        hand._move(hand.grid, place, held)
    if release:
        hand._qtbot.mouseRelease(hand.grid, LEFT, held, places[-1])


def test_a_lasso_takes_what_it_holds_and_leaves_what_lies_outside(
    hand: Hand, desk: MusicDesk, ids: tuple[int, ...]
) -> None:
    around = [(240, 68), (1200, 68), (1200, 58), (240, 58), (240, 67)]
    draw(hand, [hand.at(*place) for place in around])
    assert desk.roll.state.selection == {ids[0], ids[1]}
    assert desk.roll.state.lasso == ()


def test_a_bent_lasso_goes_around_a_note(hand: Hand, desk: MusicDesk, ids: tuple[int, ...]) -> None:
    bent = [(240, 74), (2900, 74), (2900, 64), (2200, 64), (2200, 70), (240, 70)]
    draw(hand, [hand.at(*place) for place in bent])
    assert desk.roll.state.selection == {ids[2], ids[3]}


def test_a_line_over_a_note_touches_it(hand: Hand, desk: MusicDesk, ids: tuple[int, ...]) -> None:
    over = [(1300, 66), (900, 66), (1200, 70)]
    draw(hand, [hand.at(*place) for place in over])
    assert desk.roll.state.selection == {ids[1]}


def test_escape_takes_it_back_and_shift_adds(hand: Hand, desk: MusicDesk, ids: tuple[int, ...]) -> None:
    desk.roll.state.select({ids[3]})
    around = [hand.at(*place) for place in [(240, 75), (1200, 75), (1200, 70), (240, 70)]]
    draw(hand, around, release=False)
    assert desk.roll.state.selection == {ids[2]}
    assert len(desk.roll.state.lasso) == 4
    assert not desk.roll.grab().isNull()
    hand.key(Qt.Key.Key_Escape)
    hand._qtbot.mouseRelease(hand.grid, LEFT, ALT, around[-1])
    assert (desk.roll.state.selection, desk.roll.state.lasso) == ({ids[3]}, ())
    draw(hand, around, ALT | SHIFT)
    assert desk.roll.state.selection == {ids[2], ids[3]}


def test_an_outline_of_one_point_touches_what_is_under_it() -> None:
    assert touched([(10.0, 60.5)], [Note(0, 20, 60, id=4), Note(0, 20, 61, id=5)]) == {4}


def test_the_view_goes_to_the_selection(hand: Hand, desk: MusicDesk, ids: tuple[int, ...]) -> None:
    commands = {command.id: command for command in desk.commands()}
    zoom = commands["roll-zoom-selection"]
    assert not zoom.enabled_when()
    desk.roll.state.select(ids[:3])
    zoom.run()
    grid = desk.roll.grid
    assert hand.at(480, 60).x() > 0
    assert grid.width() * 0.8 < hand.at(960, 60).x() - hand.at(480, 60).x() < grid.width()
    assert 0 < hand.at(480, 72).y() < hand.at(480, 60).y() < grid.height()
