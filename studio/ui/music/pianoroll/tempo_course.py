"""TempoCourse: how the tempo of a score goes, drawn as steps with a dot and a number where each begins. GUI thread.

A view: the hand and the keys are TempoLane's.
"""

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.core import time_edits
from studio.core.score import TempoChange
from studio.ui.common.paints_focus import PaintsFocus
from studio.ui.common.theme import colour
from studio.ui.music.pianoroll import painter as paint
from studio.ui.music.pianoroll.state import RollState
from studio.ui.music.pianoroll.velocity import LANE_HEIGHT_PX

TOP_PX, BOTTOM_PX = 14, 8
REACH_PX, DOT_PX = 7, 3
FONT_PX, LABEL_GAP_PX = 11, 36
USUAL = (60.0, 160.0)  # shown at least


class TempoCourse(PaintsFocus):
    """Its scale holds all tempos of the score, and rests while `is_held`."""

    def __init__(self, state: RollState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(LANE_HEIGHT_PX)
        self._state = state
        self._chosen: int | None = None  # the tick of the chosen point
        self._reach = USUAL
        state.changed.connect(self._show)
        state.playhead_moved.connect(self._repaint_playhead)

    @property
    def is_held(self) -> bool:
        """Whether a hand is at work."""
        return False

    @property
    def chosen(self) -> TempoChange | None:
        return next((one for one in self._state.score.tempos if one.ticks == self._chosen), None)

    def paintEvent(self, event: QPaintEvent) -> None:
        state, painter = self._state, QPainter(self)
        stripe = paint.Stripe.of(event.rect(), state.geometry)
        paint.paint_lane(painter, state, stripe)
        font = painter.font()
        font.setPixelSize(FONT_PX)
        painter.setFont(font)
        self._paint_course(painter, stripe)
        paint.paint_playhead(painter, state, stripe)

    def _paint_course(self, painter: QPainter, stripe: paint.Stripe) -> None:
        """Blocks with a bright edge, as of a controller, a dot where each tempo begins and its number beside it."""
        spans = self._spans(stripe)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("note", 70))
        painter.drawRects([QRectF(left, y, right - left, self.height() - y) for _, left, right, y in spans])
        painter.setPen(colour("note"))
        for _, left, right, y in spans:
            painter.drawLine(left, y, right, y)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        free_from = -LABEL_GAP_PX
        for point, left, _, y in spans:
            chosen = point.ticks == self._chosen and self.hasFocus()
            painter.setPen(colour("text") if chosen else colour("window"))
            painter.setBrush(colour("selection") if chosen else colour("note"))
            painter.drawEllipse(QPointF(left, y), DOT_PX + chosen, DOT_PX + chosen)
            if left >= free_from or chosen:
                painter.setPen(colour("text" if chosen else "text_soft"))
                painter.drawText(QPoint(max(left, 0) + 6, y - 4), f"{point.bpm:g}")
                free_from = max(left, 0) + LABEL_GAP_PX
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _spans(self, stripe: paint.Stripe) -> list[tuple[TempoChange, int, int, int]]:
        """(point, left, right, y) in px of each tempo that holds somewhere in the stripe."""
        geometry, points = self._state.geometry, self._state.score.tempos
        ends = [*(geometry.x_of(one.ticks) for one in points[1:]), stripe.rect.right()]
        spans = [
            (one, geometry.x_of(one.ticks), right, self._y_of(one.bpm))
            for one, right in zip(points, ends, strict=True)
        ]
        left, right = stripe.rect.left() - LABEL_GAP_PX, stripe.rect.right()
        return [span for span in spans if span[2] >= left and span[1] <= right]

    def _y_of(self, bpm: float) -> int:
        low, high = self._reach
        return TOP_PX + round((high - bpm) / (high - low) * (self.height() - TOP_PX - BOTTOM_PX))

    def _bpm_at(self, y: float) -> float:
        low, high = self._reach
        share = (y - TOP_PX) / (self.height() - TOP_PX - BOTTOM_PX)
        return time_edits.usual_bpm(round(high - min(max(share, 0.0), 1.0) * (high - low)))

    def _repaint_playhead(self, old: int, new: int) -> None:
        paint.repaint_playhead(self, self._state.geometry, old, new)

    def _show(self) -> None:
        if not self.is_held:
            tempos = [one.bpm for one in self._state.score.tempos]
            self._reach = min(USUAL[0], min(tempos) * 0.8), max(USUAL[1], max(tempos) * 1.15)
        self.update()

    def _point_near(self, at: QPointF) -> TempoChange | None:
        def distance(one: TempoChange) -> float:
            place = QPointF(self._state.geometry.x_of(one.ticks), self._y_of(one.bpm))
            return (place - at).manhattanLength()

        nearest = min(self._state.score.tempos, key=distance)
        return nearest if distance(nearest) <= 1.5 * REACH_PX else None
