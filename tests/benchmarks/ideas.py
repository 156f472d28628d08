"""Ideas in the real window, offscreen: from the click on Continue to the first one painted, and to more like one."""

import sys
from collections.abc import Callable
from statistics import mean
from time import perf_counter

from PySide6.QtCore import QDeadlineTimer, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from studio.app import StudioApp
from studio.core.likeness import Phrase, likeness
from studio.core.messages import Composed
from studio.core.score import Note
from studio.core.session import MUSIC
from studio.core.settings import Settings
from studio.ui.music.suggestion import Suggestion
from tests.benchmarks.report import Line, Report, percentile

PHRASE = tuple(Note(i * 240, 240, p) for i, p in enumerate((62, 66, 69, 74, 73, 69, 66, 64)))
ROUNDS, LIKED = 20, 12
PATIENCE_MS = 60_000


class Painted(QObject):
    """Notes when a widget has first painted while something is true."""

    def __init__(self, widget: QWidget, shows: Callable[[], bool]) -> None:
        super().__init__()
        self._widget, self._shows, self._loop = widget, shows, QEventLoop()
        self._at: float | None = None
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._at is None and self._shows():
            QTimer.singleShot(0, self._note)  # once this has been painted
        return False

    def _note(self) -> None:
        self._at = self._at or perf_counter() * 1000
        self._loop.quit()

    def wait(self) -> float:
        """Milliseconds on the clock then."""
        if self._at is None:
            QTimer.singleShot(PATIENCE_MS, self._loop.quit)
            self._loop.exec()
        self._widget.removeEventFilter(self)
        assert self._at is not None, "nothing was painted"
        return self._at


class Bench:
    """A started window at the music desk with a bar of melody."""

    def __init__(self) -> None:
        self.app = QApplication.instance() or QApplication(sys.argv[:1])
        assert isinstance(self.app, QApplication)
        self.studio = StudioApp(self.app, Settings(welcome_seen=True), "cpu")
        self.studio.start()
        self._until(lambda: self.studio.window.commands is not None)
        self.studio.window.show_desk(MUSIC)
        self.desk = self.studio.music
        self.engine_ms: list[float] = []
        self.studio.bridge.reply_arrived.connect(self._note)
        self.desk.session.add_notes(0, PHRASE, "Draw")
        self._until(self.desk.compose.continue_button.isEnabled)

    def continue_(self) -> tuple[float, float]:
        """Milliseconds from the click to the painted roll and to the painted first card."""
        self.desk.cowriter.reject()
        self.desk.compose.roll_seed()
        self.app.processEvents()
        grid, card = self.desk.roll.viewport(), self.desk.compose.answer.cards.cards[0]
        began = perf_counter() * 1000
        painted = Painted(grid, lambda: bool(self.desk.roll.state.ghosts))
        drawn = Painted(card, lambda: bool(self.desk.cowriter.ideas.answers))
        QTest.mouseClick(self.desk.compose.continue_button, Qt.MouseButton.LeftButton)
        times = painted.wait() - began, drawn.wait() - began
        self._until(lambda: not self.desk.cowriter.is_waiting)
        return times

    def more(self) -> float:
        """Milliseconds from the click on More like this to the painted roll."""
        ideas = self.desk.cowriter.ideas
        known = len(ideas.answers)
        painted = Painted(self.desk.roll.viewport(), lambda: len(self.desk.cowriter.ideas.answers) > known)
        began = perf_counter() * 1000
        QTest.mouseClick(self.desk.compose.answer.more_button, Qt.MouseButton.LeftButton)
        return painted.wait() - began

    def alike(self) -> tuple[list[float], list[float]]:
        """How much the ideas of the last question, and those that were asked for as like the first, are like it."""
        first, *others = self.desk.cowriter.ideas.answers
        plain = [_likeness(first, one) for one in others if one.kinship is None]
        return plain, [_likeness(first, one) for one in others if one.kinship is not None]

    def _note(self, reply: object) -> None:
        if isinstance(reply, Composed):
            self.engine_ms.append(reply.compose_ms)

    def use(self, ideas: int, guided: bool) -> None:
        form = self.desk.compose.form
        form.ideas_box.setValue(ideas)
        for slider in form.attributes.sliders.values():
            slider.show_value(0.8 if guided else slider.parameter.default)

    def close(self) -> None:
        self.studio.window.close()
        self.app.processEvents()

    def _until(self, holds: Callable[[], bool]) -> None:
        deadline = QDeadlineTimer(PATIENCE_MS)
        while not holds():
            assert not deadline.hasExpired()
            loop = QEventLoop()
            QTimer.singleShot(5, loop.quit)
            loop.exec()


def measure(report: Report) -> None:
    bench = Bench()
    report.section("Ideas: from the click to what is painted, offscreen")
    report.add(Line("first idea, clicked as soon as the window stands", bench.continue_()[0], "ms"))
    for count, guided in ((4, False), (8, False), (4, True), (8, True)):
        bench.use(count, guided)
        bench.continue_()
        bench.engine_ms.clear()
        times = [bench.continue_() for _ in range(ROUNDS)]
        label = f"{count} ideas{', guided by attributes' if guided else ''}"
        for name, share in (("p50", 0.5), ("p95", 0.95)):
            value, engine = percentile([roll for roll, _ in times], share), percentile(bench.engine_ms, share)
            what = f"{label}: in the roll, {name}"
            report.add(Line(what, value, "ms", "the engine alone", engine, "<= 250 ms"))
        report.add(Line(f"{label}: first card, p50", percentile([card for _, card in times], 0.5), "ms"))
    bench.use(4, False)
    waits, plain, near = [], list[float](), list[float]()
    for _ in range(LIKED):
        bench.continue_()
        waits.append(bench.more())
        ordinary, relatives = bench.alike()
        plain, near = plain + ordinary, near + relatives
    report.add(Line("more like this: first in the roll, p50", percentile(waits, 0.5), "ms"))
    report.add(Line("more like this: likeness", 100 * mean(near), "of 100", "other ideas", 100 * mean(plain)))
    bench.close()


def _likeness(one: Suggestion, other: Suggestion) -> float:
    phrases = (Phrase.of([ghost.note for ghost in idea.ghosts], idea.region) for idea in (one, other))
    return likeness(*phrases)
