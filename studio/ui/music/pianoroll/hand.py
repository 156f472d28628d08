"""Hand: decides what a press on the grid means, by tool, place and modifiers, and starts that gesture. GUI thread.

Select: click selects, drag moves, edges resize, Ctrl or Alt drags a copy, empty space boxes (with Alt: lassoes), a
double click draws (on a note: deletes). Draw: empty space draws. Erase, or the right button: wipes. A click on a ghost
accepts it.
"""

from dataclasses import dataclass

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent

from studio.core.score import Note
from studio.ui.music.pianoroll import gestures
from studio.ui.music.pianoroll.gestures import Gesture, Pointer
from studio.ui.music.pianoroll.lasso import Lasso
from studio.ui.music.pianoroll.state import RollState, Tool
from studio.ui.music.suggestion import Ghost

DRAG_PX = 4
EDGE_PX = 7
Mod = Qt.KeyboardModifier
COPY = Mod.ControlModifier | Mod.AltModifier


@dataclass(frozen=True, slots=True)
class Hit:
    """A note under the pointer, and whether the pointer is on one of its edges."""

    note: Note
    left: bool = False
    right: bool = False

    @property
    def on_edge(self) -> bool:
        return self.left or self.right


class Hand(QObject):
    """Owns the gesture in progress. A press becomes a drag after DRAG_PX."""

    ghost_clicked = Signal(object)
    note_pressed = Signal(int)
    track_wanted = Signal(int, int)  # its number, and the note that was under the pointer

    def __init__(self, state: RollState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._gesture: Gesture | None = None
        self._pressed: tuple[Hit, QPointF, Qt.KeyboardModifier] | None = None

    @property
    def is_busy(self) -> bool:
        return self._gesture is not None

    @property
    def carried(self) -> gestures.Move | None:
        """The move in progress, where notes are in the hand."""
        return self._gesture if isinstance(self._gesture, gestures.Move) else None

    def hit(self, at: QPointF) -> Hit | None:
        """What note is under the pointer; edges are within EDGE_PX, at most a third of the note."""
        state, pitch = self._state, self._state.geometry.pitch_at(at.y())
        note = state.index.at(state.geometry.ticks_at(at.x()), pitch)
        if note is None:
            return None
        left, right = state.geometry.x_of(note.start_ticks), state.geometry.x_of(note.end_ticks)
        reach = min(EDGE_PX, (right - left) / 3)
        return Hit(note, at.x() - left < reach, right - at.x() <= reach)

    def press(self, event: QMouseEvent) -> None:
        at, hit = event.position(), self.hit(event.position())
        self._pressed = None
        if event.button() == Qt.MouseButton.RightButton or self._state.tool is Tool.ERASE:
            self._gesture = gestures.Erase(self._state, self._pointer(event))
        elif event.button() != Qt.MouseButton.LeftButton:
            return
        elif hit is not None:
            self._take(hit, event)
        elif (ghost := self._ghost(at)) is not None:
            self.ghost_clicked.emit(ghost)
        elif self._state.tool is Tool.DRAW:
            self._gesture = gestures.Draw(self._state, self._pointer(event))
        else:
            self._press_on_ground(event)

    def _take(self, hit: Hit, event: QMouseEvent) -> None:
        state, note_id = self._state, hit.note.id
        self._pressed = (hit, event.position(), event.modifiers())
        if event.modifiers() & Mod.ShiftModifier:
            state.select(state.selection ^ {note_id})
        elif note_id not in state.selection:
            state.select({note_id})
        state.put_cursor(hit.note.start_ticks, hit.note.pitch)
        state.auditioned.emit(hit.note.pitch, hit.note.velocity)

    def _press_on_ground(self, event: QMouseEvent) -> None:
        state, at = self._state, self._pointer(event)
        adding = bool(event.modifiers() & Mod.ShiftModifier)
        state.put_cursor(state.snap.floor(state.score, at.ticks), at.pitch)
        keep = state.selection if adding else frozenset()
        draws = bool(event.modifiers() & Mod.AltModifier)
        self._gesture = Lasso(state, at, keep) if draws else gestures.Box(state, at, keep)

    def move(self, event: QMouseEvent) -> None:
        """Follow the pointer; begin the drag once it has moved far enough."""
        if self._gesture is None and self._pressed is not None:
            hit, origin, modifiers = self._pressed
            if (event.position() - origin).manhattanLength() >= DRAG_PX:
                self._begin(hit, origin, modifiers)
        if self._gesture is not None:
            self._gesture.move(self._pointer(event))

    def _begin(self, hit: Hit, origin: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        state = self._state
        if hit.note.id not in state.selection:
            return
        grabbed = Pointer(state.geometry.ticks_at(origin.x()), state.geometry.pitch_at(origin.y()))
        if hit.on_edge and not modifiers & COPY:
            self._gesture = gestures.Resize(state, hit.note, hit.left)
        else:
            self._gesture = gestures.Move(state, hit.note, grabbed, bool(modifiers & COPY))

    def release(self, event: QMouseEvent) -> None:
        if self._gesture is not None:
            self._gesture.release()
        elif self._pressed is not None and not event.modifiers() & Mod.ShiftModifier:
            self._state.select({self._pressed[0].note.id})
            self.note_pressed.emit(self._pressed[0].note.id)
        self._gesture = self._pressed = None

    def double_click(self, event: QMouseEvent) -> None:
        """Draw on empty ground, delete a note; the draw tool has already drawn with the first click."""
        if event.button() != Qt.MouseButton.LeftButton or self._state.tool is not Tool.SELECT:
            self.press(event)
        elif (hit := self.hit(event.position())) is not None:
            self._delete(hit.note)
        elif (ghost := self._ghost(event.position())) is not None:
            self.ghost_clicked.emit(ghost)
        elif (other := self.other_at(event.position())) is not None:
            self.track_wanted.emit(other[0], other[1].id)
        else:
            self._gesture = gestures.Draw(self._state, self._pointer(event))

    def other_at(self, at: QPointF) -> tuple[int, Note] | None:
        """The shadow of another track's note under the pointer, with the track's number."""
        geometry = self._state.geometry
        return self._state.other_at(geometry.ticks_at(at.x()), geometry.pitch_at(at.y()))

    def _delete(self, note: Note) -> None:
        state = self._state
        self._pressed = None
        state.commit(state.score.with_notes_removed(state.track_index, {note.id}), "Delete a note")

    def cancel(self) -> bool:
        """Escape during a drag; says whether there was one."""
        gesture, self._gesture, self._pressed = self._gesture, None, None
        if gesture is not None:
            gesture.cancel()
        return gesture is not None

    def _ghost(self, at: QPointF) -> Ghost | None:
        geometry = self._state.geometry
        return self._state.ghost_at(geometry.ticks_at(at.x()), geometry.pitch_at(at.y()))

    def _pointer(self, event: QMouseEvent) -> Pointer:
        geometry, at = self._state.geometry, event.position()
        free = bool(event.modifiers() & Mod.ShiftModifier)
        return Pointer(geometry.ticks_at(at.x()), geometry.pitch_at(at.y()), free, geometry.height_at(at.y()))
