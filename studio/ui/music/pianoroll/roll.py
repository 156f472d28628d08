"""PianoRoll: overview, keys, ruler, chords, grid and lanes around one RollState, with scroll bars. GUI thread."""

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QScrollBar, QVBoxLayout, QWidget

from studio.core.chords import Chord
from studio.core.messages import NoteScore
from studio.core.score import Note, Score
from studio.ui.common.theme import colour
from studio.ui.music.pianoroll.actions import NoteActions
from studio.ui.music.pianoroll.chord_lane import ChordLane
from studio.ui.music.pianoroll.grid import NoteGrid
from studio.ui.music.pianoroll.keyboard import PianoKeys
from studio.ui.music.pianoroll.keys import Keys
from studio.ui.music.pianoroll.lanes import Lanes
from studio.ui.music.pianoroll.marker_lane import MarkerLane
from studio.ui.music.pianoroll.minimap import Minimap
from studio.ui.music.pianoroll.note_card import NoteCard
from studio.ui.music.pianoroll.painter import note_rect
from studio.ui.music.pianoroll.ruler import Ruler
from studio.ui.music.pianoroll.shaping import NoteShaping
from studio.ui.music.pianoroll.state import RollState
from studio.ui.music.snap import Snap
from studio.ui.music.suggestion import Ghost
from studio.ui.music.typing_keys import TypingKeys

SPARE_BARS = 8
MARGIN_PX = 48
CONTEXT_SHARE = 0.25
DEFAULT_MIDDLE_PITCH, DEFAULT_MIDDLE_DRUM = 67, 45
ZOOM_STEP = 1.25


