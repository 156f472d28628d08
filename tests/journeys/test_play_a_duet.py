"""Trade bars with the bundled model: keys go in, its answer shows, sounds on the bar line, and stays in the score.

The sound card's clock is the test's; everything else is the application as it is.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from studio.audio.output import SilentOutput
from studio.audio.player import LOOKAHEAD_SECONDS, Player
from studio.core.duet_rules import State
from studio.core.performance import NoteEvent, is_drum
from studio.core.score import Note, Track
from studio.core.session import MUSIC
from tests.journeys.conftest import PATIENCE_MS

BAR = 1920
STEP_SECONDS = 0.04
KEYS = {60: Qt.Key.Key_A, 62: Qt.Key.Key_S, 64: Qt.Key.Key_D, 65: Qt.Key.Key_F, 67: Qt.Key.Key_G}


class Stage:
    """The music desk with a clock that is moved by hand."""

    def __init__(self, studio: StudioApp, output: SilentOutput, qtbot: QtBot) -> None:
        self.studio, self.desk, self.duet = studio, studio.music, studio.music.duetting
        self.output, self.qtbot = output, qtbot
        self.shown_at: dict[int, int] = {}  # where an answer begins -> where the music was when it was shown
        self.duet.answer_shown.connect(self._note)

    def _note(self) -> None:
        answer = self.duet.duet.answer
        if answer is not None and self.duet.duet.state is State.SHOWN:
            self.shown_at.setdefault(answer.start, self.duet.duet.now)

    @property
    def tracks(self) -> tuple[Track, ...]:
        return self.studio.session.score.tracks

    @property
    def here(self) -> int:
        return self.desk.playback.heard_ticks

    def start(self, **choices: object) -> None:
        for name, value in choices.items():
            box = getattr(self.duet.panel, f"{name}_box")
            box.setCurrentIndex(box.findData(value))
        button = self.studio.window.findChild(QPushButton, "duet-start")
        self.qtbot.waitUntil(button.isEnabled, timeout=PATIENCE_MS)
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert self.duet.is_on

    def go(self, ticks: int) -> None:
        """The music goes on to there; the model and the player's thread keep up with it."""
        seconds_at = self.studio.session.score.seconds_at
        while self.desk.playback.is_playing and self.here < ticks:
            self._step(min(STEP_SECONDS, seconds_at(ticks) - seconds_at(self.here) + 0.001))

    def go_round(self) -> None:
        """The music goes on until the loop begins anew."""
        last = -1
        while self.desk.playback.is_playing and self.here >= last:
            last = self.here
            self._step(STEP_SECONDS)

    def _step(self, seconds: float) -> None:
        clock[0] += seconds
        self.desk.playback._follow()
        self._settle()

    def _settle(self) -> None:
        idle = lambda: not (self.desk.playback._edits.isActive() or self.duet.duet.state is State.ANSWERING)  # noqa: E731
        QApplication.processEvents()
        if not idle():
            self.qtbot.waitUntil(idle, timeout=PATIENCE_MS)
        player = self.studio._player
        assert player is not None
        with player._lock:
            player._lock.notify_all()
        fed = lambda: player._horizon >= clock[0] + LOOKAHEAD_SECONDS - 0.001 or not player._playing  # noqa: E731
        if not fed():
            self.qtbot.waitUntil(fed, timeout=PATIENCE_MS)

    def play(self, since: int, *pitches: int) -> None:
        """Quarters on the computer's keys."""
        for number, pitch in enumerate(pitches):
            self.go(since + 480 * number)
            self.qtbot.keyPress(self.desk.roll, KEYS[pitch])
            self.go(since + 480 * number + 360)
            self.qtbot.keyRelease(self.desk.roll, KEYS[pitch])

    def onsets(self) -> list[tuple[float, NoteEvent]]:
        """What began, and when, in seconds of the clock."""
        ons = [(at, event) for at, event in self.output.sent if isinstance(event, NoteEvent) and event.on]
        return sorted(ons, key=lambda one: one[0])


clock = [0.0]


