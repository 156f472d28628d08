"""The music desk, shown offscreen at 1280 x 800: opening, scrolling, zooming and dragging scores of very many notes."""

import random
import sys
from collections.abc import Callable
from time import perf_counter

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from studio.core.score import Note, Score, Track
from studio.core.session import MUSIC, Session
from studio.files.locations import resources_dir
from studio.files.midi import midi_bytes, midi_reading
from studio.ui.common.theme import apply_theme
from studio.ui.music.desk import MusicDesk
from tests.benchmarks.report import Line, Report, percentile
from tests.ui.music.conftest import FakeController, FakePlayer

FEW, MANY = 5_000, 100_000
ROUNDS, DRAGS = 60, 60
WHEEL = {"scroll": Qt.KeyboardModifier.ShiftModifier, "zoom": Qt.KeyboardModifier.ControlModifier}


class Bench:
    """A desk with a silent player, and a hand on its grid."""

    def __init__(self) -> None:
        app = QApplication.instance() or QApplication(sys.argv[:1])
        assert isinstance(app, QApplication)
        self.app, self.session = app, Session()
        apply_theme(app, resources_dir() / "themes", "dark")
        controller = FakeController()
        self.desk = MusicDesk(self.session, controller.submit, controller.cancelled.append, FakePlayer())
        self.desk.centre.resize(1280, 800)
        self.desk.centre.show()
        self.desk.roll.setFocus()
        self.settle()

    def settle(self) -> None:
        """Do all that is due, painting too."""
        self.app.processEvents()

    def ms(self, act: Callable[[], object]) -> float:
        """The time until what an act asks for is painted."""
        started = perf_counter()
        act()
        self.settle()
        return (perf_counter() - started) * 1000

    def show(self, score: Score) -> None:
        self.session.change_score(score, "Open")
        self.desk.roll.frame_notes()

    def wheel(self, turn: int, held: Qt.KeyboardModifier) -> None:
        grid = self.desk.roll.viewport()
        at = QPointF(grid.width() / 2, grid.height() / 2)
        nothing = QPoint()
        event = QWheelEvent(
            at, QPointF(grid.mapToGlobal(at)), nothing, QPoint(0, turn), Qt.MouseButton.NoButton, held,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        self.app.sendEvent(grid, event)

    def mouse(self, kind: QEvent.Type, at: QPoint) -> None:
        grid = self.desk.roll.viewport()
        place, left = QPointF(at), Qt.MouseButton.LeftButton
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else left
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else left
        none = Qt.KeyboardModifier.NoModifier
        self.app.sendEvent(grid, QMouseEvent(kind, place, grid.mapToGlobal(place), button, held, none))


def measure(report: Report) -> None:
    bench = Bench()
    report.section("Piano roll: 1280 x 800, offscreen")
    _open_few(bench, report)
    started = perf_counter()
    bench.show(_score(MANY))
    bench.settle()
    report.add(Line(f"{MANY:,} notes on screen", (perf_counter() - started) * 1000, "ms"))
    for whole in (False, True):
        _look_around(bench, report, whole)
    _drag(bench, report)
    bench.desk.close()
    bench.desk.centre.close()


def _score(count: int) -> Score:
    """Four voices of sixteenths and eighths that wander over the keyboard, the same each time."""
    draw = random.Random(count)
    notes = tuple(
        Note(
            120 * (i // 4),
            draw.choice((120, 240)),
            40 + 12 * (i % 4) + draw.randrange(14),
            draw.randrange(40, 120),
        )
        for i in range(count)
    )
    return Score(tracks=(Track("Many", 0, notes),))


def _open_few(bench: Bench, report: Report) -> None:
    content = midi_bytes(_score(FEW))
    reads = [bench.ms(lambda: midi_reading(content, "few.mid")) for _ in range(5)]
    shows = [bench.ms(lambda: bench.show(midi_reading(content, "few.mid").score)) for _ in range(9)]
    report.add(
        Line(f"{FEW:,} notes, bytes to painted, p50", percentile(shows, 0.5), "ms", "reading",
             percentile(reads, 0.5), "<= 100 ms")
    )  # fmt: skip


def _look_around(bench: Bench, report: Report, whole: bool) -> None:
    """Frames of a wheel that scrolls and zooms, at the size for writing or with as much in view as there can be."""
    where = "all in view" if whole else "writing size"
    bench.desk.roll.frame_notes()
    if whole:
        bench.ms(bench.desk.roll.zoom_to_all)
    for name, held in WHEEL.items():
        turns = [-120] * ROUNDS if name == "scroll" else [-60, 60] * (ROUNDS // 2)
        frames = [bench.ms(lambda turn=turn, held=held: bench.wheel(turn, held)) for turn in turns]
        for share in (0.5, 0.95):
            goal = "<= 16 ms" if share == 0.95 else ""
            what = f"{name} among {MANY:,}, {where}, p{share * 100:.0f}"
            report.add(Line(what, percentile(frames, share), "ms", goal=goal))


def _drag(bench: Bench, report: Report) -> None:
    """One note is dragged about in the middle of the piece."""
    roll, session = bench.desk.roll, bench.session
    note = session.score.track(0).notes[MANY // 2]
    geometry = roll.state.geometry.zoomed_time(0.1 / roll.state.geometry.px_per_tick, 0)
    left = note.start_ticks * geometry.px_per_tick - 600
    roll.state.look_at(geometry.scrolled_to(left, roll.state.geometry.top_px))
    roll.reveal(note.start_ticks, note.pitch)
    bench.settle()
    at = roll.point_of(note.start_ticks + note.duration_ticks / 2, note.pitch)
    press = bench.ms(lambda: bench.mouse(QEvent.Type.MouseButtonPress, at))
    places = [at + QPoint(12 * (i % 7) + 12, 16 * (i % 5)) for i in range(DRAGS)]
    frames = [bench.ms(lambda to=to: bench.mouse(QEvent.Type.MouseMove, to)) for to in places]
    release = bench.ms(lambda: bench.mouse(QEvent.Type.MouseButtonRelease, places[-1]))
    assert session.score.track(0).notes[MANY // 2] != note
    report.add(Line(f"press on one of {MANY:,}", press, "ms"))
    for share in (0.5, 0.95):
        goal = "<= 16 ms" if share == 0.95 else ""
        report.add(
            Line(f"drag of one of {MANY:,}, p{share * 100:.0f}", percentile(frames, share), "ms", goal=goal)
        )
    report.add(Line("its release", release, "ms"))
    undos = [bench.ms(lambda act=act: act(MUSIC)) for act in (session.undo, session.redo) * 5]
    report.add(Line("undo and redo of it, p95", percentile(undos, 0.95), "ms", goal="<= 50 ms"))
