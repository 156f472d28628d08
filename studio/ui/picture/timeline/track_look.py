"""How the timeline's track is painted: ruler, keyframes with their easing, the strip of pictures. GUI thread."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap, QPolygon, QPolygonF

from studio.core.timeline import Timeline, eased
from studio.ui.common.theme import colour
from studio.ui.picture.timeline.scale import Tile, TimeScale, time_words

RULER_PX, LANE_PX, TILE_PX = 20, 24, 44
STRIP_TOP = RULER_PX + LANE_PX
HEIGHT_PX = STRIP_TOP + TILE_PX + 4
DIAMOND_PX = 6
FONT_PX = 11
CURVE_POINTS = 16


@dataclass
class TrackState:
    """What there is to paint. words: a quiet line at the ruler's right end; live: playing or recording."""

    timeline: Timeline = field(default_factory=Timeline)
    scale: TimeScale = field(default_factory=lambda: TimeScale(100))
    playhead_s: float = 0.0
    selected: int | None = None
    recording: bool = False
    words: str = ""
    tiles: tuple[Tile, ...] = ()


def paint_track(painter: QPainter, state: TrackState, pixmaps: Mapping[float, QPixmap], rect: QRect) -> None:
    """All of it, the playhead last."""
    painter.fillRect(rect, colour("window"))
    font = painter.font()
    font.setPixelSize(FONT_PX)
    painter.setFont(font)
    _paint_ruler(painter, state)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_strip(painter, state, pixmaps)
    _paint_easings(painter, state)
    _paint_keys(painter, state)
    _paint_playhead(painter, state)


def _paint_ruler(painter: QPainter, state: TrackState) -> None:
    scale, width = state.scale, state.scale.width
    painter.fillRect(0, 0, width, RULER_PX, colour("panel"))
    if state.timeline.keyframes:
        end = scale.x_of(state.timeline.duration_s)
        painter.fillRect(end, 0, width - end, RULER_PX, colour("window"))
    words_px = painter.fontMetrics().horizontalAdvance(state.words) + 16 if state.words else 0
    times, step = scale.ticks()
    for time_s in times:
        x = scale.x_of(time_s)
        painter.setPen(colour("grid_strong"))
        painter.drawLine(x, RULER_PX - 6, x, RULER_PX)
        if x + 32 < width - words_px:
            painter.setPen(colour("text_soft"))
            painter.drawText(QPoint(x + 4, 13), _tick_words(time_s, step))
    painter.setPen(colour("text_soft"))
    box = QRect(0, 0, width - 8, RULER_PX)
    painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, state.words)


def _tick_words(time_s: float, step: float) -> str:
    if step < 1:
        return time_words(time_s)
    return f"{round(time_s) // 60}:{round(time_s) % 60:02d}"


def _paint_strip(painter: QPainter, state: TrackState, pixmaps: Mapping[float, QPixmap]) -> None:
    """Between keyframes the pictures are faint; a keyframe's own is whole; the chosen one lies on top, framed."""
    for tile in sorted(state.tiles, key=lambda tile: tile.key is not None and tile.key == state.selected):
        place = tile_rect(tile)
        pixmap = pixmaps.get(tile.time_s)
        if pixmap is None:
            painter.fillRect(place, colour("sunken"))
        else:
            painter.setOpacity(1.0 if tile.key is not None else 0.5)
            painter.drawPixmap(place, pixmap)
            painter.setOpacity(1.0)
        if tile.key is not None:
            chosen = tile.key == state.selected
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour("text" if chosen else "window"), 2))
            painter.drawRect(place.adjusted(0, 0, -1, -1))


def _paint_easings(painter: QPainter, state: TrackState) -> None:
    """From each keyframe to the next the curve of its easing, from the lane's foot to its head."""
    keys, scale = state.timeline.keyframes, state.scale
    ends = [key.time_s for key in keys[1:]] + ([state.timeline.duration_s] if state.timeline.closed else [])
    low, high = RULER_PX + LANE_PX - 5, RULER_PX + 5
    for index, (key, end_s) in enumerate(zip(keys, ends, strict=False)):
        if len(keys) < 2:
            break
        left, right = scale.x_of(key.time_s) + DIAMOND_PX + 2, scale.x_of(end_s) - DIAMOND_PX - 2
        shares = [i / CURVE_POINTS for i in range(CURVE_POINTS + 1)]
        line = [QPointF(left + (right - left) * s, low + (high - low) * eased(s, key.easing)) for s in shares]
        if key.easing == "hold":
            line = [QPointF(left, low), QPointF(right, low), QPointF(right, high)]
        if right > left:
            painter.setPen(QPen(colour("text" if index == state.selected else "text_off"), 1.25))
            painter.drawPolyline(QPolygonF(line))


def _paint_keys(painter: QPainter, state: TrackState) -> None:
    middle = RULER_PX + LANE_PX // 2
    for index, key in sorted(enumerate(state.timeline.keyframes), key=lambda one: one[0] == state.selected):
        x, chosen = state.scale.x_of(key.time_s), index == state.selected
        painter.setPen(QPen(colour("text" if chosen else "window"), 1.5))
        painter.setBrush(colour("selection" if chosen else "note"))
        painter.drawPolygon(_diamond(x, middle, DIAMOND_PX + (1 if chosen else 0)))
    if state.timeline.closed and len(state.timeline.keyframes) > 1:
        painter.setPen(QPen(colour("note"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(_diamond(state.scale.x_of(state.timeline.duration_s), middle, DIAMOND_PX - 1))


def _paint_playhead(painter: QPainter, state: TrackState) -> None:
    x, token = state.scale.x_of(state.playhead_s), "danger" if state.recording else "text"
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(colour(token))
    painter.drawLine(x, RULER_PX - 4, x, HEIGHT_PX)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(token))
    low = RULER_PX - 1
    painter.drawPolygon(QPolygon([QPoint(x - 5, low - 8), QPoint(x + 6, low - 8), QPoint(x, low)]))


def tile_rect(tile: Tile) -> QRect:
    return QRect(tile.x - TILE_PX // 2, STRIP_TOP, TILE_PX, TILE_PX)


def _diamond(x: int, y: int, half: int) -> QPolygon:
    return QPolygon([QPoint(x, y - half), QPoint(x + half, y), QPoint(x, y + half), QPoint(x - half, y)])
