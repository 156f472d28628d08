"""TimelineClock: the time of a timeline that plays, and how many of its frames were seen. GUI thread.

Invariant: a frame that is not ready when its time has come is left out; time itself never waits.
"""

from collections import deque
from collections.abc import Callable
from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer, Signal

LOOKS_PER_FRAME = 2  # so that a frame is at most half its length late


class TimelineClock(QObject):
    """`ticked(time_s)` comes once for every frame whose time has come, `ended` at the end of what does not loop."""

    ticked = Signal(float)
    ended = Signal()

    def __init__(self, parent: QObject, now: Callable[[], float] = perf_counter) -> None:
        super().__init__(parent)
        self._now = now
        self._timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.look)
        self._from_s, self._began, self._index = 0.0, 0.0, -1
        self._fps, self._length_s, self._loops = 24, 0.0, False
        self._due = 0
        self._seen: deque[float] = deque(maxlen=240)
        self._seen_in_all = 0

    @property
    def running(self) -> bool:
        return self._timer.isActive()

    @property
    def elapsed_s(self) -> float:
        """Seconds since the start."""
        return self._now() - self._began

    def start(self, from_s: float, fps: int, length_s: float, loops: bool) -> None:
        """Run from a time on. length_s 0: without end, as while recording."""
        self._from_s, self._began = from_s, self._now()
        self.change(fps, length_s, loops)
        self._index, self._due, self._seen_in_all = -1, 0, 0
        self._seen.clear()
        self.look()

    def change(self, fps: int, length_s: float, loops: bool) -> None:
        """Go on with another rate or length."""
        self._fps, self._length_s, self._loops = fps, length_s, loops
        self._timer.start(max(1, round(1000 / fps / LOOKS_PER_FRAME)))

    def stop(self) -> None:
        self._timer.stop()

    def look(self) -> None:
        """See what time it is."""
        index = int(self.elapsed_s * self._fps)
        if index <= self._index:
            return
        self._due += index - self._index
        self._index = index
        time_s = self._from_s + index / self._fps
        if self._length_s and time_s >= self._length_s:
            if not self._loops:
                self._timer.stop()
                self.ended.emit()
                return
            time_s %= self._length_s
        self.ticked.emit(time_s)

    def saw(self) -> None:
        """A frame was shown."""
        self._seen.append(self._now())
        self._seen_in_all += 1

    def seen_fps(self) -> float:
        """Frames a second that were shown of late."""
        if len(self._seen) < 2:
            return 0.0
        recent = [at for at in self._seen if at > self._seen[-1] - 1.0]
        return (len(recent) - 1) / (recent[-1] - recent[0]) if len(recent) > 1 else 0.0

    @property
    def dropped(self) -> int:
        """Frames whose time came and that were not shown; the one on its way is not counted."""
        return max(0, self._due - self._seen_in_all - 1)
