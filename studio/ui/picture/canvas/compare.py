"""CompareOverlay: another picture over the left part of the canvas, up to a line that can be dragged. GUI thread.

Invariant: the other picture is scaled once for a view; while the live one changes it is only copied to the screen.
"""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QPainter, QPen, QPixmap

from studio.core.picture import Frame
from studio.ui.common.canvas_tool import CanvasMap, CanvasTool, Touch
from studio.ui.common.icons import icon
from studio.ui.common.theme import FONT_SIZES, colour
from studio.ui.picture.canvas.canvas import Canvas
from studio.ui.picture.canvas.sheet import Sheet, whole_pixels

GRIP_PX = 8  # how near to the line a press takes it
EDGE_PX = 16  # the line never lies nearer to the edge of what is seen, so that it can be gripped at any zoom
HANDLE_PX = 28
LABEL_PX = 22
STEP, FINE_STEP = 0.05, 0.01
KEYS = {
    Qt.Key.Key_BracketLeft: -1,
    Qt.Key.Key_BraceLeft: -1,
    Qt.Key.Key_BracketRight: 1,
    Qt.Key.Key_BraceRight: 1,
}


class CompareOverlay(CanvasTool):
    """`split`: the line, as a share of the picture's width; `whole`: the other picture alone, without a line."""

    def __init__(self, canvas: Canvas) -> None:
        self.split = 0.5
        self.whole = False
        self._canvas = canvas
        self._sheet = Sheet()
        self._label, self._live_label = "", ""
        self._scaled = QPixmap()
        self._scaled_for: object = None
        self._held = False
        self._hovers = False

    @property
    def frame(self) -> Frame | None:
        """The picture at the left; None: the overlay shows nothing."""
        return self._sheet.frame

    def show(self, frame: Frame | None, label: str = "", live_label: str = "") -> None:
        """Compare with this picture; None ends it. The labels name both sides at the line."""
        self._sheet.put(frame)
        self._label, self._live_label = label, live_label
        self._scaled_for = None
        self._show_cursor(False)
        self._canvas.update()

    def show_whole(self, whole: bool) -> None:
        """The other picture alone for as long as a key is held."""
        self.whole = whole
        self._canvas.update()

    # --- under the hand ---------------------------------------------------------------------------------

    def press(self, touch: Touch) -> bool:
        self._held = touch.button == Qt.MouseButton.LeftButton and self._is_on_line(touch.spot)
        return self._held

    def move(self, touch: Touch) -> None:
        self._put_line(touch.spot.x())

    def release(self, touch: Touch) -> None:
        self._held = False

    def cancel(self) -> None:
        self._held = False

    def hover(self, touch: Touch) -> None:
        self._show_cursor(self._is_on_line(touch.spot))

    def key(self, event: QKeyEvent) -> bool:
        """[ and ] move the line, with Shift a little."""
        way = KEYS.get(Qt.Key(event.key()))
        if way is None or self.frame is None or self.whole:
            return False
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.split = min(max(self.split + way * (FINE_STEP if fine else STEP), 0.0), 1.0)
        self._canvas.update()
        return True

    # --- drawing ----------------------------------------------------------------------------------------

    def draw(self, painter: QPainter, view: CanvasMap) -> None:
        seen = self._seen(view)
        if self.frame is None or seen.isEmpty():
            return
        line = seen.right() if self.whole else self._line_x(seen, view.area)
        ratio = self._canvas.devicePixelRatioF()
        left = QRectF(seen.left(), seen.top(), line - seen.left(), seen.height())
        painter.drawPixmap(
            left,
            self._scaled_to(view.area, seen, ratio),
            QRectF(0, 0, left.width() * ratio, left.height() * ratio),
        )
        if not self.whole:
            self._draw_line(painter, seen, line)
        self._draw_labels(painter, seen, line)

    def _scaled_to(self, area: QRectF, seen: QRectF, ratio: float) -> QPixmap:
        """What is seen of the other picture, as large as it is seen; kept until the view changes."""
        self._sheet.pixelated = self._canvas.pixelated
        key = (area, seen, ratio, self._sheet.pixelated, colour("surround").rgb())
        if self._scaled_for != key:
            pixmap = QPixmap(round(seen.width() * ratio), round(seen.height() * ratio))
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(colour("surround"))
            painter = QPainter(pixmap)
            painter.translate(-seen.topLeft())
            self._sheet.draw(painter, self._own_area(whole_pixels(area, ratio)), ratio)
            painter.end()
            self._scaled, self._scaled_for = pixmap, key
        return self._scaled

    def _own_area(self, area: QRectF) -> QRectF:
        """The live picture's place, or as much of it as a picture of another shape fills."""
        frame = self.frame
        assert frame is not None
        scale = min(area.width() / frame.width, area.height() / frame.height)
        width, height = frame.width * scale, frame.height * scale
        if abs(width - area.width()) + abs(height - area.height()) < 2:
            return area
        return QRectF(area.center().x() - width / 2, area.center().y() - height / 2, width, height)

    def _draw_line(self, painter: QPainter, seen: QRectF, line: float) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for token, alpha, width in (("window", 160, 4.0), ("text", 255, 2.0)):
            painter.fillRect(QRectF(line - width / 2, seen.top(), width, seen.height()), colour(token, alpha))
        place = QRectF(0, 0, HANDLE_PX, HANDLE_PX)
        place.moveCenter(QPointF(line, seen.center().y()))
        painter.setPen(QPen(colour("text"), 2.0))
        painter.setBrush(colour("window", 225))
        painter.drawEllipse(place)
        icon("arrow-left-right").paint(painter, place.toRect().adjusted(6, 6, -6, -6))

    def _draw_labels(self, painter: QPainter, seen: QRectF, line: float) -> None:
        font = QFont(painter.font())
        font.setPixelSize(FONT_SIZES["small"])
        painter.setFont(font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        widths = [
            QFontMetricsF(font).horizontalAdvance(words) + 16 for words in (self._label, self._live_label)
        ]
        left = seen.left() + 12 if self.whole else line - 12 - widths[0]
        self._draw_label(painter, QRectF(left, seen.top() + 12, widths[0], LABEL_PX), self._label, seen)
        if not self.whole:
            place = QRectF(line + 12, seen.top() + 12, widths[1], LABEL_PX)
            self._draw_label(painter, place, self._live_label, seen)

    def _draw_label(self, painter: QPainter, place: QRectF, words: str, seen: QRectF) -> None:
        if not seen.contains(place):
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("window", 200))
        painter.drawRoundedRect(place, LABEL_PX / 2, LABEL_PX / 2)
        painter.setPen(colour("text"))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)

    # --- inside -----------------------------------------------------------------------------------------

    def _seen(self, view: CanvasMap) -> QRectF:
        """The part of the picture that is inside the window, on whole pixels of the screen."""
        ratio = self._canvas.devicePixelRatioF()
        return whole_pixels(view.area, ratio).intersected(QRectF(self._canvas.rect()))

    def _line_x(self, seen: QRectF, area: QRectF) -> float:
        edge = min(EDGE_PX, seen.width() / 2)
        inside = min(max(area.left() + self.split * area.width(), seen.left() + edge), seen.right() - edge)
        return float(round(inside))

    def _is_on_line(self, spot: QPointF) -> bool:
        view = self._canvas.map
        seen = self._seen(view)
        if self.frame is None or self.whole or seen.isEmpty():
            return False
        aside = abs(spot.x() - self._line_x(seen, view.area))
        near_handle = abs(spot.y() - seen.center().y()) <= HANDLE_PX / 2
        within = seen.top() <= spot.y() <= seen.bottom()
        return within and aside <= (HANDLE_PX / 2 if near_handle else GRIP_PX)

    def _put_line(self, x: float) -> None:
        area = self._canvas.map.area
        self.split = min(max((x - area.left()) / area.width(), 0.0), 1.0)
        self._canvas.update()

    def _show_cursor(self, hovers: bool) -> None:
        """The shape that moves a line, over the line."""
        if hovers and not self._hovers:
            self._canvas.setCursor(Qt.CursorShape.SplitHCursor)
        elif self._hovers and not hovers:
            self._canvas.set_tool(self._canvas.tool)  # which shows its own
        self._hovers = hovers
