"""Gestures: what the pointer does between press and release. Each starts from the score at the press.

Invariant: `move` is idempotent (it always computes from the base score), and `cancel` brings the base back.
"""

from dataclasses import dataclass, replace

from studio.core.exchange import exchanged
from studio.core.score import Note, NoteId
from studio.ui.music.pianoroll import edits
from studio.ui.music.pianoroll.state import Marquee, RollState

SHORTEST_TICKS = 30
STRAIGHT_PX = 4  # less than this sideways is a move straight up or down, which leaves the time alone


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the pointer is; `free` (Shift held) leaves the grid aside. `height` says where in the pitch's row."""

    ticks: float
    pitch: int
    free: bool = False
    height: float = 0.0


class Gesture:
    """One press-drag-release. `kind` names it for undo merging."""

    kind = "gesture"

    def __init__(self, state: RollState) -> None:
        self.state = state
        self.base = state.score
        self.name = state.gesture_name(self.kind)

    def move(self, to: Pointer) -> None:
        """Follow the pointer."""

    def release(self) -> None:
        self.state.end_gesture()

    def cancel(self) -> None:
        """Escape: as if it had not been."""
        self.state.commit(self.base, "Cancel", self.name)
        self.release()

    def snapped(self, ticks: float, free: bool) -> int:
        return max(0, round(ticks)) if free else self.state.snap.nearest(self.base, ticks)


class Move(Gesture):
    """Moves the selected notes; `copy` leaves the old ones where they are."""

    kind = "move"

    def __init__(self, state: RollState, anchor: Note, grabbed: Pointer, copy: bool) -> None:
        super().__init__(state)
        self.anchor, self.grabbed, self.copy = anchor, grabbed, copy
        self.notes, self.ids = state.chosen, state.selection
        self._last = (0, 0)

    def move(self, to: Pointer) -> None:
        raw = to.ticks - self.grabbed.ticks
        start = self.snapped(self.anchor.start_ticks + raw, to.free)
        sideways = abs(raw) * self.state.geometry.px_per_tick >= STRAIGHT_PX
        shift = (start - self.anchor.start_ticks if sideways else 0, to.pitch - self.grabbed.pitch)
        if shift == self._last:
            return
        if shift[1] != self._last[1]:
            pitch = self.state.tuned(min(max(self.anchor.pitch + shift[1], 0), 127))
            self.state.auditioned.emit(pitch, self.anchor.velocity)
        self._last = shift
        moved = edits.moved(self.notes, *shift)
        self._put(tuple(replace(n, pitch=self.state.tuned(n.pitch)) for n in moved) if shift[1] else moved)

    def go_home(self) -> None:
        """The notes where they were, while the hand holds them over something else."""
        self._last = (0, 0)
        self.state.commit(self.base, "Move notes", self.name)
        self.state.select(self.ids)

    def _put(self, notes: tuple[Note, ...]) -> None:
        track = self.state.track_index
        if self.copy:
            after = self.base.with_notes_added(track, edits.unnamed(notes))
            self.state.commit_new(after, "Copy notes", self.name, self.base)
        else:
            after = exchanged(self.base, track, self.notes, notes)
            self.state.commit(after, "Move notes", self.name)

    def cancel(self) -> None:
        super().cancel()
        self.state.select(self.ids)


class Resize(Gesture):
    """Moves the left or right edge of the selected notes."""

    kind = "resize"

    def __init__(self, state: RollState, anchor: Note, left: bool) -> None:
        super().__init__(state)
        self.anchor, self.left, self.notes = anchor, left, state.chosen

    def move(self, to: Pointer) -> None:
        edge = self.anchor.start_ticks if self.left else self.anchor.end_ticks
        shift = self.snapped(to.ticks, to.free) - edge
        change = edits.start_moved if self.left else edits.end_moved
        notes = change(self.notes, shift, SHORTEST_TICKS if to.free else self.state.snap.length_ticks)
        after = exchanged(self.base, self.state.track_index, self.notes, notes)
        self.state.commit(after, "Change length", self.name)


class Draw(Gesture):
    """Puts down a note, or a stamp's chord, of the grid's length; dragging on makes it longer, and moves a chord."""

    kind = "draw"

    def __init__(self, state: RollState, at: Pointer) -> None:
        super().__init__(state)
        start = round(at.ticks) if at.free else state.snap.floor(self.base, at.ticks)
        end = state.snap.next_line(self.base, start) if state.snap.ticks else start + state.snap.length_ticks
        self.start, self.end, self.pitch = start, max(start + 1, end), at.pitch
        self._put(self._notes(self.end), heard=True)

    def move(self, to: Pointer) -> None:
        end = max(self.end, self.snapped(to.ticks, to.free))
        moves = self.state.stamp.is_chord and to.pitch != self.pitch
        self.pitch = to.pitch if moves else self.pitch
        self._put(self._notes(end), heard=moves)

    def _notes(self, end: int) -> tuple[Note, ...]:
        return self.state.pen_notes(self.start, end - self.start, self.pitch, self.base)

    def _put(self, notes: tuple[Note, ...], heard: bool) -> None:
        if heard:
            self.state.audition(notes)
        after = edits.put_down(self.base, self.state.track_index, notes)
        label = "Draw a note" if len(notes) == 1 else "Draw a chord"
        self.state.commit_new(after, label, self.name, self.base)


class Erase(Gesture):
    """Wipes out every note that the pointer touches."""

    kind = "erase"

    def __init__(self, state: RollState, at: Pointer) -> None:
        super().__init__(state)
        self._gone: dict[NoteId, Note] = {}
        self._last = at.ticks
        self.move(at)

    def move(self, to: Pointer) -> None:
        low, high = sorted((self._last, to.ticks))
        touched = {n.id: n for n in self.state.index.between(low, high + 1) if n.pitch == to.pitch}
        self._last = to.ticks
        if touched:
            self._gone |= touched
            after = exchanged(self.base, self.state.track_index, tuple(self._gone.values()), ())
            self.state.commit(after, "Erase notes", self.name)


class Box(Gesture):
    """Selects the notes inside a box, beside those of `keep`."""

    kind = "box"

    def __init__(self, state: RollState, at: Pointer, keep: frozenset[NoteId]) -> None:
        super().__init__(state)
        self.corner, self.keep, self.before = at, keep, state.selection
        state.select(keep)

    def move(self, to: Pointer) -> None:
        start, end = sorted((self.corner.ticks, to.ticks))
        low, high = sorted((self.corner.pitch, to.pitch))
        inside = {n.id for n in self.state.index.between(start, end) if low <= n.pitch <= high}
        self.state.show_marquee(Marquee(start, end, low, high))
        self.state.select(self.keep | inside)

    def release(self) -> None:
        self.state.show_marquee(None)

    def cancel(self) -> None:
        self.release()
        self.state.select(self.before)
