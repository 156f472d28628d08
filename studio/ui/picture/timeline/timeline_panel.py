"""TimelinePanel: the row of buttons over the track. GUI thread.

Invariant: `show_...` tells nobody; wishes come from the row and the track, which are public.
"""

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from studio.core.timeline import Timeline
from studio.ui.picture.timeline.track import Track
from studio.ui.picture.timeline.track_look import HEIGHT_PX
from studio.ui.picture.timeline.transport_row import TransportRow, easing_titles

ROW_PX = 36


class TimelinePanel(QWidget):
    """Shows a timeline. A menu's wishes about keyframe i come as those of the row, after `track.key_chosen(i)`."""

    duplicate_requested = Signal()
    reverse_requested = Signal()
    even_requested = Signal()
    clear_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setAccessibleName(self.tr("Timeline"))
        self.row = TransportRow()
        self.track = Track()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.row)
        column.addWidget(self.track, 1)
        self.setMinimumHeight(ROW_PX + HEIGHT_PX)
        self.track.menu_requested.connect(self._show_menu)
        self.show_timeline(Timeline(), None)
        self.show_time(0.0)

    def show_timeline(self, timeline: Timeline, selected: int | None) -> None:
        self.row.show_timeline(timeline, selected)
        self.track.show_timeline(timeline, selected)
        self.row.show_time(self.track.state.playhead_s, timeline.duration_s)

    def show_time(self, time_s: float) -> None:
        """Where the playhead stands."""
        self.track.show_playhead(time_s)
        self.row.show_time(time_s, self.track.state.timeline.duration_s)

    def show_state(self, playing: bool, recording: bool, parked: bool) -> None:
        self.row.show_playing(playing)
        self.row.show_recording(recording)
        self.row.show_parked(parked)
        self.track.show_recording(recording)

    def menu(self, key: int, time_s: float) -> QMenu:
        """What can be done with a keyframe, or with the timeline (key -1); deletes itself once closed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if key >= 0:
            self.track.key_chosen.emit(key)
            self._fill_key_menu(menu, key)
        else:
            menu.addAction(self.tr("Keep the picture here"), lambda: self.track.add_requested.emit(time_s))
            menu.addSeparator()
            for words, wish in (
                (self.tr("Even out"), self.even_requested),
                (self.tr("Reverse"), self.reverse_requested),
                (self.tr("Clear"), self.clear_requested),
            ):
                action = menu.addAction(words, wish.emit)
                action.setEnabled(bool(self.track.state.timeline.keyframes))
        return menu

    def _fill_key_menu(self, menu: QMenu, key: int) -> None:
        now = self.track.state.timeline.keyframes[key].easing
        for easing, words in easing_titles(self.row).items():
            action = menu.addAction(words, partial(self.row.easing_chosen.emit, easing))
            action.setCheckable(True)
            action.setChecked(easing == now)
        menu.addSeparator()
        menu.addAction(self.tr("Take this picture"), lambda: self.track.key_taken.emit(key))
        menu.addAction(self.tr("Update from the sliders"), self.row.update_key.click)
        menu.addAction(self.tr("Duplicate"), self.duplicate_requested.emit)
        menu.addAction(self.tr("Delete"), self.row.delete.click)

    def _show_menu(self, key: int, time_s: float, place: QPoint) -> None:
        self.menu(key, time_s).popup(place)
