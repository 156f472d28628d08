"""Minimap: the whole track in small above the ruler, with a frame around what the roll shows. GUI thread.

Invariant: the picture of the notes is made anew only when they have changed, and of very many only when the hand rests.
"""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from studio.core.score import Note
from studio.ui.common.theme import colour
from studio.ui.music.pianoroll.state import RollState

MINIMAP_HEIGHT_PX = 28
EDGE_PX = 3  # above the highest and below the lowest note
SPARE_BARS = 8
MANY, REST_MS = 4000, 60
LEAST_PITCHES = 22  # a strip of one pitch would be as tall as one of an octave
FAINT, FULL = 130, 255
LEAST_FRAME_PX = 8


class Minimap(QWidget):
    """A press inside the frame takes hold of it; elsewhere it brings the frame there first."""

    def __init__(self, state: RollState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("piano-roll-minimap")
        self.setAccessibleName(self.tr("The whole track in small"))
        self.setToolTip(self.tr("Click: go there. Drag the frame: scroll. Wheel: zoom."))
        self.setFixedHeight(MINIMAP_HEIGHT_PX)
        self._state = state
        self._notes: tuple[Note, ...] | None = None
        self._picture, self._pictured_ticks = QPixmap(), 1
        self._grabbed: float | None = None  # how far inside the frame, px
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._draw_picture)
        state.changed.connect(self._show)
        state.playhead_moved.connect(self._repaint_playhead)

    # --- what is where -----------------------------------------------------------------------------------

    @property
    def span_ticks(self) -> int:
        """How much time the strip holds: the piece, some bars more, and all that the roll shows."""
        score = self._state.score
        piece = score.bar_start(score.bar_of(self._state.end_ticks) + SPARE_BARS)
        return max(piece, self._view_ticks[1])

    @property
    def _view_ticks(self) -> tuple[int, int]:
        """What the roll shows."""
        geometry = self._state.geometry
        return int(geometry.ticks_at(0)), int(geometry.ticks_at(self.width()))

    @property
    def frame(self) -> QRect:
        """The frame around it."""
        start, end = (self._x_of(ticks) for ticks in self._view_ticks)
        return QRect(start, 0, max(LEAST_FRAME_PX, end - start), self.height() - 1)

    def _x_of(self, ticks: float) -> int:
        return round(ticks / self.span_ticks * self.width())

    # --- paint -------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, frame = QPainter(self), self.frame
        painter.fillRect(self.rect(), colour("window"))
        painter.fillRect(frame, colour("raised"))
        if (region := self._state.region) is not None:
            start, end = self._x_of(region[0]), self._x_of(region[1])
            painter.fillRect(start, 0, max(2, end - start), self.height(), colour("selection", 110))
        width = self._pictured_ticks / self.span_ticks * self.width()
        picture = QRectF(0, 0, width, self.height())
        painter.drawPixmap(picture, self._picture, QRectF(self._picture.rect()))
        painter.setPen(colour("text"))
        at = self._x_of(self._state.playhead_ticks)
        painter.drawLine(at, 0, at, self.height())
        painter.setPen(colour("text_soft"))
        painter.drawRect(frame.adjusted(0, 0, -1, 0))
        painter.setPen(colour("border"))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)

    def _show(self) -> None:
        if self._state.index.notes is not self._notes:
            if self._picture.isNull() or len(self._state.index.notes) <= MANY:
                self._draw_picture()
            else:
                self._rest.start()
        self.update()

    def _draw_picture(self) -> None:
        """Every note as a line of a pixel or more; where several lie on one pixel it is brighter."""
        self._notes, self._pictured_ticks = self._state.index.notes, self.span_ticks
        how_many = _how_many(self._notes, self._pictured_ticks, self.width(), self.height())
        tone, size = colour("note"), (self.width(), self.height())
        alpha = np.where(how_many > 0, np.minimum(FULL, FAINT + 40 * how_many), 0).astype(np.uint32)
        argb = (alpha << 24) | np.uint32(tone.rgb() & 0xFFFFFF)  # (h, w)
        image = QImage(argb.tobytes(), *size, size[0] * 4, QImage.Format.Format_ARGB32)
        self._picture = QPixmap.fromImage(image)
        self.update()

    def _repaint_playhead(self, old: int, new: int) -> None:
        for ticks in (old, new):
            self.update(QRect(self._x_of(ticks) - 1, 0, 3, self.height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._draw_picture()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._draw_picture()

    # --- mouse -------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        frame, x = self.frame, event.position().x()
        inside = frame.left() <= x <= frame.right()
        self._grabbed = x - frame.left() if inside else frame.width() / 2
        self._go_to(x - self._grabbed)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            self._go_to(event.position().x() - self._grabbed)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the middle of what the roll shows."""
        turn = event.angleDelta().y() or event.angleDelta().x()
        self._state.look_at(self._state.geometry.zoomed_time(1.0015**turn, self.width() / 2))

    def _go_to(self, left_px: float) -> None:
        """Bring the left edge of the frame there, no further than where the piece ends."""
        start, end = self._view_ticks
        ticks = min(left_px / self.width() * self.span_ticks, self.span_ticks - (end - start))
        geometry = self._state.geometry
        self._state.look_at(geometry.scrolled_to(max(0.0, ticks) * geometry.px_per_tick, geometry.top_px))


def _how_many(notes: tuple[Note, ...], span_ticks: int, width: int, height: int) -> NDArray[np.int32]:
    """(height, width): the number of notes that lie on each pixel."""
    changes = np.zeros((height, width + 1), np.int32)
    if notes and width:
        values = np.array([(n.start_ticks, n.duration_ticks, n.pitch) for n in notes], np.int64)  # (n, 3)
        low, high = int(values[:, 2].min()), int(values[:, 2].max())
        middle, pitches = (low + high) / 2, max(LEAST_PITCHES, high - low)
        y = height / 2 - (values[:, 2] - middle) / pitches * (height - 2 * EDGE_PX - 1)
        rows = y.astype(int).clip(0, height - 1)
        first = (values[:, 0] * width // span_ticks).clip(0, width - 1)
        last = ((values[:, 0] + values[:, 1]) * width // span_ticks).clip(first + 1, width)
        np.add.at(changes, (rows, first), 1)
        np.add.at(changes, (rows, last), -1)
    return changes[:, :-1].cumsum(axis=1, dtype=np.int32)
