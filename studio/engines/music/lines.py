"""All candidates of a compose request as they grow, side by side in arrays. Torch-free.

Invariants: those of a RegionPlan; row k of every array belongs to line k, and depends on no other row; a line that has
to end on a certain note always keeps room for it. What the network sees is what ev.MelodyWriter would show it.
"""

from __future__ import annotations

import numpy as np

from studio.engines.music import events as ev
from studio.engines.music.drawing import Bools, Floats, Ints
from studio.engines.music.memory import Memory, snapped
from studio.engines.music.region import FAR, RegionPlan, Ticks

_SHIFTS, _DURATIONS = np.array(ev.SHIFTS), np.array(ev.DURATIONS)
_SHIFT_TICKS = np.append(_SHIFTS, 0)
_LONGEST = ev.DURATIONS[-1]
_STEPS = _LONGEST // ev.GRID
_NEAREST_SHIFT = np.array([ev.nearest(ev.SHIFTS, i * ev.GRID) for i in range(_STEPS + 1)])
_NEAREST_DURATION = np.array([ev.nearest(ev.DURATIONS, i * ev.GRID) for i in range(_STEPS + 1)])
_LOOKED_BACK = slice(ev.ANCHOR_DISTANCE + 1, ev.ANCHOR_DISTANCE + 1 + 2 * len(ev.LOOKBACK_BARS))


def _bias(allowed: Bools) -> Floats:
    return np.where(allowed, np.float32(0), np.float32(-np.inf))


def _below(size: int) -> Floats:
    """(size + 1, size): row n allows the first n."""
    return _bias(np.arange(size) < np.arange(size + 1)[:, None])


_SHIFT_BELOW = _below(ev.NO_MORE + 1)
_SHIFT_FROM = _bias(np.arange(ev.NO_MORE + 1) >= np.arange(ev.NO_MORE + 1)[:, None])
_SHIFT_ON = _SHIFT_FROM + _SHIFT_BELOW[ev.NO_MORE]  # never NO_MORE
_SHIFT_ON[ev.NO_MORE] = _SHIFT_ON[0]  # nothing reaches so far: any will do, see begin_notes
_DURATION_BELOW = _below(len(ev.DURATIONS))


def _same(ticks: Ticks) -> Ticks:
    return ticks


def _on_grid(plan: RegionPlan) -> bool:
    """Whether all times that can come up are multiples of GRID, so that none needs snapping."""
    spaces = plan.spaces
    told = [plan.end, plan.frame.bar_ticks, spaces.first_free, *(n for slot in plan.rhythm for n in slot)]
    fixed = [
        ticks for f in spaces.fixed for ticks in (f.begins, f.busy, f.note.start_ticks, f.note.end_ticks)
    ]
    return not any(ticks % ev.GRID for ticks in (*told, *fixed))


