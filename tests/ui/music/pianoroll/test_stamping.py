"""Stamps on the roll: the pencil and Enter put down chords that move as one and sound together."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.core.chords import Chord
from studio.core.score import Note, Score, Track
from studio.core.session import MUSIC, Session
from studio.core.stamps import Stamp
from studio.core.theory import Scale
from studio.ui.music.desk import MusicDesk
from studio.ui.music.pianoroll.stamping import chord_before
from studio.ui.music.pianoroll.state import Tool
from studio.ui.music.snap import SNAPS
from tests.ui.music.conftest import FakePlayer

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def chords(session: Session) -> list[tuple[int, int, int]]:
    return [(n.start_ticks, n.duration_ticks, n.pitch) for n in session.score.track(0).notes]


def choose(desk: MusicDesk, words: str) -> None:
    """As a hand does in the menu of the button."""
    menu = desk.strip.stamp_button.menu()
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text() == words).trigger()


def test_the_pencil_stamps_a_chord_that_sounds_and_moves_as_one(
    session: Session, desk: MusicDesk, player: FakePlayer, qtbot: QtBot
) -> None:
    desk.roll.use_snap(SNAPS[0])
    choose(desk, "Major triad")
    assert desk.roll.state.tool is Tool.DRAW
    assert desk.strip.stamp_button.text() == "maj"
    grid = desk.roll.viewport()
    qtbot.mousePress(grid, LEFT, PLAIN, desk.roll.point_of(100, 60))
    assert chords(session) == [(0, 480, 60), (0, 480, 64), (0, 480, 67)]
    assert [call[1] for call in player.calls if call[0] == "audition"] == [60, 64, 67]
    qtbot.mouseMove(grid, desk.roll.point_of(900, 62))
    assert chords(session) == [(0, 960, 62), (0, 960, 66), (0, 960, 69)]
    assert [call[1] for call in player.calls if call[0] == "audition"][3:] == [62, 66, 69]
    qtbot.mouseRelease(grid, LEFT, PLAIN, desk.roll.point_of(900, 62))
    assert len(desk.roll.state.selection) == 3
    assert session.score_history.labels == ("Draw a chord",)
    session.undo(MUSIC)
    assert chords(session) == []


def test_a_single_note_keeps_its_pitch_while_it_is_drawn(
    session: Session, desk: MusicDesk, qtbot: QtBot
) -> None:
    desk.roll.use_snap(SNAPS[0])
    desk.roll.state.use_tool(Tool.DRAW)
    grid = desk.roll.viewport()
    qtbot.mousePress(grid, LEFT, PLAIN, desk.roll.point_of(100, 60))
    qtbot.mouseMove(grid, desk.roll.point_of(900, 63))
    qtbot.mouseRelease(grid, LEFT, PLAIN, desk.roll.point_of(900, 63))
    assert chords(session) == [(0, 960, 60)]


def test_enter_stamps_the_scale_at_the_cursor_and_goes_on(
    session: Session, desk: MusicDesk, qtbot: QtBot
) -> None:
    state = desk.roll.state
    desk.roll.use_snap(SNAPS[0])
    state.use_scale(Scale(2, "minor"), False)
    state.use_stamp(Stamp("scale triad"))
    state.put_cursor(0, 62)
    qtbot.keyClick(desk.roll, Qt.Key.Key_Return)
    qtbot.keyClick(desk.roll, Qt.Key.Key_Return)
    assert chords(session) == [(start, 480, pitch) for start in (0, 480) for pitch in (62, 65, 69)]
    session.undo(MUSIC)
    assert len(chords(session)) == 3


def test_the_chord_of_the_lane_and_smooth_from_the_one_before(session: Session, desk: MusicDesk) -> None:
    score = Score((Track(),)).with_chords([Chord(0, 480, 0), Chord(480, 480, 5)])
    session.change_score(score, "Chords")
    state, act = desk.roll.state, desk.roll.actions_on_notes
    desk.roll.use_snap(SNAPS[0])
    state.use_stamp(Stamp("chord", smooth=True))
    state.put_cursor(0, 60)
    act.draw_at_cursor()
    act.draw_at_cursor()
    assert [pitch for _, _, pitch in chords(session)] == [60, 64, 67, 60, 65, 69]


def test_inversions_by_command(session: Session, desk: MusicDesk) -> None:
    command = next(c for c in desk.commands() if c.id == "next-inversion")
    assert not command.enabled_when()
    choose(desk, "Minor triad")
    command.run()
    desk.roll.state.put_cursor(0, 60)
    desk.roll.actions_on_notes.draw_at_cursor()
    assert [pitch for _, _, pitch in chords(session)] == [63, 67, 72]
    choose(desk, "Single note")
    assert desk.roll.state.stamp.kind == "note"


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
def test_the_choices_open_from_the_keyboard(desk: MusicDesk, qtbot: QtBot) -> None:
    next(c for c in desk.commands() if c.id == "choose-stamp").run()
    menu = desk.strip.stamp_button.menu()
    qtbot.waitUntil(menu.isVisible)
    for _ in range(2):
        qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert desk.roll.state.stamp == Stamp("octave")


def test_the_chord_before_is_found_across_single_notes() -> None:
    notes = (Note(0, 10, 60), Note(5, 10, 64), Note(480, 10, 72), Note(960, 10, 74))
    score = Score((Track(notes=notes),))
    assert chord_before(score, 0, 960) == (60, 64)
    assert chord_before(score, 0, 0) == ()
    assert chord_before(score, 3, 960) == ()
