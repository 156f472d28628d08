"""Ideas that come bar by bar, and a model that goes on writing while the music plays."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.core.errors import StudioError
from studio.core.messages import CancelledReply, Candidate, Composed, ComposeRequest, Composing, Failure
from studio.core.mood import Mood
from studio.core.score import Note
from studio.core.session import MUSIC, Session
from studio.ui.music.cowriter import STREAM_MS
from studio.ui.music.desk import MusicDesk
from tests.ui.music.conftest import FakeController, FakePlayer, FakeState
from tests.ui.music.test_desk import pitches, write_four
from tests.ui.music.test_ideas import ghosts

BAR = 1920


@pytest.fixture(autouse=True)
def _still(desk: MusicDesk) -> Iterator[None]:
    """Nothing plays when the window goes."""
    yield
    desk.playback.pause()


def asked(controller: FakeController) -> ComposeRequest:
    request = controller.requests[-1]
    assert isinstance(request, ComposeRequest)
    return request


def candidates(request: ComposeRequest, until_ticks: int) -> tuple[Candidate, ...]:
    """Half notes up to a tick; candidate k a semitone higher than the one before."""
    starts = range(request.region_start, min(until_ticks, request.region_end), 960)
    return tuple(
        Candidate(tuple(Note(t, 960, 70 + k) for t in starts), tuple(0.5 for _ in starts), request.seed + k)
        for k in range(request.candidates)
    )


def grow(desk: MusicDesk, controller: FakeController, bars: int) -> None:
    """The answer has come so far."""
    request = asked(controller)
    until = request.region_start + bars * BAR
    desk.take_reply(Composing(len(controller.requests), request, candidates(request, until), until))


def finish(desk: MusicDesk, controller: FakeController) -> None:
    request = asked(controller)
    reply = Composed(len(controller.requests), request, candidates(request, request.region_end), 1.0)
    desk.take_reply(reply)


@pytest.fixture
def growing(desk: MusicDesk, session: Session, controller: FakeController) -> MusicDesk:
    """Two ideas of four bars; a bar of each has come."""
    write_four(session)
    desk.compose.form.ideas_box.setValue(2)
    desk.cowriter.continue_()
    assert asked(controller).streaming
    grow(desk, controller, 1)
    return desk


def test_bars_show_as_they_come(growing: MusicDesk, controller: FakeController, qtbot: QtBot) -> None:
    assert ghosts(growing) == [70, 70]
    assert "bar 1 of 4" in growing.compose.state_label.text()
    assert not growing.compose.cancel_button.isHidden()
    grow(growing, controller, 3)
    qtbot.waitUntil(lambda: len(ghosts(growing)) == 6)
    finish(growing, controller)
    assert len(ghosts(growing)) == 8
    assert len(growing.cowriter.ideas.answers) == 2
    assert "Writing" not in growing.compose.state_label.text()
    assert growing.compose.cancel_button.isHidden()


def test_a_bar_is_drawn_once(growing: MusicDesk, controller: FakeController, qtbot: QtBot) -> None:
    drawn: list[int] = []
    growing.cowriter.ghosts_changed.connect(lambda found: drawn.append(len(found)))
    grow(growing, controller, 2)
    grow(growing, controller, 3)
    qtbot.waitUntil(lambda: drawn == [6])
    with qtbot.assertNotEmitted(growing.cowriter.ghosts_changed, wait=3 * STREAM_MS):
        pass
    finish(growing, controller)
    assert drawn == [6, 8]


def test_one_can_go_through_them_while_they_grow(growing: MusicDesk, controller: FakeController) -> None:
    growing.cowriter.step(1)
    assert ghosts(growing) == [71, 71]
    finish(growing, controller)
    assert set(ghosts(growing)) == {71}


def test_cancel_keeps_what_has_come(growing: MusicDesk, controller: FakeController, qtbot: QtBot) -> None:
    qtbot.mouseClick(growing.compose.cancel_button, Qt.MouseButton.LeftButton)
    assert controller.cancelled == [1]
    growing.take_reply(CancelledReply(1))
    finish(growing, controller)
    assert ghosts(growing) == [70, 70]


def test_reject_sends_the_rest_away_too(growing: MusicDesk, controller: FakeController) -> None:
    growing.cowriter.reject()
    assert controller.cancelled == [1]
    grow(growing, controller, 2)
    finish(growing, controller)
    assert ghosts(growing) == []


def test_accept_takes_what_has_come_in_one_step(
    growing: MusicDesk, session: Session, controller: FakeController
) -> None:
    growing.cowriter.accept_all()
    finish(growing, controller)
    assert pitches(session)[4:] == [70, 70]
    assert ghosts(growing) == []
    session.undo(MUSIC)
    assert len(pitches(session)) == 4


def test_a_note_taken_while_it_grows_stays_taken(
    growing: MusicDesk, session: Session, controller: FakeController
) -> None:
    growing.cowriter.accept(growing.cowriter.ghosts[0])
    finish(growing, controller)
    assert pitches(session)[4:] == [70]
    assert len(ghosts(growing)) == 7


def test_what_has_come_is_heard(growing: MusicDesk, player: FakePlayer, qtbot: QtBot) -> None:
    assert growing.playback.heard().end_ticks == 2 * BAR
    growing.playback.toggle()
    growing.cowriter.step(1)
    qtbot.waitUntil(lambda: any(call[0] == "set_score" for call in player.calls))


# --- playing on -------------------------------------------------------------------------------------------


@pytest.fixture
def playing_on(desk: MusicDesk, session: Session, qtbot: QtBot) -> MusicDesk:
    write_four(session)
    desk.compose.form.bars_box.setValue(2)
    qtbot.mouseClick(desk.compose.form.play_on_button, Qt.MouseButton.LeftButton)
    return desk


def reach(desk: MusicDesk, player: FakePlayer, qtbot: QtBot, ticks: int) -> None:
    """The music has come so far."""
    player.position = ticks
    qtbot.waitUntil(lambda: desk.playback.position_ticks == ticks)


def test_the_model_goes_on_before_the_music_ends(
    playing_on: MusicDesk, controller: FakeController, player: FakePlayer, qtbot: QtBot, session: Session
) -> None:
    assert player.state is FakeState.PLAYING
    assert playing_on.compose.form.play_on_button.isChecked()
    qtbot.waitUntil(lambda: len(controller.requests) == 1)
    first = asked(controller)
    assert (first.region_start, first.region_end, first.candidates) == (BAR, 3 * BAR, 1)
    finish(playing_on, controller)
    reach(playing_on, player, qtbot, BAR // 2)
    assert len(controller.requests) == 1, "enough stands before the playhead"
    reach(playing_on, player, qtbot, BAR + 100)
    qtbot.waitUntil(lambda: len(controller.requests) == 2)
    second = asked(controller)
    assert (second.region_start, second.region_end) == (3 * BAR, 5 * BAR)
    assert [n.pitch for n in second.prompt] == [60, 62, 64, 65, 70, 70, 70, 70], "it hears what it wrote"
    assert playing_on.compose.cancel_button.isHidden(), "nothing jumps while one listens"
    grow(playing_on, controller, 1)
    assert len(ghosts(playing_on)) == 6
    assert playing_on.compose.cancel_button.isHidden()
    finish(playing_on, controller)
    assert len(ghosts(playing_on)) == 8
    playing_on.cowriter.accept_all()
    assert len(pitches(session)) == 12
    session.undo(MUSIC)
    assert len(pitches(session)) == 4
    assert playing_on.playing_on.is_on


@pytest.mark.parametrize("how", ["reject", "stop", "toggle", "failure"])
def test_it_ends_when_it_is_sent_away_or_the_music_stops(
    playing_on: MusicDesk, controller: FakeController, player: FakePlayer, qtbot: QtBot, how: str
) -> None:
    qtbot.waitUntil(lambda: len(controller.requests) == 1)
    if how == "failure":
        playing_on.take_reply(Failure(1, StudioError("No memory is left.")))
    else:
        finish(playing_on, controller)
        {
            "reject": playing_on.cowriter.reject,
            "stop": playing_on.playback.stop,
            "toggle": playing_on.compose.form.play_on_button.click,
        }[how]()
    assert not playing_on.playing_on.is_on
    assert not playing_on.compose.form.play_on_button.isChecked()
    assert len(ghosts(playing_on)) == (0 if how in ("reject", "failure") else 4)
    assert (player.state is FakeState.PLAYING) == (how != "stop")


def test_a_mood_changes_the_bars_to_come_and_not_those_that_were_heard(
    playing_on: MusicDesk, controller: FakeController, player: FakePlayer, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: len(controller.requests) == 1)
    finish(playing_on, controller)
    reach(playing_on, player, qtbot, BAR + 10)
    qtbot.waitUntil(lambda: len(controller.requests) == 2)
    finish(playing_on, controller)  # written up to bar 5
    playing_on.compose.form.mood.square.take(Mood(0.0, 0.9))
    qtbot.waitUntil(lambda: len(controller.requests) == 3)
    steered = asked(controller)
    assert (steered.region_start, steered.mood) == (2 * BAR, Mood(0.0, 0.9))
    assert [ghost.note.start_ticks for ghost in playing_on.cowriter.ghosts if ghost.note.start_ticks < 2 * BAR] == [
        BAR, BAR + 960,
    ]  # fmt: skip
    playing_on.compose.form.mood.square.released.emit()
    finish(playing_on, controller)
    starts = [ghost.note.start_ticks for ghost in playing_on.cowriter.ghosts]
    assert starts == list(range(BAR, 4 * BAR, 960))


def test_at_the_end_of_the_piece_the_music_waits_for_the_first_bar(
    desk: MusicDesk, session: Session, controller: FakeController, player: FakePlayer
) -> None:
    write_four(session)
    desk.playback.seek(BAR)
    desk.playing_on.start()
    assert player.state is FakeState.STOPPED
    grow(desk, controller, 1)
    assert player.state is FakeState.PLAYING
    assert player.position == BAR
    assert desk.playing_on.is_on


def test_a_locked_track_is_not_played_on(
    desk: MusicDesk, session: Session, controller: FakeController, player: FakePlayer
) -> None:
    write_four(session)
    session.change_score(session.score.with_track(0, replace(session.score.track(0), locked=True)), "Lock")
    desk.playback.seek(BAR)
    desk.playing_on.start()
    assert not desk.playing_on.is_on
    assert controller.requests == []
    assert player.state is FakeState.STOPPED


def test_a_loop_is_left(desk: MusicDesk, session: Session) -> None:
    write_four(session)
    desk.transport.loop_button.setChecked(True)
    desk.playing_on.start()
    assert not desk.transport.loop_button.isChecked()
