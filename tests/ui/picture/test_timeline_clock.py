"""The clock of a timeline that plays: time goes on, whether frames are ready or not."""

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from studio.ui.picture.timeline_clock import TimelineClock


class Now:
    """A time that only the test moves."""

    def __init__(self) -> None:
        self.s = 100.0

    def __call__(self) -> float:
        return self.s


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def clock(qtbot: QtBot, now: Now) -> TimelineClock:
    owner = QObject()
    made = TimelineClock(owner, now)
    made.setProperty("owner", owner)
    yield made
    made.stop()


def run(clock: TimelineClock, now: Now, *steps_s: float) -> list[float]:
    heard: list[float] = []
    clock.ticked.connect(heard.append)
    for step in steps_s:
        now.s += step
        clock.look()
    clock.ticked.disconnect(heard.append)
    return heard


def test_a_frame_comes_once_and_late_ones_are_left_out(clock: TimelineClock, now: Now) -> None:
    clock.start(1.0, 10, 5.0, False)
    assert run(clock, now, 0.05, 0.06, 0.01, 0.35) == pytest.approx([1.1, 1.4])


def test_a_loop_goes_round_and_an_end_is_told(clock: TimelineClock, now: Now) -> None:
    ends: list[bool] = []
    clock.ended.connect(lambda: ends.append(True))
    clock.start(0.0, 10, 1.0, True)
    assert run(clock, now, 0.91, 0.2) == pytest.approx([0.9, 0.1])
    clock.change(10, 1.0, False)
    assert run(clock, now, 1.0) == []
    assert ends == [True]
    assert not clock.running


def test_dropped_frames_are_counted(clock: TimelineClock, now: Now) -> None:
    clock.start(0.0, 10, 100.0, False)
    for _ in range(10):
        now.s += 0.2  # every other frame's time passes unseen
        clock.look()
        clock.saw()
    assert clock.dropped == 10
    assert clock.seen_fps() == pytest.approx(5.0)


def test_a_recording_has_no_end(clock: TimelineClock, now: Now) -> None:
    clock.start(3.0, 24, 0.0, False)
    assert run(clock, now, 1000.0) == pytest.approx([1003.0])
    assert clock.running
