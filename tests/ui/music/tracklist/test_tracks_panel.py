"""The panel of tracks under a hand: mouse and key events on its rows, judged by the score that comes of them."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QShortcut
from pytestqt.qtbot import QtBot

from studio.core.score import DRUM_CHANNEL, Note, Score, Track
from studio.core.session import MUSIC, Session
from studio.ui.music.desk import MusicDesk
from studio.ui.music.track_commands import track_menu
from studio.ui.music.tracklist.track_list import ROW_KIND
from studio.ui.music.tracklist.track_row import TrackRow
from studio.ui.music.tracklist.tracks_panel import TracksPanel
from tests.ui.music.conftest import FakePlayer

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
Key = Qt.Key
BAND = Score(
    (
        Track("Tune", 73, (Note(0, 480, 72),), 0),
        Track("Bass", 32, (Note(0, 480, 40),), 1),
        Track("Drums", 0, (Note(0, 120, 36),), DRUM_CHANNEL),
    )
)


@pytest.fixture
def panel(desk: MusicDesk, session: Session) -> TracksPanel:
    session.change_score(BAND, "A band")
    return desk.tracklist


def row(panel: TracksPanel, index: int) -> TrackRow:
    return panel.list.rows[index]


def names(session: Session) -> list[str]:
    return [track.name for track in session.score.tracks]


def test_each_track_has_a_row_with_its_instrument(panel: TracksPanel, session: Session) -> None:
    told = [(one.name_label.text(), one.instrument_button.words) for one in panel.list.rows]
    assert told == [("Tune", "Flute"), ("Bass", "Acoustic bass"), ("Drums", "Standard kit")]
    assert row(panel, 0).accessibleName() == "Track 1: Tune, Flute"
    session.undo(MUSIC)
    assert len(panel.list.rows) == 1


def test_a_click_and_the_arrow_keys_choose_the_track_that_is_edited(
    panel: TracksPanel, desk: MusicDesk, qtbot: QtBot
) -> None:
    qtbot.mouseClick(row(panel, 1), LEFT, NONE, QPoint(60, 14))
    assert desk.roll.state.track_index == 1
    assert (row(panel, 1).is_current, row(panel, 0).is_current) == (True, False)
    qtbot.keyClick(row(panel, 1), Key.Key_Down)
    assert desk.roll.state.track_index == 2
    qtbot.waitUntil(row(panel, 2).hasFocus)
    qtbot.keyClick(row(panel, 2), Key.Key_Down)
    assert desk.roll.state.track_index == 2, "there is none below"
    with qtbot.waitSignal(panel.wishes.left):
        qtbot.keyClick(row(panel, 2), Key.Key_Escape)


def test_m_and_s_and_the_buttons_mute_and_solo(panel: TracksPanel, session: Session, qtbot: QtBot) -> None:
    panel.focus_row(0)
    qtbot.keyClick(row(panel, 0), Key.Key_M)
    qtbot.keyClick(row(panel, 0), Key.Key_S)
    qtbot.mouseClick(row(panel, 2).solo_button, LEFT)
    assert [(track.muted, track.solo) for track in session.score.tracks] == [
        (True, True), (False, False), (False, True),
    ]  # fmt: skip
    assert row(panel, 0).mute_button.isChecked()
    assert "muted, solo" in row(panel, 0).accessibleName()
    for _ in range(3):
        session.undo(MUSIC)
    assert session.score == BAND


def test_l_locks_against_models(panel: TracksPanel, session: Session, qtbot: QtBot) -> None:
    panel.focus_row(0)
    qtbot.keyClick(row(panel, 0), Key.Key_L)
    assert session.score.track(0).locked
    assert "locked" in row(panel, 0).accessibleName()
    qtbot.mouseClick(row(panel, 1).instrument_button, LEFT)
    qtbot.keyClick(panel.chooser.field, Key.Key_Escape)
    assert row(panel, 0).lock_button.isVisible(), "a lock is never out of sight"
    assert (row(panel, 1).is_current, row(panel, 2).lock_button.isVisible()) == (True, False)
    qtbot.mouseClick(row(panel, 0).lock_button, LEFT)
    assert not session.score.track(0).locked


def test_a_drag_of_volume_or_pan_is_one_step(panel: TracksPanel, session: Session, qtbot: QtBot) -> None:
    slider, dial = row(panel, 1).volume, row(panel, 1).pan
    qtbot.mousePress(slider, LEFT, NONE, QPoint(slider.width() // 2, slider.height() // 2))
    for x in (70, 60, 50):
        qtbot.mouseMove(slider, QPoint(x, slider.height() // 2))
        slider.setSliderPosition(slider.value() - 40)
    qtbot.mouseRelease(slider, LEFT, NONE, QPoint(50, slider.height() // 2))
    assert session.score.track(1).volume < 100
    assert session.score_history.labels == ("A band", "Volume")
    for pan in (60, 40, 20):
        dial.setSliderDown(True)
        dial.setValue(pan)
    dial.setSliderDown(False)
    assert session.score.track(1).pan == 20
    assert session.score_history.labels == ("A band", "Volume", "Pan")
    qtbot.mouseDClick(dial, LEFT)
    qtbot.mouseDClick(slider, LEFT)
    assert (session.score.track(1).pan, session.score.track(1).volume) == (64, 100)


def test_the_dial_turns_with_the_hand_and_rests_in_the_middle(panel: TracksPanel, qtbot: QtBot) -> None:
    dial = row(panel, 0).pan
    qtbot.mousePress(dial, LEFT, NONE, QPoint(11, 11))
    for x, expected in ((66, 127), (12, 64), (-44, 0)):
        qtbot.mouseMove(dial, QPoint(x, 11))
        assert dial.value() == pytest.approx(expected, abs=1)
    qtbot.mouseRelease(dial, LEFT)
    qtbot.keyClick(dial, Key.Key_Delete)
    assert dial.value() == 64


def test_arrow_keys_on_a_slider_are_one_step_once_they_rest(
    panel: TracksPanel, session: Session, qtbot: QtBot
) -> None:
    for _ in range(3):
        qtbot.keyClick(row(panel, 0).volume, Key.Key_Left)
    assert session.score.track(0).volume == 97
    with qtbot.waitSignal(panel.wishes.released):
        pass
    qtbot.keyClick(row(panel, 0).volume, Key.Key_Left)
    assert session.score_history.labels == ("A band", "Volume", "Volume")


def test_a_track_is_named_in_its_place(panel: TracksPanel, session: Session, qtbot: QtBot) -> None:
    panel.focus_row(1)
    qtbot.keyClick(row(panel, 1), Key.Key_F2)
    field = row(panel, 1).name_field
    assert (field.isVisible(), field.selectedText()) == (True, "Bass")
    qtbot.keyClicks(field, "Cello")
    qtbot.keyClick(field, Key.Key_Return)
    assert names(session) == ["Tune", "Cello", "Drums"]
    assert not field.isVisible()
    label = row(panel, 0).name_label.geometry().center()
    qtbot.mouseDClick(row(panel, 0), LEFT, NONE, label)
    qtbot.keyClicks(row(panel, 0).name_field, "nothing")
    qtbot.keyClick(row(panel, 0).name_field, Key.Key_Escape)
    assert names(session) == ["Tune", "Cello", "Drums"]


def test_an_instrument_is_found_by_letters_heard_and_taken(
    panel: TracksPanel, session: Session, player: FakePlayer, qtbot: QtBot
) -> None:
    panel.focus_row(1)
    qtbot.keyClick(row(panel, 1), Key.Key_Return)
    chooser = panel.chooser
    assert chooser.isVisible()
    assert chooser.list.currentItem().text().strip() == "Acoustic bass"
    qtbot.keyClicks(chooser.field, "strings viol")
    assert [chooser.list.item(n).text().strip() for n in range(chooser.list.count())] == [
        "Strings", "Violin", "Viola",
    ]  # fmt: skip
    player.calls.clear()
    qtbot.keyClick(chooser.field, Key.Key_Down)
    assert player.calls == [("audition", 60)]
    qtbot.keyClick(chooser.field, Key.Key_Return)
    assert not chooser.isVisible()
    assert session.score.track(1).program == 41
    assert names(session)[1] == "Bass", "a name that a person gave stays"
    qtbot.keyClick(row(panel, 1), Key.Key_Return)
    qtbot.keyClick(chooser.field, Key.Key_Escape)
    assert not chooser.isVisible()
    assert session.score_history.labels == ("A band", "Change instrument")


def test_an_instrument_becomes_a_drum_kit(panel: TracksPanel, session: Session, qtbot: QtBot) -> None:
    qtbot.mouseClick(row(panel, 0).instrument_button, LEFT)
    qtbot.keyClicks(panel.chooser.field, "808")
    qtbot.keyClick(panel.chooser.field, Key.Key_Return)
    assert (session.score.track(0).program, session.score.track(0).channel) == (25, DRUM_CHANNEL)
    qtbot.mouseClick(row(panel, 2).instrument_button, LEFT)
    qtbot.keyClicks(panel.chooser.field, "marimba")
    qtbot.keyClick(panel.chooser.field, Key.Key_Return)
    assert (session.score.track(2).program, session.score.track(2).channel) == (12, 0)
    assert names(session) == ["Tune", "Bass", "Marimba"], "a name that only told the kit goes with it"


def test_buttons_add_double_and_remove(
    panel: TracksPanel, desk: MusicDesk, session: Session, qtbot: QtBot
) -> None:
    for button in ("add-track", "add-drums", "duplicate-track"):
        qtbot.mouseClick(panel.buttons[button], LEFT)
    assert names(session) == ["Tune", "Bass", "Drums", "Track 4", "Drums", "Drums copy"]
    assert [track.channel for track in session.score.tracks[3:]] == [2, 9, 9]
    assert desk.roll.state.track_index == 5
    panel.focus_row(5)
    qtbot.keyClick(row(panel, 5), Key.Key_Delete)
    assert len(session.score.tracks) == 5
    while session.undo(MUSIC):
        pass
    assert len(session.score.tracks) == 1
    assert not panel.buttons["remove-track"].isEnabled()


def drop(panel: TracksPanel, data: QMimeData, at: QPoint) -> None:
    event = QDropEvent(QPointF(at), Qt.DropAction.MoveAction, data, LEFT, NONE)
    panel.list.dropEvent(event)


def test_rows_are_sorted_by_dragging_and_the_edited_track_stays(
    panel: TracksPanel, desk: MusicDesk, session: Session
) -> None:
    data = QMimeData()
    data.setData(ROW_KIND, b"0")
    drop(panel, data, row(panel, 2).geometry().bottomLeft() + QPoint(20, -4))
    assert names(session) == ["Bass", "Drums", "Tune"]
    assert desk.roll.state.track.name == "Tune"
    session.undo(MUSIC)
    assert names(session) == ["Tune", "Bass", "Drums"]
    assert desk.roll.state.track.name == "Tune", "and where it goes it is followed"


def test_a_dropped_file_brings_its_tracks(
    panel: TracksPanel, session: Session, desk: MusicDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "air.abc").write_text("X:1\nT:Air\nM:3/4\nL:1/4\nK:C\nCDE|\n")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "air.abc"))])
    with qtbot.waitSignal(desk.notice) as told:
        drop(panel, data, QPoint(40, 200))
    assert len(session.score.tracks) == 4
    assert session.score.meters == BAND.meters
    assert "3/4" in told.args[0]
    assert session.undo(MUSIC) == "Add the tracks of air.abc"
    assert session.score == BAND


def test_the_menu_of_a_row_does_what_it_says(
    panel: TracksPanel, desk: MusicDesk, session: Session, qtbot: QtBot
) -> None:
    desk.choose_track(1)
    words = {action.text(): action for action in track_menu(desk).actions() if action.text()}
    assert not words["Split the track at the cursor's pitch"].isEnabled()
    words["Merge into the track above"].trigger()
    assert [(track.name, len(track.notes)) for track in session.score.tracks] == [("Tune", 2), ("Drums", 1)]


def test_sixty_tracks_have_sixty_rows_that_stay(panel: TracksPanel, session: Session) -> None:
    session.change_score(Score(tuple(Track(f"T{n}", n % 128, channel=n % 9) for n in range(60))), "Many")
    first = row(panel, 30)
    session.change_score(session.score.without_track(59), "One less")
    assert len(panel.list.rows) == 59
    assert row(panel, 30) is first


def test_a_long_name_is_cut_and_pushes_nothing_out(
    panel: TracksPanel, session: Session, desk: MusicDesk
) -> None:
    desk.tracks.name(0, "Violoncello e contrabasso, con sordino " * 3)
    panel.list.layout().activate()
    assert panel.list.minimumSizeHint().width() <= panel.area.viewport().width()


def test_mixing_does_not_paint_the_roll_anew(panel: TracksPanel, desk: MusicDesk, session: Session) -> None:
    painted: list[int] = []
    desk.roll.state.changed.connect(lambda: painted.append(1))
    desk.tracks.set_volume(0, 30)
    desk.tracks.set_pan(0, 30)
    assert (painted, desk.roll.state.score) == ([], session.score)
    desk.tracks.mute(1)
    assert painted, "its shadow is fainter now"


def test_enter_presses_the_button_that_has_the_keyboard(
    panel: TracksPanel, session: Session, qtbot: QtBot
) -> None:
    row(panel, 0).solo_button.setFocus()
    qtbot.keyClick(row(panel, 0).solo_button, Key.Key_Return)
    assert session.score.track(0).solo
    assert not panel.chooser.isVisible()
    qtbot.keyClick(row(panel, 0).volume, Key.Key_M)
    assert session.score.track(0).muted, "M, S and L mean the track from any part of its row"


def test_delete_means_what_has_the_keyboard(
    panel: TracksPanel, desk: MusicDesk, session: Session, qtbot: QtBot
) -> None:
    deleted: list[int] = []
    QShortcut("Del", panel, activated=lambda: deleted.append(1))  # the window's: it deletes notes
    desk.tracks.set_volume(0, 20)
    desk.tracks.set_pan(0, 20)
    with qtbot.waitActive(panel):
        panel.activateWindow()
    for part in (row(panel, 0).volume, row(panel, 0).pan):
        part.setFocus()
        qtbot.keyClick(part, Key.Key_Delete)
    assert (session.score.track(0).volume, session.score.track(0).pan) == (100, 64)
    panel.focus_row(2)
    qtbot.keyClick(row(panel, 2), Key.Key_Delete)
    assert (names(session), deleted) == (["Tune", "Bass"], [])
    panel.buttons["add-track"].setFocus()
    qtbot.keyClick(panel.buttons["add-track"], Key.Key_Delete)
    assert deleted == [1]


def test_the_list_scrolls_to_the_track_that_is_chosen_and_stays_where_a_hand_put_it(
    panel: TracksPanel, desk: MusicDesk, session: Session, qtbot: QtBot
) -> None:
    session.change_score(Score(tuple(Track(f"T{n}", n, channel=n % 9) for n in range(20))), "Many")
    bar = panel.area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    desk.choose_track(19)
    assert bar.value() > 0
    bar.setValue(0)
    desk.tracks.set_volume(2, 30)
    assert bar.value() == 0
