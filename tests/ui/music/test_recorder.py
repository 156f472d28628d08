"""Playing in: keys sound, a take becomes notes where they were heard, and one undo takes it away."""

import threading
from time import monotonic

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.audio.midi_ports import Played
from studio.core.session import MUSIC, Session
from studio.ui.music.desk import MusicDesk
from tests.ui.music.conftest import FakePlayer, FakeState

Key = Qt.Key


def placed(session: Session) -> list[tuple[int, int, int, int]]:
    return [(n.start_ticks, n.duration_ticks, n.pitch, n.velocity) for n in session.score.track(0).notes]


def test_keys_sound_without_writing(
    desk: MusicDesk, session: Session, player: FakePlayer, qtbot: QtBot
) -> None:
    qtbot.keyPress(desk.roll, Key.Key_A)
    assert not any(call[0] == "press" for call in player.calls)
    desk.toggle_typing()
    qtbot.keyPress(desk.roll, Key.Key_A)
    qtbot.keyRelease(desk.roll, Key.Key_A)
    qtbot.keyClick(desk.roll, Key.Key_X)
    qtbot.keyClick(desk.roll, Key.Key_W)
    assert [call[:2] for call in player.calls if call[0] in ("press", "let_go")] == [
        ("press", 60), ("let_go", 60), ("press", 73), ("let_go", 73),
    ]  # fmt: skip
    assert placed(session) == []


def test_a_take_is_one_step_and_shows_while_it_sounds(
    desk: MusicDesk, session: Session, player: FakePlayer, qtbot: QtBot
) -> None:
    desk.toggle_typing()
    desk.record()
    assert player.state is FakeState.PLAYING
    player.position = 480
    qtbot.keyPress(desk.roll, Key.Key_D)
    player.position = 700
    qtbot.waitUntil(lambda: bool(desk.roll.state.sounding) and desk.roll.state.sounding[0].end_ticks == 700)
    assert placed(session) == []
    player.position = 960
    qtbot.keyRelease(desk.roll, Key.Key_D)
    assert placed(session) == [(480, 480, 64, 90)]
    now = monotonic() + 60  # no time passes on the way
    desk.playing_in._take(Played(67, 33), now)
    player.position = 1440
    desk.playing_in._take(Played(67, 0), now)
    qtbot.keyPress(desk.roll, Key.Key_F)
    player.position = 1600
    qtbot.waitUntil(lambda: desk.roll.state.sounding[0].end_ticks == 1600)
    desk.record()
    assert placed(session) == [(480, 480, 64, 90), (960, 480, 67, 33), (1440, 160, 65, 90)]
    assert desk.roll.state.sounding == ()
    assert not desk.transport.record_button.isChecked()
    assert session.undo(MUSIC) == "Record"
    assert placed(session) == []


def test_two_takes_are_two_steps(desk: MusicDesk, session: Session, player: FakePlayer) -> None:
    for pitch in (60, 62):
        desk.record()
        desk.recorder.press(pitch, 80)
        desk.recorder.let_go(pitch)
        desk.record()
    assert len(placed(session)) == 2
    session.undo(MUSIC)
    assert len(placed(session)) == 1


def test_notes_are_moved_by_the_latency(desk: MusicDesk, session: Session, player: FakePlayer) -> None:
    player.latency_seconds = 0.05
    desk.record()
    player.position = 480
    desk.recorder.press(60, 80)
    player.position = 960
    desk.recorder.let_go(60)
    desk.record()
    assert placed(session) == [(480 - 48, 480, 60, 80)]


def test_a_midi_key_sounds_on_its_own_thread_and_is_written_where_it_was_played(
    desk: MusicDesk, session: Session, player: FakePlayer, qtbot: QtBot
) -> None:
    desk.record()
    player.position = 4800
    thread = threading.Thread(target=lambda: desk.playing_in._strike(Played(67, 33)))
    thread.start()
    thread.join()
    assert ("press", 67, 33) in player.calls  # although this thread has done nothing yet
    qtbot.waitUntil(lambda: bool(desk.roll.state.sounding))
    player.position = 5760
    desk.playing_in._take(Played(67, 0), monotonic() - 0.25)  # half a quarter note ago
    ((start, duration, pitch, velocity),) = placed(session)
    assert 4000 < start <= 4800
    assert start + duration == pytest.approx(5760 - 240, abs=100)
    assert (pitch, velocity) == (67, 33)
    desk.record()


def test_panic_silences(desk: MusicDesk, player: FakePlayer) -> None:
    desk.playback.toggle()
    next(command for command in desk.commands() if command.id == "panic").run()
    assert ("panic",) in player.calls
    assert not desk.playback.is_playing


def test_the_menu_lists_the_keyboards(desk: MusicDesk) -> None:
    button = desk.transport.keys_button
    button.show_ports(("Keys A", "Keys B"), "Keys B")
    words = [action.text() for action in button.menu().actions() if action.isVisible() and action.text()]
    assert words[1:3] == ["Keys A", "Keys B"]
    assert [action.text() for action in button.menu().actions() if action.isChecked()] == ["Keys B"]
    button.show_ports((), "")
    words = [action.text() for action in button.menu().actions() if action.isVisible() and action.text()]
    assert "No MIDI keyboard" in words[1]


@pytest.mark.parametrize("count_in", [False, True])
def test_recording_counts_in_if_wanted(desk: MusicDesk, player: FakePlayer, count_in: bool) -> None:
    desk.playback.use_count_in(count_in)
    desk.record()
    assert (("play", 0, "counted in") in player.calls) is count_in
    desk.record()
