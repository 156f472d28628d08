"""How soon a person sees what a model writes: the first bar and the last, in the real window, as it is painted; and how
soon the idea that shows follows a hand on the square of moods.
"""

from collections.abc import Callable
from time import perf_counter

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer

from studio.core.mood import Mood
from studio.core.score import Note
from studio.core.session import MUSIC
from studio.ui.music.desk import MusicDesk
from tests.benchmarks.report import Line, Report, percentile
from tests.benchmarks.window import Bench

ROUNDS, DRAGS, GOAL = 7, 60, "<= 250 ms"
PHRASE = tuple(Note(240 * i, 240, pitch, 84) for i, pitch in enumerate((74, 71, 67, 71, 74, 79, 78, 76)))
ASKS = (("melody-lstm", 4, 4), ("melody-lstm", 16, 8), ("piano-texture", 4, 4), ("piano-texture", 16, 8))
PATIENCE_MS = 30_000


def measure(report: Report) -> None:
    bench = Bench()
    desk = bench.studio.music
    bench.studio.window.show_desk(MUSIC)
    bench.studio.window.show()
    bench.studio.session.add_notes(0, PHRASE, "Write")
    report.section("From the wish to the first bar on the screen")
    for model_id, bars, ideas in ASKS:
        _ask_lines(report, desk, model_id, (bars, ideas))
    desk.compose.form.mood.show_mood(Mood(0.3, 0.6))
    _ask_lines(report, desk, "melody-lstm", (16, 8), ", in a mood: the best of 8 each")
    desk.cowriter.choose_model("melody-lstm")
    _drag_lines(report, desk)
    bench.studio.window.close()


def _ask_lines(
    report: Report, desk: MusicDesk, model_id: str, size: tuple[int, int], words: str = ""
) -> None:
    desk.cowriter.choose_model(model_id)
    desk.compose.form.bars_box.setValue(size[0])
    desk.compose.form.ideas_box.setValue(size[1])
    first, last = [], []
    for _ in range(ROUNDS + 1):
        desk.cowriter.reject()
        desk.compose.roll_seed()
        started = perf_counter()
        desk.cowriter.continue_()
        _until(desk, lambda: bool(desk.roll.state.ghosts))
        first.append((perf_counter() - started) * 1000)
        _until(desk, lambda: not desk.cowriter.is_waiting)
        last.append((perf_counter() - started) * 1000)
    what = f"{model_id}, {size[0]} bars, {size[1]} ideas{words}"
    report.add(Line(f"{what}: first bar", percentile(first[1:], 0.5), "ms", goal=GOAL))
    report.add(Line("all of it", percentile(last[1:], 0.5), "ms"))


def _drag_lines(report: Report, desk: MusicDesk) -> None:
    """A hand that moves 60 times a second over the square, while four bars of four ideas stand."""
    desk.compose.form.bars_box.setValue(4)
    desk.compose.form.ideas_box.setValue(4)
    desk.cowriter.reject()
    desk.cowriter.continue_()
    _until(desk, lambda: not desk.cowriter.is_waiting)
    square, gaps, last = desk.compose.form.mood.square, [], perf_counter()

    def came(_: object) -> None:
        nonlocal last
        gaps.append((perf_counter() - last) * 1000)
        last = perf_counter()

    connection = desk.cowriter.ghosts_changed.connect(came)
    for step in range(DRAGS):
        square.take(Mood.near(-1 + 2 * step / DRAGS, -0.8 + 1.6 * step / DRAGS))
        _pause(16)
    desk.cowriter.ghosts_changed.disconnect(connection)
    report.section("A hand on the square of moods")
    report.add(Line("from one answer to the next, median", percentile(gaps, 0.5), "ms"))
    report.add(Line("from one answer to the next, 95th percentile", percentile(gaps, 0.95), "ms"))


class _Painted(QObject):
    """Ends a loop with the first paint of the roll for which something holds."""

    def __init__(self, loop: QEventLoop, holds: Callable[[], bool]) -> None:
        super().__init__()
        self._loop, self._holds = loop, holds

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._holds():
            QTimer.singleShot(0, self._loop.quit)
        return False


def _until(desk: MusicDesk, holds: Callable[[], bool]) -> None:
    loop, grid = QEventLoop(), desk.roll.grid
    painted = _Painted(loop, holds)
    grid.installEventFilter(painted)
    QTimer.singleShot(PATIENCE_MS, loop.quit)
    loop.exec()
    grid.removeEventFilter(painted)


def _pause(ms: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()
