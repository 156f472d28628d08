"""Geometry: where a tick and a pitch lie in the roll. Immutable; every zoom or scroll is a new value.

x grows with time, y downwards from pitch 127. Pixels are those of the visible part: (0, 0) is its top left corner.
"""

from dataclasses import dataclass, replace

MIN_PX_PER_TICK, MAX_PX_PER_TICK = 0.008, 1.6
MIN_ROW_PX, MAX_ROW_PX = 5, 32
PITCHES = 128
FITTED_SHARE, FITTED_ROW_PX, SPARE_ROWS = 0.9, 22, 4


@dataclass(frozen=True, slots=True)
class Geometry:
    """left_px and top_px say how far the content is scrolled; rows are whole pixels high, so that they stay crisp."""

    px_per_tick: float = 0.1
    row_px: int = 16
    left_px: float = 0.0
    top_px: float = 0.0

    def x_of(self, ticks: float) -> int:
        return round(ticks * self.px_per_tick - self.left_px)

    def ticks_at(self, x_px: float) -> float:
        return max(0.0, (x_px + self.left_px) / self.px_per_tick)

    def y_of(self, pitch: int) -> int:
        """The top of a pitch's row."""
        return round((PITCHES - 1 - pitch) * self.row_px - self.top_px)

    def pitch_at(self, y_px: float) -> int:
        row = int((y_px + self.top_px) // self.row_px)
        return min(max(PITCHES - 1 - row, 0), PITCHES - 1)

    def height_at(self, y_px: float) -> float:
        """As pitch_at, between the rows too: the row of pitch 60 reaches from 60 to 61."""
        return PITCHES - (y_px + self.top_px) / self.row_px

    def y_at(self, height: float) -> float:
        return (PITCHES - height) * self.row_px - self.top_px

    @property
    def content_height_px(self) -> int:
        return PITCHES * self.row_px

    def scrolled_to(self, left_px: float, top_px: float) -> "Geometry":
        return replace(self, left_px=max(0.0, left_px), top_px=max(0.0, top_px))

    def zoomed_time(self, factor: float, at_px: float) -> "Geometry":
        """Stretch time; the tick under `at_px` stays where it is."""
        scale = min(max(self.px_per_tick * factor, MIN_PX_PER_TICK), MAX_PX_PER_TICK)
        left = self.ticks_at(at_px) * scale - at_px
        return replace(self, px_per_tick=scale, left_px=max(0.0, left))

    def zoomed_pitch(self, steps: int, at_px: float) -> "Geometry":
        """Make rows higher or lower by whole pixels; the pitch under `at_px` stays where it is."""
        row = min(max(self.row_px + steps, MIN_ROW_PX), MAX_ROW_PX)
        top = (at_px + self.top_px) / self.row_px * row - at_px
        return replace(self, row_px=row, top_px=max(0.0, top))

    def fitted(self, span: tuple[int, int], pitches: tuple[int, int], size: tuple[int, int]) -> "Geometry":
        """A stretch of time and pitches (both ends included) across a view of a size, with some room around."""
        (start, end), (low, high), (width, height) = span, pitches, size
        scale = width * FITTED_SHARE / max(1, end - start)
        scale = min(max(scale, MIN_PX_PER_TICK), MAX_PX_PER_TICK)
        row = min(max(height // (high - low + 1 + SPARE_ROWS), MIN_ROW_PX), FITTED_ROW_PX)
        left = max(0.0, (start + end) / 2 * scale - width / 2)
        return Geometry(scale, row, left).centred_on((low + high) // 2, height)

    def centred_on(self, pitch: int, height_px: int) -> "Geometry":
        """The same place in time, with `pitch` in the middle of a view that is `height_px` high."""
        top = (PITCHES - 1 - pitch + 0.5) * self.row_px - height_px / 2
        return replace(self, top_px=min(max(0.0, top), max(0.0, self.content_height_px - height_px)))
