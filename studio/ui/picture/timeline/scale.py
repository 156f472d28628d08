"""TimeScale: where a time stands on the track, and what is written and pictured along it. Pure; no Qt."""

from dataclasses import dataclass
from itertools import pairwise

from studio.core.timeline import Timeline

MARGIN_PX = 28
EMPTY_S = 4.0
ROOM = 1.15  # how much of the track lies beyond the end, so that there is room to add
STEPS_S = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0)
MIN_STEP_PX = 56
CROWD_PX = 12


@dataclass(frozen=True, slots=True)
class Tile:
    """A small picture on the strip. x: its middle; key: the keyframe it belongs to, None between keyframes."""

    time_s: float
    x: int
    key: int | None = None


@dataclass(frozen=True, slots=True)
class TimeScale:
    """span_s lies between the margins of a track that many px wide."""

    width: int
    span_s: float = EMPTY_S

    @classmethod
    def of(cls, timeline: Timeline, width: int, playhead_s: float = 0.0) -> "TimeScale":
        """All of a timeline, and some room after it; and the playhead, wherever it is."""
        return cls(width, max(EMPTY_S, timeline.duration_s * ROOM, playhead_s))

    def shows(self, time_s: float) -> bool:
        """Whether a time lies on the track."""
        return time_s <= self.span_s

    @property
    def px_per_s(self) -> float:
        return max(1, self.width - 2 * MARGIN_PX) / self.span_s

    def x_of(self, time_s: float) -> int:
        return round(MARGIN_PX + time_s * self.px_per_s)

    def time_at(self, x: float) -> float:
        """Never before 0."""
        return max(0.0, (x - MARGIN_PX) / self.px_per_s)

    def ticks(self) -> tuple[tuple[float, ...], float]:
        """The times that are written on the ruler, and the step between them."""
        step = next((s for s in STEPS_S if s * self.px_per_s >= MIN_STEP_PX), STEPS_S[-1])
        return tuple(i * step for i in range(int(self.time_at(self.width) / step) + 1)), step

    def tiles(self, timeline: Timeline, side_px: int, gap_px: int = 2) -> tuple[Tile, ...]:
        """A picture at each keyframe, and as many between as there is room for; where keyframes crowd, as they do after
        a recording, not all of them have one."""
        keys: list[Tile] = []
        for i, key in enumerate(timeline.keyframes):
            x = self.x_of(key.time_s)
            if not keys or x - keys[-1].x >= CROWD_PX:
                keys.append(Tile(key.time_s, x, i))
        stops = [*keys]
        if timeline.closed and len(keys) > 1:
            stops.append(Tile(timeline.duration_s, self.x_of(timeline.duration_s)))
        between: list[Tile] = []
        for left, right in pairwise(stops):
            between += self._between(left, right, side_px + gap_px)
        return (*between, *stops[len(keys) :], *keys)

    def _between(self, left: Tile, right: Tile, pitch_px: int) -> list[Tile]:
        count = (right.x - left.x) // pitch_px - 1
        shares = [(i + 1) / (count + 1) for i in range(max(0, count))]
        times = [left.time_s + (right.time_s - left.time_s) * share for share in shares]
        return [Tile(time_s, self.x_of(time_s)) for time_s in times]


def snapped(time_s: float, fps: int) -> float:
    """The nearest frame."""
    return round(time_s * fps) / fps


def time_words(time_s: float) -> str:
    """Minutes, seconds and tenths, as 0:02.4."""
    tenths = round(time_s * 10)
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"
