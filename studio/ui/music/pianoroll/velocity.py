"""VelocityLane: how hard each note is struck, as bars to drag. Dragging sideways paints over notes. GUI thread."""

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.core.score import Note, Score
from studio.ui.common.theme import colour
from studio.ui.music.pianoroll import painter as paint
from studio.ui.music.pianoroll.edits import with_velocity_change
from studio.ui.music.pianoroll.state import RollState

LANE_HEIGHT_PX = 76
BAR_PX = 5
REACH_PX = 6
MANY_BARS = 400  # so many are drawn without heads
TOP_PX = 8


class VelocityLane(QWidget):
    """A press on one of several selected notes changes them all by the same amount."""

    def __init__(self, state: RollState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("velocity-lane")
        self.setAccessibleName(self.tr("Velocities"))
        self.setToolTip(self.tr("Drag a bar: how hard the note is struck. Drag sideways to paint a curve."))
        self.setFixedHeight(LANE_HEIGHT_PX)
        self.setCursor(Qt.CursorShape.SizeVerCursor)
        self._state = state
        self._base: Score | None = None
        self._held: Note | None = None
        self._last = QPointF()
        state.changed.connect(self.update)
        state.playhead_moved.connect(self._repaint_playhead)

    # --- paint -------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        state, painter = self._state, QPainter(self)
        stripe = paint.Stripe.of(event.rect(), state.geometry)
        paint.paint_lane(painter, state, stripe)
        start, end = state.geometry.ticks_at(event.rect().left() - 9), stripe.end_ticks
        self._paint_bars(painter, state.index.starting_between(start, end))
        paint.paint_playhead(painter, state, stripe)

    def _paint_bars(self, painter: QPainter, notes: tuple[Note, ...]) -> None:
        """All bars of one colour at once, those of selected notes last; of those on one spot only the highest."""
        steps, geometry, selection = paint.VELOCITY_STEPS, self._state.geometry, self._state.selection
        batches: list[list[QRect]] = [[] for _ in range(steps + 1)]
        scale, left_px, highest = geometry.px_per_tick, geometry.left_px, dict[int, int]()
        for note in notes:
            x = round(note.start_ticks * scale - left_px)
            if note.id in selection:
                batches[steps] += self._bar(x, note.velocity)
            elif note.velocity > highest.get(x, 0):
                highest[x] = note.velocity
        parts = 2 if len(highest) < MANY_BARS else 1
        for x, velocity in highest.items():
            batches[velocity * steps // 128] += self._bar(x, velocity)[:parts]
        painter.setPen(Qt.PenStyle.NoPen)
        for step, rects in enumerate(batches):
            painter.setBrush(colour("text") if step == steps else paint.velocity_colour(step / (steps - 1)))
            painter.drawRects(rects)

    def _bar(self, x: int, velocity: int) -> tuple[QRect, QRect]:
        """The bar and its head."""
        y = self._y_of(velocity)
        return QRect(x, y, BAR_PX - 2, self.height() - y), QRect(x - 1, y - 1, BAR_PX, 3)

    def _y_of(self, velocity: int) -> int:
        return TOP_PX + round((127 - velocity) / 127 * (self.height() - TOP_PX))

    def _velocity_at(self, y_px: float) -> int:
        share = 1 - (y_px - TOP_PX) / (self.height() - TOP_PX)
        return min(max(round(share * 127), 1), 127)

    def _repaint_playhead(self, old: int, new: int) -> None:
        paint.repaint_playhead(self, self._state.geometry, old, new)

    # --- mouse -------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._base, self._last = self._state.score, event.position()
        selected = [n for n in self._notes_near(event.position().x()) if n.id in self._state.selection]
        self._held = selected[0] if len(self._state.selection) > 1 and selected else None
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._base is None:
            return
        if self._held is not None:
            self._shift_selection(self._velocity_at(event.position().y()) - self._held.velocity)
        else:
            self._paint_over(self._last, event.position())
        self._last = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._base is not None:
            self._state.pen_velocity = self._velocity_at(event.position().y())
            self._base = None
            self._state.end_gesture()

    def _shift_selection(self, change: int) -> None:
        assert self._base is not None
        state = self._state
        before = (n for n in self._base.track(state.track_index).notes if n.id in state.selection)
        after = self._base.with_notes_replaced(state.track_index, with_velocity_change(before, change))
        state.commit(after, "Change velocity", state.gesture_name("velocity"))

    def _paint_over(self, old: QPointF, new: QPointF) -> None:
        """Give every bar between two pointer places the height of the line between them."""
        left, right = sorted((old, new), key=lambda point: point.x())
        changed: list[Note] = []
        near = self._notes_near(left.x(), right.x())
        for note in near:
            x = self._state.geometry.x_of(note.start_ticks)
            share = (x - left.x()) / max(1.0, right.x() - left.x())
            y = left.y() + (right.y() - left.y()) * min(max(share, 0.0), 1.0) if left != right else new.y()
            changed.extend(with_velocity_change((note,), self._velocity_at(y) - note.velocity))
        name = self._state.gesture_name("velocity")
        self._state.replace_notes(tuple(changed), "Change velocity", name, near)

    def _notes_near(self, left: float, right: float | None = None) -> tuple[Note, ...]:
        """The notes whose bars are there; for one place only those of the nearest start."""
        ticks_at = self._state.geometry.ticks_at
        end = left if right is None else right
        notes = self._state.index.starting_between(ticks_at(left - REACH_PX), ticks_at(end + REACH_PX))
        if end - left > REACH_PX or not notes:
            return notes
        at = ticks_at(QPoint(round(end), 0).x())
        nearest = min(notes, key=lambda note: abs(note.start_ticks - at)).start_ticks
        return tuple(note for note in notes if note.start_ticks == nearest)
