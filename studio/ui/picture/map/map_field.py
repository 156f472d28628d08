"""MapField: the map itself, under the hand. GUI thread.

Invariant: what is shown tells nobody; only a hand or a key emits `moved`, and then once `released`.
"""

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.core.plane import REACH
from studio.ui.common.theme import colour
from studio.ui.picture.map.map_view import MapView, Tile, middle, spiral

WHEEL_BASE = 1.002
KEY_ZOOM = 1.5
DRAG_PX = 4  # a press that moves less is a click on a tile
REST_MS = 500
FADED = 0.3
MARK_PX = 12
PAN_BUTTONS = (Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton)
KEYS = (Qt.Key.Key_Home, Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus, Qt.Key.Key_0)
ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}


class MapField(QWidget):
    """`moved` gives a place in sigma; `seen_changed`: other tiles are seen, or wished for first."""

    moved = Signal(float, float)
    released = Signal()
    seen_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("map-field")
        self.setAccessibleName(self.tr("Map"))
        self.setToolTip(
            self.tr("Click or drag to go there. The wheel zooms, the right button moves the map.")
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.view = MapView()
        self.place = (0.0, 0.0)
        self._tiles: dict[Tile, QPixmap] = {}
        self._old: dict[Tile, QPixmap] = {}
        self._pointer: QPointF | None = None
        self._press: QPointF | None = None
        self._dragging = False
        self._grip: QPointF | None = None
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.released)

    # --- what it shows ----------------------------------------------------------------------------------

    def show_plane(self, tiles: dict[Tile, QPixmap]) -> None:
        """Another plane, of which so much is known; what was seen of the last one stays faintly until more comes."""
        self._old = {**self._old, **self._tiles}
        self._tiles = dict(tiles)
        self._forget_covered()
        self.update()

    def show_tile(self, tile: Tile, picture: QPixmap) -> None:
        self._tiles[tile] = picture
        self._forget_covered()
        self.update(QRect(*self.view.box(tile)))

    def show_place(self, x: float, y: float) -> None:
        """Where the picture is; the map follows it over its edge unless a hand is on the map."""
        self.place = (x, y)
        if self._press is None and self._grip is None:
            self._look(self.view.showing(x, y))
        self.setAccessibleDescription(f"x {x:+.2f}, y {y:+.2f}")
        self.update()

    def clear(self) -> None:
        """No plane."""
        self._tiles, self._old = {}, {}
        self.update()

    def missing(self) -> list[Tile]:
        """The tiles that are seen and not known, those around the pointer first, else those around the picture."""
        wanted = [tile for tile in self.view.tiles() if tile not in self._tiles]
        around = self.place if self._pointer is None else self.view.to_sigma(self._pointer.toTuple())
        return spiral(wanted, around)

    # --- by command -------------------------------------------------------------------------------------

    def zoom(self, factor: float) -> None:
        """About the picture."""
        self._look(self.view.zoomed(factor, self.view.to_px(*self.place)))

    def fit(self) -> None:
        self._look(self.view.fit())

    def sizeHint(self) -> QSize:
        return QSize(276, 276)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 120)

    # --- Qt ---------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._look(self.view.resized(self.width(), self.height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), colour("sunken"))
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.setOpacity(FADED)
        self._draw_tiles(painter, self._old, event.rect())
        painter.setOpacity(1.0)
        self._draw_tiles(painter, self._tiles, event.rect())
        self._draw_pointer(painter)
        self._draw_mark(painter)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = event.position()
        if event.button() == Qt.MouseButton.LeftButton:
            self._press, self._dragging = spot, False
            tile = self.view.tile_at(spot.toTuple())
            self._go(*(middle(tile) if tile is not None else self.view.to_sigma(spot.toTuple())))
        elif event.button() in PAN_BUTTONS:
            self._grip = spot
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        spot = event.position()
        self._pointer = spot
        if self._press is not None:
            self._dragging = self._dragging or (spot - self._press).manhattanLength() >= DRAG_PX
            if self._dragging:
                self._go(*self.view.to_sigma(spot.toTuple()))
        elif self._grip is not None:
            delta, self._grip = spot - self._grip, spot
            self._look(self.view.panned(delta.x(), delta.y()))
        else:
            self.seen_changed.emit()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._press is not None:
            self._press = None
            self.released.emit()
        self._grip = None
        self.setCursor(Qt.CursorShape.CrossCursor)

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta().y() or event.pixelDelta().y()
        self._look(self.view.zoomed(WHEEL_BASE**delta, event.position().toTuple()))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self.update()

    def event(self, event: QEvent) -> bool:
        """Its keys belong to the map, not to the window's commands."""
        plain = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if (key in ARROWS or key in KEYS) and not event.modifiers() & ~plain:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in ARROWS:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            step = 2.0**self.view.level / (8 if fine else 2)
            self._step(self.place[0] + ARROWS[key][0] * step, self.place[1] + ARROWS[key][1] * step)
        elif key == Qt.Key.Key_Home:
            self._step(0.0, 0.0)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(KEY_ZOOM)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / KEY_ZOOM)
        elif key == Qt.Key.Key_0:
            self.fit()
        else:
            super().keyPressEvent(event)

    # --- inside -----------------------------------------------------------------------------------------

    def _step(self, x: float, y: float) -> None:
        """A key's step; steps in a row are one."""
        self._go(x, y)
        self._rest.start()

    def _go(self, x: float, y: float) -> None:
        self.moved.emit(min(max(x, -REACH), REACH), min(max(y, -REACH), REACH))

    def _look(self, view: MapView) -> None:
        if view != self.view:
            self.view = view
            self._forget_covered()
            self.seen_changed.emit()
            self.update()

    def _forget_covered(self) -> None:
        """Once all that is seen is known, the last plane is done with."""
        if self._old and not any(tile not in self._tiles for tile in self.view.tiles()):
            self._old = {}

    def _draw_tiles(self, painter: QPainter, tiles: dict[Tile, QPixmap], within: QRect) -> None:
        """The coarser ones below the finer ones, down to the level that is seen."""
        for tile in sorted(tiles, key=lambda tile: -tile[0]):
            left, top, width, height = self.view.box(tile)
            if tile[0] >= self.view.level and within.intersects(QRect(left, top, width, height)):
                painter.fillRect(left, top, width, height, colour("sunken"))
                painter.drawPixmap(QRect(left, top, width - 1, height - 1), tiles[tile])

    def _draw_pointer(self, painter: QPainter) -> None:
        """A frame around the tile that a click goes to."""
        tile = self.view.tile_at(self._pointer.toTuple()) if self._pointer is not None else None
        if tile is None or self._press is not None or self._grip is not None:
            return
        left, top, width, height = self.view.box(tile)
        painter.setPen(QPen(colour("text"), 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(left + 0.5, top + 0.5, width - 2, height - 2))

    def _draw_mark(self, painter: QPainter) -> None:
        """Where the picture is: light in dark, so that it is seen on any tile; in the accent under the keyboard."""
        ring = QRectF(0, 0, MARK_PX, MARK_PX)
        ring.moveCenter(QPointF(*self.view.to_px(*self.place)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for token, width in (("window", 5.0), ("accent" if self.hasFocus() else "text", 2.5)):
            painter.setPen(QPen(colour(token), width))
            painter.drawEllipse(ring)
