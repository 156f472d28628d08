"""Canvas: the picture, large, with zoom and pan under the hand. GUI thread.

Invariant: a frame of another size (a draft) lies in the same place: zoom counts pixels of the nominal size.
"""

from PySide6.QtCore import QPoint, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.core.errors import StudioError
from studio.core.picture import Frame
from studio.ui.common.dropped_files import picture_files
from studio.ui.common.theme import colour
from studio.ui.picture.canvas.notice import CanvasNotice
from studio.ui.picture.canvas.pixel_grid import PixelGrid
from studio.ui.picture.canvas.sheet import whole_pixels
from studio.ui.picture.canvas.touch_area import TouchArea


class Canvas(TouchArea):
    """Shows one frame, or words where there is none. `menu_requested` gives a point of the screen."""

    files_dropped = Signal(list)
    frame_painted = Signal(object)
    retry_requested = Signal()
    menu_requested = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.setAccessibleName(self.tr("Canvas"))
        self.setAccessibleDescription(self.tr("Arrows move the picture, plus and minus zoom, 0 shows all."))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 200)
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._notice = CanvasNotice(self)
        self._notice.retry_requested.connect(self.retry_requested)
        self._unpainted = False
        self._dropping = False
        self.grid = PixelGrid()

    # --- what it shows ----------------------------------------------------------------------------------

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

    # --- inside -----------------------------------------------------------------------------------------

    def _outgrows(self, frame: Frame) -> bool:
        """Whether a frame cannot be a draft of what has the nominal size."""
        known = self._view.picture
        width, height = known.width(), known.height()
        other_shape = abs(frame.width * height - frame.height * width) > max(width, height)
        return known.isEmpty() or frame.width > width or frame.height > height or other_shape

    def _set_dropping(self, dropping: bool) -> None:
        self._dropping = dropping
        self.update()

    def _draw_border(self, painter: QPainter) -> None:
        """A frame around the canvas: strong while a file hovers over it, faint while it has the keyboard."""
        if not (self._dropping or self.hasFocus()):
            return
        whole, width = self.rect().adjusted(1, 1, -1, -1), 4 if self._dropping else 1
        shade = colour("text") if self._dropping else colour("text", 90)
        inner = whole.adjusted(width, width, -width, -width)
        painter.setClipRegion(
            QRegion(whole).subtracted(QRegion(inner))
        )  # an outline takes five times as long
        painter.fillRect(whole, shade)
