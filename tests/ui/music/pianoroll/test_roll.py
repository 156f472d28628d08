"""The roll under a hand: real mouse and key events on its grid, judged by the score that comes of them."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio.core.score import Note, Score, Track
from studio.core.session import MUSIC, Session
from studio.ui.music.desk import MusicDesk
from studio.ui.music.pianoroll.state import Tool
from studio.ui.music.snap import SNAPS
from tests.ui.music.conftest import FakePlayer

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
Key = Qt.Key


class Hand:
    """A hand on one widget."""

    def __init__(self, qtbot: QtBot, desk: MusicDesk) -> None:
        self._qtbot, self._desk = qtbot, desk
        self.grid = desk.roll.viewport()

    def at(self, ticks: float, pitch: int) -> QPoint:
        return self._desk.roll.point_of(ticks, pitch)

    def click(self, at: QPoint, held: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT) -> None:
        self._qtbot.mouseClick(self.grid, button, held, at)

    def double_click(self, at: QPoint) -> None:
        self.click(at)
        self._qtbot.mouseDClick(self.grid, LEFT, NONE, at)
        self._qtbot.mouseRelease(self.grid, LEFT, NONE, at)

    def drag(
        self, start: QPoint, end: QPoint, held: Qt.KeyboardModifier = NONE, on: QWidget | None = None
    ) -> None:
        widget = on or self.grid
        self._qtbot.mousePress(widget, LEFT, held, start)
        for step in range(1, 6):
            self._move(widget, start + (end - start) * (step / 5), held)
        self._qtbot.mouseRelease(widget, LEFT, held, end)

    def _move(self, widget: QWidget, at: QPoint, held: Qt.KeyboardModifier) -> None:
        from PySide6.QtCore import QEvent
        from PySide6.QtGui import QMouseEvent

        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(at),
            QPointF(widget.mapToGlobal(at)),
            Qt.MouseButton.NoButton,
            LEFT,
            held,
        )
        QApplication.sendEvent(widget, event)

    def key(self, key: Key, held: Qt.KeyboardModifier = NONE) -> None:
        self._qtbot.keyClick(self._desk.roll, key, held)


@pytest.fixture
def hand(qtbot: QtBot, desk: MusicDesk) -> Hand:
    return Hand(qtbot, desk)


@pytest.fixture
def three(session: Session, desk: MusicDesk) -> tuple[int, ...]:
    """Three quarter notes; their ids."""
    ids = session.add_notes(0, (Note(0, 480, 60), Note(480, 480, 64), Note(960, 480, 67)), "Write")
    return tuple(sorted(ids))


def placed(session: Session) -> list[tuple[int, int, int]]:
    return [(note.start_ticks, note.duration_ticks, note.pitch) for note in session.score.track(0).notes]


def test_a_double_click_draws_one_note_on_the_grid(hand: Hand, session: Session, player: FakePlayer) -> None:
    hand.double_click(hand.at(500, 65))
    assert placed(session) == [(480, 120, 65)]
    assert session.score_history.labels == ("Draw a note",)
    assert ("audition", 65) in player.calls


def test_a_click_on_empty_ground_only_moves_the_cursor(hand: Hand, session: Session, desk: MusicDesk) -> None:
    hand.click(hand.at(500, 65))
    assert placed(session) == []
    assert (desk.roll.state.cursor.ticks, desk.roll.state.cursor.pitch) == (480, 65)


def test_the_pencil_draws_a_longer_note_by_dragging(hand: Hand, session: Session) -> None:
    hand.key(Key.Key_2)
    hand.drag(hand.at(10, 65), hand.at(470, 65))
    assert placed(session) == [(0, 480, 65)]
    assert len(session.score_history.labels) == 1


def test_a_drag_moves_a_note_in_one_step(hand: Hand, session: Session, three: tuple[int, ...]) -> None:
    hand.drag(hand.at(240, 60), hand.at(240 + 970, 62))
    assert placed(session) == [(480, 480, 64), (960, 480, 62), (960, 480, 67)]
    session.undo(MUSIC)
    assert placed(session)[0] == (0, 480, 60)


def test_a_selection_moves_as_one_and_stops_at_the_start(
    hand: Hand, session: Session, desk: MusicDesk, three: tuple[int, ...]
) -> None:
    hand.key(Key.Key_A, CTRL)
    hand.drag(hand.at(1200, 67), hand.at(240, 66))
    assert placed(session) == [(0, 480, 59), (480, 480, 63), (960, 480, 66)]


def test_ctrl_drag_copies(hand: Hand, session: Session, desk: MusicDesk, three: tuple[int, ...]) -> None:
    hand.drag(hand.at(240, 60), hand.at(240 + 1920, 60), CTRL)
    assert placed(session)[0] == (0, 480, 60)
    assert placed(session)[-1] == (1920, 480, 60)
    assert len(session.score_history.labels) == 2
    assert len(desk.roll.state.selection) == 1
    assert not desk.roll.state.selection & set(three)


def test_edges_resize(hand: Hand, session: Session, three: tuple[int, ...]) -> None:
    hand.drag(hand.at(1440, 67) - QPoint(2, 0), hand.at(1680, 67))
    assert placed(session)[2] == (960, 720, 67)
    hand.drag(hand.at(960, 67) + QPoint(2, 0), hand.at(1200, 67))
    assert placed(session)[2] == (1200, 480, 67)


def test_shift_leaves_the_grid_aside(
    hand: Hand, session: Session, desk: MusicDesk, three: tuple[int, ...]
) -> None:
    hand.click(hand.at(240, 60))
    grid = hand.grid
    start, end = hand.at(240, 60), hand.at(240, 60) + QPoint(5, 0)
    hand._qtbot.mousePress(grid, LEFT, NONE, start)
    hand._move(grid, end, SHIFT)
    hand._qtbot.mouseRelease(grid, LEFT, SHIFT, end)
    assert placed(session)[0][0] == 50


def test_box_select_and_delete(hand: Hand, session: Session, desk: MusicDesk, three: tuple[int, ...]) -> None:
    hand.drag(hand.at(500, 70), hand.at(1500, 62))
    assert desk.roll.state.selection == {three[1], three[2]}
    hand.key(Key.Key_Delete)
    assert placed(session) == [(0, 480, 60)]


def test_shift_click_adds_and_takes_away(hand: Hand, desk: MusicDesk, three: tuple[int, ...]) -> None:
    hand.click(hand.at(240, 60))
    hand.click(hand.at(700, 64), SHIFT)
    assert desk.roll.state.selection == {three[0], three[1]}
    hand.click(hand.at(240, 60), SHIFT)
    assert desk.roll.state.selection == {three[1]}


def test_the_eraser_and_the_right_button_wipe(hand: Hand, session: Session, three: tuple[int, ...]) -> None:
    hand.click(hand.at(240, 60), button=RIGHT)
    assert len(placed(session)) == 2
    hand.key(Key.Key_3)
    hand.click(hand.at(700, 64))
    assert placed(session) == [(960, 480, 67)]


def test_a_double_click_on_a_note_deletes_it(hand: Hand, session: Session, three: tuple[int, ...]) -> None:
    hand.double_click(hand.at(240, 60))
    assert len(placed(session)) == 2


def test_copy_and_paste_at_the_cursor(
    hand: Hand, session: Session, desk: MusicDesk, three: tuple[int, ...]
) -> None:
    hand.key(Key.Key_A, CTRL)
    hand.key(Key.Key_C, CTRL)
    hand.click(hand.at(1950, 80))
    hand.key(Key.Key_V, CTRL)
    assert placed(session)[3:] == [(1920, 480, 60), (2400, 480, 64), (2880, 480, 67)]
    assert desk.roll.state.cursor.ticks == 3360
    hand.key(Key.Key_V, CTRL)
    assert len(placed(session)) == 9


def test_duplicate_follows_itself(hand: Hand, session: Session, three: tuple[int, ...]) -> None:
    hand.key(Key.Key_A, CTRL)
    hand.key(Key.Key_D, CTRL)
    assert placed(session)[3:] == [(1440, 480, 60), (1920, 480, 64), (2400, 480, 67)]


def test_arrow_keys_move_and_lengthen(
    hand: Hand, session: Session, desk: MusicDesk, three: tuple[int, ...]
) -> None:
    desk.roll.state.select({three[2]})
    hand.key(Key.Key_Up)
    hand.key(Key.Key_Up, SHIFT)
    hand.key(Key.Key_Right)
    hand.key(Key.Key_Right, CTRL | SHIFT)
    assert placed(session)[2] == (1080, 600, 80)
    assert len(session.score_history.labels) == 5


def test_a_whole_phrase_by_keyboard(hand: Hand, session: Session, desk: MusicDesk) -> None:
    desk.roll.state.put_cursor(0, 60)
    hand.key(Key.Key_Return)
    hand.key(Key.Key_Up)
    hand.key(Key.Key_Return)
    hand.key(Key.Key_Right)
    hand.key(Key.Key_Return)
    assert placed(session) == [(0, 120, 60), (120, 120, 61), (360, 120, 61)]


def test_escape_during_a_drag_takes_it_back(hand: Hand, session: Session, three: tuple[int, ...]) -> None:
    before = placed(session)
    hand._qtbot.mousePress(hand.grid, LEFT, NONE, hand.at(240, 60))
    hand._move(hand.grid, hand.at(1200, 70), NONE)
    assert placed(session) != before
    hand.key(Key.Key_Escape)
    hand._qtbot.mouseRelease(hand.grid, LEFT, NONE, hand.at(1200, 70))
    assert placed(session) == before
    assert session.score_history.labels == ("Write",)


def test_the_velocity_lane_paints_and_shifts(
    hand: Hand, session: Session, desk: MusicDesk, three: tuple[int, ...]
) -> None:
    lane, x_of = desk.roll.lanes.velocities, desk.roll.state.geometry.x_of
    hand.drag(QPoint(x_of(0) + 1, 20), QPoint(x_of(960) + 1, 60), on=lane)
    first, second, third = (note.velocity for note in session.score.track(0).notes)
    assert first > second > third
    desk.roll.state.select(three)
    hand.drag(QPoint(x_of(480) + 1, 40), QPoint(x_of(480) + 1, 30), on=lane)
    louder = [note.velocity for note in session.score.track(0).notes]
    assert louder[0] - first == louder[1] - second == louder[2] - third > 0


def test_the_ruler_seeks_marks_and_clears(
    hand: Hand, desk: MusicDesk, player: FakePlayer, qtbot: QtBot
) -> None:
    ruler, x_of = desk.roll.ruler, desk.roll.state.geometry.x_of
    qtbot.mouseClick(ruler, LEFT, NONE, QPoint(x_of(970), 10))
    assert player.position == 960
    hand.drag(QPoint(x_of(480), 10), QPoint(x_of(1920), 10), on=ruler)
    assert desk.roll.state.region == (480, 1920)
    hand.drag(QPoint(x_of(1920), 10), QPoint(x_of(960), 10), on=ruler)
    assert desk.roll.state.region == (480, 960)
    qtbot.mouseDClick(ruler, LEFT, NONE, QPoint(x_of(700), 10))
    assert desk.roll.state.region is None


def test_ctrl_wheel_zooms_around_the_pointer(hand: Hand, desk: MusicDesk) -> None:
    state = desk.roll.state
    before, x = state.geometry, 400
    ticks = before.ticks_at(x)
    place, nothing = QPointF(x, 100), QPoint()
    event = QWheelEvent(
        place, QPointF(hand.grid.mapToGlobal(place.toPoint())), nothing, QPoint(0, 120), Qt.MouseButton.NoButton,
        CTRL, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(hand.grid, event)
    assert state.geometry.px_per_tick > before.px_per_tick
    assert abs(state.geometry.ticks_at(x) - ticks) < 1


def test_keys_at_the_left_sound(desk: MusicDesk, player: FakePlayer, qtbot: QtBot) -> None:
    y = desk.roll.point_of(0, 72).y()
    qtbot.mouseClick(desk.roll.keys, LEFT, NONE, QPoint(20, y))
    assert player.calls[-1] == ("audition", 72)


def test_a_dropped_midi_file_is_passed_on(desk: MusicDesk, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/tmp/tune.mid")])
    event = QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, LEFT, NONE)
    desk.roll.files_dropped.disconnect(desk.files.open_first)
    with qtbot.waitSignal(desk.roll.files_dropped) as caught:
        desk.roll.viewport().dropEvent(event)
    assert caught.args == [("/tmp/tune.mid",)]


def test_snap_follows_the_bars_of_any_metre(session: Session, desk: MusicDesk, hand: Hand) -> None:
    session.change_score(session.score.with_meter(7, 8), "7/8")
    desk.roll.use_snap(SNAPS[0])
    hand.key(Key.Key_2)
    hand.click(hand.at(1500, 60))
    assert placed(session) == [(1440, 240, 60)], "the last quarter of a 7/8 bar is an eighth"


def test_the_other_tracks_are_shadows(session: Session, desk: MusicDesk, hand: Hand) -> None:
    bass = Track("Bass", 32, (Note(0, 480, 40),))
    session.change_score(session.score.with_track(1, bass), "Add a track")
    hand.key(Key.Key_A, CTRL)
    assert desk.roll.state.selection == frozenset()
    desk.choose_track(1)
    hand.key(Key.Key_A, CTRL)
    assert len(desk.roll.state.selection) == 1


def test_tools_have_keys_and_buttons(desk: MusicDesk, hand: Hand, qtbot: QtBot) -> None:
    hand.key(Key.Key_3)
    assert desk.roll.state.tool is Tool.ERASE
    assert desk.strip._tools[Tool.ERASE].isChecked()
    qtbot.mouseClick(desk.strip._tools[Tool.SELECT], LEFT)
    assert desk.roll.state.tool is Tool.SELECT


def test_five_thousand_notes_are_drawn(session: Session, desk: MusicDesk) -> None:
    notes = tuple(Note(60 * i, 120, 36 + i * 7 % 60) for i in range(5000))
    session.change_score(Score.empty().with_notes_added(0, notes), "Many")
    desk.roll.zoom_to_all()
    assert not desk.roll.grab().isNull()


def test_straight_up_leaves_the_time_alone(hand: Hand, session: Session, desk: MusicDesk) -> None:
    session.add_notes(0, (Note(50, 480, 60),), "Off the grid")
    hand.drag(hand.at(240, 60), hand.at(250, 63))
    assert placed(session) == [(50, 480, 63)]


def test_letting_go_of_ctrl_does_not_split_a_drag(
    hand: Hand, session: Session, desk: MusicDesk, three: tuple[int, ...], qtbot: QtBot
) -> None:
    qtbot.mousePress(hand.grid, LEFT, CTRL, hand.at(240, 60))
    hand._move(hand.grid, hand.at(1200, 62), CTRL)
    qtbot.keyRelease(desk.roll, Key.Key_Control)
    hand._move(hand.grid, hand.at(2200, 62), NONE)
    qtbot.mouseRelease(hand.grid, LEFT, NONE, hand.at(2200, 62))
    assert session.score_history.labels == ("Write", "Copy notes")


def test_a_held_arrow_key_is_one_step(
    hand: Hand, session: Session, desk: MusicDesk, three: tuple[int, ...], qtbot: QtBot
) -> None:
    desk.roll.state.select({three[0]})
    for _ in range(3):
        qtbot.keyPress(desk.roll, Key.Key_Up)
    qtbot.keyRelease(desk.roll, Key.Key_Up)
    qtbot.keyClick(desk.roll, Key.Key_Down)
    assert session.score_history.labels == ("Write", "Transpose", "Transpose")


def test_the_page_turns_with_the_music_but_not_against_the_person(session: Session, desk: MusicDesk) -> None:
    roll = desk.roll
    roll.show_playhead(1920 * 20, follow=True)
    assert roll.state.geometry.left_px > 0
    roll.grid.scroll_to(0, roll.state.geometry.top_px)
    roll.show_playhead(1920 * 20 + 10, follow=True)
    assert roll.state.geometry.left_px == 0