class Lines:
    """The engine asks for rows and masks, draws, and hands the choices back. Device thread only.

    onset, end: of the last note, as the network sees them; busy: from where on a new note may sound; ahead: how many
    fixed notes have been passed; start: where the note being written begins; live: which are not done; all_begun:
    whether all are writing a note just now; done: whether none is left."""

    def __init__(self, plan: RegionPlan, writer: ev.MelodyWriter, lines: int) -> None:
        self.plan, self.count = plan, lines
        self.live = np.ones(lines, bool)
        self.busy = np.full(lines, plan.spaces.first_free)
        self.onset, self.end = np.full(lines, writer.onset_ticks), np.full(lines, writer.end_ticks)
        self.ahead, self.start = np.zeros(lines, np.int64), np.zeros(lines, np.int64)
        self.written = np.zeros(lines, np.int64)
        self._limits = np.minimum(plan.end, plan.spaces.begins)
        self.limit = self._limits[self.ahead]
        self._snapped = _same if _on_grid(plan) else snapped
        self._rested, self.all_begun, self._opens, self.done = True, False, True, False
        self._slot = 0  # of the rhythm
        self._in_tune = np.zeros(lines, bool)  # whether the last note is one to end on
        self._later = plan.spaces.notes_after(plan.unit)
        self._rows = np.zeros((lines, ev.COLUMNS), np.int64)
        self._rows[:] = writer.row()
        self._memory = Memory(plan, writer.begin_ticks, lines)
        for note in plan.context:
            self._memory.recall(note, plan.frame)
        fixed = plan.spaces.fixed
        self._fixed_pitches = np.array(
            [ev.pitch_class_of(f.note.pitch, plan.frame.base_pitch) for f in fixed] + [ev.NO_ANCHOR[0]]
        )
        self._fixed_ends = np.array([f.note.end_ticks for f in fixed] + [FAR])
        self._masks = _bias(np.stack([plan.pitches, plan.first, plan.last, plan.first & plan.last]))

    # --- what the network sees ---------------------------------------------------------------------------

    def rows(self) -> Ints:
        """(lines, COLUMNS), the next fixed note written in."""
        self._rest()
        frame, own, cells = self.plan.frame, self._rows, self._memory.cells(self.end)
        own[:, ev.POSITION : ev.PHRASE + 1] = self._memory.places[cells]
        if self.plan.closes:
            left = (self.plan.end - self.end) // frame.bar_ticks
            own[:, ev.LEFT] = np.clip(left, 0, ev.UNKNOWN_LEFT - 1)
        if self.plan.spaces.fixed:
            self._announce()
        own[:, _LOOKED_BACK] = self._memory.back_from(self.end, cells)
        if len(self._memory.chords):
            own[:, ev.CHORD :] = self._memory.chords[cells]
        return self._rows

    def _rest(self) -> None:
        """Let the last notes ring on to where the next may begin, as MelodyWriter.rest_until does."""
        until = self._snapped(self.busy)
        longer = until > self.end
        if not (self._rested or longer.any()):
            return  # every line ends in a note of its own
        self._rested = False
        far = self.busy - self.onset > _LONGEST
        if far.any():
            bar = self.plan.frame.bar_ticks
            self.onset += np.where(far, (until - self.onset) // bar * bar, 0)
        np.copyto(self.end, until, where=longer)
        rings = longer & (self._rows[:, ev.DURATION] != ev.BEGIN_DURATION) & (self.end > self.onset)
        steps = np.minimum((self.end - self.onset) // ev.GRID, _STEPS)
        np.copyto(self._rows[:, ev.DURATION], _NEAREST_DURATION[steps], where=rings)

    def _announce(self) -> None:
        gap = np.maximum(0, snapped(self.plan.spaces.starts[self.ahead]) - self.end) // 60
        near = gap < ev.DISTANCES - 1
        self._rows[:, ev.ANCHOR_PITCH] = np.where(near, self._fixed_pitches[self.ahead], ev.NO_ANCHOR[0])
        self._rows[:, ev.ANCHOR_DISTANCE] = np.where(near, gap, ev.NO_ANCHOR[1])

    def places(self) -> Ints:
        """(lines, 3): where the notes being written begin, in numbers of the network's table of onsets."""
        return self._memory.onset_places[self._memory.cells(self._snapped(self.start))]

    # --- when the next note begins -----------------------------------------------------------------------

    def shift_mask(self) -> Floats:
        """(lines, SHIFTS + 1): shifts to a free moment; those past the limit mean "the fixed note next", or the end;
        the last is NO_MORE, for a tune's last bar."""
        low = np.searchsorted(_SHIFTS, self.busy - self.onset - ev.GRID, "right")
        if not (self._opens or self.plan.closes or self.plan.needed):
            return _SHIFT_ON[low]
        low[low == ev.NO_MORE] = 0
        inside = np.searchsorted(_SHIFTS, self.limit - ev.GRID - self.onset, "left")
        high = np.full(self.count, ev.NO_MORE)
        if self.plan.closes:
            high[self.plan.end - self.busy < self.plan.frame.bar_ticks] += 1
        if self._opens:
            self._open(low, high, inside)
        if self.plan.needed:
            self._keep_room(high, inside)
        low = np.where(low < high, low, np.maximum(high - 1, 0))  # at once, where no later one is left
        masks: Floats = _SHIFT_FROM[low] + _SHIFT_BELOW[np.maximum(high, 1)]
        return masks

    def _open(self, low: Ints, high: Ints, inside: Ints) -> None:
        """An answer is never empty where nothing is fixed within it; a tune begins where it is asked to."""
        if self.plan.spaces.begins[0] >= self.plan.end:
            some = inside > low
            np.copyto(high, inside, where=some)
            if not self.plan.context:
                low[some], high[some] = 0, 1

    def _keep_room(self, high: Ints, inside: Ints) -> None:
        """Lower `high` where passing on, or beginning late, would leave no room for the notes that must come."""
        missing = self._missing() - self._later[self.ahead]
        latest = self.limit - np.maximum(missing, 1) * self.plan.unit
        in_time = np.searchsorted(_SHIFTS, latest - self.onset, "right")
        np.copyto(high, np.minimum(high, np.minimum(inside, in_time)), where=missing > 0)
        np.copyto(high, np.minimum(high, ev.NO_MORE), where=self._missing() > 0)  # it is not over yet

    def _missing(self) -> Ints:
        """How many notes must still come."""
        last = np.where(self._in_tune | (not self.plan.must_end), 0, 1)
        return np.where(self.written == 0, self.plan.needed, last)

    def begin_notes(self, shifts: Ints) -> Bools:
        """Which lines now begin a note, at `start`; of the others some pass a fixed note and the rest are done."""
        onsets = np.maximum(self.onset + _SHIFT_TICKS[shifts], self.busy)
        begun: Bools = self.live & (shifts != ev.NO_MORE) & (onsets + ev.GRID < self.limit)
        self.all_begun = bool(np.logical_and.reduce(begun))
        if self.all_begun:
            self.start = onsets
            return begun
        np.copyto(self.start, onsets, where=begun)
        rest = self.live & ~begun
        if rest.any():
            self.live &= shifts != ev.NO_MORE
            self.pass_fixed(rest & self.live)
            self.done = not self.live.any()
        return begun

    def pass_fixed(self, lines: Bools) -> None:
        """These lines go on behind their next fixed note; those that have none left are done."""
        spaces = self.plan.spaces
        self.all_begun, self._rested = False, True
        passing = lines & (spaces.begins[self.ahead] < self.plan.end)
        self.live &= ~lines | passing
        if passing.any():
            at = np.where(passing, self.ahead, len(spaces.fixed))
            self._play(passing, snapped(spaces.starts[at]), self._fixed_ends[at], self._fixed_pitches[at])
            np.copyto(self.busy, spaces.busy[at], where=passing)
            self.ahead += passing
            self.limit = self._limits[self.ahead]

    def follow_rhythm(self) -> Bools:
        """All lines begin the next note of the rhythm, or pass the fixed note before it."""
        start, _ = self.plan.rhythm[self._slot]
        if self.plan.spaces.begins[self.ahead[0]] < start:
            self.pass_fixed(self.live)
            return np.zeros(self.count, bool)
        self.start[:] = start
        self.all_begun = True
        return self.live.copy()

    # --- which pitch and how long ------------------------------------------------------------------------

    def pitch_mask(self) -> Floats:
        """(1 or lines, PITCHES): what is allowed for the notes being written."""
        if not self.plan.needed:
            return self._masks[:1]
        first = self.written == 0
        if not self.plan.must_end:
            return self._masks[first.astype(np.int64)]
        if self.plan.rhythm:
            return self._masks[first + 2 * (self._slot == len(self.plan.rhythm) - 1)]
        room = (self.limit - self.start) // self.plan.unit + self._later[self.ahead]
        masks: Floats = self._masks[first + 2 * (room < 2)]
        return masks

    def duration_mask(self, pitches: Ints) -> Floats:
        """(lines, DURATIONS): those that end by the limit, and leave room for a last note where one must come."""
        fitting = np.searchsorted(_DURATIONS, self.limit + ev.GRID - self.start, "left")
        if self.plan.must_end:
            short = ~self.plan.last[pitches] & (self._later[self.ahead] < 1)
            room = self.limit - self.plan.unit - self.start
            np.copyto(fitting, np.searchsorted(_DURATIONS, room, "right"), where=short)
        return _DURATION_BELOW[np.maximum(fitting, 1)]

    def rhythm_ends(self) -> Ticks:
        """(lines,): where the notes being written end in the rhythm."""
        start, length = self.plan.rhythm[self._slot]
        self._slot += 1
        self.done = self._slot == len(self.plan.rhythm)
        return np.full(self.count, start + length)

    def end_notes(self, durations: Ints) -> Ticks:
        """(lines,): where the notes being written end."""
        return np.minimum(self.start + _DURATIONS[durations], self.limit)

    def take_notes(self, begun: Bools, ends: Ticks, pitches: Ints) -> tuple[Ints, Ints]:
        """Write notes; returns their shift and duration classes."""
        classes = self._play(begun, self._snapped(self.start), ends, pitches)
        np.copyto(self.busy, ends, where=begun)
        if self.plan.must_end:
            np.copyto(self._in_tune, self.plan.last[pitches], where=begun)
        self.written += begun
        self._opens = False
        return classes

    def _play(self, lines: Bools, first: Ticks, ends: Ticks, pitches: Ints) -> tuple[Ints, Ints]:
        """As MelodyWriter.play does, with notes from `first`, which is snapped."""
        last = np.maximum(self._snapped(ends), first + ev.GRID)
        shifts = _NEAREST_SHIFT[np.minimum(np.maximum((first - self.onset) // ev.GRID, 0), _STEPS)]
        durations = _NEAREST_DURATION[np.minimum((last - first) // ev.GRID, _STEPS)]
        where = None if self.all_begun else lines
        columns = ((ev.PITCH, pitches), (ev.DURATION, durations), (ev.SHIFT, shifts))
        if where is None:
            for column, values in columns:
                self._rows[:, column] = values
            self.onset[:], self.end[:] = first, last
        else:
            for column, values in columns:
                np.copyto(self._rows[:, column], values, where=where)
            np.copyto(self.onset, first, where=where)
            np.copyto(self.end, last, where=where)
        self._memory.put(where, first, pitches, durations)
        return shifts, durations

    def passed(self) -> int:
        """Up to where every line is final."""
        if self.done:
            return self.plan.end
        now = self.busy if self.all_begun else np.where(self.live, self.busy, self.plan.end)
        return max(int(np.minimum.reduce(now)), self.plan.start)

    @property
    def progress(self) -> int:
        """How many ticks of the region the first line has come."""
        return max(0, int(self.busy[0]) - self.plan.start)