@pytest.fixture
def stage(
    open_app: Callable[..., StudioApp], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    output = SilentOutput(clock=lambda: clock[0])
    monkeypatch.setattr("studio.audio.player.Player", lambda *_: Player(lambda: output, 0.005))
    clock[0] = 0.0
    studio = open_app()
    studio.window.show_desk(MUSIC)
    music = studio.music
    qtbot.waitUntil(lambda: music.playback._player.state.value == "stopped", timeout=PATIENCE_MS)
    music.toggle_typing()
    return Stage(studio, output, qtbot)


def test_trading_bars_for_three_turns(stage: Stage) -> None:
    stage.desk.transport.metronome_button.click()
    stage.start(when=1)
    assert stage.desk.roll.hasFocus()
    for turn, pitches in enumerate(((60, 64, 67), (65, 64, 62), (60, 62, 64, 67))):
        stage.play(2 * turn * BAR, *pitches)
        stage.go(2 * turn * BAR + BAR - 60)
        assert stage.duet.duet.state is State.SHOWN
        assert stage.desk.roll.state.ghosts
        stage.go(2 * (turn + 1) * BAR)
    stage.desk.playback.stop()
    mine, answers = stage.tracks
    assert [n.pitch for n in mine.notes] == [60, 64, 67, 65, 64, 62, 60, 62, 64, 67]
    assert answers.name == "Answers"
    for turn in range(3):
        bar = (2 * turn + 1) * BAR
        mine_there = [n for n in answers.notes if bar <= n.start_ticks < bar + BAR]
        assert mine_there
        assert all(note.end_ticks <= bar + BAR for note in mine_there)
        assert bar - stage.shown_at[bar] >= 470  # a beat before it sounds
    assert len(answers.notes) == sum(1 for n in answers.notes if n.start_ticks // BAR % 2)
    _sounded_where_it_stands(stage, answers)
    steps = [stage.studio.session.undo(MUSIC) for _ in range(6)]
    assert steps == ["Answer", "Call"] * 3
    assert not list(stage.studio.session.score.notes())


def _sounded_where_it_stands(stage: Stage, answers: Track) -> None:
    """Every note of the answers once, against the metronome's first beat of its bar."""
    strong = [at for at, event in stage.onsets() if is_drum(event.channel) and event.pitch == 76]
    bars = [strong[0], *(after for before, after in pairwise(strong) if after - before > 0.1)]
    sounded = [at for at, event in stage.onsets() if event.channel == answers.channel]
    expected = [bars[0] + note.start_ticks / 960 for note in answers.notes]
    assert len(sounded) == len(expected)
    assert sounded == pytest.approx(expected, abs=0.003)
    for note, at in zip(answers.notes, sounded, strict=True):
        if note.start_ticks % BAR == 0:
            assert at == pytest.approx(bars[note.start_ticks // BAR], abs=0.003)


def test_after_a_pause_the_answer_comes_on_a_beat(stage: Stage) -> None:
    stage.start(when=0, pause="2 beats", line=False, length=1)
    stage.play(0, 60, 64, 67)
    stage.go(2 * 480 + 360 + 240)
    assert stage.duet.duet.state is State.SHOWN
    assert stage.duet.duet.due == 5 * 480
    stage.go(5 * 480 + 100)
    assert stage.duet.duet.state is State.SOUNDING
    assert stage.tracks[1].notes[0].start_ticks >= 5 * 480
    assert stage.tracks[1].end_ticks <= 5 * 480 + BAR


def test_playing_on_in_the_pause_takes_the_answer_back(stage: Stage) -> None:
    stage.start(when=0, pause="2 beats")
    stage.play(0, 60)
    stage.go(700)
    assert stage.desk.roll.state.ghosts
    stage.play(800, 62)
    assert stage.desk.roll.state.ghosts == ()
    stage.go(2 * BAR + 100)
    assert all(note.start_ticks >= 2 * BAR for note in stage.tracks[1].notes)


def test_stopping_in_the_middle_keeps_what_sounded(stage: Stage) -> None:
    stage.start(when=1)
    stage.play(0, 60, 64, 67)
    stage.go(BAR + 500)
    whole = stage.tracks[1].notes
    stage.qtbot.keyClick(stage.desk.roll, Qt.Key.Key_Space)
    assert not stage.duet.is_on
    kept = stage.tracks[1].notes if len(stage.tracks) > 1 else ()
    assert [n.start_ticks for n in kept] == [
        n.start_ticks for n in whole if n.start_ticks < stage.duet.duet.now
    ]
    assert all(note.end_ticks <= BAR + 600 for note in kept)
    assert len(stage.tracks[0].notes) == 3


def test_skipping_with_escape_and_playing_on(stage: Stage) -> None:
    stage.start(when=1)
    stage.play(0, 60, 64, 67)
    stage.go(BAR - 350)
    assert stage.desk.roll.state.ghosts
    stage.qtbot.keyClick(stage.desk.roll, Qt.Key.Key_Escape)
    assert stage.desk.roll.state.ghosts == ()
    stage.go(2 * BAR)
    assert len(stage.tracks) == 1
    stage.play(2 * BAR, 65)
    stage.go(3 * BAR + 100)
    assert len(stage.tracks) == 2


def test_closing_the_window_in_the_middle(stage: Stage) -> None:
    stage.start(when=1)
    stage.play(0, 60)
    stage.go(BAR - 400)
    stage.qtbot.keyPress(stage.desk.roll, KEYS[62])
    stage.studio.window.close()
    assert not stage.duet.is_on
    assert [note.pitch for note in stage.tracks[0].notes] == [60, 62]


class System:
    """A made-up MIDI system with one keyboard."""

    callback: Callable[[Any, Any], None]

    def get_ports(self) -> list[str]:
        return ["Keys"]

    def open_port(self, index: int) -> None:
        pass

    def set_callback(self, callback: Callable[[Any, Any], None]) -> None:
        System.callback = staticmethod(callback)

    def close_port(self) -> None:
        pass

    def delete(self) -> None:
        pass


def test_a_midi_keyboard_plays_the_call(stage: Stage) -> None:
    stage.desk.playing_in.ports._open_system = System
    stage.desk.playing_in.choose("Keys")
    stage.qtbot.waitUntil(
        lambda: "Keys" in stage.duet.panel.keys_label.text() or stage.desk.roll.typing.is_on
    )
    stage.start(when=1)
    stage.qtbot.waitUntil(lambda: hasattr(System, "callback"), timeout=PATIENCE_MS)
    for number, pitch in enumerate((72, 76, 79)):
        stage.go(480 * number)
        System.callback(([0x90, pitch, 33], 0.0), None)
        stage.go(480 * number + 300)
        System.callback(([0x80, pitch, 0], 0.0), None)
        QApplication.processEvents()
    stage.go(BAR + 200)
    mine, answers = stage.tracks
    assert [(note.pitch, note.velocity) for note in mine.notes] == [(72, 33), (76, 33), (79, 33)]
    mean = sum(note.velocity for note in answers.notes) / len(answers.notes)
    assert mean == pytest.approx(33, abs=2)


def test_what_stood_there_is_never_changed(stage: Stage) -> None:
    before = (Note(0, 2 * BAR, 48), Note(BAR, 480, 52))
    stage.studio.session.add_notes(0, before, "Draw")
    stood = stage.tracks[0].notes
    stage.start(when=1)
    stage.play(0, 60, 64)
    stage.go(2 * BAR)
    stage.desk.playback.stop()
    assert set(stood) <= set(stage.tracks[0].notes)


def test_round_a_loop_with_a_change_of_tempo_in_it(stage: Stage) -> None:
    score = stage.studio.session.score.with_tempo(100.0, BAR).with_meter(3, 4, BAR)
    stage.studio.session.change_score(score, "Tempo")
    end = BAR + 3 * 480
    stage.desk.mark((0, end))
    stage.desk.playback.use_loop(True)
    stage.start(when=1)
    stage.play(0, 60, 64, 67)
    stage.go(BAR + 700)
    assert stage.duet.duet.state is State.SOUNDING
    assert all(BAR <= note.start_ticks < note.end_ticks <= end for note in stage.tracks[1].notes)
    stage.go_round()
    assert stage.duet.is_on
    first = stage.tracks[1].notes
    stage.play(100, 65, 62)
    assert len(stage.tracks[0].notes) == 5
    stage.go(BAR + 100)
    assert stage.duet.duet.state is State.SOUNDING
    assert len(stage.tracks[1].notes) > len(first)
    stage.go_round()
    assert stage.duet.duet.state is State.LISTENING


def test_another_model_answers_with_chords_or_lines(stage: Stage) -> None:
    stage.desk.cowriter.choose_model("piano-texture")
    stage.start(when=1)
    stage.play(0, 60, 64, 67)
    stage.go(3 * BAR + 100)
    assert stage.tracks[1].notes
