"""Playing: the timeline's room: joins its panel to the playhead, the keyframes and the small pictures. GUI thread."""

from collections.abc import Callable
from time import perf_counter

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QDockWidget, QWidget

from studio.core.messages import Reply
from studio.core.project import PictureDocument
from studio.ui.commands import Command
from studio.ui.picture.desk import Docks, PictureDesk
from studio.ui.picture.filming import Filming
from studio.ui.picture.keyframing import Keyframing
from studio.ui.picture.onion_strip import OnionStrip
from studio.ui.picture.playhead import Playhead
from studio.ui.picture.timeline.timeline_panel import TimelinePanel
from studio.ui.picture.timeline_commands import timeline_commands

TAKE_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
WORDS_EVERY_S = 0.5


class Playing(QObject):
    """Owns the panel; shows what its parts know."""

    notice = Signal(str)

    def __init__(self, desk: PictureDesk, window: QWidget) -> None:
        super().__init__(desk)
        self._desk, self._session = desk, desk.session
        self.panel = TimelinePanel()
        self.playhead = Playhead(desk)
        self.keyframing = Keyframing(desk, self.playhead)
        self.filming = Filming(desk, window)
        self.strip = OnionStrip(desk.controller, self)
        self._look: tuple[object, ...] = ()
        self._told_at = 0.0
        self._connect()
        self._connect_track()
        self._connect_row()
        self._show(self._session.picture)

    @property
    def has_picture(self) -> bool:
        """Whether there is anything to keep."""
        document = self._session.picture
        return bool(document.model_id) or document.source is not None

    # --- the room -------------------------------------------------------------------------------------------

    def docks(self) -> Docks:
        self.panel.setProperty("share", 160)
        self.panel.setProperty("tab", "dock-history")
        return (("dock-timeline", self.tr("Timeline"), self.panel, Qt.DockWidgetArea.BottomDockWidgetArea),)

    def commands(self) -> tuple[Command, ...]:
        return timeline_commands(self)

    def take_reply(self, reply: Reply) -> None:
        self.strip.take_reply(reply)

    def show_panel(self) -> None:
        """Bring the timeline to the front, under the keyboard."""
        self._raise_panel()
        self.panel.track.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _raise_panel(self) -> None:
        dock = self.panel.parentWidget()
        if isinstance(dock, QDockWidget):
            dock.show()
            dock.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """On the canvas Space plays; Enter takes the timeline's picture, Esc goes back from it."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and not event.modifiers():
            wish = self._canvas_wish(Qt.Key(event.key()))
            if wish is not None:
                wish()
                return True
        return super().eventFilter(watched, event)

    def _canvas_wish(self, key: Qt.Key) -> Callable[[], None] | None:
        playhead = self.playhead
        if key == Qt.Key.Key_Space and (playhead.timeline.keyframes or playhead.is_recording):
            return playhead.toggle_play
        if (
            not playhead.is_parked or self._desk.canvas.tool is not None
        ):  # a tool has uses of its own for these
            return None
        return playhead.take if key in TAKE_KEYS else playhead.go_back if key == Qt.Key.Key_Escape else None

    # --- wires ----------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        self._session.picture_changed.connect(self._show)
        self._desk.canvas.installEventFilter(self)
        self.playhead.moved.connect(self.panel.show_time)
        self.playhead.changed.connect(self._show_state)
        self.playhead.counted.connect(self._show_rate)
        self.playhead.rested.connect(self._say_how_to_take)
        self.keyframing.chosen.connect(self._show_timeline)
        self.keyframing.kept.connect(self._raise_panel)
        self.strip.changed.connect(lambda: self.panel.track.show_pictures(self.strip.pixmaps))

    def _connect_track(self) -> None:
        track, keyframing, playhead = self.panel.track, self.keyframing, self.playhead
        track.scrubbed.connect(playhead.scrub)
        track.key_chosen.connect(keyframing.choose)
        track.key_visited.connect(keyframing.visit)
        track.key_moved.connect(keyframing.move_key)
        track.key_taken.connect(keyframing.take_key)
        track.released.connect(self._let_go)
        track.add_requested.connect(keyframing.keep_at)
        track.tiles_changed.connect(self._show_strip)
        keys = track.keys
        keys.stepped.connect(lambda frames: playhead.scrub(playhead.stepped(playhead.time_s, frames), True))
        keys.second_stepped.connect(lambda seconds: playhead.scrub(playhead.time_s + seconds, True))
        keys.ended.connect(lambda end: playhead.scrub(playhead.timeline.duration_s if end > 0 else 0.0, True))
        keys.nudged.connect(keyframing.nudge)
        keys.easing_chosen.connect(keyframing.set_easing)
        keys.delete_requested.connect(keyframing.delete)
        keys.duplicate_requested.connect(keyframing.duplicate)
        keys.play_requested.connect(playhead.toggle_play)
        keys.take_requested.connect(playhead.take)
        keys.back_requested.connect(playhead.go_back)

    def _connect_row(self) -> None:
        row, panel, keyframing, playhead = self.panel.row, self.panel, self.keyframing, self.playhead
        wishes: tuple[tuple[QAbstractButton, Callable[[], object]], ...] = (
            (row.play, playhead.toggle_play), (row.previous, lambda: keyframing.go_to_key(-1)),
            (row.next, lambda: keyframing.go_to_key(1)), (row.record, playhead.toggle_record),
            (row.take, playhead.take), (row.add, keyframing.keep), (row.update_key, keyframing.update_key),
             (row.delete, keyframing.delete),
            (row.loop, keyframing.toggle_loop), (row.export, self.filming.ask),
        )  # fmt: skip
        for button, wish in wishes:
            button.clicked.connect(lambda _checked=False, wish=wish: wish())
        row.way_chosen.connect(keyframing.set_way)
        row.easing_chosen.connect(keyframing.set_easing)
        row.fps_chosen.connect(keyframing.set_fps)
        row.length_chosen.connect(keyframing.set_length)
        panel.duplicate_requested.connect(keyframing.duplicate)
        panel.reverse_requested.connect(keyframing.reverse)
        panel.even_requested.connect(keyframing.even_out)
        panel.clear_requested.connect(keyframing.clear)

    # --- showing --------------------------------------------------------------------------------------------

    def _show(self, document: PictureDocument) -> None:
        """The document changed; where its timeline did not, there is nothing to draw."""
        timeline = document.timeline
        look = (timeline, document.model_id, self.keyframing.selected, self.has_picture)
        if look != self._look:
            self._look = look
            self._show_timeline()

    def _show_timeline(self) -> None:
        selected, timeline = self.keyframing.selected, self.keyframing.timeline
        if selected is not None and selected >= len(timeline.keyframes):
            selected = self.keyframing.selected = None
        self.panel.show_timeline(timeline, selected)
        self._show_state()

    def _let_go(self) -> None:
        """A keyframe was put down."""
        self._desk.let_go()
        self.playhead.refresh()

    def _show_strip(self) -> None:
        """Ask for the pictures of the tiles, the keyframes' first; not while nobody sees them."""
        if not self.panel.track.isVisible():
            return
        tiles = self.panel.track.state.tiles
        times = [tile.time_s for tile in sorted(tiles, key=lambda tile: tile.key is None)]
        self.strip.show(self._session.picture, self._session.z_dim, times)

    def _show_state(self) -> None:
        playhead = self.playhead
        parked = playhead.is_parked and not playhead.clock.running
        self.panel.show_state(playhead.is_playing, playhead.is_recording, parked)
        self.panel.row.add.setEnabled(self.has_picture)
        self.panel.row.record.setEnabled(self.has_picture)
        if playhead.is_recording:
            self.panel.track.show_words(self.tr("Recording"))
        elif not playhead.is_playing:
            self.panel.track.show_words("")

    def _show_rate(self) -> None:
        """How many frames a second are seen, twice a second."""
        clock = self.playhead.clock
        if not self.playhead.is_playing or perf_counter() - self._told_at < WORDS_EVERY_S:
            return
        self._told_at = perf_counter()
        words = self.tr("{} fps").format(round(clock.seen_fps()))
        dropped = self.tr("{} dropped").format(clock.dropped) if clock.dropped else ""
        self.panel.track.show_words(" · ".join(filter(None, (words, dropped))))

    def _say_how_to_take(self) -> None:
        """The canvas shows another picture than the sliders do: what can be done about it."""
        self._desk.canvas.show_busy(self.tr("From the timeline. Enter: take this picture. Esc: back."))
