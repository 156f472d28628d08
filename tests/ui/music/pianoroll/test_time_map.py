"""Tempo, metre, key and bars from the ruler's menu and by commands: each one undo step, nothing modal."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.core.score import KeySignature, Note
from studio.core.session import MUSIC, Session
from studio.ui.music.desk import MusicDesk
from studio.ui.music.pitch_names import key_name
from tests.ui.music.conftest import FakeController

BAR = 1920


def run(desk: MusicDesk, command_id: str) -> None:
    next(command for command in desk.commands() if command.id == command_id).run()


def enter(qtbot: QtBot, field: QWidget) -> None:
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_the_metre_changes_at_the_bar_of_the_playhead(
    session: Session, desk: MusicDesk, qtbot: QtBot
) -> None:
    desk.playback.seek(BAR + 700)
    run(desk, "change-metre")
    popover = desk.time_map.meter
    assert popover.isVisible()
    assert desk.centre.focusWidget() is popover.beats_box
    popover.beats_box.setValue(3)
    enter(qtbot, popover.beats_box)
    assert [(one.ticks, one.numerator) for one in session.score.meters] == [(0, 4), (BAR, 3)]
    assert not popover.isVisible()
    assert desk.centre.focusWidget() is desk.roll
    session.undo(MUSIC)
    assert len(session.score.meters) == 1


def test_the_key_changes_and_goes(session: Session, desk: MusicDesk, qtbot: QtBot) -> None:
    run(desk, "change-key")
    popover = desk.time_map.key
    popover.key_box.setCurrentText("C minor  3♭")
    qtbot.mouseClick(popover.take_button, Qt.MouseButton.LeftButton)
    assert session.score.keys == (KeySignature(0, -3, True),)
    words = [action.text() for action in desk.time_map.menu_at(10).actions()]
    assert "Take away C minor" in words
    desk.time_map.menu_at(10).actions()[words.index("Take away C minor")].trigger()
    assert session.score.keys == ()


def test_the_tempo_changes_at_once_and_gradually(session: Session, desk: MusicDesk, qtbot: QtBot) -> None:
    desk.playback.seek(BAR)
    run(desk, "change-tempo")
    popover = desk.time_map.tempo
    popover.bpm_box.setValue(80)
    popover.bars_box.setValue(1)
    enter(qtbot, popover.bars_box)
    assert [one.bpm for one in session.score.tempos] == [120, 110, 100, 90, 80]
    assert session.score.tempos[-1].ticks == 2 * BAR
    assert len(session.score_history.labels) == 1
    assert not any(
        action.text().startswith("Take away 80") for action in desk.time_map.menu_at(BAR).actions()
    )
    menu = desk.time_map.menu_at(2 * BAR + 5)
    next(action for action in menu.actions() if action.text() == "Take away 80 bpm").trigger()
    assert session.score.tempo_at(3 * BAR).bpm == 90


def test_escape_leaves_all_as_it_was_and_keys_do_not_reach_the_notes(
    session: Session, desk: MusicDesk, qtbot: QtBot
) -> None:
    session.add_notes(0, (Note(0, 480, 60),), "Write")
    desk.roll.actions_on_notes.select_all()
    run(desk, "change-metre")
    popover = desk.time_map.meter
    qtbot.keyClick(popover.take_button, Qt.Key.Key_Delete)
    qtbot.keyClick(popover.beats_box, Qt.Key.Key_Escape)
    assert not popover.isVisible()
    assert desk.centre.focusWidget() is desk.roll
    assert len(session.score.tracks[0].notes) == 1
    assert len(session.score_history.labels) == 1


def test_one_popover_at_a_time(desk: MusicDesk) -> None:
    run(desk, "change-metre")
    run(desk, "change-tempo")
    assert not desk.time_map.meter.isVisible()
    assert desk.time_map.tempo.isVisible()


@pytest.fixture
def four_bars(session: Session) -> Session:
    session.add_notes(0, tuple(Note(bar * BAR, 480, 60 + bar) for bar in range(4)), "Write")
    return session


def starts(session: Session) -> list[int]:
    return [note.start_ticks // BAR for note in session.score.notes()]


def test_bars_are_put_in_and_the_mark_moves_along(four_bars: Session, desk: MusicDesk, qtbot: QtBot) -> None:
    desk.mark((2 * BAR, 3 * BAR))
    desk.playback.seek(BAR)
    run(desk, "insert-bars")
    popover = desk.time_map.bars
    popover.count_box.setValue(2)
    enter(qtbot, popover.count_box)
    assert starts(four_bars) == [0, 3, 4, 5]
    assert desk.roll.state.region == (4 * BAR, 5 * BAR)
    four_bars.undo(MUSIC)
    assert starts(four_bars) == [0, 1, 2, 3]


def test_the_marked_bars_are_cut_out_else_the_one_at_the_playhead(
    four_bars: Session, desk: MusicDesk
) -> None:
    desk.mark((BAR, 2 * BAR + 100))
    words = [action.text() for action in desk.time_map.menu_at(BAR + 5).actions()]
    assert words[-1] == "Remove the marked bars, 2 to 3"
    assert desk.time_map.menu_at(5).actions()[-1].text() == "Remove bar 1"
    run(desk, "remove-bars")
    assert starts(four_bars) == [0, 1]
    assert desk.roll.state.region is None
    desk.playback.seek(0)
    run(desk, "remove-bars")
    assert starts(four_bars) == [0]
    four_bars.undo(MUSIC)
    four_bars.undo(MUSIC)
    assert starts(four_bars) == [0, 1, 2, 3]


def test_the_ruler_asks_for_its_menu_and_a_place_is_named_from_it(desk: MusicDesk, qtbot: QtBot) -> None:
    asked: list[int] = []
    desk.roll.ruler.menu_requested.disconnect()
    desk.roll.ruler.menu_requested.connect(lambda ticks, _: asked.append(ticks))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(192, 5), QPoint(192, 5))
    desk.roll.ruler.contextMenuEvent(event)
    assert asked == [BAR]
    menu = desk.time_map.menu_at(BAR)
    next(action for action in menu.actions() if action.text() == "Name this place…").trigger()
    assert desk.roll.markers.editor.isVisible()


def test_keys_are_spelt_as_musicians_do() -> None:
    names = [key_name(KeySignature(0, fifths, minor)) for fifths, minor in ((0, False), (-3, False), (6, False),
             (7, False), (-7, False), (0, True), (5, True), (-6, True))]  # fmt: skip
    assert names == [
        "C major",
        "E♭ major",
        "F♯ major",
        "C♯ major",
        "C♭ major",
        "A minor",
        "G♯ minor",
        "E♭ minor",
    ]


def test_what_was_suggested_for_other_bars_goes(
    four_bars: Session, desk: MusicDesk, controller: FakeController
) -> None:
    desk.cowriter.continue_()
    desk.take_reply(controller.answer(67, 71))
    assert desk.roll.state.ghosts
    run(desk, "remove-bars")
    assert not desk.roll.state.ghosts


def test_a_double_click_on_a_sign_changes_it(session: Session, desk: MusicDesk, qtbot: QtBot) -> None:
    session.change_score(session.score.with_meter(3, 4, BAR).with_key(-1, False, BAR), "Set")
    ruler = desk.roll.ruler
    ruler.grab()
    places = {words: place.center() for place, _, words in ruler._signs_seen}
    assert set(places) == {"4/4", "3/4", "F major"}
    desk.mark((0, BAR))
    qtbot.mouseDClick(ruler, Qt.MouseButton.LeftButton, pos=places["3/4"])
    assert desk.time_map.meter.isVisible()
    assert desk.time_map.meter.beats_box.value() == 3
    qtbot.mouseDClick(ruler, Qt.MouseButton.LeftButton, pos=places["F major"])
    assert desk.time_map.key.isVisible()
    assert desk.time_map.key.key_box.currentText().startswith("F major")
    assert desk.roll.state.region == (0, BAR)
    qtbot.mouseDClick(ruler, Qt.MouseButton.LeftButton, pos=places["3/4"] - QPoint(60, 0))
    assert desk.roll.state.region is None
