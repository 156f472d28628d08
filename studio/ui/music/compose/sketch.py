"""Sketch: an idea as a picture of a few square centimetres: own notes before it, its notes, bar lines. GUI thread.

A value: two equal sketches look the same, so that a picture is drawn once. Every sketch of one question has the same
span and pitches, so that ideas can be compared at a glance.
"""

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap

from studio.ui.common.theme import colour

Place = tuple[int, int, int]  # start, end, pitch
LEAST_ROWS = 14
THINNEST_PX, THICKEST_PX = 2.5, 5.0
CHORD_FONT_PX = 9
PART_ALPHAS = (255, 190, 140, 100)  # the highest voice stands out


@dataclass(frozen=True, slots=True)
class Sketch:
    """span: the ticks from the left edge to the right one; region: where the idea lies in it; pitches: the lowest and
    the highest; own: the person's notes; parts: the idea's, voice by voice; chords: (start, end, name)."""

    span: tuple[int, int]
    region: tuple[int, int]
    bar_lines: tuple[int, ...]
    pitches: tuple[int, int]
    own: tuple[Place, ...] = ()
    parts: tuple[tuple[Place, ...], ...] = ()
    chords: tuple[tuple[int, int, str], ...] = ()


def sketched(sketch: Sketch, size: QSize, ratio: float = 1.0) -> QPixmap:
    """A picture of it in the theme's colours; ratio: device pixels to a pixel."""
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(colour("sunken"))
    painter = QPainter(pixmap)
    paint_sketch(painter, QRectF(0, 0, size.width(), size.height()), sketch)
    painter.end()
    return pixmap


def paint_sketch(painter: QPainter, rect: QRectF, sketch: Sketch) -> None:
    """Ground, lines, own notes, the idea."""
    scale = _Scale(rect, sketch)
    left, right = scale.x(sketch.region[0]), scale.x(sketch.region[1])
    painter.fillRect(QRectF(left, rect.top(), right - left, rect.height()), colour("panel"))
    painter.setPen(colour("grid_strong", 150))
    lines = [scale.x(ticks) for ticks in sketch.bar_lines]
    painter.drawLines([QLineF(x, rect.top(), x, rect.bottom()) for x in lines])
    for place in sketch.own:
        painter.fillRect(scale.rect(place), colour("note", 110))
    for number, part in reversed(list(enumerate(sketch.parts))):
        fill = colour("accent", PART_ALPHAS[min(number, len(PART_ALPHAS) - 1)])
        for place in part:
            painter.fillRect(scale.rect(place), fill)
    _paint_chords(painter, rect, sketch, scale)


def _paint_chords(painter: QPainter, rect: QRectF, sketch: Sketch, scale: "_Scale") -> None:
    """Blocks with their names, where there is room for them."""
    font = painter.font()
    font.setPixelSize(CHORD_FONT_PX)
    painter.setFont(font)
    for start, end, name in sketch.chords:
        left, width = scale.x(start), scale.x(end) - scale.x(start) - 1
        block = QRectF(left, rect.top() + 3, width, CHORD_FONT_PX + 5)
        painter.fillRect(block, colour("accent_soft"))
        if painter.fontMetrics().horizontalAdvance(name) <= width:
            painter.setPen(colour("text"))
            painter.drawText(block, Qt.AlignmentFlag.AlignCenter, name)


class _Scale:
    """From ticks and pitches to places in a rectangle."""

    def __init__(self, rect: QRectF, sketch: Sketch) -> None:
        (self._start, end), (low, high) = sketch.span, sketch.pitches
        rows = max(LEAST_ROWS, high - low + 3)  # one is free above and below
        self._left, self._middle = rect.left(), rect.center().y()
        self._px_per_tick = rect.width() / max(1, end - self._start)
        self._row_px, self._centre = rect.height() / rows, (low + high) / 2

    def x(self, ticks: int) -> float:
        return self._left + (ticks - self._start) * self._px_per_tick

    def rect(self, place: Place) -> QRectF:
        """A note, a little shorter than its time."""
        start, end, pitch = place
        height = min(max(self._row_px, THINNEST_PX), THICKEST_PX)
        y = self._middle + (self._centre - pitch) * self._row_px
        width = max(1.5, (end - start) * self._px_per_tick - 0.75)
        return QRectF(self.x(start), y - height / 2, width, height)
