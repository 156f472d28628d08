"""Keyframing: what is done to the timeline, each change a named undoable step. GUI thread.

Invariant: every wish about "the picture" means what the canvas shows: the sliders' picture, or the timeline's while
that is shown.
"""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from studio.core import timeline_edit as edit
from studio.core.session import Session
from studio.core.timeline import MAX_SECONDS, Easing, Timeline, Way
from studio.ui.picture.desk import PictureDesk
from studio.ui.picture.playhead import Playhead
from studio.ui.picture.timeline.scale import snapped


class Keyframing(QObject):
    """Owns which keyframe is chosen, and the drag of one that is going on. `chosen` comes with another choice, `kept`
    with a new keyframe."""

    chosen = Signal()
    kept = Signal()

    def __init__(self, desk: PictureDesk, playhead: Playhead) -> None:
        super().__init__(desk)
        self._desk = desk
        self._session: Session = desk.session
        self._playhead = playhead
        self._drag: tuple[str, Timeline, int] = ("", Timeline(), 0)
        self.selected: int | None = None

    @property
    def timeline(self) -> Timeline:
        return self._session.picture.timeline

    # --- keyframes ----------------------------------------------------------------------------------------

    def keep(self) -> None:
        """Keep the picture as a keyframe at the playhead; again at the last keyframe: a step after it."""
        self.keep_at(edit.next_free_s(self.timeline, self._playhead.time_s))

    def keep_at(self, time_s: float) -> None:
        """Keep the picture as a keyframe at a time."""
        if not self._session.picture.model_id and self._session.picture.source is None:
            return
        self._change(
            edit.kept_at(self.timeline, time_s, self._playhead.moment()), self.tr("Keep as a keyframe")
        )
        self._select_at(time_s)
        self._playhead.move(time_s)
        self.kept.emit()

    def update_key(self) -> None:
        """The chosen keyframe takes the picture."""
        if self.selected is not None:
            after = edit.with_moment(self.timeline, self.selected, self._playhead.moment())
            self._change(after, self.tr("Update a keyframe"))

    def delete(self) -> None:
        """Take the chosen keyframe off the timeline."""
        if self.selected is not None:
            index, self.selected = self.selected, None
            self._change(edit.without(self.timeline, index), self.tr("Delete a keyframe"))

    def duplicate(self) -> None:
        """The chosen keyframe once more: at the playhead, or after the last one where it stands there itself."""
        if self.selected is None:
            return
        timeline, time_s = self.timeline, self._playhead.time_s
        if edit.index_at(timeline, time_s) is not None:
            time_s = snapped(min(MAX_SECONDS, timeline.last_s + timeline.usual_gap_s), timeline.fps)
        self._change(edit.duplicated(timeline, self.selected, time_s), self.tr("Duplicate a keyframe"))
        self._select_at(time_s)

    def move_key(self, index: int, time_s: float) -> None:
        """Drag keyframe `index` to a time; those that it passes stay."""
        what = "timeline-key"
        if self._drag[0] != self._desk.gesture(what):
            self._drag = (self._desk.gesture(what), self.timeline, index)
        gesture, before, index = self._drag
        after = edit.moved(before, index, time_s)
        self.selected = edit.index_at(after, time_s)
        self._change(after, self.tr("Move a keyframe"), gesture)

    def nudge(self, frames: int) -> None:
        """Move the chosen keyframe by some frames."""
        if self.selected is not None:
            time_s = self._playhead.stepped(self.timeline.keyframes[self.selected].time_s, frames)
            after = edit.moved(self.timeline, self.selected, time_s)
            self.selected = edit.index_at(after, time_s)
            self._change(after, self.tr("Move a keyframe"))

    def choose(self, index: int) -> None:
        """Choose a keyframe; -1 is none."""
        self.selected = index if 0 <= index < len(self.timeline.keyframes) else None
        self.chosen.emit()

    def visit(self, index: int) -> None:
        """Choose a keyframe and show it."""
        self.choose(index)
        if self.selected is not None:
            self._playhead.scrub(self.timeline.keyframes[index].time_s, True)

    def take_key(self, index: int) -> None:
        """Choose a keyframe and go on from its picture."""
        self.visit(index)
        self._playhead.take()

    def go_to_key(self, step: int) -> None:
        """To the next keyframe (1) or the one before (-1)."""
        time_s = edit.neighbour_s(self.timeline, self._playhead.time_s, step)
        found = None if time_s is None else edit.index_at(self.timeline, time_s)
        if found is not None:
            self.visit(found)

    def set_easing(self, easing: Easing) -> None:
        """How the chosen keyframe goes over into the next."""
        if self.selected is not None:
            self._change(edit.with_easing(self.timeline, self.selected, easing), self.tr("Change the easing"))

    # --- the whole ------------------------------------------------------------------------------------------

    def set_way(self, way: Way) -> None:
        self._change(edit.with_way(self.timeline, way), self.tr("Change the way"))

    def set_fps(self, fps: int) -> None:
        self._change(replace(self.timeline, fps=fps), self.tr("Change the frame rate"))

    def set_length(self, length_s: float) -> None:
        self._change(edit.with_length(self.timeline, length_s), self.tr("Change the length"))

    def toggle_loop(self) -> None:
        """Back to the first keyframe without a seam, or an end."""
        closed = not self.timeline.closed
        self._change(edit.with_loop(self.timeline, closed), self.tr("Loop") if closed else self.tr("No loop"))

    def reverse(self) -> None:
        self._change(edit.reversed_in_time(self.timeline), self.tr("Reverse the timeline"))

    def even_out(self) -> None:
        self._change(edit.evened_out(self.timeline), self.tr("Even out the keyframes"))

    def retime(self, factor: float) -> None:
        """The same in `factor` times the time."""
        label = self.tr("Twice as slow") if factor > 1 else self.tr("Twice as fast")
        self._change(edit.retimed(self.timeline, factor), label)

    def clear(self) -> None:
        self.selected = None
        empty = Timeline(way=self.timeline.way, fps=self.timeline.fps)
        self._change(empty, self.tr("Clear the timeline"))

    # --- inside -------------------------------------------------------------------------------------------

    def _change(self, after: Timeline, label: str, gesture: str = "") -> None:
        if self.selected is not None and self.selected >= len(after.keyframes):
            self.selected = None
        self._session.change_picture(replace(self._session.picture, timeline=after), label, gesture)

    def _select_at(self, time_s: float) -> None:
        self.selected = edit.index_at(self.timeline, time_s)
        self.chosen.emit()
