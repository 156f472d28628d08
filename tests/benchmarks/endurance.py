"""The window for ten minutes: it plays round and round, a model answers again and again, a hand drags and scrolls.

MINUTES in the environment makes it shorter. Sound goes to the sound card where there is one, else to silence that
keeps the same time; either way each event that was handed over too late is counted.
"""

import os
import random
import sys
from itertools import cycle
from time import perf_counter

from PySide6.QtCore import QEvent, QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from studio.app import SWITCH_INTERVAL_S, StudioApp
from studio.core.messages import Composed, Reply
from studio.core.score import Note, Score, Track
from studio.core.session import MUSIC
from studio.core.settings import Settings
from tests.benchmarks.report import Line, Report, percentile

MINUTES = float(os.environ.get("MINUTES", "10"))
BARS, BAR = 32, 1920
HAND_MS, ASK_MS, REST_S = 16, 2000, 10.0
A_DRAG, A_SCROLL = 40, 12  # steps of the hand: it drags a note, then turns the wheel


class Hand:
    """Presses a note, drags it about, lets go, scrolls; one small step at each call, as events come from a mouse."""

    def __init__(self, studio: StudioApp) -> None:
        self._roll, self._session = studio.music.roll, studio.session
        self._draw, self._steps = random.Random(5), cycle(range(A_DRAG + A_SCROLL))
        self._at = QPoint()
        self.drags = 0

    def step(self) -> None:
        step = next(self._steps)
        if step == 0:
            note = self._draw.choice(self._session.score.track(0).notes[:16])
            self._roll.reveal(note.start_ticks, note.pitch)
            self._at = self._roll.point_of(note.start_ticks + note.duration_ticks / 2, note.pitch)
            self._mouse(QEvent.Type.MouseButtonPress, self._at)
        elif step < A_DRAG - 1:
            self._mouse(QEvent.Type.MouseMove, self._at + QPoint(7 * (step % 9), 8 * (step % 5)))
        elif step == A_DRAG - 1:
            self._mouse(QEvent.Type.MouseButtonRelease, self._at)
            self.drags += 1
        else:
            self._wheel(-120 if step % 2 else 120)

    def _mouse(self, kind: QEvent.Type, at: QPoint) -> None:
        grid = self._roll.viewport()
        held = (
            Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
        )
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        place = QPointF(at)
        event = QMouseEvent(
            kind, place, grid.mapToGlobal(place), button, held, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(grid, event)

    def _wheel(self, turn: int) -> None:
        grid = self._roll.viewport()
        at, still = QPointF(grid.rect().center()), QPoint()
        event = QWheelEvent(
            at, QPointF(grid.mapToGlobal(at)), still, QPoint(0, turn), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.ShiftModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(grid, event)


class Composer:
    """Asks for ideas; looks at them, hears them, keeps some, takes them back, so that the score stays as long."""

    def __init__(self, studio: StudioApp) -> None:
        self._studio, self._act = studio, studio.window.commands
        self._wishes = cycle(("compose-go", "idea-after", "compose-another", "idea-after", "accept-bar", ""))
        self.answers: list[float] = []
        studio.bridge.reply_arrived.connect(self._take)

    def step(self) -> None:
        wish = next(self._wishes)
        action = self._act.action(wish) if wish else None
        if action is not None and action.isEnabled():
            action.trigger()
        elif not wish:
            self._studio.music.cowriter.reject()
            if self._studio.session.score_history.labels:
                self._studio.session.undo(MUSIC)

    def _take(self, reply: Reply) -> None:
        if isinstance(reply, Composed):
            self.answers.append(reply.compose_ms)


class Ticks:
    """The gaps between the ticks of a 1 ms timer of the GUI thread, ms."""

    def __init__(self) -> None:
        self.gaps: list[float] = []
        self._last = perf_counter()
        self._timer = QTimer(interval=1, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now = perf_counter()
        self.gaps.append((now - self._last) * 1000)
        self._last = now


def measure(report: Report) -> None:
    studio = _started()
    report.section(f"Ten minutes of work ({MINUTES:g} of them): plays, answers, drags at once")
    studio.session.change_score(_score(), "Open")
    studio.music.roll.frame_notes()
    _wait(REST_S)
    idle = Ticks()
    _wait(REST_S)
    at_rest = percentile(idle.gaps, 0.99)
    idle._timer.stop()
    hand, composer = Hand(studio), Composer(studio)
    studio.music.transport.loop_button.setChecked(True)
    studio.music.transport.metronome_button.setChecked(True)
    studio.music.playback.toggle()
    ticks, timers = Ticks(), [_every(HAND_MS, hand.step), _every(ASK_MS, composer.step)]
    _wait(MINUTES * 60)
    for timer in (*timers, ticks._timer):
        timer.stop()
    _tell(report, studio, ticks.gaps, at_rest)
    for what, count in (("answers of the model", len(composer.answers)), ("notes dragged", hand.drags)):
        report.add(Line(what, count, ""))
    studio.window.close()
    QApplication.processEvents()


def _tell(report: Report, studio: StudioApp, gaps: list[float], at_rest: float) -> None:
    assert studio._player is not None
    for share, goal in ((0.5, ""), (0.99, "<= 16 ms")):
        report.add(
            Line(f"GUI tick p{share * 100:.0f}", percentile(gaps, share), "ms", "at rest p99", at_rest, goal)
        )
    report.add(Line("GUI tick, the longest", max(gaps), "ms"))
    report.add(Line("share of ticks over 16 ms", sum(gap > 16 for gap in gaps) / len(gaps) * 100, "%"))
    heard = "the sound card" if studio._player.problem is None else "silence that keeps time"
    report.add(Line(f"events too late for {heard}", studio._player.late_events, "", goal="0"))
    report.add(Line(f"times that {heard} was left without sound", studio._player.gaps, "", goal="0"))


def _started() -> StudioApp:
    """A window on the music desk, its model ready."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    studio = StudioApp(app, Settings(welcome_seen=True, desk="music"), "cpu")
    studio.start()
    studio.window.resize(1280, 800)
    while studio.window.commands is None:
        _wait(0.1)
    return studio


def _score() -> Score:
    """Three tracks that wander for 32 bars, the same each time."""
    draw = random.Random(3)
    tracks = []
    for channel, (program, low, step) in enumerate(((0, 67, 240), (48, 55, 960), (32, 36, 480))):
        notes = (Note(start, step, low + draw.randrange(12)) for start in range(0, BARS * BAR, step))
        tracks.append(Track(f"Track {channel + 1}", program, tuple(notes), channel))
    return Score(tracks=tuple(tracks))


def _every(interval_ms: int, act: object) -> QTimer:
    timer = QTimer(interval=interval_ms, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(act)
    timer.start()
    return timer


def _wait(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()
