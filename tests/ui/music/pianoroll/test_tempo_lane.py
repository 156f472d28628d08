"""The tempo below the notes: clicked, drawn, dragged, typed, wiped, by hand and by key; each movement is one step."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from pytestqt.qtbot import QtBot

from studio.core.session import MUSIC, Session
from studio.ui.music.desk import MusicDesk
from studio.ui.music.pianoroll.lanes import TEMPO
from studio.ui.music.pianoroll.tempo_lane import TempoLane
from studio.ui.music.snap import SNAPS
from tests.ui.music.conftest import FakePlayer

BAR = 1920
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
PLAIN = Qt.KeyboardModifier.NoModifier


class LaneHand:
    """A pointer on the lane, in ticks and bpm."""

    def __init__(self, lane: TempoLane, qtbot: QtBot) -> None:
        self.lane, self.qtbot = lane, qtbot

    def at(self, ticks: int, bpm: float) -> QPoint:
        return QPoint(self.lane._state.geometry.x_of(ticks), self.lane._y_of(bpm))

    def drag(self, *places: tuple[int, float], button: Qt.MouseButton = LEFT) -> None:
        self.press(*places, button=button)
        self.qtbot.mouseRelease(self.lane, button, PLAIN, self.at(*places[-1]))

    def press(self, *places: tuple[int, float], button: Qt.MouseButton = LEFT) -> None:
        points = [self.at(*place) for place in places]
        self.qtbot.mousePress(self.lane, button, PLAIN, points[0])
        for point in points[1:]:
            where = QPointF(point)
            held = (Qt.MouseButton.NoButton, button, PLAIN)
            event = QMouseEvent(QEvent.Type.MouseMove, where, QPointF(self.lane.mapToGlobal(point)), *held)
            self.lane.mouseMoveEvent(event)


@pytest.fixture
def hand(desk: MusicDesk, qtbot: QtBot) -> LaneHand:
    desk.roll.use_snap(SNAPS[0])
    desk.roll.lanes.show_and_enter(TEMPO)
    return LaneHand(desk.roll.lanes.tempo, qtbot)


def tempos(session: Session) -> list[tuple[int, float]]:
    return [(one.ticks, one.bpm) for one in session.score.tempos]


def near(found: list[tuple[int, float]], wanted: list[tuple[int, float]]) -> bool:
    """The same ticks, tempos within what a pixel is worth."""
    return [t for t, _ in found] == [t for t, _ in wanted] and all(
        abs(a - b) <= 2.5 for (_, a), (_, b) in zip(found, wanted, strict=True)
    )


def test_a_click_changes_the_tempo_from_there_on(session: Session, hand: LaneHand) -> None:
    hand.drag((BAR + 30, 90))
    assert near(tempos(session), [(0, 120), (BAR, 90)])
    session.undo(MUSIC)
    assert tempos(session) == [(0, 120)]


def test_a_drawn_line_slows_down_beat_by_beat_in_one_step(session: Session, hand: LaneHand) -> None:
    hand.drag((BAR, 120), (BAR + 700, 100), (2 * BAR, 80))
    wanted = [(0, 120), (BAR, 120), (BAR + 480, 110), (BAR + 960, 100), (BAR + 1440, 90), (2 * BAR, 120)]
    found = tempos(session)
    assert near(found if len(found) == 6 else [found[0], (BAR, 120.0), *found[1:]], wanted)
    assert len(session.score_history.labels) == 1


def test_a_point_is_dragged_in_time_and_tempo_and_escape_brings_it_back(
    session: Session, hand: LaneHand, qtbot: QtBot
) -> None:
    session.change_score(session.score.with_tempo(90, BAR), "Set")
    hand.drag((BAR, 90), (BAR + 500, 100), (2 * BAR, 140))
    assert near(tempos(session), [(0, 120), (2 * BAR, 140)])
    assert len(session.score_history.labels) == 2
    moved = tempos(session)
    hand.press((2 * BAR, moved[1][1]), (BAR, 100))
    qtbot.keyClick(hand.lane, Qt.Key.Key_Escape)
    assert tempos(session) == moved
    assert len(session.score_history.labels) == 2


def test_straight_up_keeps_the_time_of_a_point_off_the_grid(session: Session, hand: LaneHand) -> None:
    session.change_score(session.score.with_tempo(90, BAR + 77), "Set")
    hand.drag((BAR + 77, 90), (BAR + 77, 130))
    assert near(tempos(session), [(0, 120), (BAR + 77, 130)])


def test_the_right_button_wipes(session: Session, hand: LaneHand) -> None:
    session.change_score(session.score.with_tempo(90, BAR).with_tempo(60, 2 * BAR), "Set")
    hand.drag((BAR, 70), (BAR + 400, 70), button=RIGHT)
    assert tempos(session) == [(0, 120), (2 * BAR, 60)]


def test_a_tempo_is_typed_and_what_is_none_is_refused(session: Session, hand: LaneHand, qtbot: QtBot) -> None:
    session.change_score(session.score.with_tempo(90, BAR), "Set")
    lane = hand.lane
    qtbot.mouseDClick(lane, LEFT, PLAIN, hand.at(BAR, 90))
    for text, stays in (("fast", True), ("7000", True), ("72,5", False)):
        lane.editor.setText(text)
        qtbot.keyClick(lane.editor, Qt.Key.Key_Return)
        assert lane.editor.isVisible() == stays
    assert tempos(session) == [(0, 120), (BAR, 72.5)]
    assert lane.window().focusWidget() is lane


def test_all_by_keyboard(session: Session, desk: MusicDesk, hand: LaneHand, qtbot: QtBot) -> None:
    lane = hand.lane
    desk.playback.seek(BAR)
    qtbot.keyClick(lane, Qt.Key.Key_Insert)
    lane.editor.setText("90")
    qtbot.keyClick(lane.editor, Qt.Key.Key_Return)
    qtbot.keyClick(lane, Qt.Key.Key_Up)
    qtbot.keyClick(lane, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(lane, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert tempos(session) == [(0, 120), (BAR + 480, 96)]
    qtbot.keyClick(lane, Qt.Key.Key_Left)
    qtbot.keyClick(lane, Qt.Key.Key_Down)
    assert tempos(session)[0] == (0, 119)
    qtbot.keyClick(lane, Qt.Key.Key_Delete)
    assert tempos(session)[0] == (0, 119), "what the piece begins with stays"
    qtbot.keyClick(lane, Qt.Key.Key_Right)
    qtbot.keyClick(lane, Qt.Key.Key_Delete)
    assert tempos(session) == [(0, 119)]
    for _ in range(6):
        session.undo(MUSIC)
    assert tempos(session) == [(0, 120)]
    qtbot.keyClick(lane, Qt.Key.Key_Escape)
    assert desk.centre.focusWidget() is desk.roll


def test_it_is_heard_while_playing(
    session: Session, desk: MusicDesk, hand: LaneHand, player: FakePlayer, qtbot: QtBot
) -> None:
    desk.playback.toggle()
    hand.drag((BAR, 70))
    qtbot.waitUntil(lambda: any(call[0] == "set_score" for call in player.calls))
    played = [call[1] for call in player.calls if call[0] == "set_score"][-1]
    assert played.tempo_at(BAR) == session.score.tempo_at(BAR)  # type: ignore[attr-defined]
    desk.playback.pause()


def test_the_lane_is_cleared_and_marked_as_used(session: Session, desk: MusicDesk, hand: LaneHand) -> None:
    assert not desk.roll.lanes.can_clear
    session.change_score(session.score.with_tempo(90, BAR), "Set")
    assert desk.roll.lanes.can_clear
    desk.roll.lanes.clear()
    assert tempos(session) == [(0, 120)]
