"""Markers under a hand: named where the playhead stands, renamed, moved, gone to and taken away; each is one step."""

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from studio.core.score import Marker
from studio.core.session import MUSIC, Session
from studio.ui.music.desk import MusicDesk
from studio.ui.music.pianoroll.marker_lane import MarkerLane
from tests.ui.music.conftest import FakePlayer
from tests.ui.music.pianoroll.test_roll import LEFT, NONE, Hand

Key = Qt.Key


@pytest.fixture
def lane(desk: MusicDesk) -> MarkerLane:
    return desk.roll.markers


@pytest.fixture
def hand(qtbot: QtBot, desk: MusicDesk) -> Hand:
    return Hand(qtbot, desk)


def run(desk: MusicDesk, command_id: str) -> None:
    next(command for command in desk.commands() if command.id == command_id).run()


def name_it(qtbot: QtBot, desk: MusicDesk, ticks: int, text: str) -> None:
    """By the command, at the playhead."""
    desk.playback.seek(ticks)
    run(desk, "name-place")
    editor = desk.roll.markers.editor
    assert editor.isVisible()
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Key.Key_Return)


def names(session: Session) -> list[tuple[int, str]]:
    return [(marker.ticks, marker.text) for marker in session.score.markers]


def flag(desk: MusicDesk, ticks: int) -> QPoint:
    return QPoint(desk.roll.state.geometry.x_of(ticks) + 6, 10)


def test_a_place_is_named_where_the_playhead_stands(
    qtbot: QtBot, desk: MusicDesk, session: Session, lane: MarkerLane
) -> None:
    assert not lane.isVisible()
    name_it(qtbot, desk, 1920, "Verse")
    assert names(session) == [(1920, "Verse")]
    assert lane.isVisible()
    session.undo(MUSIC)
    assert names(session) == []
    assert not lane.isVisible()


def test_escape_leaves_no_marker_and_no_room(
    qtbot: QtBot, desk: MusicDesk, session: Session, lane: MarkerLane
) -> None:
    run(desk, "name-place")
    qtbot.keyClicks(lane.editor, "Ver")
    qtbot.keyClick(lane.editor, Key.Key_Escape)
    assert names(session) == []
    qtbot.waitUntil(lambda: not lane.isVisible())
    assert desk.roll.window().focusWidget() is desk.roll


def test_a_double_click_renames_and_no_text_takes_away(
    qtbot: QtBot, desk: MusicDesk, session: Session, lane: MarkerLane, hand: Hand
) -> None:
    name_it(qtbot, desk, 1920, "Verse")
    for text, after in (("Refrain", [(1920, "Refrain")]), ("", [])):
        qtbot.mouseClick(lane, LEFT, NONE, flag(desk, 1920))
        qtbot.mouseDClick(lane, LEFT, NONE, flag(desk, 1920))
        lane.editor.clear()
        qtbot.keyClicks(lane.editor, text)
        qtbot.keyClick(lane.editor, Key.Key_Return)
        assert names(session) == after


def test_a_drag_moves_it_on_the_grid_in_one_step_and_escape_takes_that_back(
    qtbot: QtBot, desk: MusicDesk, session: Session, lane: MarkerLane, hand: Hand
) -> None:
    name_it(qtbot, desk, 1920, "Verse")
    steps = len(session.score_history.labels)
    hand.drag(flag(desk, 1920), flag(desk, 2890), on=lane)
    assert names(session) == [(2880, "Verse")]
    assert len(session.score_history.labels) == steps + 1
    qtbot.mousePress(lane, LEFT, NONE, flag(desk, 2880))
    hand._move(lane, flag(desk, 480), NONE)
    assert names(session) == [(480, "Verse")]
    qtbot.keyClick(lane, Key.Key_Escape)
    qtbot.mouseRelease(lane, LEFT, NONE, flag(desk, 480))
    assert names(session) == [(2880, "Verse")]
    assert len(session.score_history.labels) == steps + 1


def test_keys_choose_and_delete(
    qtbot: QtBot, desk: MusicDesk, session: Session, lane: MarkerLane, player: FakePlayer
) -> None:
    name_it(qtbot, desk, 0, "Intro")
    name_it(qtbot, desk, 1920, "Verse")
    qtbot.mouseClick(lane, LEFT, NONE, flag(desk, 0))
    assert (lane.chosen, player.position) == (Marker(0, "Intro"), 0)
    qtbot.keyClick(lane, Key.Key_Right)
    assert (lane.chosen, player.position) == (Marker(1920, "Verse"), 1920)
    qtbot.keyClick(lane, Key.Key_Delete)
    assert names(session) == [(0, "Intro")]
    session.undo(MUSIC)
    assert names(session) == [(0, "Intro"), (1920, "Verse")]


def test_going_from_marker_to_marker(qtbot: QtBot, desk: MusicDesk, player: FakePlayer) -> None:
    for ticks, text in ((960, "Intro"), (1920 * 40, "Coda")):
        name_it(qtbot, desk, ticks, text)
    desk.playback.seek(0)
    where = []
    for command in ("next-marker", "next-marker", "next-marker", "previous-marker", "previous-marker"):
        run(desk, command)
        where.append(player.position)
    assert where == [960, 1920 * 40, 1920 * 40, 960, 960]
    run(desk, "next-marker")
    assert 0 < desk.roll.state.geometry.x_of(1920 * 40) < desk.roll.grid.width()
