"""A composer's morning: draw, ask, accept, play, export, undo."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from studio.core.errors import StudioError
from studio.core.messages import ComposeRequest, Failure, LoadRequest
from studio.core.score import Note, Score
from studio.core.session import MUSIC, Session
from studio.files.midi import read_midi, write_midi
from studio.files.score_file import read_score
from studio.ui.music.desk import MusicDesk
from tests.ui.music.conftest import FakeController, FakePlayer

FOUR = tuple(Note(480 * i, 480, pitch) for i, pitch in enumerate((60, 62, 64, 65)))


def write_four(session: Session) -> None:
    session.add_notes(0, FOUR, "Draw")


def pitches(session: Session) -> list[int]:
    return [note.pitch for note in session.score.notes()]


def press(desk: MusicDesk, qtbot: QtBot, name: str) -> None:
    button = desk.compose.findChild(QPushButton, name)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_model_is_loaded_when_the_desk_is_shown(desk: MusicDesk, controller: FakeController) -> None:
    desk.desk_shown(True)
    assert controller.requests == [LoadRequest("tune-writer")]
    assert "Loading" in desk.compose.state_label.text()
    desk.take_reply(controller.loaded())
    assert "Loading" not in desk.compose.state_label.text()


def test_continue_asks_for_the_bars_after_the_last_note(
    desk: MusicDesk, session: Session, controller: FakeController, qtbot: QtBot
) -> None:
    write_four(session)
    press(desk, qtbot, "compose-continue")
    request = controller.requests[-1]
    assert isinstance(request, ComposeRequest)
    assert (request.region_start, request.region_end) == (1920, 1920 * 5)
    assert [note.pitch for note in request.prompt] == [60, 62, 64, 65]
    assert "Thinking" in desk.compose.state_label.text()


def test_a_marked_region_is_filled_around_its_own_notes(
    desk: MusicDesk, session: Session, controller: FakeController
) -> None:
    write_four(session)
    desk.mark((480, 1440))
    desk.cowriter.continue_()
    request = controller.requests[-1]
    assert isinstance(request, ComposeRequest)
    assert (request.region_start, request.region_end) == (480, 1440)
    assert [note.pitch for note in request.locked] == [62, 64]
    assert [note.pitch for note in request.prompt] == [60, 65]


def test_ghosts_are_accepted_in_one_undo_step(
    desk: MusicDesk, session: Session, controller: FakeController, qtbot: QtBot
) -> None:
    write_four(session)
    desk.cowriter.continue_()
    desk.take_reply(controller.answer(67, 69, 71))
    assert len(desk.roll.state.ghosts) == 3
    assert pitches(session) == [60, 62, 64, 65], "ghosts are not in the score"
    assert "3 notes" in desk.compose.answer.title_label.text()
    qtbot.keyClick(desk.roll, Qt.Key.Key_Return)
    assert pitches(session) == [60, 62, 64, 65, 67, 69, 71]
    assert desk.roll.state.ghosts == ()
    assert session.undo(MUSIC) == "Accept suggestion"
    assert pitches(session) == [60, 62, 64, 65]


def test_a_click_on_a_ghost_accepts_that_one_and_undo_brings_it_back(
    desk: MusicDesk, session: Session, controller: FakeController, qtbot: QtBot
) -> None:
    write_four(session)
    desk.cowriter.continue_()
    desk.take_reply(controller.answer(67, 69))
    place = desk.roll.point_of(1920 + 480 + 200, 69)
    qtbot.mouseClick(desk.roll.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert pitches(session) == [60, 62, 64, 65, 69]
    assert [ghost.note.pitch for ghost in desk.roll.state.ghosts] == [67]
    session.undo(MUSIC)
    assert [ghost.note.pitch for ghost in desk.roll.state.ghosts] == [67, 69]


def test_one_bar_can_be_accepted(
    desk: MusicDesk, session: Session, controller: FakeController, qtbot: QtBot
) -> None:
    write_four(session)
    desk.cowriter.continue_()
    desk.take_reply(controller.answer(67, 67, 67, 67, 72))
    press(desk, qtbot, "compose-accept-bar")
    assert pitches(session)[4:] == [67] * 4
    assert [ghost.note.pitch for ghost in desk.roll.state.ghosts] == [72]


def test_reject_leaves_no_trace(
    desk: MusicDesk, session: Session, controller: FakeController, qtbot: QtBot
) -> None:
    write_four(session)
    desk.cowriter.continue_()
    desk.take_reply(controller.answer(67))
    qtbot.keyClick(desk.roll, Qt.Key.Key_Escape)
    assert desk.roll.state.ghosts == ()
    assert session.score_history.labels == ("Draw",)
    assert desk.compose.answer.isHidden()


def test_again_asks_the_same_place_with_another_seed(
    desk: MusicDesk, session: Session, controller: FakeController, qtbot: QtBot
) -> None:
    write_four(session)
    desk.cowriter.continue_()
    first = controller.requests[-1]
    desk.take_reply(controller.answer(67))
    press(desk, qtbot, "compose-again")
    second = controller.requests[-1]
    assert isinstance(first, ComposeRequest)
    assert isinstance(second, ComposeRequest)
    assert (first.region_start, first.region_end) == (second.region_start, second.region_end)
    assert first.seed != second.seed


def test_an_answer_to_an_older_question_is_not_shown(
    desk: MusicDesk, session: Session, controller: FakeController
) -> None:
    desk.cowriter.continue_()
    late = controller.answer(60)
    desk.cowriter.again()
    desk.take_reply(late)
    assert desk.roll.state.ghosts == ()
    assert controller.cancelled == [1]


def test_an_error_is_shown_with_retry(desk: MusicDesk, controller: FakeController, qtbot: QtBot) -> None:
    desk.cowriter.continue_()
    desk.take_reply(Failure(1, StudioError("The model broke."), "suggestions", "tune-writer"))
    assert desk.compose.state_label.text() == "The model broke."
    press(desk, qtbot, "compose-retry")
    assert len(controller.requests) == 2


def test_own_notes_push_ghosts_aside(desk: MusicDesk, session: Session, controller: FakeController) -> None:
    desk.cowriter.continue_()
    desk.take_reply(controller.answer(67, 69))
    session.add_notes(0, (Note(0, 240, 67),), "Draw")
    assert [ghost.note.pitch for ghost in desk.roll.state.ghosts] == [69]


def test_without_a_model_the_panel_says_so(desk: MusicDesk, controller: FakeController) -> None:
    desk.cowriter.use_models([])
    assert "No music model" in desk.compose.state_label.text()
    assert not desk.compose.continue_button.isEnabled()


def test_play_follows_the_player_and_rests_at_the_end(
    desk: MusicDesk, session: Session, player: FakePlayer, qtbot: QtBot
) -> None:
    write_four(session)
    qtbot.mouseClick(desk.transport.play_button, Qt.MouseButton.LeftButton)
    player.position = 960
    qtbot.waitUntil(lambda: desk.roll.state.playhead_ticks == 960)
    assert desk.transport.bar_label.text() == "1.3"
    player.state = type(player.state)("stopped")
    qtbot.waitUntil(lambda: not desk.playback.is_playing)
    assert desk.roll.state.playhead_ticks == 0


def test_loop_goes_round_the_mark(desk: MusicDesk, player: FakePlayer, qtbot: QtBot) -> None:
    desk.mark((480, 960))
    qtbot.mouseClick(desk.transport.loop_button, Qt.MouseButton.LeftButton)
    assert player.calls[-1] == ("loop", 480, 960)
    desk.mark(None)
    qtbot.mouseClick(desk.transport.loop_button, Qt.MouseButton.LeftButton)
    assert player.calls[-1] == ("loop", 0, 0)


def test_tempo_and_metre_are_undo_steps(desk: MusicDesk, session: Session) -> None:
    desk.transport.tempo_box.setValue(90.0)
    desk.transport.meter_box.activated.emit(desk.transport.meter_box.findText("3/4"))
    assert session.score.tempos[0].bpm == 90.0
    assert session.score.meters[0].numerator == 3
    session.undo(MUSIC)
    session.undo(MUSIC)
    assert session.score == Score.empty()
    assert desk.transport.tempo_box.value() == 120.0


def test_midi_goes_out_and_comes_back(
    desk: MusicDesk, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    write_four(session)
    with qtbot.waitSignal(desk.notice):
        desk.files.export(str(tmp_path / "four"))
    assert [n.pitch for n in read_midi(tmp_path / "four.mid").score.notes()] == [60, 62, 64, 65]
    other = tmp_path / "other.mid"
    write_midi(Score.empty("Other").with_notes_added(0, (Note(0, 480, 50),)), other)
    with qtbot.waitSignal(desk.files.opened):
        desk.open_file(str(other))
    assert pitches(session) == [50]
    assert session.undo(MUSIC) == "Open other.mid"
    assert pitches(session) == [60, 62, 64, 65]


def test_notation_goes_out_by_its_ending(
    desk: MusicDesk, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    write_four(session)
    for wish, name in (("four", "four.musicxml"), ("four.mxl", "four.mxl"), ("four.abc", "four.abc")):
        with qtbot.waitSignal(desk.notice) as told:
            desk.files.export_notation(str(tmp_path / wish))
        assert told.args == [f"Saved {name}."]
        assert [n.pitch for n in read_score(tmp_path / name).score.notes()] == [60, 62, 64, 65]


def test_engraved_pages_go_out(desk: MusicDesk, session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    write_four(session)
    with qtbot.waitSignal(desk.notice) as told:
        desk.files.export_pages(str(tmp_path / "four"))
    assert told.args == ["Saved four.pdf."]
    assert (tmp_path / "four.pdf").read_bytes().startswith(b"%PDF")


def test_notation_that_cannot_be_written_is_one_sentence(
    desk: MusicDesk, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    write_four(session)
    with qtbot.waitSignal(desk.trouble) as told:
        desk.files.export_notation(str(tmp_path / "nowhere" / "four.abc"))
    assert "could not be written" in str(told.args[0])


def test_notation_says_what_it_moved(desk: MusicDesk, session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    session.change_score(Score.empty().with_notes_added(0, (Note(7, 480, 60),)), "Play freely")
    with qtbot.waitSignal(desk.notice) as told:
        desk.files.export_notation(str(tmp_path / "free.mxl"))
    assert told.args == ["Saved free.mxl. Notes moved to the nearest place that can be written: 1."]


def test_what_the_model_wrote_is_told_in_the_file(
    desk: MusicDesk, controller: FakeController, tmp_path: Path, qtbot: QtBot
) -> None:
    desk.compose.form.seed_box.setValue(12)
    desk.cowriter.continue_()
    desk.take_reply(controller.answer(60, 62))
    desk.cowriter.accept_all()
    with qtbot.waitSignal(desk.notice):
        desk.files.export(str(tmp_path / "tune.mid"))
    assert '"seed":12' in read_midi(tmp_path / "tune.mid").recipe


@pytest.mark.parametrize("content", [b"", b"just words", b"MThd\x00\x00"])
def test_a_bad_file_changes_nothing(
    desk: MusicDesk, session: Session, tmp_path: Path, qtbot: QtBot, content: bytes
) -> None:
    write_four(session)
    before = session.score
    bad = tmp_path / "bad.mid"
    bad.write_bytes(content)
    with qtbot.waitSignal(desk.trouble) as caught:
        desk.open_file(str(bad))
    assert "bad.mid" in caught.args[0].title
    assert session.score is before


def test_every_command_has_a_name_and_an_own_shortcut(desk: MusicDesk) -> None:
    commands = desk.commands()
    shortcuts = [command.shortcut for command in commands if command.shortcut]
    assert len(set(shortcuts)) == len(shortcuts)
    assert len({command.id for command in commands}) == len(commands)


def test_the_suggestion_is_heard_before_it_is_accepted(
    desk: MusicDesk, session: Session, controller: FakeController
) -> None:
    write_four(session)
    desk.cowriter.continue_()
    desk.take_reply(controller.answer(67, 69))
    assert [note.pitch for note in desk.playback.heard().notes()] == [60, 62, 64, 65, 67, 69]
    desk.cowriter.reject()
    assert desk.playback.heard() is session.score


def test_a_silent_model_is_told(desk: MusicDesk, controller: FakeController) -> None:
    desk.cowriter.continue_()
    desk.take_reply(controller.answer())
    assert "no note" in desk.compose.state_label.text()


def test_turning_the_tempo_is_one_step(desk: MusicDesk, session: Session, qtbot: QtBot) -> None:
    for bpm in (121.0, 122.0, 123.0):
        desk.transport.tempo_box.setValue(bpm)
    assert session.score_history.labels == ("Change tempo",)


def test_tracks_are_added_muted_and_removed(desk: MusicDesk, session: Session, qtbot: QtBot) -> None:
    qtbot.mouseClick(desk.tracklist.buttons["add-track"], Qt.MouseButton.LeftButton)
    assert desk.roll.state.track_index == 1
    qtbot.mouseClick(desk.tracklist.list.rows[1].mute_button, Qt.MouseButton.LeftButton)
    assert session.score.track(1).muted
    desk.tracks.remove()
    assert len(session.score.tracks) == 1
    session.undo(MUSIC)
    session.undo(MUSIC)
    assert not session.score.track(1).muted
    assert not desk.tracklist.list.rows[1].mute_button.isChecked()


def test_earlier_ideas_can_be_gone_back_to(
    desk: MusicDesk, session: Session, controller: FakeController, qtbot: QtBot
) -> None:
    desk.cowriter.continue_()
    desk.take_reply(controller.answer(60))
    desk.cowriter.again()
    desk.take_reply(controller.answer(72, 74))
    assert desk.compose.answer.place_label.text() == "2/2"
    qtbot.mouseClick(desk.compose.answer.before_button, Qt.MouseButton.LeftButton)
    assert [ghost.note.pitch for ghost in desk.roll.state.ghosts] == [60]
    desk.cowriter.accept_all()
    assert pitches(session) == [60]
    desk.cowriter.continue_()
    desk.take_reply(controller.answer(62))
    assert desk.compose.answer.place_label.isHidden()
