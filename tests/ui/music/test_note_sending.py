"""Notes across tracks: shadows, menus, drags onto rows, the clipboard; and what each track's keys are."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.core.score import DRUM_CHANNEL, Note, Score, Track
from studio.core.session import MUSIC, Session
from studio.ui.music.desk import MusicDesk
from tests.ui.music.conftest import FakeController, FakePlayer

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
HIGH, LOW = Note(0, 480, 67), Note(480, 480, 62)


@pytest.fixture
def two(desk: MusicDesk, session: Session) -> Score:
    """A duet, its first track edited, all of its notes selected."""
    score = Score((Track("One", 73, (HIGH, LOW), 0), Track("Two", 42, (Note(0, 480, 60),), 1)))
    session.change_score(score, "A duet")
    desk.roll.actions_on_notes.select_all()
    return session.score


def pitches(session: Session) -> list[list[int]]:
    return [[note.pitch for note in track.notes] for track in session.score.tracks]


def run(desk: MusicDesk, command_id: str) -> None:
    command = next(command for command in desk.commands() if command.id == command_id)
    assert command.enabled_when()
    command.run()


def test_a_menu_moves_the_notes_and_they_stay_selected(two: Score, desk: MusicDesk, session: Session) -> None:
    menu = desk.sending.fill(copies=False)
    assert [action.text() for action in menu.actions()][1:] == ["2  Two", "A new track"]
    menu.actions()[1].trigger()
    assert pitches(session) == [[], [60, 67, 62]]
    assert desk.roll.state.track_index == 1
    assert {note.pitch for note in desk.roll.state.chosen} == {67, 62}
    assert session.undo(MUSIC) == "Move notes to Two"
    assert session.score == two


def test_a_menu_copies_to_a_new_track(two: Score, desk: MusicDesk, session: Session) -> None:
    desk.sending.fill(copies=True).actions()[-1].trigger()
    assert pitches(session) == [[67, 62], [60], [67, 62]]
    assert (session.score.track(2).name, session.score.track(2).program) == ("Track 3", 73)
    assert session.undo(MUSIC) == "Copy notes to Track 3"
    assert session.score == two


def test_without_a_selection_it_says_what_to_do(two: Score, desk: MusicDesk, qtbot: QtBot) -> None:
    desk.roll.state.select(())
    with qtbot.waitSignal(desk.notice):
        desk.sending.ask(copies=False)


def carry(desk: MusicDesk, to: QPoint, held: Qt.KeyboardModifier = NONE) -> None:
    """Press on the first note, carry it to a place on the screen; it is still in the hand."""
    grid, start = desk.roll.viewport(), desk.roll.point_of(200, 67)
    end = grid.mapFromGlobal(to)
    _send(grid, QEvent.Type.MouseButtonPress, start, held)
    for step in range(1, 6):
        _send(grid, QEvent.Type.MouseMove, start + (end - start) * (step / 5), held)


def let_go(desk: MusicDesk, at: QPoint, held: Qt.KeyboardModifier = NONE) -> None:
    grid = desk.roll.viewport()
    _send(grid, QEvent.Type.MouseButtonRelease, grid.mapFromGlobal(at), held)


def _send(grid, kind: QEvent.Type, at: QPoint, held: Qt.KeyboardModifier) -> None:
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else LEFT
    down = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else LEFT
    event = QMouseEvent(kind, QPointF(at), QPointF(grid.mapToGlobal(at)), button, down, held)
    QApplication.sendEvent(grid, event)


@pytest.mark.parametrize(("held", "after"), [(NONE, [[], [60, 67, 62]]), (CTRL, [[67, 62], [60, 67, 62]])])
def test_notes_dropped_on_a_row_move_or_with_ctrl_are_copied(
    two: Score, desk: MusicDesk, session: Session, held: Qt.KeyboardModifier, after: list[list[int]]
) -> None:
    row = desk.tracklist.list.rows[1]
    place = row.mapToGlobal(QPoint(60, 20))
    carry(desk, place, held)
    assert row.is_target
    assert [sorted(line) for line in pitches(session)] == [[62, 67], [60]], (
        "until then they are where they were"
    )
    let_go(desk, place, held)
    assert pitches(session) == after
    assert not row.is_target
    assert len(session.score_history.labels) == 2, "one step"
    session.undo(MUSIC)
    assert session.score == two


def test_a_carried_note_comes_back_into_the_roll(two: Score, desk: MusicDesk, session: Session) -> None:
    carry(desk, desk.tracklist.list.rows[1].mapToGlobal(QPoint(60, 20)))
    back = desk.roll.viewport().mapToGlobal(desk.roll.point_of(1160, 67))
    _send(desk.roll.viewport(), QEvent.Type.MouseMove, desk.roll.viewport().mapFromGlobal(back), NONE)
    assert not desk.tracklist.list.rows[1].is_target
    let_go(desk, back)
    assert [(n.start_ticks, n.pitch) for n in session.score.track(0).notes] == [(960, 67), (1440, 62)]
    own = desk.tracklist.list.rows[0].mapToGlobal(QPoint(60, 20))
    carry(desk, own)
    assert not desk.tracklist.list.rows[0].is_target
    let_go(desk, own)
    assert len(session.score.track(0).notes) == 2


def test_what_is_copied_on_one_track_is_pasted_on_another(
    two: Score, desk: MusicDesk, session: Session
) -> None:
    run(desk, "copy-notes")
    desk.choose_track(1)
    desk.roll.state.put_cursor(960, 60)
    run(desk, "paste-notes")
    assert [(n.start_ticks, n.pitch) for n in session.score.track(1).notes] == [
        (0, 60),
        (960, 67),
        (1440, 62),
    ]
    assert len(desk.roll.state.selection) == 2
    session.undo(MUSIC)
    assert session.score == two


def test_hands_are_split_at_the_cursor_and_merged_again(
    two: Score, desk: MusicDesk, session: Session
) -> None:
    desk.roll.state.put_cursor(0, 65)
    run(desk, "split-track")
    assert [track.name for track in session.score.tracks] == ["One", "One (low)", "Two"]
    assert pitches(session) == [[67], [62], [60]]
    run(desk, "merge-track-down")
    assert pitches(session) == [[67, 62], [60]]
    assert session.score.track(0).name == "One (low)"


def test_a_shadow_tells_whose_it_is_and_a_double_click_goes_there(
    two: Score, desk: MusicDesk, session: Session, qtbot: QtBot
) -> None:
    place = desk.roll.point_of(240, 60)
    assert "track 2, Two" in desk.roll.grid._words_at(QPointF(place))
    before = desk.roll.grid.grab().toImage().pixelColor(place)
    qtbot.mouseDClick(desk.roll.viewport(), LEFT, NONE, place)
    assert desk.roll.state.track_index == 1
    assert [note.pitch for note in desk.roll.state.chosen] == [60]
    assert session.score == two, "nothing is drawn"
    desk.choose_track(0)
    run(desk, "show-other-tracks")
    assert desk.roll.grid.grab().toImage().pixelColor(place) != before
    assert desk.roll.grid._words_at(QPointF(place)) == ""


def test_the_keys_of_a_drum_track_are_drums(
    two: Score, desk: MusicDesk, session: Session, player: FakePlayer, qtbot: QtBot
) -> None:
    narrow = desk.roll.keys.width()
    desk.tracks.add_drums()
    assert desk.roll.state.shadows == ()
    assert desk.roll.state.name_of(38) == "Snare"
    assert desk.roll.state.name_of(100) == "E7"
    desk.roll.layout().activate()
    assert desk.roll.keys.width() > narrow
    y = desk.roll.point_of(0, 38).y()
    assert 0 < y < desk.roll.grid.height(), "the drums are in view"
    player.calls.clear()
    qtbot.mousePress(desk.roll.keys, LEFT, NONE, QPoint(20, y))
    assert player.calls == [("audition", 38, "drums")]
    desk.roll.keys.grab()
    desk.choose_track(0)
    desk.roll.layout().activate()
    assert desk.roll.keys.width() == narrow


def test_a_suggestion_stays_with_its_track(
    two: Score, desk: MusicDesk, session: Session, controller: FakeController
) -> None:
    desk.cowriter.continue_()
    desk.tracks.move(0, 1)
    desk.take_reply(controller.answer(72))
    assert [ghost.note.pitch for ghost in desk.roll.state.ghosts] == [72]
    desk.tracks.move(1, 0)
    desk.cowriter.accept_all()
    assert pitches(session) == [[67, 62, 72], [60]]
    desk.cowriter.continue_()
    desk.take_reply(controller.answer(76))
    desk.tracks.remove()
    assert desk.cowriter.ghosts == (), "its track is gone"
    session.undo(MUSIC)
    assert session.score.track(0).channel == DRUM_CHANNEL or pitches(session)[0] == [67, 62, 72]
