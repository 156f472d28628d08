"""Track: time from left to right, with keyframes to move and a strip of what lies between. GUI thread.

Invariant: `show_...` tells nobody; a press, a drag and a release on a keyframe are one gesture, closed by `released`.
"""

from collections.abc import Mapping
from typing import cast

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.core.timeline import Timeline
from studio.ui.common.theme import colour
from studio.ui.picture.timeline.scale import ROOM, TimeScale, snapped
from studio.ui.picture.timeline.track_keys import TrackKeys
from studio.ui.picture.timeline.track_look import (
    DIAMOND_PX,
    HEIGHT_PX,
    RULER_PX,
    STRIP_TOP,
    TILE_PX,
    TrackState,
    paint_track,
)

DRAG_PX = 4
LEFT = Qt.MouseButton.LeftButton


class Track(QWidget):
    """Times are in seconds, keyframes are told by their index. `scrubbed(time, at_rest)` follows the hand."""

    scrubbed = Signal(float, bool)
    key_chosen = Signal(int)
    key_visited = Signal(int)
    key_moved = Signal(int, float)
    key_taken = Signal(int)
    released = Signal()
    add_requested = Signal(float)
    menu_requested = Signal(int, float, QPoint)
    tiles_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline-track")
        self.setAccessibleName(self.tr("Timeline"))
        self.setAccessibleDescription(
            self.tr("Arrows go from frame to frame, with Alt they move the chosen keyframe.")
        )
        self.setToolTip(
            self.tr("Drag: go through time. Drag a keyframe: move it. Double-click: keep the picture here.")
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.state = TrackState()
        self.keys = TrackKeys(self)
        self._pixmaps: Mapping[float, QPixmap] = {}
        self._press: QPoint | None = None
        self._held: int | None = None
        self._moving = False

    def sizeHint(self) -> QSize:
        return QSize(480, HEIGHT_PX)

    # --- what it shows ------------------------------------------------------------------------------------

    def show_timeline(self, timeline: Timeline, selected: int | None) -> None:
        self.state.timeline, self.state.selected = timeline, selected
        if self._held is not None:
            self._held = selected
        self._measure()

    def show_playhead(self, time_s: float) -> None:
        """Only where it was and is needs to be painted again."""
        for _ in range(2):
            self.update(self.state.scale.x_of(self.state.playhead_s) - 7, 0, 15, self.height())
            self.state.playhead_s = time_s
        if self._press is None and not self.state.scale.shows(time_s):
            self._measure(ROOM)

    def show_recording(self, recording: bool) -> None:
        self.state.recording = recording
        self.update()

    def show_words(self, words: str) -> None:
        """A quiet line at the ruler's right end."""
        if words != self.state.words:
            self.state.words = words
            self.update(0, 0, self.width(), RULER_PX)

    def show_pictures(self, pixmaps: Mapping[float, QPixmap]) -> None:
        """The pictures of the tiles, by their time."""
        self._pixmaps = pixmaps
        self.update()

    # --- Qt -----------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_track(painter, self.state, self._pixmaps, self.rect())
        if not self.state.timeline.keyframes:
            painter.setPen(colour("text_soft"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(16, RULER_PX, -16, 0), flags, self._hint())
        if self.hasFocus():
            painter.setPen(colour("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._measure()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._measure()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != LEFT:
            return
        spot = event.position().toPoint()
        self._press, self._moving = spot, False
        self._held = self.key_at(spot)
        if self._held is not None:
            self.key_chosen.emit(self._held)
        elif not self._on_lane(spot):
            self.scrubbed.emit(self._time_at(event), False)
        else:
            self.key_chosen.emit(-1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        spot = event.position().toPoint()
        if self._press is None:
            hand = (
                Qt.CursorShape.SizeHorCursor if self.key_at(spot) is not None else Qt.CursorShape.ArrowCursor
            )
            self.setCursor(hand)
            return
        self._moving = self._moving or abs(spot.x() - self._press.x()) >= DRAG_PX
        if self._held is not None and self._moving:
            self.key_moved.emit(self._held, self._time_at(event))
        elif self._held is None and not self._on_lane(self._press):
            self.scrubbed.emit(self._time_at(event), False)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != LEFT or self._press is None:
            return
        press, held, moving = self._press, self._held, self._moving
        self._press = self._held = None
        if held is not None and not moving:
            self.key_visited.emit(held)
        elif held is not None:
            self._measure()
            self.released.emit()
        elif not self._on_lane(press):
            self.scrubbed.emit(self._time_at(event), True)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        spot = event.position().toPoint()
        key = self.key_at(spot)
        if event.button() != LEFT or spot.y() < RULER_PX:
            return
        if key is not None:
            self.key_taken.emit(key)
        else:
            self.add_requested.emit(self._time_at(event))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        key = self.key_at(event.pos())
        time_s = snapped(self.state.scale.time_at(event.pos().x()), self.state.timeline.fps)
        self.menu_requested.emit(-1 if key is None else key, time_s, event.globalPos())

    def event(self, event: QEvent) -> bool:
        """The track's own keys go before the window's."""
        is_key = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride
        if is_key and self.keys.knows(cast(QKeyEvent, event)):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.keys.press(event):
            super().keyPressEvent(event)

    def key_at(self, spot: QPoint) -> int | None:
        """The keyframe whose diamond or picture is there; the chosen one first."""
        if spot.y() < RULER_PX:
            return None
        reach = TILE_PX // 2 if spot.y() >= STRIP_TOP else DIAMOND_PX + 3
        keys = self.state.timeline.keyframes
        distances = [(abs(self.state.scale.x_of(key.time_s) - spot.x()), i) for i, key in enumerate(keys)]
        near = sorted((d, i != self.state.selected, i) for d, i in distances if d <= reach)
        return near[0][2] if near else None

    # --- inside -------------------------------------------------------------------------------------------

    def _hint(self) -> str:
        """What to do while there are no keyframes."""
        if self.state.recording:
            return self.tr("Move some sliders, and press Record again when it is done.")
        return self.tr("Press K to keep the picture as a keyframe, move some sliders, and press K again.")

    def _measure(self, room: float = 1.0) -> None:
        """Fit the scale to the timeline; while a keyframe is in the hand time keeps its place. room: as much again
        beyond a playhead that runs on."""
        state = self.state
        if self._press is None:
            state.scale = TimeScale.of(state.timeline, self.width(), room * state.playhead_s)
        state.tiles = state.scale.tiles(state.timeline, TILE_PX)
        self.update()
        self.tiles_changed.emit()

    def _time_at(self, event: QMouseEvent) -> float:
        """On a frame; with Alt anywhere."""
        time_s = self.state.scale.time_at(event.position().x())
        free = event.modifiers() & Qt.KeyboardModifier.AltModifier
        return time_s if free else snapped(time_s, self.state.timeline.fps)

    def _on_lane(self, spot: QPoint) -> bool:
        return RULER_PX <= spot.y() < STRIP_TOP
