"""Snap: the grid that notes fall on, counted from the start of each bar, so that it fits any metre."""

from dataclasses import dataclass

from studio.core.score import TICKS_PER_QUARTER, Score

FREE_LENGTH_TICKS = TICKS_PER_QUARTER // 4
FREE_NUDGE_TICKS = 10


@dataclass(frozen=True, slots=True)
class Snap:
    """A grid step by its name; 0 ticks means no grid."""

    label: str
    ticks: int

    @property
    def length_ticks(self) -> int:
        """How long a freshly drawn note is."""
        return self.ticks or FREE_LENGTH_TICKS

    @property
    def nudge_ticks(self) -> int:
        """How far an arrow key moves."""
        return self.ticks or FREE_NUDGE_TICKS

    def floor(self, score: Score, ticks: float) -> int:
        """The grid line at or before `ticks`."""
        whole = max(0, int(ticks))
        if not self.ticks:
            return whole
        bar = score.bar_start(score.bar_of(whole))
        return bar + (whole - bar) // self.ticks * self.ticks

    def next_line(self, score: Score, line: int) -> int:
        """The grid line after the grid line `line`: one step on, or the next bar line where that comes first."""
        return min(line + self.ticks, score.bar_start(score.bar_of(line) + 1)) if self.ticks else line + 1

    def nearest(self, score: Score, ticks: float) -> int:
        """The grid line closest to `ticks`, never before 0."""
        low = self.floor(score, ticks)
        if not self.ticks:
            return max(0, round(ticks))
        high = self.next_line(score, low)
        return low if ticks - low < high - ticks else high

    def ceil(self, score: Score, ticks: int) -> int:
        """The grid line at or after `ticks`."""
        low = self.floor(score, ticks)
        return low if low == ticks else self.next_line(score, low)


def _division(part: int, kind: str = "") -> Snap:
    above, below = {"": (1, 1), " triplet": (2, 3), " dotted": (3, 2)}[kind]
    return Snap(f"1/{part}{kind}", TICKS_PER_QUARTER * 4 * above // (part * below))


SNAPS = (
    _division(4),
    _division(8),
    _division(16),
    _division(32),
    *(_division(part, " triplet") for part in (4, 8, 16)),
    *(_division(part, " dotted") for part in (4, 8, 16)),
    Snap("Off", 0),
)
SIXTEENTH = SNAPS[2]
KINDS = ("", "triplet", "dotted")


def beside(snap: Snap, way: int) -> Snap:
    """The next finer grid of its kind (way 1), or the next coarser one (-1); beside no grid stands the finest."""
    kind = _kind(snap)
    same = sorted((one for one in SNAPS if one.ticks and _kind(one) == kind), key=lambda one: -one.ticks)
    if snap not in same:
        return same[-1]
    return same[min(max(same.index(snap) + way, 0), len(same) - 1)]


def other_kind(snap: Snap) -> Snap:
    """The same note value straight, as a triplet, dotted, and straight again; what has no such kind is left out."""
    value = snap.label.partition(" ")[0]
    turn = [f"{value} {kind}".strip() for kind in KINDS]
    known = [one for label in turn for one in SNAPS if one.label == label]
    return known[(known.index(snap) + 1) % len(known)] if snap in known else snap


def _kind(snap: Snap) -> str:
    return snap.label.partition(" ")[2]
