"""TouchArea: what mouse, pen, wheel and keys do on the canvas: zoom, pan, or what the tool in hand does. GUI thread.

Invariant: a touch that was begun is ended by whoever began it; another button meanwhile changes nothing.
"""

from PySide6.QtCore import QEvent, QPointF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QTabletEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from studio.core.picture import Frame
from studio.ui.common.canvas_tool import CanvasMap, CanvasTool, Touch
from studio.ui.picture.canvas.hands import Hands
from studio.ui.picture.canvas.readout import Readout
from studio.ui.picture.canvas.sheet import Sheet
from studio.ui.picture.canvas.view import CanvasView

ZOOM_STEP = 1.25
WHEEL_BASE = 1.0015
PAN_STEP_PX = 48
PAN_BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton)
PAN_KEYS = {
    Qt.Key.Key_Left: (PAN_STEP_PX, 0),
    Qt.Key.Key_Right: (-PAN_STEP_PX, 0),
    Qt.Key.Key_Up: (0, PAN_STEP_PX),
    Qt.Key.Key_Down: (0, -PAN_STEP_PX),
}


class TouchArea(QWidget):
    """Owns the view, the sheet with the frame, and the hands."""

    zoom_changed = Signal(float)
    tool_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = CanvasView()
        self._sheet = Sheet()
        self._hands = Hands()
        self._grip: QPointF | None = None
        self._button = Qt.MouseButton.NoButton  # that began the touch
        self._panning = False  # Space is held: the hand pans, whatever tool it has
        self.readout = Readout(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    @property
    def zoom(self) -> float:
        """1 is one picture pixel on one pixel of the screen."""
        return self._view.zoom

    @property
    def frame(self) -> Frame | None:
        return self._sheet.frame

    # --- tools ------------------------------------------------------------------------------------------

    @property
    def tool(self) -> CanvasTool | None:
        """What the left button does; None pans."""
        return self._hands.tool

    def set_tool(self, tool: CanvasTool | None) -> None:
        """Take another tool into the hand; what the old one had begun is forgotten."""
        changed = tool is not self._hands.tool
        self._hands.take(tool)
        self._show_hand()
        self.update()
        if changed:
            self.tool_changed.emit(tool)

    def add_overlay(self, overlay: CanvasTool) -> None:
        """Draw something over the picture from now on; the last one added lies on top and is gripped first."""
        self._hands.overlays.append(overlay)
        self.update()

    def remove_overlay(self, overlay: CanvasTool) -> None:
        self._hands.overlays.remove(overlay)
        self.update()

    @property
    def picture_size(self) -> QSizeF:
        """Of the whole picture, in its own px."""
        return self._view.picture

    def colour_at(self, point: QPointF) -> QColor | None:
        """What is shown at a point of the picture; None beside it."""
        return self._sheet.colour_at(point, self._view.picture)

    @property
    def map(self) -> CanvasMap:
        """Between the picture and the widget, as the view is now."""
        return CanvasMap(self._view.target(), self._view.scale)

    # --- zoom -------------------------------------------------------------------------------------------

    def zoom_in(self) -> None:
        self._zoom_by(ZOOM_STEP)

    def zoom_out(self) -> None:
        self._zoom_by(1 / ZOOM_STEP)

    def zoom_fit(self) -> None:
        """The whole picture, with a margin."""
        self._view.fit()
        self._zoomed()

    def zoom_actual(self) -> None:
        """One picture pixel on one pixel of the screen."""
        self._view.zoom_to(1.0)
        self._zoomed()

    # --- mouse, pen and keys ----------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._zoom_by(WHEEL_BASE ** event.angleDelta().y(), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._sheet.frame is None or self._hands.holder is not None:
            return
        self._button = event.button()
        pans = self._panning or event.button() == Qt.MouseButton.MiddleButton
        if pans or not self._hands.press(self._touch(event)):
            self._grip = event.position() if event.button() in PAN_BUTTONS else None
        self._show_hand()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        touch = self._touch(event)
        if self._grip is not None:
            delta = event.position() - self._grip
            self._grip = event.position()
            self._pan(delta.x(), delta.y())
        elif not self._hands.move(touch):
            self._hands.hover(touch)
            self._show_hand()
        self.readout.show_point(touch.point, self.colour_at(touch.point))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._hands.holder is not None and event.button() != self._button:
            return
        self._hands.release(self._touch(event))
        self._grip = None
        self._show_hand()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._hands.tool is not None:
            self.mousePressEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self.zoom_fit()

    def tabletEvent(self, event: QTabletEvent) -> None:
        """A pen on a tool presses with its own force; with the empty hand it is a mouse."""
        event.setAccepted(self._hands.tool is not None and not self._panning and self._take_pen(event))

    def event(self, event: QEvent) -> bool:
        """A key that the tool in hand claims is no command's now."""
        tool = self._hands.tool
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and tool is not None:
            event.setAccepted(tool.claims(event))
            if event.isAccepted():
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        zooms = {Qt.Key.Key_0: self.zoom_fit, Qt.Key.Key_1: self.zoom_actual, Qt.Key.Key_Plus: self.zoom_in,
                 Qt.Key.Key_Equal: self.zoom_in, Qt.Key.Key_Minus: self.zoom_out}  # fmt: skip
        if key == Qt.Key.Key_Escape and (self._hands.holder or self._hands.tool):
            self._forget_touch()
        elif key == Qt.Key.Key_Space and not self._hands.holder:
            self._set_panning(True)
        elif self._hands.key(event):
            pass
        elif key in zooms:
            zooms[key]()
        elif key in PAN_KEYS:
            self._pan(*PAN_KEYS[key])
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._set_panning(False)
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._set_panning(False)
        super().focusOutEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer went away: what hovers with it need not be drawn."""
        self._hands.leave()
        self.readout.hide()
        self.update()

    # --- inside -----------------------------------------------------------------------------------------

    def _touch(self, event: QMouseEvent) -> Touch:
        spot = event.position()
        return Touch(self.map.to_point(spot), spot, event.button(), event.modifiers())

    def _take_pen(self, event: QTabletEvent) -> bool:
        spot = event.position()
        touch = Touch(self.map.to_point(spot), spot, event.button(), event.modifiers(), event.pressure())
        if event.type() == QEvent.Type.TabletPress:
            self.setFocus()  # which Qt gives for a press of the mouse only
            return self._sheet.frame is not None and self._hands.press(touch)
        if event.type() == QEvent.Type.TabletRelease:
            return self._hands.release(touch)
        if not self._hands.move(touch):
            self._hands.hover(touch)
            self._show_hand()
        self.readout.show_point(touch.point, self.colour_at(touch.point))
        return True

    def _set_panning(self, panning: bool) -> None:
        if panning != self._panning:
            self._panning = panning
            self._show_hand()

    def _forget_touch(self) -> None:
        """Esc: what was begun is forgotten; a second one puts the tool away."""
        if not self._hands.forget():
            self.set_tool(None)
        self.update()

    def _zoom_by(self, factor: float, around: QPointF | None = None) -> None:
        if self._sheet.frame is not None:
            self._view.zoom_to(self._view.zoom * factor, around)
            self._zoomed()

    def _zoomed(self) -> None:
        self.update()
        self.zoom_changed.emit(self._view.zoom)

    def _pan(self, dx_px: float, dy_px: float) -> None:
        if self._sheet.frame is not None:
            self._view.pan(dx_px, dy_px)
            self.update()

    def _show_hand(self) -> None:
        shape = None if self._panning or self._grip is not None else self._hands.cursor()
        if self._sheet.frame is None:
            self.unsetCursor()
        elif shape is not None:
            self.setCursor(shape)
        else:
            closed = self._grip is not None
            self.setCursor(Qt.CursorShape.ClosedHandCursor if closed else Qt.CursorShape.OpenHandCursor)
