"""ControlLane: the course of one controller (pedal, expression, bend ...) below the notes, drawn by hand. GUI thread.

Invariant: drawing changes the stretch that the hand went over, and nothing before or after it.
"""

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from studio.core.control import BEND, SUSTAIN, Control, painted, reach, resting, value_at
from studio.core.score import Score
from studio.ui.common.own_keys import keeps_key
from studio.ui.common.paints_focus import PaintsFocus
from studio.ui.common.theme import colour
from studio.ui.music.pianoroll import painter as paint
from studio.ui.music.pianoroll.state import RollState
from studio.ui.music.pianoroll.velocity import LANE_HEIGHT_PX, TOP_PX

STEP_PX = 3  # how close the points of a drawn curve lie
READOUT_PX = 11


class ControlLane(PaintsFocus):
    """The left button draws, the right button lets the value before hold on; Shift leaves a pedal off the grid.

    By keyboard: Left and Right go from line to line of the grid, Up and Down change its value, Delete takes away."""

    def __init__(self, state: RollState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("control-lane")
        self.setFixedHeight(LANE_HEIGHT_PX)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._state = state
        self.controller = SUSTAIN
        self._base: Score | None = None
        self._curve: dict[int, int] = {}
        self._last = (0, 0)
        self._erasing = False
        state.changed.connect(self.update)
        state.playhead_moved.connect(self._repaint_playhead)

    def use(self, controller: int, name: str) -> None:
        """Show and draw another controller."""
        self.controller = controller
        self.setAccessibleName(name)
        self.setToolTip(self.tr("Drag to draw; the right button takes away"))
        self.update()

    # --- paint -------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        state, painter = self._state, QPainter(self)
        stripe = paint.Stripe.of(event.rect(), state.geometry)
        paint.paint_lane(painter, state, stripe)
        self._paint_course(painter, stripe)
        if self.hasFocus():
            self._paint_cursor(painter)
        paint.paint_playhead(painter, state, stripe)
        if self._base is not None:
            self._paint_readout(painter)

    def _paint_course(self, painter: QPainter, stripe: paint.Stripe) -> None:
        """Blocks from the resting line, with a bright edge where the value stands."""
        ground = self._y_of(max(0, resting(self.controller) if self.controller == BEND else 0))
        spans = self._spans(stripe)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(paint.velocity_colour(0.25))
        painter.drawRects(
            [QRectF(left, min(y, ground), right - left, abs(ground - y)) for left, right, y in spans]
        )
        painter.setPen(colour("note"))
        for left, right, y in spans:
            painter.drawLine(QPointF(left, y), QPointF(right, y))

    def _spans(self, stripe: paint.Stripe) -> list[tuple[int, int, int]]:
        """(left, right, y) in px of each stretch of one value inside the stripe."""
        own = self._own(self._state.score)
        geometry = self._state.geometry
        start = int(stripe.start_ticks)
        points = [(start, value_at(own, self.controller, start))]
        points += [(c.ticks, c.value) for c in own if start < c.ticks <= stripe.end_ticks]
        edges = [geometry.x_of(ticks) for ticks, _ in points[1:]] + [stripe.rect.right()]
        return [
            (geometry.x_of(ticks), right, self._y_of(value))
            for (ticks, value), right in zip(points, edges, strict=True)
        ]

    def _paint_readout(self, painter: QPainter) -> None:
        font = painter.font()
        font.setPixelSize(READOUT_PX)
        painter.setFont(font)
        painter.setPen(colour("text"))
        ticks, value = self._last
        box = QRect(self._state.geometry.x_of(ticks) + 8, TOP_PX, 60, 16)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft, str(value))

    def _paint_cursor(self, painter: QPainter) -> None:
        """What the next key changes, and the value there."""
        start, end = self._cell
        left, right = self._state.geometry.x_of(start), self._state.geometry.x_of(end)
        painter.setPen(QPen(colour("text_soft"), 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(left, TOP_PX - 4, max(4, right - left - 1), self.height() - TOP_PX + 2)
        self._last = start, value_at(self._own(self._state.score), self.controller, start)
        self._paint_readout(painter)

    def _own(self, score: Score) -> list[Control]:
        tracks, at = score.tracks, self._state.track_index
        controls = tracks[at].controls if at < len(tracks) else ()
        return [control for control in controls if control.controller == self.controller]

    def _y_of(self, value: int) -> int:
        low, high = reach(self.controller)
        return TOP_PX + round((high - value) / (high - low) * (self.height() - TOP_PX - 1))

    def _repaint_playhead(self, old: int, new: int) -> None:
        paint.repaint_playhead(self, self._state.geometry, old, new)

    # --- mouse -------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return
        if self._state.track_index >= len(self._state.score.tracks):
            return
        self._base, self._curve = self._state.score, {}
        self._erasing = event.button() == Qt.MouseButton.RightButton
        self._last = self._place(event)
        self._draw_to(self._last)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._base is not None:
            self._draw_to(self._place(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._base is not None:
            self._base = None
            self._state.end_gesture()
            self.update()

    # --- keys --------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        return keeps_key(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        low, high = reach(self.controller)
        step = (high - low + 1) // (8 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 64)
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                way = 1 if event.key() == Qt.Key.Key_Right else -1
                cursor = self._state.cursor
                self._state.put_cursor(self._state.grid_step(cursor.ticks, way), cursor.pitch)
                self._state.reveal.emit(self._state.cursor.ticks, cursor.pitch)
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                self._change_by(step if event.key() == Qt.Key.Key_Up else -step)
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self._put_in_cell(None)
            case Qt.Key.Key_Escape:
                self.parentWidget().setFocus()
            case _:
                super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():
            self._state.end_gesture()
        super().keyReleaseEvent(event)

    @property
    def _cell(self) -> tuple[int, int]:
        """From the cursor to the next line of the grid."""
        start = self._state.cursor.ticks
        return start, start + self._state.snap.length_ticks

    def _change_by(self, change: int) -> None:
        """A pedal goes all the way."""
        low, high = reach(self.controller)
        now = value_at(self._own(self._state.score), self.controller, self._cell[0])
        wanted = now + change * (high if self.controller == SUSTAIN else 1)
        self._put_in_cell(min(max(wanted, low), high))

    def _put_in_cell(self, value: int | None) -> None:
        """Another value from the cursor to the next line; None: the one before holds on."""
        state, (start, end) = self._state, self._cell
        if state.track_index >= len(state.score.tracks):
            return
        controls = state.score.track(state.track_index).controls
        label = self.tr("Erase a course") if value is None else self.tr("Draw a course")
        if value is None:
            value = value_at(controls, self.controller, start - 1)
        after = painted(controls, self.controller, [(start, value)], end)
        state.commit(
            state.score.with_controls(state.track_index, after), label, state.gesture_name("control")
        )

    def _place(self, event: QMouseEvent) -> tuple[int, int]:
        """(tick, value) under the pointer; a pedal is up or down, and moves on the grid."""
        low, high = reach(self.controller)
        share = 1 - (event.position().y() - TOP_PX) / (self.height() - TOP_PX - 1)
        value = min(max(round(low + share * (high - low)), low), high)
        ticks = max(0, round(self._state.geometry.ticks_at(event.position().x())))
        if self.controller == SUSTAIN:
            value = high if share >= 0.5 else low
            if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                ticks = self._state.snap.nearest(self._state.score, ticks)
        return ticks, value

    def _draw_to(self, to: tuple[int, int]) -> None:
        """Lay the line from where the hand was to where it is over the course as it was at the press."""
        assert self._base is not None
        (start, first), (end, last) = self._last, to
        step = self._step
        way = range(start, end, step if end > start else -step)
        self._curve |= {
            ticks: first + round((last - first) * (ticks - start) / (end - start)) for ticks in way
        }
        self._curve[end], self._last = last, to
        self._commit(sorted(self._curve.items()))
        self.update()

    @property
    def _step(self) -> int:
        return max(1, round(STEP_PX / self._state.geometry.px_per_tick))

    def _commit(self, curve: list[tuple[int, int]]) -> None:
        assert self._base is not None
        state, start = self._state, curve[0][0]
        controls = self._base.track(state.track_index).controls
        over = curve[-1][0] + self._step
        if self.controller == SUSTAIN:
            over = max(curve[-1][0], start + state.snap.length_ticks)
        if self._erasing:
            curve = [(start, value_at(controls, self.controller, start - 1))]
        after = painted(controls, self.controller, [point for point in curve if point[0] < over], over)
        label = self.tr("Erase a course") if self._erasing else self.tr("Draw a course")
        state.commit(self._base.with_controls(state.track_index, after), label, state.gesture_name("control"))
