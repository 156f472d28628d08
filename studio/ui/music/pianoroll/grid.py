"""NoteGrid: the field of notes. Paints the state and passes mouse, wheel and dropped files on. GUI thread."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from studio.ui.common.theme import colour
from studio.ui.music.dropped_scores import dropped_scores
from studio.ui.music.instruments import instrument_name
from studio.ui.music.pianoroll import painter as paint
from studio.ui.music.pianoroll.hand import Hand
from studio.ui.music.pianoroll.state import RollState, Tool

ZOOM_BASE = 1.0015
WHEEL_SHARE = 0.5
INVITATION_PX = QSize(440, 84)
_CURSORS = {
    Tool.SELECT: Qt.CursorShape.ArrowCursor,
    Tool.DRAW: Qt.CursorShape.CrossCursor,
    Tool.ERASE: Qt.CursorShape.PointingHandCursor,
}


class NoteGrid(QWidget):
    """The viewport of the roll. The middle button drags the view. `row_at` tells which track's row is at a place on the
    screen, so that notes can be dropped on it: `notes_dropped(track, whether they are copies)`."""

    files_dropped = Signal(object)
    row_aimed_at = Signal(object)
    notes_dropped = Signal(int, bool)

    def __init__(self, state: RollState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("piano-roll-grid")
        self.state, self.hand = state, Hand(state, self)
        self.row_at: Callable[[QPoint], int | None] = lambda place: None
        self._row: int | None = None  # that the hand holds notes over
        self._pan_from: QPointF | None = None
        if parent is not None:
            self.setFocusProxy(parent)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(240, 120)
        state.changed.connect(self.update)
        state.playhead_moved.connect(self._repaint_playhead)
        state.tool_changed.connect(self._show_cursor)

    def sizeHint(self) -> QSize:
        return QSize(800, 480)

    # --- paint -------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        state, painter = self.state, QPainter(self)
        stripe = paint.Stripe.of(event.rect(), state.geometry)
        paint.paint_rows(painter, state, stripe)
        paint.paint_lines(painter, state, stripe)
        paint.paint_region(painter, state, stripe)
        paint.paint_notes(painter, state, stripe)
        paint.paint_ghosts(painter, state, stripe)
        if self.parentWidget().hasFocus() and not state.selection:
            paint.paint_cursor(painter, state)
        paint.paint_marquee(painter, state)
        paint.paint_lasso(painter, state)
        paint.paint_playhead(painter, state, stripe)
        if not state.track.notes and not state.ghosts:
            self._paint_invitation(painter)

    def _paint_invitation(self, painter: QPainter) -> None:
        """What to do with an empty roll."""
        font = painter.font()
        painter.setPen(colour("text"))
        font.setPixelSize(15)
        painter.setFont(font)
        middle = self.rect().adjusted(0, 0, 0, -self.height() // 3)
        ground = QRect(0, 0, INVITATION_PX.width(), INVITATION_PX.height())
        ground.moveCenter(middle.center() + QPoint(0, 13))
        painter.fillRect(ground, colour("panel", 235))
        where = Qt.AlignmentFlag.AlignCenter
        painter.drawText(middle, where, self.tr("Double-click to draw a note, or drop a MIDI file here"))
        font.setPixelSize(12)
        painter.setFont(font)
        painter.setPen(colour("text_soft"))
        painter.drawText(
            middle.adjusted(0, 52, 0, 0), where, self.tr("Continue: the model plays on, or begins a tune")
        )

    def _repaint_playhead(self, old: int, new: int) -> None:
        paint.repaint_playhead(self, self.state.geometry, old, new)

    # --- mouse -------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.parentWidget().setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.MiddleButton:
            self._pan_from = event.position()
        else:
            self.hand.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pan_from is not None:
            self._pan(event.position())
            return
        if self._carries_out(event):
            return
        self.hand.move(event)
        if self.hand.is_busy:
            self._follow(event.position().toPoint())
        elif not event.buttons():
            self._show_cursor_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pan_from = None
        row, carried = self._row, self.hand.carried
        self._aim_at(None)
        if row is None or carried is None:
            self.hand.release(event)
            return
        self.hand.cancel()
        held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        self.notes_dropped.emit(row, carried.copy or bool(held))

    def _carries_out(self, event: QMouseEvent) -> bool:
        """Notes held over another track's row are back where they were, until they are let go there."""
        carried, row = self.hand.carried, None
        if carried is not None and not self.rect().contains(event.position().toPoint()):
            row = self.row_at(event.globalPosition().toPoint())
        self._aim_at(None if row == self.state.track_index else row)
        if carried is not None and self._row is not None:
            carried.go_home()
        return self._row is not None

    def _aim_at(self, row: int | None) -> None:
        if row != self._row:
            self._row = row
            self.row_aimed_at.emit(row)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.hand.double_click(event)

    def _pan(self, to: QPointF) -> None:
        shift, self._pan_from = to - (self._pan_from or to), to
        geometry = self.state.geometry
        self.scroll_to(geometry.left_px - shift.x(), geometry.top_px - shift.y())

    def _follow(self, at: QPoint) -> None:
        """Scroll when a drag leaves the view."""
        rect, geometry = self.rect(), self.state.geometry
        dx = min(0, at.x()) + max(0, at.x() - rect.right())
        dy = min(0, at.y()) + max(0, at.y() - rect.bottom())
        if dx or dy:
            self.scroll_to(geometry.left_px + dx / 4, geometry.top_px + dy / 4)

    def _show_cursor(self, tool: Tool) -> None:
        self.setCursor(_CURSORS[tool])

    def _show_cursor_at(self, at: QPointF) -> None:
        hit = self.hand.hit(at) if self.state.tool is not Tool.ERASE else None
        if hit is None:
            self._show_cursor(self.state.tool)
        else:
            self.setCursor(Qt.CursorShape.SizeHorCursor if hit.on_edge else Qt.CursorShape.OpenHandCursor)

    # --- zoom and scroll ---------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl zooms time, Alt or Ctrl+Shift zooms pitch, Shift scrolls sideways."""
        held, geometry = event.modifiers(), self.state.geometry
        turn = event.angleDelta().y() or event.angleDelta().x()
        ctrl = bool(held & Qt.KeyboardModifier.ControlModifier)
        shift = bool(held & Qt.KeyboardModifier.ShiftModifier)
        if held & Qt.KeyboardModifier.AltModifier or (ctrl and shift):
            self.state.look_at(geometry.zoomed_pitch((turn > 0) - (turn < 0), event.position().y()))
        elif ctrl:
            self.state.look_at(geometry.zoomed_time(ZOOM_BASE**turn, event.position().x()))
        else:
            self._scroll_by(event, shift)
        event.accept()

    def _scroll_by(self, event: QWheelEvent, sideways: bool) -> None:
        delta = (
            QPointF(event.pixelDelta())
            if not event.pixelDelta().isNull()
            else event.angleDelta() * WHEEL_SHARE
        )
        dx, dy = (delta.y() or delta.x(), 0.0) if sideways else (delta.x(), delta.y())
        geometry = self.state.geometry
        self.scroll_to(geometry.left_px - dx, geometry.top_px - dy)

    def scroll_to(self, left_px: float, top_px: float) -> None:
        """Scroll, not below the lowest row."""
        geometry = self.state.geometry
        lowest = max(0, geometry.content_height_px - self.height())
        self.state.look_at(geometry.scrolled_to(left_px, min(top_px, lowest)))

    # --- words and files ---------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._words_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def _words_at(self, at: QPointF) -> str:
        geometry = self.state.geometry
        ghost = self.state.ghost_at(geometry.ticks_at(at.x()), geometry.pitch_at(at.y()))
        if ghost is not None:
            words = self.tr("The model suggests {0} (chance {1} %). Click to keep it.")
            return words.format(self.state.name_of(ghost.note.pitch), round(ghost.probability * 100))
        hit, other = self.hand.hit(at), self.hand.other_at(at)
        if hit is not None:
            return f"{self.state.name_of(hit.note.pitch)} · {self.tr('velocity')} {hit.note.velocity}"
        if other is None:
            return ""
        track = self.state.score.tracks[other[0]]
        words = self.tr("{0} of track {1}, {2}. Double-click to go there.")
        name = track.name or instrument_name(track)
        return words.format(self.state.name_of(other[1].pitch), other[0] + 1, name)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_scores(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = dropped_scores(event)
        if paths:
            event.acceptProposedAction()
            self.files_dropped.emit(paths)
