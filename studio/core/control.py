"""What moves a sound besides its notes: pedal, expression, bend and the other MIDI controllers, over time.

Pure values. A control holds until the next one of its controller; a track's controls are in order of time, and those
of one tick in the order in which they came (a MIDI parameter is told by several in a row).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from studio.core.errors import StudioError

MODULATION, VOLUME, PAN, EXPRESSION, SUSTAIN = 1, 7, 10, 11, 64
BEND, PRESSURE, PROGRAM = 128, 129, 130  # beyond MIDI's own 128 controllers
BEND_REACH = 8192
RESTING = {VOLUME: 100, PAN: 64, EXPRESSION: 127}
PARAMETERS = frozenset((6, 38, 96, 97, 98, 99, 100, 101))  # they mean something only one after the other


@dataclass(frozen=True, slots=True)
class Control:
    """From `ticks` on a controller stands at `value`: 0 to 127, of BEND -8192 to 8191."""

    ticks: int
    controller: int
    value: int

    def __post_init__(self) -> None:
        low, high = reach(self.controller)
        if self.ticks < 0 or not 0 <= self.controller <= PROGRAM or not low <= self.value <= high:
            raise StudioError(
                "That is not a valid score.",
                f"Controller {self.controller} at tick {self.ticks} with the value {self.value}.",
            )


@dataclass(frozen=True, slots=True)
class RawEvent:
    """A MIDI event that is kept as it came, though nothing here knows what it means: lyrics, system messages ..."""

    ticks: int
    data: bytes


def reach(controller: int) -> tuple[int, int]:
    """The lowest and highest value."""
    return (-BEND_REACH, BEND_REACH - 1) if controller == BEND else (0, 127)


def resting(controller: int) -> int:
    """Where a controller stands before anything is said."""
    return RESTING.get(controller, 0)


def value_at(controls: Iterable[Control], controller: int, ticks: int) -> int:
    """Where a controller stands at `ticks`, what happens there included."""
    value = resting(controller)
    for control in controls:
        if control.ticks > ticks:
            break
        if control.controller == controller:
            value = control.value
    return value


def painted(
    controls: Sequence[Control], controller: int, curve: Sequence[tuple[int, int]], end_ticks: int
) -> tuple[Control, ...]:
    """A controller's course replaced from the first point of `curve`, ascending (tick, value), to `end_ticks`, where
    it takes up what it was before. Points that change nothing are left out."""
    start = curve[0][0]
    own = [control for control in controls if control.controller == controller]
    others = [control for control in controls if control.controller != controller]
    points = [(c.ticks, c.value) for c in own if c.ticks < start] + list(curve)
    points.append((end_ticks, value_at(own, controller, end_ticks)))
    points += [(c.ticks, c.value) for c in own if c.ticks > end_ticks]
    return tuple(sorted([*others, *_changes(controller, points)], key=lambda c: c.ticks))


def _changes(controller: int, points: Iterable[tuple[int, int]]) -> Iterable[Control]:
    low, high = reach(controller)
    before = resting(controller)
    for ticks, value in points:
        value = min(max(value, low), high)
        if value != before:
            yield Control(ticks, controller, value)
        before = value


def without(controls: Iterable[Control], controller: int) -> tuple[Control, ...]:
    return tuple(control for control in controls if control.controller != controller)
