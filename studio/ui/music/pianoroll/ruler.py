"""Ruler: bars and beats, metres and keys. GUI thread.

A click moves the playhead, a drag marks a stretch of time, a double click clears it; the right button asks for a menu.
"""

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygon,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from studio.ui.common.theme import colour
from studio.ui.music.pianoroll.state import RollState
from studio.ui.music.pitch_names import key_name

RULER_HEIGHT_PX = 26
DRAG_PX = 4
EDGE_PX = 5
MIN_NUMBER_GAP_PX = 36
NUMBER_Y_PX, NUMBER_GAP_PX, SIGN_GAP_PX = 16, 4, 8
ZOOM_BASE = 1.0015


class Ruler(QWidget):
    """`seek_requested(ticks)` and `region_drawn((start, end) or None)` are the person's wishes."""

    seek_requested = Signal(int)
    region_drawn = Signal(object)
    menu_requested = Signal(int, QPoint)
    meter_requested = Signal(int)
    key_requested = Signal(int)

    def __init__(self, state: RollState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("piano-roll-ruler")
        self.setAccessibleName(self.tr("Bars and beats"))
        self.setToolTip(
            self.tr(
                "Click: play from here. Drag: mark bars to loop or to let the model fill. "
                "Double-click: clear the mark, or change the metre or key that stands there. "
                "Right click: tempo, metre, key, bars."
            )
        )
        self.setFixedHeight(RULER_HEIGHT_PX)
        self.setMouseTracking(True)
        self._state = state
        self._pressed_x: float | None = None
        self._anchor: int | None = None
        self._signs_seen: list[tuple[QRect, int, str]] = []  # where, tick, words; as they were painted
        state.changed.connect(self.update)
        state.playhead_moved.connect(self._repaint_playhead)

    # --- paint -------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, geometry = QPainter(self), self._state.geometry
        painter.fillRect(self.rect(), colour("window"))
        self._paint_region(painter)
        font = painter.font()
        font.setPixelSize(11)
        painter.setFont(font)
        self._paint_bars(painter, event.rect())
        self._paint_signs(painter, event.rect())
        painter.setPen(colour("border"))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        self._paint_playhead(painter, geometry.x_of(self._state.playhead_ticks))

    def _paint_bars(self, painter: QPainter, rect: QRect) -> None:
        geometry, score = self._state.geometry, self._state.score
        start, end = (int(geometry.ticks_at(x)) for x in (rect.left() - 60, rect.right() + 2))
        every = self._numbered_every(start)
        for ticks, bar, beat in score.beats(score.bar_start(score.bar_of(start)), end + 1):
            x = geometry.x_of(ticks)
            if beat == 0 and bar % every == 0:
                painter.setPen(colour("grid_strong"))
                painter.drawLine(x, 8, x, self.height())
                painter.setPen(colour("text_soft"))
                painter.drawText(QPoint(x + NUMBER_GAP_PX, NUMBER_Y_PX), str(bar + 1))
            elif every == 1:
                painter.setPen(colour("grid_strong" if beat else "border"))
                painter.drawLine(x, self.height() - 6, x, self.height())

    def _paint_signs(self, painter: QPainter, rect: QRect) -> None:
        """Metres and keys beside the number of the bar in which they begin; a number that is in the way gives room."""
        self._signs_seen = list(self._placed_signs(painter.fontMetrics()))
        for place, ticks, words in self._signs_seen:
            if place.intersects(rect):
                region = self._state.region
                marked = region is not None and region[0] <= ticks < region[1]
                painter.fillRect(place.adjusted(-4, 0, 4, 0), colour("selection" if marked else "window"))
                painter.setPen(colour("text"))
                elided = painter.fontMetrics().elidedText(
                    words, Qt.TextElideMode.ElideRight, place.width() + 1
                )
                painter.drawText(QPoint(place.left(), NUMBER_Y_PX), elided)

    def _placed_signs(self, metrics: QFontMetrics) -> Iterator[tuple[QRect, int, str]]:
        """(where, tick, words) of each sign in view that has room before the next one."""
        score, geometry = self._state.score, self._state.geometry
        signs = list(self._signs())
        ends = [*(geometry.x_of(ticks) for ticks, _ in signs[1:]), 1 << 30]
        for (ticks, words), end in zip(signs, ends, strict=True):
            left = geometry.x_of(ticks) + NUMBER_GAP_PX + SIGN_GAP_PX
            left += metrics.horizontalAdvance(str(score.bar_of(ticks) + 1))
            for word in words:
                room = min(metrics.horizontalAdvance(word), end - left - NUMBER_GAP_PX)
                if room > 0 and left + room >= 0 and left <= self.width():
                    yield QRect(left, 2, room, NUMBER_Y_PX + 2), ticks, word
                left += room + SIGN_GAP_PX

    def _signs(self) -> Iterator[tuple[int, list[str]]]:
        """(tick, words) of each change of metre or key, in order of time."""
        score = self._state.score
        meters = {one.ticks: f"{one.numerator}/{one.denominator}" for one in score.meters}
        keys = {one.ticks: key_name(one) for one in score.keys}
        for ticks in sorted(meters.keys() | keys.keys()):
            yield ticks, [words[ticks] for words in (meters, keys) if ticks in words]

    def _numbered_every(self, ticks: int) -> int:
        """How many bars apart numbers stand: 1, 2, 4, 8 ..."""
        bar_px = self._state.score.meter_at(ticks).bar_ticks * self._state.geometry.px_per_tick
        every = 1
        while every * bar_px < MIN_NUMBER_GAP_PX:
            every *= 2
        return every

    def _paint_region(self, painter: QPainter) -> None:
        if self._state.region is not None:
            start, end = (self._state.geometry.x_of(ticks) for ticks in self._state.region)
            painter.fillRect(start, 0, end - start, self.height(), colour("selection"))

    def _paint_playhead(self, painter: QPainter, x: int) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("text"))
        low = self.height() - 1
        painter.drawPolygon(QPolygon([QPoint(x - 5, low - 8), QPoint(x + 6, low - 8), QPoint(x, low)]))

    def _repaint_playhead(self, old: int, new: int) -> None:
        for ticks in (old, new):
            self.update(QRect(self._state.geometry.x_of(ticks) - 7, 0, 14, self.height()))

    # --- mouse -------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_x = event.position().x()
            self._anchor = self._far_edge(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._pressed_x is None:
            near = self._far_edge(x) is not None
            self.setCursor(Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.ArrowCursor)
            return
        if self._anchor is None and abs(x - self._pressed_x) >= DRAG_PX:
            self._anchor = self._snapped(self._pressed_x)
        if self._anchor is not None:
            self._draw_region(self._anchor, self._snapped(x))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed_x is not None and self._anchor is None:
            self.seek_requested.emit(self._snapped(event.position().x()))
        self._pressed_x = self._anchor = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On a metre or a key: change it; elsewhere: clear the mark."""
        place = event.position().toPoint()
        sign = next((sign for sign in self._signs_seen if sign[0].contains(place)), None)
        if sign is None:
            self.region_drawn.emit(None)
        else:
            (self.meter_requested if "/" in sign[2] else self.key_requested).emit(sign[1])

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the bar under the pointer."""
        self.menu_requested.emit(round(self._state.geometry.ticks_at(event.pos().x())), event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """On the ruler a plain wheel zooms time."""
        turn = event.angleDelta().y() or event.angleDelta().x()
        self._state.look_at(self._state.geometry.zoomed_time(ZOOM_BASE**turn, event.position().x()))

    def _draw_region(self, first: int, second: int) -> None:
        if first != second:
            self.region_drawn.emit((min(first, second), max(first, second)))

    def _far_edge(self, x: float) -> int | None:
        """The other edge of the region, when x is on one: dragging then moves the one that is held."""
        if self._state.region is None:
            return None
        start, end = self._state.region
        if abs(self._state.geometry.x_of(start) - x) <= EDGE_PX:
            return end
        return start if abs(self._state.geometry.x_of(end) - x) <= EDGE_PX else None

    def _snapped(self, x: float) -> int:
        return self._state.snap.nearest(self._state.score, self._state.geometry.ticks_at(x))
