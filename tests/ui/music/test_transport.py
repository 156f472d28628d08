"""The transport's metronome, count-in and tapped tempo."""

import pytest
from PySide6.QtWidgets import QFrame, QVBoxLayout
from pytestqt.qtbot import QtBot

from studio.core.session import Session
from studio.ui.music.desk import MusicDesk
from studio.ui.music.file_notes import FileNotes
from studio.ui.music.transport.tapping import TapTempo
from studio.ui.music.transport.transport_bar import TransportBar
from tests.ui.music.conftest import FakePlayer


def test_the_metronome_and_the_count_in_reach_the_player(
    desk: MusicDesk, player: FakePlayer, qtbot: QtBot
) -> None:
    commands = {command.id: command for command in desk.commands()}
    commands["metronome"].run()
    assert ("metronome", True) in player.calls
    assert commands["metronome"].checked_when()
    commands["count-in"].run()
    commands["play"].run()
    assert ("play", 0, "counted in") in player.calls
    player.counting = 3
    qtbot.waitUntil(lambda: desk.transport.bar_label.text() == "– 3")
    player.counting = 0
    qtbot.waitUntil(lambda: desk.transport.bar_label.text() == "1.1")
    desk.playback.stop()


def test_taps_make_a_tempo_and_a_pause_begins_anew() -> None:
    taps = TapTempo()
    assert taps.tap(10.0) is None
    assert taps.tap(10.5) == pytest.approx(120)
    assert taps.tap(11.1) == pytest.approx(60 * 2 / 1.1)
    assert taps.tap(20.0) is None
    assert taps.tap(21.0) == pytest.approx(60)


def test_tapping_changes_the_tempo_in_one_step(
    desk: MusicDesk, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter((1.0, 1.5, 2.0, 2.5))
    monkeypatch.setattr("studio.ui.music.desk.monotonic", lambda: next(times))
    session.change_score(session.score.with_tempo(90), "Slow")
    for _ in range(4):
        desk.tap_tempo()
    assert session.score.tempo_at(0).bpm == 120
    assert session.score_history.labels == ("Slow", "Change tempo")


def test_a_narrow_row_does_without_what_the_menus_have_too(qtbot: QtBot) -> None:
    bar, notes, centre = TransportBar(), FileNotes(), QFrame()
    qtbot.addWidget(centre)
    QVBoxLayout(centre).addWidget(bar)
    centre.layout().setContentsMargins(0, 0, 0, 0)
    bar.add_at_end(notes)
    notes.show_warnings("a.mid", ("Something",))
    centre.resize(1000, 60)
    centre.show()
    qtbot.waitUntil(notes.isVisible)
    least = bar.minimumSizeHint().width()
    assert least <= 540, "1024 px, less the docks of tracks and of co-writing"
    centre.resize(least, 60)
    qtbot.waitUntil(lambda: not bar.time_label.isVisible())
    assert bar.width() == least
    assert not notes.isVisible()
    assert all(w.isVisible() for w in (bar.play_button, bar.record_button, bar.bar_label, bar.tempo_box))
    assert bar.minimumSizeHint().width() == least, "what is left out does not count"
    centre.resize(1000, 60)
    qtbot.waitUntil(bar.time_label.isVisible)
    assert notes.isVisible()
