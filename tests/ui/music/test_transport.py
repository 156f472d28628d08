"""The transport's metronome, count-in and tapped tempo."""

import pytest

from studio.core.session import Session
from studio.ui.music.desk import MusicDesk
from studio.ui.music.transport.tapping import TapTempo
from tests.ui.music.conftest import FakePlayer


def test_the_metronome_and_the_count_in_reach_the_player(desk: MusicDesk, player: FakePlayer) -> None:
    commands = {command.id: command for command in desk.commands()}
    commands["metronome"].run()
    assert ("metronome", True) in player.calls
    assert commands["metronome"].checked_when()
    commands["count-in"].run()
    commands["play"].run()
    assert ("play", 0, "counted in") in player.calls
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
