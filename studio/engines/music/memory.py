"""What melodies that grow side by side have played, and where in bar and phrase they are: tables by time. Torch-free.

Invariant: what is looked up here is what ev.MelodyWriter and ev.Frame say one melody at a time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from studio.core.score import Note
from studio.engines.music import events as ev
from studio.engines.music.drawing import Bools, Ints
from studio.engines.music.region import RegionPlan, Ticks

_NO_SOUND = len(ev.DURATIONS)


def snapped(ticks: Ticks) -> Ticks:
    found: Ticks = (ticks + ev.GRID // 2) // ev.GRID * ev.GRID
    return found


class Memory:
    """What each line has played, by time in cells of GRID ticks, so that it can look whole bars back; and where in bar
    and phrase each cell lies."""

    def __init__(self, plan: RegionPlan, begin_ticks: int, lines: int) -> None:
        bar = plan.frame.bar_ticks
        self._begin = ev.snapped(begin_ticks)
        back = max(ev.LOOKBACK_BARS) * bar
        self._origin = (ev.snapped(plan.start) - back) // ev.GRID * ev.GRID - ev.GRID
        self._backs = np.array(ev.LOOKBACK_BARS) * bar  # (4,)
        self._off_grid = self._backs % ev.GRID != 0
        self._exact = not self._off_grid.any()
        self._cells_back = self._backs // ev.GRID
        size = (plan.end - self._origin) // ev.GRID + 4
        self._last = size - 2  # the one behind it is written, never read
        self._heard = np.empty((lines, size, 2), np.int16)
        self._heard[..., 0], self._heard[..., 1] = ev.NO_ONSET, _NO_SOUND
        early = max(0, -(-(self._begin - self._origin) // ev.GRID))
        self._heard[:, :early, 0] = ev.TOO_EARLY
        self._lines = np.arange(lines)
        self._put_places(plan, size)

    def _put_places(self, plan: RegionPlan, size: int) -> None:
        """places (cells, 2) and onset_places (cells, 3): position, bar in the phrase and, of an onset, the chord, the
        latter counted through as in the network's table; chords (cells, 3), empty where none are told."""
        frame = plan.frame
        ticks = self._origin + np.arange(size) * ev.GRID
        bars, within = np.divmod(snapped(ticks - frame.origin_ticks), frame.bar_ticks)
        position, phrase = np.minimum(within // ev.GRID, ev.POSITIONS - 1), bars % ev.PHRASE_BARS
        self.places: Ints = np.stack([position, phrase], 1)
        sounding = np.full(size, ev.NO_CHORD)
        self.chords: Ints = np.empty((0, 3), np.int64)
        if frame.chords.starts:
            self.chords = np.array([frame.chords.columns(int(at)) for at in ticks])
            sounding = self.chords[:, 0]
        starts = np.array([0, *ev.PLACES[:-1]]).cumsum()
        self.onset_places: Ints = np.stack([position, phrase, sounding], 1) + starts

    def cells(self, ticks: Ticks) -> Ints:
        """The cells of snapped times; all that lies behind the region is one."""
        found: Ints = np.minimum((ticks - self._origin) // ev.GRID, self._last)
        return found

    def recall(self, note: Note, frame: ev.Frame) -> None:
        """A note that all lines have heard."""
        start = ev.snapped(note.start_ticks)
        length = max(ev.snapped(note.end_ticks), start + ev.GRID) - start
        if start >= self._origin:
            pitch = ev.pitch_class_of(note.pitch, frame.base_pitch)
            self._heard[:, (start - self._origin) // ev.GRID] = pitch, ev.nearest(ev.DURATIONS, length)

    def put(self, lines: Bools | None, starts: Ticks, pitches: Ints, durations: Ints) -> None:
        """These lines, or all, have played notes."""
        at = self.cells(starts)
        if lines is not None:
            at = np.where(lines, at, self._last + 1)
        self._heard[self._lines, at, 0] = pitches
        self._heard[self._lines, at, 1] = durations

    def back_from(self, ends: Ticks, cells: Ints) -> NDArray[np.int16]:
        """(lines, 2 * look backs): pitch and duration of the note that began so many bars ago."""
        found: NDArray[np.int16] = self._heard[self._lines[:, None], cells[:, None] - self._cells_back]
        if not self._exact:
            ago = ends[:, None] - self._backs
            none = np.where(ago < self._begin, ev.TOO_EARLY, ev.NO_ONSET)
            found[:, self._off_grid, 0] = none[:, self._off_grid]
            found[:, self._off_grid, 1] = _NO_SOUND
        return found.reshape(len(ends), -1)
