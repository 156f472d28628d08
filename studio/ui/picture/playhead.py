"""Playhead: where the timeline is, what the canvas shows of it, and the recording that is going on. GUI thread.

Invariant: what plays or is scrubbed is only shown; the document changes when it is asked for, as one named step.
"""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from studio.core.messages import FrameReady, Quality
from studio.core.project import PictureDocument
from studio.core.recording import Recorder, simplified
from studio.core.session import Session
from studio.core.timeline import MAX_SECONDS, Moment, Timeline
from studio.core.timeline_edit import with_recorded
from studio.ui.picture.desk import PictureDesk
from studio.ui.picture.timeline.scale import snapped, time_words
from studio.ui.picture.timeline_clock import TimelineClock

FORGOTTEN = 64  # frames that were asked for and never came


class Playhead(QObject):
    """`moved(time_s)` follows it; `changed` says that it plays, records or is parked, or no longer; `counted` that a
    frame of it was shown, `rested` that it was the whole picture of where it stands."""

    moved = Signal(float)
    changed = Signal()
    counted = Signal()
    rested = Signal()

    def __init__(self, desk: PictureDesk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._session: Session = desk.session
        self.clock = TimelineClock(self)
        self.time_s = 0.0
        self.is_parked = False  # the canvas shows the timeline at the playhead
        self._recorder: Recorder | None = None
        self._recorded_from_s = 0.0
        self._asked: list[int] = []
        self._session.picture_changed.connect(self._note)
        desk.preview_ended.connect(self._left)
        desk.frame_shown.connect(self._count)
        self.clock.ticked.connect(self._tick)
        self.clock.ended.connect(lambda: self.scrub(self.timeline.duration_s, True))

    @property
    def timeline(self) -> Timeline:
        return self._session.picture.timeline

    @property
    def is_recording(self) -> bool:
        return self._recorder is not None

    @property
    def is_playing(self) -> bool:
        return self.clock.running and not self.is_recording

    def moment(self) -> Moment:
        """What the canvas shows, as a keyframe keeps it."""
        document = self._session.picture
        if self.is_parked:
            document = document.at_time(self.time_s, self._session.z_dim)
        return replace(document.moment, latent=self._desk.settled(document.latent))

    # --- time -----------------------------------------------------------------------------------------------

    def scrub(self, time_s: float, at_rest: bool) -> None:
        """Show the timeline at a time: a draft while the hand moves, the whole picture at rest."""
        self._stop_clock()
        self.move(time_s)
        self._preview(Quality.FINAL if at_rest else Quality.DRAFT)

    def toggle_play(self) -> None:
        """Play from the playhead, at the end from the beginning; or pause, and stay where it is."""
        if self.is_recording:
            self.toggle_record()
        elif self.clock.running:
            self.scrub(self.time_s, True)
        elif self.timeline.keyframes:
            timeline = self.timeline
            from_s = 0.0 if self.time_s >= timeline.duration_s - 0.5 / timeline.fps else self.time_s
            self.clock.start(from_s, timeline.fps, timeline.duration_s, timeline.closed)
            self.changed.emit()

    def take(self) -> None:
        """The document goes to where the timeline is; the sliders then show it."""
        if not self.is_parked:
            return
        self._stop_clock()
        after = self._session.picture.at_time(self.time_s, self._session.z_dim)
        after = replace(after, latent=self._desk.settled(after.latent))
        self._session.change_picture(after, self.tr("Take the picture at {}").format(time_words(self.time_s)))
        self._desk.end_preview()

    def go_back(self) -> None:
        """Back to the picture of the sliders."""
        self._stop_clock()
        self._desk.end_preview()

    def toggle_record(self) -> None:
        """From now on what happens to the picture becomes keyframes; or that is enough, and they are laid down."""
        if self._recorder is not None:
            self._lay_down(self._recorder)
            return
        self.go_back()
        self._recorder, self._recorded_from_s = Recorder(), self.time_s
        self._recorder.add(0.0, self._session.picture.moment)
        self.clock.start(self.time_s, self.timeline.fps, 0.0, False)
        self.changed.emit()

    def refresh(self) -> None:
        """Show the timeline as it is now, where it is shown at all."""
        if self.is_parked and not self.clock.running:
            self._preview(Quality.DRAFT if self._desk.is_held else Quality.FINAL)

    def move(self, time_s: float) -> None:
        """Stand at a time; the canvas stays as it is."""
        self.time_s = min(MAX_SECONDS, max(0.0, time_s))
        self.moved.emit(self.time_s)

    def stepped(self, time_s: float, frames: int) -> float:
        """The time some frames on."""
        fps = self.timeline.fps
        return max(0.0, snapped(time_s, fps) + frames / fps)

    # --- inside -------------------------------------------------------------------------------------------

    def _tick(self, time_s: float) -> None:
        self.move(time_s)
        if self._recorder is None:
            self._preview(Quality.DRAFT)

    def _preview(self, quality: Quality) -> None:
        """Show the timeline at the playhead, where there is one."""
        if not self.timeline.keyframes:
            return
        document = self._session.picture.at_time(self.time_s, self._session.z_dim)
        serial = self._desk.preview(document, quality)
        self._asked = [*self._asked[-FORGOTTEN:], serial]
        if not self.is_parked:
            self.is_parked = True
            self.changed.emit()

    def _note(self, document: PictureDocument) -> None:
        """The document changed: a recording takes it down; what is shown of the timeline is shown as it is now."""
        if self._recorder is not None:
            self._recorder.add(self.clock.elapsed_s, document.moment)
        elif not self.timeline.keyframes:
            self.go_back()
        elif self.clock.running:
            timeline = self.timeline
            self.clock.change(timeline.fps, timeline.duration_s, timeline.closed)
        else:
            self.refresh()

    def _count(self, reply: FrameReady) -> None:
        if reply.serial in self._asked:
            self._asked = self._asked[self._asked.index(reply.serial) + 1 :]
            self.clock.saw()
            self.counted.emit()
            if reply.request.quality is Quality.FINAL:
                self.rested.emit()

    def _left(self) -> None:
        """A hand changed the picture, or it was asked for: the canvas shows the document again."""
        self.is_parked = False
        if self._recorder is None:
            self.clock.stop()
        self.changed.emit()

    def _lay_down(self, recorder: Recorder) -> None:
        """End the recording; its keyframes are one step."""
        end_s = self.clock.elapsed_s
        self._recorder = None
        self.clock.stop()
        start_s = self._recorded_from_s
        keys = tuple(
            replace(key, time_s=min(MAX_SECONDS, key.time_s + start_s))
            for key in simplified(recorder.end(end_s))
        )
        after = replace(self._session.picture, timeline=with_recorded(self.timeline, keys))
        self._session.change_picture(after, self.tr("Record a performance"))
        self.changed.emit()

    def _stop_clock(self) -> None:
        if self.clock.running and self._recorder is None:
            self.clock.stop()
            self.changed.emit()