class PianoRoll(QWidget):
    """Shows a score and asks for changes: `edited(score, label, gesture)`, then `gesture_ended()`."""

    edited = Signal(object, str, str)
    gesture_ended = Signal()
    selection_changed = Signal()
    auditioned = Signal(int, int)
    seek_requested = Signal(int)
    region_drawn = Signal(object)
    ghost_accepted = Signal(object)
    accept_requested = Signal()
    accept_bar_requested = Signal()
    reject_requested = Signal()
    idea_requested = Signal(int)
    files_dropped = Signal(object)
    note_pressed = Signal(int)
    track_wanted = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("piano-roll")
        self.setAccessibleName(self.tr("Piano roll"))
        self.setAccessibleDescription(
            self.tr(
                "Arrow keys move the cursor or the selected notes, Enter draws a note, Delete removes. Page keys go "
                "from note to note, B and the arrows select a box, brackets mark a stretch of time."
            )
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.state = RollState(self)
        self.actions_on_notes = NoteActions(self.state)
        self.shaping = NoteShaping(self.state)
        self._keys = Keys(self.state, self.actions_on_notes)
        self.typing = TypingKeys(self)
        self.grid, self.keys = NoteGrid(self.state, self), PianoKeys(self.state, self)
        self.ruler, self.lanes = Ruler(self.state, self), Lanes(self.state, self)
        self.markers = MarkerLane(self.state, self)
        self.chords, self.minimap = ChordLane(self.state, self), Minimap(self.state, self)
        self.across = QScrollBar(Qt.Orientation.Horizontal, self)
        self.down = QScrollBar(Qt.Orientation.Vertical, self)
        self.note_card = NoteCard(self.state, self.grid)
        self._framed = False
        self._lay_out()
        self._connect()

    def viewport(self) -> NoteGrid:
        """The widget that takes the mouse."""
        return self.grid

    # --- what is shown -----------------------------------------------------------------------------------

    def show_score(self, score: Score, track: int | None = None) -> None:
        """Show another state of the score, and another of its tracks where it is told."""
        self.state.show_score(score, track)
        self._show_scroll()

    def show_track(self, index: int) -> None:
        self.state.use_track(index)

    def show_ghosts(self, ghosts: tuple[Ghost, ...]) -> None:
        self.state.show_ghosts(ghosts)
        self._show_scroll()

    def show_chord_ghosts(self, chords: tuple[Chord, ...]) -> None:
        self.state.show_chord_ghosts(chords)

    def show_region(self, region: tuple[int, int] | None) -> None:
        self.state.show_region(region)

    def show_playhead(self, ticks: int, follow: bool = False) -> None:
        """Move the playhead; `follow` turns the page when it leaves the view, unless the person looks elsewhere."""
        geometry, seen = self.state.geometry, range(self.grid.width())
        follow = follow and geometry.x_of(self.state.playhead_ticks) in seen
        self.state.move_playhead(ticks)
        if follow and geometry.x_of(ticks) not in seen:
            left = ticks * geometry.px_per_tick - MARGIN_PX
            self.grid.scroll_to(left, geometry.top_px)

    def use_snap(self, snap: Snap) -> None:
        self.state.snap = snap
        self.state.changed.emit()

    def frame_notes(self) -> None:
        """Bring the beginning of the track into view, its middle pitch in the middle."""
        geometry = self.state.geometry.scrolled_to(0, self.state.geometry.top_px)
        self.state.look_at(geometry.centred_on(self._middle_pitch(), self.grid.height()))

    def _middle_pitch(self) -> int:
        pitches = self.state.index.pitches
        default = DEFAULT_MIDDLE_DRUM if self.state.track.drums else DEFAULT_MIDDLE_PITCH
        return (min(pitches) + max(pitches)) // 2 if pitches else default

    def reveal_track(self) -> None:
        """Bring the pitches of the track into view where none of them is; an empty drum kit's drums too."""
        geometry, height = self.state.geometry, self.grid.height()
        low, high = geometry.pitch_at(height), geometry.pitch_at(0)
        sought = self.state.index.pitches or ({DEFAULT_MIDDLE_DRUM} if self.state.track.drums else ())
        if sought and not any(low < pitch < high for pitch in sought):
            self.state.look_at(geometry.centred_on(self._middle_pitch(), height))

    def reveal(self, ticks: int, pitch: int) -> None:
        """Scroll just far enough to show that place."""
        geometry, grid = self.state.geometry, self.grid
        x, y = geometry.x_of(ticks), geometry.y_of(pitch)
        dx = min(0, x - MARGIN_PX) + max(0, x + 2 * MARGIN_PX - grid.width())
        dy = min(0, y - MARGIN_PX) + max(0, y + MARGIN_PX - grid.height())
        if dx or dy:
            grid.scroll_to(geometry.left_px + dx, geometry.top_px + dy)

    def reveal_ghosts(self) -> None:
        """Show the suggestion, all of it where it fits, with some of what stands before it."""
        notes, geometry = [ghost.note for ghost in self.state.ghosts], self.state.geometry
        start, end = min(n.start_ticks for n in notes), max(n.end_ticks for n in notes)
        pitches = [note.pitch for note in notes]
        width, left = self.grid.width(), geometry.left_px
        if geometry.x_of(start) < 0 or geometry.x_of(end) > width:
            room = width - (end - start) * geometry.px_per_tick - MARGIN_PX
            left = start * geometry.px_per_tick - (room if room > 0 else CONTEXT_SHARE * width)
        top, bottom = geometry.y_of(max(pitches)), geometry.y_of(min(pitches)) + geometry.row_px
        if top < 0 or bottom > self.grid.height():
            geometry = geometry.centred_on((max(pitches) + min(pitches)) // 2, self.grid.height())
        self.grid.scroll_to(left, geometry.top_px)

    def reveal_ahead(self, ghosts: tuple[Ghost, ...]) -> None:
        """Show what is about to be played, with the playhead in view; where it all shows, nothing moves."""
        geometry, grid = self.state.geometry, self.grid
        pitches = [ghost.note.pitch for ghost in ghosts]
        end = max(ghost.note.end_ticks for ghost in ghosts)
        top, bottom = geometry.y_of(max(pitches)), geometry.y_of(min(pitches)) + geometry.row_px
        if top < 0 or bottom > grid.height():
            geometry = geometry.centred_on((max(pitches) + min(pitches)) // 2, grid.height())
        left = geometry.left_px
        if geometry.x_of(end) > grid.width() or geometry.x_of(self.state.playhead_ticks) < 0:
            left = self.state.playhead_ticks * geometry.px_per_tick - CONTEXT_SHARE * grid.width()
        grid.scroll_to(left, geometry.top_px)

    def zoom_time(self, steps: int) -> None:
        """From the menu: around the middle of the view."""
        self.state.look_at(self.state.geometry.zoomed_time(ZOOM_STEP**steps, self.grid.width() / 2))

    def zoom_pitch(self, steps: int) -> None:
        """Higher or lower rows, around the middle of the view."""
        self.state.look_at(self.state.geometry.zoomed_pitch(2 * steps, self.grid.height() / 2))

    def zoom_to_all(self) -> None:
        """The whole piece across the view."""
        bars = max(self.state.end_ticks, self.state.score.bar_start(2))
        geometry, width = self.state.geometry, max(1, self.grid.width() - MARGIN_PX)
        factor = width / bars / geometry.px_per_tick
        self.state.look_at(geometry.scrolled_to(0, geometry.top_px).zoomed_time(factor, 0))

    def zoom_to_selection(self) -> None:
        """The selected notes across the view."""
        notes, grid = self.state.chosen, self.grid
        if notes:
            span = (notes[0].start_ticks, max(note.end_ticks for note in notes))
            pitches = [note.pitch for note in notes]
            rows = (min(pitches), max(pitches))
            self.state.look_at(self.state.geometry.fitted(span, rows, (grid.width(), grid.height())))

    def show_card(self, note: Note, score: NoteScore) -> None:
        """What a model thinks of a note, beside it."""
        rect = note_rect(self.state.geometry, note)
        self.note_card.show_note(note, score, rect.topRight())

    def write_chord(self) -> None:
        """Open the line for a chord's name at the cursor."""
        self.reveal(self.state.cursor.ticks, self.state.cursor.pitch)
        self.chords.write_at(self.state.cursor.ticks)

    def name_place(self) -> None:
        """Open the line for the name of the place where the playhead stands."""
        self.reveal_time(self.state.playhead_ticks)
        self.markers.write_at(self.state.playhead_ticks)

    def reveal_time(self, ticks: int) -> None:
        """Scroll sideways, just far enough to show that time."""
        self.reveal(ticks, self.state.geometry.pitch_at(self.grid.height() / 2))

    def point_of(self, ticks: float, pitch: int) -> QPoint:
        """The place on the grid where a tick meets the middle of a pitch's row."""
        geometry = self.state.geometry
        return QPoint(geometry.x_of(ticks), geometry.y_of(pitch) + geometry.row_px // 2)

    # --- keyboard and focus ------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not (
            self.typing.press(event)
            or self._key_for_gesture(event)
            or self._key_for_ghosts(event)
            or self._keys.handle(event)
        ):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        self.typing.release(event)
        self._keys.let_go(event)
        super().keyReleaseEvent(event)

    def _key_for_gesture(self, event: QKeyEvent) -> bool:
        return event.key() == Qt.Key.Key_Escape and self.grid.hand.cancel()

    def _key_for_ghosts(self, event: QKeyEvent) -> bool:
        """Enter accepts, Shift+Enter accepts a bar, Esc rejects."""
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if not self.state.has_suggestion or held & ~Qt.KeyboardModifier.ShiftModifier:
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            (self.accept_bar_requested if held else self.accept_requested).emit()
        elif event.key() == Qt.Key.Key_Escape and not held:
            self.reject_requested.emit()
        else:
            return False
        return True

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes through the ideas while there are any."""
        if not self.state.has_suggestion:
            return super().focusNextPrevChild(forward)
        self.idea_requested.emit(1 if forward else -1)
        return True

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.state.changed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.state.changed.emit()

    # --- layout ------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        for part, row, column in (
            (_Corner(None, self), 0, 0),
            (self.minimap, 0, 1),
            (_Corner(None, self), 1, 0),
            (self.markers, 1, 1),
            (_Corner(None, self), 2, 0),
            (self.ruler, 2, 1),
            (_Corner(None, self), 3, 0),
            (self.chords, 3, 1),
            (self.keys, 4, 0),
            (self.grid, 4, 1),
            (self.down, 4, 2),
            (_Corner(self.lanes.chooser, self), 5, 0),
            (self.lanes, 5, 1),
            (self.across, 6, 1),
        ):
            grid.addWidget(part, row, column)
        grid.setRowStretch(4, 1)
        grid.setColumnStretch(1, 1)

    def _connect(self) -> None:
        state = self.state
        for source, target in (
            (state.edited, self.edited),
            (state.gesture_ended, self.gesture_ended),
            (state.selection_changed, self.selection_changed),
            (state.auditioned, self.auditioned),
            (self.ruler.seek_requested, self.seek_requested),
            (self.markers.seek_requested, self.seek_requested),
            (self.ruler.region_drawn, self.region_drawn),
            (state.region_drawn, self.region_drawn),
            (self.grid.hand.ghost_clicked, self.ghost_accepted),
            (self.grid.files_dropped, self.files_dropped),
            (self.grid.hand.note_pressed, self.note_pressed),
            (self.grid.hand.track_wanted, self.track_wanted),
            (self.note_card.heard, self.auditioned),
        ):
            source.connect(target)
        state.view_changed.connect(self._show_scroll)
        state.reveal.connect(self.reveal)
        self.across.valueChanged.connect(self._scroll)
        self.down.valueChanged.connect(self._scroll)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._framed:
            self.layout().activate()
            self.frame_notes()
            self._framed = True
        self._show_scroll()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self.state.changed.emit()

    def _show_scroll(self) -> None:
        """Make the scroll bars say where the view is."""
        geometry, score = self.state.geometry, self.state.score
        end_bar = score.bar_of(self.state.end_ticks) + SPARE_BARS
        width = int(score.bar_start(end_bar) * geometry.px_per_tick)
        for bar, value, content, page in (
            (self.across, geometry.left_px, width, self.grid.width()),
            (self.down, geometry.top_px, geometry.content_height_px, self.grid.height()),
        ):
            bar.blockSignals(True)
            bar.setPageStep(max(1, page))
            bar.setSingleStep(geometry.row_px)
            bar.setRange(0, max(content - page, int(value), 0))
            bar.setValue(int(value))
            bar.blockSignals(False)

    def _scroll(self) -> None:
        self.state.look_at(self.state.geometry.scrolled_to(self.across.value(), self.down.value()))


class _Corner(QWidget):
    """A plain patch beside the ruler and the lane, with room for a button at its top."""

    def __init__(self, button: QWidget | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._button = button
        if button is not None:
            column = QVBoxLayout(self)
            column.setContentsMargins(1, 3, 2, 0)
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("window"))
        painter.setPen(colour("border"))
        edge = 0 if self._button else self.height() - 1
        painter.drawLine(0, edge, self.width(), edge)
        painter.drawLine(self.width() - 1, 0, self.width() - 1, self.height())
