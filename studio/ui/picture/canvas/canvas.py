"""Canvas: the picture, large, with zoom and pan under the hand. GUI thread.

Invariant: a frame of another size (a draft) lies in the same place: zoom counts pixels of the nominal size.
"""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.core.errors import StudioError
from studio.core.picture import Frame
from studio.ui.common.canvas_tool import CanvasMap, CanvasTool, Touch
from studio.ui.common.dropped_files import picture_files
from studio.ui.common.theme import colour
from studio.ui.picture.canvas.hands import Hands
from studio.ui.picture.canvas.notice import CanvasNotice
from studio.ui.picture.canvas.pixel_grid import PixelGrid
from studio.ui.picture.canvas.readout import Readout
from studio.ui.picture.canvas.sheet import Sheet, whole_pixels
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


class Canvas(QWidget):
    """Shows one frame, or words where there is none. `menu_requested` gives a point of the screen."""

    zoom_changed = Signal(float)
    files_dropped = Signal(list)
    frame_painted = Signal(object)
    retry_requested = Signal()
    menu_requested = Signal(QPoint)
    tool_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.setAccessibleName(self.tr("Canvas"))
        self.setAccessibleDescription(self.tr("Arrows move the picture, plus and minus zoom, 0 shows all."))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 200)
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._view = CanvasView()
        self._sheet = Sheet()
        self._notice = CanvasNotice(self)
        self._notice.retry_requested.connect(self.retry_requested)
        self._unpainted = False
        self._dropping = False
        self._grip: QPointF | None = None
        self._hands = Hands()
        self._panning = False  # Space is held: the hand pans, whatever tool it has
        self.grid = PixelGrid()
        self.readout = Readout(self)
        self.setMouseTracking(True)

    # --- what it shows ----------------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        """1 is one picture pixel on one pixel of the screen."""
        return self._view.zoom

    @property
    def frame(self) -> Frame | None:
        return self._sheet.frame

    def show_frame(self, frame: Frame, final: bool = False) -> None:
        """Show a frame in the view that was chosen; a `final` one (or a larger one) sets the nominal size."""
        self._notice.clear()
        self._sheet.put(frame, is_draft=not final)
        self._unpainted = True
        if final or self._outgrows(frame):
            self.set_nominal_size(frame.width, frame.height)
        self._show_hand()
        self.update()

    def show_empty(self, title: str, text: str) -> None:
        """No picture: say what to do."""
        self._sheet.put(None)
        self._notice.show_empty(title, text)
        self._show_hand()
        self.update()

    def show_problem(self, error: StudioError) -> None:
        """Say what went wrong, over what was there, with a Retry button."""
        self._notice.show_problem(error)

    def show_busy(self, text: str) -> None:
        """A quiet line at the foot until the next frame; empty text takes it away."""
        self._notice.show_busy(text)

    def set_nominal_size(self, width: int, height: int) -> None:
        """How large the whole picture is, in its own pixels."""
        size = QSizeF(width, height)
        if size != self._view.picture:
            self._view.set_picture(size)
            self._zoomed()

    @property
    def pixelated(self) -> bool:
        return self._sheet.pixelated

    def set_pixelated(self, pixelated: bool) -> None:
        """Show crisp pixels from 800% on, instead of smooth ones."""
        self._sheet.pixelated = pixelated
        self.update()

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

    # --- Qt ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        with QPainter(self) as painter:  # ended even where a tool's drawing fails: else Qt ends the program
            painter.fillRect(self.rect(), colour("surround"))
            self._sheet.draw(painter, whole_pixels(self._view.target(), ratio), ratio)
            self.grid.draw_in(painter, self._view, QRectF(self.rect()))
            self._hands.draw(painter, self.map)
            self._draw_border(painter)
        if self._unpainted:
            self._unpainted = False
            self.frame_painted.emit(self._sheet.frame)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._view.resize(QSizeF(event.size()), self.devicePixelRatioF())
        self._notice.place()
        self.readout.place()
        self._zoomed()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._zoom_by(WHEEL_BASE ** event.angleDelta().y(), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._sheet.frame is None:
            return
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

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_requested.emit(event.globalPos())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if picture_files(event.mimeData()):
            event.acceptProposedAction()
            self._set_dropping(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._set_dropping(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._set_dropping(False)
        files = picture_files(event.mimeData())
        if files:
            event.acceptProposedAction()
            self.files_dropped.emit(files)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer went away: what hovers with it need not be drawn."""
        self._hands.leave()
        self.readout.hide()
        self.update()

    # --- inside -----------------------------------------------------------------------------------------

    def _outgrows(self, frame: Frame) -> bool:
        """Whether a frame cannot be a draft of what has the nominal size."""
        known = self._view.picture
        width, height = known.width(), known.height()
        other_shape = abs(frame.width * height - frame.height * width) > max(width, height)
        return known.isEmpty() or frame.width > width or frame.height > height or other_shape

    def _touch(self, event: QMouseEvent) -> Touch:
        spot = event.position()
        return Touch(self.map.to_point(spot), spot, event.button(), event.modifiers())

    def _take_pen(self, event: QTabletEvent) -> bool:
        spot = event.position()
        touch = Touch(self.map.to_point(spot), spot, event.button(), event.modifiers(), event.pressure())
        if event.type() == QEvent.Type.TabletPress:
            return self._sheet.frame is not None and self._hands.press(touch)
        if event.type() == QEvent.Type.TabletRelease:
            return self._hands.release(touch)
        if not self._hands.move(touch):
            self._hands.hover(touch)
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

    def _set_dropping(self, dropping: bool) -> None:
        self._dropping = dropping
        self.update()

    def _draw_border(self, painter: QPainter) -> None:
        """A frame around the canvas: strong while a file hovers over it, faint while it has the keyboard."""
        if self._dropping:
            painter.setPen(QPen(colour("text"), 4))
        elif self.hasFocus():
            painter.setPen(QPen(colour("text", 90), 1))
        else:
            return
        painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
