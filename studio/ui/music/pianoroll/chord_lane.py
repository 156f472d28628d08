"""ChordLane: the chord symbols above the notes, to be written, moved and stretched. GUI thread.

A double click (or Enter) opens a line to write a name in; what is no chord keeps it open and says so.
"""

from dataclasses import replace

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from studio.core import chord_edits
from studio.core.chords import Chord, parse_figure
from studio.core.errors import StudioError
from studio.core.score import Score
from studio.ui.common.own_keys import keeps_key
from studio.ui.common.theme import colour
from studio.ui.music.pianoroll import painter as paint
from studio.ui.music.pianoroll.name_editor import NameEditor
from studio.ui.music.pianoroll.state import RollState

CHORDS_HEIGHT_PX = 24
EDGE_PX = 5
EDITOR_PX = 72


class ChordLane(QWidget):
    """Shows the score's chords; changes go out through the state as single undo steps. Chords that a model proposes
    have an outline in the accent colour; a click keeps that one, Enter all of them, Esc none, Tab shows others."""

    suggestion_accepted = Signal(object)

    def __init__(self, state: RollState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chord-lane")
        self.setAccessibleName(self.tr("Chords"))
        self.setToolTip(
            self.tr("Double-click: write a chord. Drag: move it, its edge: stretch it. Delete: take it away.")
        )
        self.setFixedHeight(CHORDS_HEIGHT_PX)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._state = state
        self._chosen: int | None = None  # the start of the chosen chord
        self._drag: tuple[Score, Chord, int, bool] | None = None  # base, chord, grabbed tick, by its edge
        self._at = 0
        self.editor = NameEditor("chord-name", self.tr("Name of the chord"), "Am7", self)
        self.editor.returnPressed.connect(self._take_name)
        state.changed.connect(self._show)
        state.playhead_moved.connect(self._repaint_playhead)

    @property
    def chosen(self) -> Chord | None:
        return next((c for c in self._state.score.chords if c.start_ticks == self._chosen), None)

    # --- wishes ------------------------------------------------------------------------------------------

    def write_at(self, ticks: int) -> None:
        """Open the line for a name: of the chord that holds at `ticks`, or of a new one."""
        chord = self._state.score.chord_at(ticks)
        self._at = chord.start_ticks if chord else ticks
        self._chosen = chord.start_ticks if chord else None
        left = max(0, self._state.geometry.x_of(self._at))
        self.editor.open(QRect(left, 1, EDITOR_PX, self.height() - 2), chord.name if chord else "")

    def delete(self) -> None:
        if self.chosen is not None:
            self._commit(chord_edits.removed(self._state.score, self.chosen), self.tr("Delete a chord"))

    def _take_name(self) -> None:
        score, text = self._state.score, self.editor.text().strip()
        old = next((c for c in score.chords if c.start_ticks == self._at), None)
        if not text:
            self.editor.hide()
            if old is not None:
                self._commit(chord_edits.removed(score, old), self.tr("Delete a chord"))
            return
        start, end = (old.start_ticks, old.end_ticks) if old else chord_edits.room_at(score, self._at)
        try:
            chord = parse_figure(text, start, end - start)
        except StudioError as error:
            self.editor.refuse(error.sentence())
            return
        self.editor.hide()
        after = chord_edits.changed(score, old, chord) if old else chord_edits.put(score, chord)
        self._commit(after, self.tr("Write a chord"))
        self._chosen = start
        self.setFocus()

    def _commit(self, score: Score, label: str) -> None:
        self._state.commit(score, label)
        self._state.end_gesture()

    # --- paint -------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        state, painter = self._state, QPainter(self)
        stripe = paint.Stripe.of(event.rect(), state.geometry)
        painter.fillRect(stripe.rect, colour("window"))
        painter.setPen(colour("border"))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        font = painter.font()
        font.setPixelSize(12)
        painter.setFont(font)
        for chord in state.score.chords:
            if chord.start_ticks <= stripe.end_ticks and chord.end_ticks >= stripe.start_ticks:
                self._paint_chord(painter, chord)
        for chord in state.chord_ghosts:
            self._paint_suggested(painter, chord)
        if not state.score.chords and not state.chord_ghosts and not self.editor.isVisible():
            painter.setPen(colour("text_off"))
            words = self.tr("Double-click to write a chord")
            painter.drawText(self.rect().adjusted(8, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, words)
        paint.paint_playhead(painter, state, stripe)

    def _paint_chord(self, painter: QPainter, chord: Chord) -> None:
        box = self._box(chord)
        chosen = chord.start_ticks == self._chosen and self.hasFocus()
        painter.setPen(colour("text_soft") if chosen else colour("border"))
        painter.setBrush(colour("selection") if chosen else colour("raised"))
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(colour("text"))
        painter.setClipRect(box)
        painter.drawText(box.adjusted(6, 0, -2, 0), Qt.AlignmentFlag.AlignVCenter, chord.name)
        painter.setClipping(False)

    def _paint_suggested(self, painter: QPainter, chord: Chord) -> None:
        box = self._box(chord)
        painter.setPen(QPen(colour("accent"), 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(colour("text"))
        painter.setClipRect(box)
        painter.drawText(box.adjusted(6, 0, -2, 0), Qt.AlignmentFlag.AlignVCenter, chord.name)
        painter.setClipping(False)

    def _suggested_at(self, ticks: int) -> Chord | None:
        return next((c for c in self._state.chord_ghosts if c.start_ticks <= ticks < c.end_ticks), None)

    def _box(self, chord: Chord) -> QRect:
        left, right = self._state.geometry.x_of(chord.start_ticks), self._state.geometry.x_of(chord.end_ticks)
        return QRect(left, 2, max(4, right - left - 2), self.height() - 6)

    def _show(self) -> None:
        if self.editor.isVisible():
            self.editor.move(max(0, self._state.geometry.x_of(self._at)), 1)
        self.update()

    def _repaint_playhead(self, old: int, new: int) -> None:
        paint.repaint_playhead(self, self._state.geometry, old, new)

    # --- hand and keys -----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self.setFocus()
        ticks = round(self._state.geometry.ticks_at(event.position().x()))
        if (suggested := self._suggested_at(ticks)) is not None:
            self.suggestion_accepted.emit(suggested)
            return
        chord = self._state.score.chord_at(ticks)
        self._chosen = chord.start_ticks if chord else None
        if chord is not None:
            self._drag = (self._state.score, chord, ticks, self._on_edge(chord, event.position().x()))
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        ticks = round(self._state.geometry.ticks_at(event.position().x()))
        if self._drag is None:
            chord = self._state.score.chord_at(ticks)
            edge = chord is not None and self._on_edge(chord, event.position().x())
            self.setCursor(Qt.CursorShape.SizeHorCursor if edge else Qt.CursorShape.ArrowCursor)
            return
        base, chord, grabbed, by_edge = self._drag
        snap = self._state.snap
        if by_edge:
            end = max(snap.nearest(base, ticks), chord.start_ticks + snap.length_ticks)
            new = replace(chord, duration_ticks=end - chord.start_ticks)
        else:
            new = replace(chord, start_ticks=snap.nearest(base, max(0, chord.start_ticks + ticks - grabbed)))
        self._chosen = new.start_ticks
        label = self.tr("Stretch a chord") if by_edge else self.tr("Move a chord")
        self._state.commit(chord_edits.changed(base, chord, new), label, self._state.gesture_name("chord"))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            self._drag = None
            self._state.end_gesture()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._drag = None
        ticks = self._state.geometry.ticks_at(event.position().x())
        self.write_at(self._beat_at(int(ticks)))

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes through the ideas while there are any, as on the roll."""
        return self.parentWidget().focusNextPrevChild(forward)

    def event(self, event: QEvent) -> bool:
        return keeps_key(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Escape if self._state.has_suggestion:
                super().keyPressEvent(event)  # the roll accepts, or rejects
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.delete()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.write_at(self._chosen if self._chosen is not None else self._state.cursor.ticks)
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                way = 1 if event.key() == Qt.Key.Key_Right else -1
                if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                    self._shift(way, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
                else:
                    self._choose_next(way)
            case Qt.Key.Key_Escape:
                self.parentWidget().setFocus()
            case _:
                super().keyPressEvent(event)

    def _shift(self, way: int, stretch: bool) -> None:
        """The chosen chord a line of the grid earlier or later, or its end."""
        chord, state = self.chosen, self._state
        if chord is None:
            return
        if stretch:
            end = max(state.grid_step(chord.end_ticks, way), chord.start_ticks + 1)
            new = replace(chord, duration_ticks=end - chord.start_ticks)
        else:
            new = replace(chord, start_ticks=state.grid_step(chord.start_ticks, way))
        after = chord_edits.changed(state.score, chord, new)
        self._chosen = new.start_ticks
        self._commit(after, self.tr("Stretch a chord") if stretch else self.tr("Move a chord"))

    def _choose_next(self, way: int) -> None:
        starts = [chord.start_ticks for chord in self._state.score.chords]
        if starts:
            at = starts.index(self._chosen) + way if self._chosen in starts else 0
            self._chosen = starts[min(max(at, 0), len(starts) - 1)]
            self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _on_edge(self, chord: Chord, x: float) -> bool:
        return abs(self._state.geometry.x_of(chord.end_ticks) - x) <= EDGE_PX

    def _beat_at(self, ticks: int) -> int:
        """The beat that holds a tick: chords are written on beats."""
        score = self._state.score
        bar = score.bar_start(score.bar_of(ticks))
        beat = score.meter_at(ticks).beat_ticks
        return bar + (ticks - bar) // beat * beat
