"""TempoLane: the course of the tempo below the notes: points to drag, lines to draw, numbers to type. GUI thread.

Invariant: one movement of the hand is one undo step, always computed from the score at the press; Esc brings that back.
"""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from studio.core import time_edits
from studio.core.score import Score, TempoChange
from studio.ui.common.own_keys import keeps_key
from studio.ui.music.pianoroll.name_editor import NameEditor
from studio.ui.music.pianoroll.state import RollState
from studio.ui.music.pianoroll.tempo_course import REACH_PX, TempoCourse

DRAG_PX = 4
EDITOR_PX = QPoint(64, 24)
FINE_BPM, COARSE_BPM = 1.0, 5.0
Shift = Qt.KeyboardModifier.ShiftModifier


@dataclass(frozen=True, slots=True)
class _Press:
    """Where the hand came down: on a point, or on a place for a line."""

    base: Score
    point: TempoChange | None
    place: tuple[int, float]
    at: QPointF
    erases: bool


class TempoLane(TempoCourse):
    """The left button drags a point or draws a line, the right one wipes; Shift leaves the grid aside."""

    def __init__(self, state: RollState, parent: QWidget | None = None) -> None:
        super().__init__(state, parent)
        self.setObjectName("tempo-lane")
        self.setAccessibleName(self.tr("Tempo"))
        self.setAccessibleDescription(
            self.tr("Left and Right choose a change, Up and Down make it faster or slower, Enter types it.")
        )
        self.setToolTip(
            self.tr(
                "Click: change the tempo here. Drag: a line, step by step. A point: drag it. Double-click: type it. "
                "The right button takes away."
            )
        )
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._press: _Press | None = None
        self._moved = False
        self._at = 0
        self.editor = NameEditor("tempo-value", self.tr("Tempo in quarter notes a minute"), "120", self)
        self.editor.returnPressed.connect(self._take_value)

    @property
    def is_held(self) -> bool:
        return self._press is not None

    # --- wishes ------------------------------------------------------------------------------------------

    def write_at(self, ticks: int) -> None:
        """Open the line for a number: of the point that stands at `ticks`, or of a new one."""
        self._at = ticks
        point = self._state.score.tempo_at(ticks)
        left = min(max(0, self._state.geometry.x_of(ticks)), self.width() - EDITOR_PX.x())
        top = min(max(0, self._y_of(point.bpm) - EDITOR_PX.y() // 2), self.height() - EDITOR_PX.y())
        self.editor.open(QRect(left, top, EDITOR_PX.x(), EDITOR_PX.y()), f"{point.bpm:g}")

    def delete(self) -> None:
        if self._chosen is not None:
            after = time_edits.tempo_removed(self._state.score, self._chosen)
            self._commit(after, self.tr("Delete a change of tempo"))
            self._state.end_gesture()

    def _take_value(self) -> None:
        text = self.editor.text().strip().replace(",", ".")
        try:
            bpm = float(text)
        except ValueError:
            self.editor.refuse(self.tr("Write a number of beats a minute, such as 92."))
            return
        if not time_edits.SLOWEST_BPM <= bpm <= time_edits.FASTEST_BPM:
            self.editor.refuse(self.tr("A tempo lies between 20 and 400."))
            return
        self.editor.hide()
        self._commit(time_edits.tempo_put(self._state.score, self._at, bpm), self.tr("Change tempo"))
        self._state.end_gesture()
        self._chosen = self._at
        self.setFocus()

    def _commit(self, score: Score, label: str) -> None:
        self._state.commit(score, label, self._state.gesture_name("tempo"))

    # --- mouse -------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return
        self.setFocus()
        erases = event.button() == Qt.MouseButton.RightButton
        point = self._point_near(event.position())
        self._press = _Press(self._state.score, point, self._place(event), event.position(), erases)
        self._moved = False
        self._chosen = point.ticks if point else None
        self._follow(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is None:
            on_point = self._point_near(event.position()) is not None
            self.setCursor(Qt.CursorShape.SizeAllCursor if on_point else Qt.CursorShape.CrossCursor)
            return
        way = event.position() - self._press.at
        self._moved = self._moved or way.manhattanLength() >= DRAG_PX
        self._follow(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._press is not None:
            self._press = None
            self._state.end_gesture()
            self._show()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        point = self._point_near(event.position())
        self.write_at(point.ticks if point else self._place(event)[0])

    def _follow(self, event: QMouseEvent) -> None:
        assert self._press is not None
        press, (ticks, bpm) = self._press, self._place(event)
        if press.erases:
            reach = round(REACH_PX / self._state.geometry.px_per_tick)
            low, high = sorted((press.place[0], ticks))
            after = time_edits.tempos_erased(press.base, low - reach, high + reach)
            self._commit(after, self.tr("Delete changes of tempo"))
        elif press.point is not None:
            self._drag(press, event, ticks, bpm)
        else:
            straight = press.place if self._moved else (ticks, press.place[1])
            after = time_edits.tempo_drawn(press.base, straight, (ticks, bpm))
            self._chosen = min(straight[0], ticks)
            self._commit(after, self.tr("Draw the tempo"))

    def _drag(self, press: _Press, event: QMouseEvent, ticks: int, bpm: float) -> None:
        """A point follows the hand once it has moved; straight up and down it keeps its time."""
        assert press.point is not None
        if not self._moved:
            return
        sideways = abs(event.position().x() - press.at.x()) >= DRAG_PX
        ticks = ticks if sideways else press.point.ticks
        after = time_edits.tempo_moved(press.base, press.point, ticks, bpm)
        self._chosen = 0 if press.point.ticks == 0 else max(1, ticks)
        self._commit(after, self.tr("Move a change of tempo"))

    def _place(self, event: QMouseEvent) -> tuple[int, float]:
        ticks = self._state.geometry.ticks_at(event.position().x())
        if not event.modifiers() & Shift:
            ticks = self._state.snap.nearest(self._state.score, ticks)
        return round(ticks), self._bpm_at(event.position().y())

    # --- keys --------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        return keeps_key(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = COARSE_BPM if event.modifiers() & Shift else FINE_BPM
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                way = 1 if event.key() == Qt.Key.Key_Right else -1
                self._shift(way) if event.modifiers() & Shift else self._choose_next(way)
            case Qt.Key.Key_Up:
                self._change_by(step)
            case Qt.Key.Key_Down:
                self._change_by(-step)
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.delete()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.write_at(self._chosen if self._chosen is not None else self._state.playhead_ticks)
            case Qt.Key.Key_Insert:
                self.write_at(self._state.playhead_ticks)
            case Qt.Key.Key_Escape:
                self._cancel() if self._press is not None else self.parentWidget().setFocus()
            case _:
                super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():
            self._state.end_gesture()
        super().keyReleaseEvent(event)

    def _choose_next(self, way: int) -> None:
        places = [one.ticks for one in self._state.score.tempos]
        at = places.index(self._chosen) + way if self._chosen in places else 0
        self._chosen = places[min(max(at, 0), len(places) - 1)]
        self._state.reveal.emit(self._chosen, self._state.cursor.pitch)
        self.update()

    def _change_by(self, bpm: float) -> None:
        """Make the chosen tempo faster or slower, else the one that holds at the playhead."""
        score = self._state.score
        point = self.chosen or score.tempo_at(self._state.playhead_ticks)
        self._chosen = point.ticks
        self._commit(time_edits.tempo_put(score, point.ticks, point.bpm + bpm), self.tr("Change tempo"))

    def _shift(self, way: int) -> None:
        """Move the chosen point to the next line of the grid."""
        point = self.chosen
        if point is None or point.ticks == 0:
            return
        ticks = self._state.grid_step(point.ticks, way)
        self._chosen = max(1, ticks)
        after = time_edits.tempo_moved(self._state.score, point, ticks, point.bpm)
        self._commit(after, self.tr("Move a change of tempo"))

    def _cancel(self) -> None:
        assert self._press is not None
        base, self._press = self._press.base, None
        self._commit(base, self.tr("Cancel"))
        self._state.end_gesture()
