"""Pad: a square on which pictures lie; a hand that moves over it mixes them. GUI thread.

Invariant: `show_pad` tells nobody; only the person's hand does. Places go from 0 to 1, from the upper left corner.
"""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from studio.core.blending import is_exact, shares
from studio.core.picture import Frame
from studio.core.project import BlendPad
from studio.ui.common.frame_image import thumbnail
from studio.ui.common.picture_drag import dragged_row
from studio.ui.picture.blend.pad_look import TILE_PX, PadLook, colour_field

SMALLEST_PX, LARGEST_PX = 200, 420
STEP, FINE_STEP = 0.05, 0.01
REST_MS = 500
ARROWS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip
REMOVE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
GO = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
ON_CURSOR = -1


class Pad(QWidget):
    """Arrows move the cursor (Shift: finely), with Alt the chosen picture; Tab and the numbers choose one, Enter goes
    to it, Delete takes it away, Esc lets it go."""

    cursor_moved = Signal(float, float)
    point_moved = Signal(int, float, float)
    released = Signal()
    visit_requested = Signal(int)
    remove_requested = Signal(int)
    menu_requested = Signal(int, QPointF, QPoint)
    selection_changed = Signal(int)
    dropped = Signal(int, float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = PadLook()
        self._frames: tuple[Frame | None, ...] = ()
        self._grip: int | None = None
        self._grip_gap = QPointF()
        self._pressed = QPointF()
        self._is_dragging = False
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.released)
        self.setObjectName("blend-pad")
        self.setAccessibleName(self.tr("Blend pad"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumSize(SMALLEST_PX, SMALLEST_PX)
        self.show_pad(BlendPad(), is_shown=False)

    # --- showing ----------------------------------------------------------------------------------------

    def show_pad(self, pad: BlendPad, is_shown: bool) -> None:
        """Show where the pictures and the cursor lie; is_shown: the canvas shows their mix."""
        if (pad, is_shown) == (self.look.pad, self.look.is_shown) and self.look.words:
            return  # a slider moves: the pad need not be drawn anew for it
        has_changed = pad.points != self.look.pad.points
        self.look.pad, self.look.is_shown = pad, is_shown
        self.look.selected = min(self.look.selected, len(pad.points) - 1)
        if has_changed:
            self._show_field()
        self.look.words = self._advice(pad)
        self.setAccessibleDescription(f"{self._words()} {self.look.words}".strip())
        self.update()

    def show_frames(self, frames: tuple[Frame | None, ...]) -> None:
        """The small pictures of the points; None for those that are not drawn yet."""
        ratio, side = self.devicePixelRatioF(), TILE_PX[0][1]
        self._frames = frames
        self.look.tiles = tuple(thumbnail(one, side, ratio) if one else None for one in frames)
        self._show_field()
        self.update()

    def select(self, index: int) -> None:
        """Choose a point; -1 chooses none."""
        if index != self.look.selected and index < len(self.look.pad.points):
            self.look.selected = index
            self.selection_changed.emit(index)
            self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return max(SMALLEST_PX, min(width, LARGEST_PX))

    def sizeHint(self) -> QSize:
        return QSize(264, 264)

    def paintEvent(self, event: QPaintEvent) -> None:
        self.look.has_focus = self.hasFocus()
        self.look.draw(QPainter(self), self.room())

    def room(self) -> QRectF:
        """The square within the widget."""
        side = min(self.width(), self.height())
        return QRectF((self.width() - side) // 2, 0, side, side)

    def _show_field(self) -> None:
        pad = self.look.pad
        is_whole = len(self._frames) == len(pad.points)
        self.look.field = colour_field(pad, self._frames) if is_whole else None

    def _words(self) -> str:
        parts = [f"{i}: {share:.0%}" for i, share in enumerate(shares(self.look.pad), 1)]
        return self.tr("Shares of the pictures: {}.").format(", ".join(parts)) if parts else ""

    def _advice(self, pad: BlendPad) -> str:
        if not pad.points:
            return self.tr(
                "Lay pictures here and drag between them: the nearer one is, the more of it is in the mix.\n\n"
                "Add the one on the canvas, or bring recent ones from below it."
            )
        if len(pad.points) == 1:
            return self.tr("Now find another picture and add it.")
        return self.tr("By exact weights") if is_exact(pad) else ""

    # --- the mouse --------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self.look.pad.points:
            return
        spot, room = event.position(), self.room()
        index = ON_CURSOR if self.look.is_on_cursor(room, spot) else self.look.point_at(room, spot)
        self._grip, self._pressed, self._is_dragging = index, spot, False
        if index == ON_CURSOR:
            self._is_dragging = True
            self._tell_cursor(spot)
        else:
            self._grip_gap = self.look.tile(room, index).center() - spot
            self.select(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            over = self.look.point_at(self.room(), event.position())
            self.setCursor(Qt.CursorShape.PointingHandCursor if over >= 0 else Qt.CursorShape.CrossCursor)
            return
        far = (event.position() - self._pressed).manhattanLength() >= QApplication.startDragDistance() // 2
        self._is_dragging = self._is_dragging or far
        if self._grip == ON_CURSOR:
            self._tell_cursor(event.position())
        elif self._is_dragging:
            self._tell_point(self._grip, self._place(event.position() + self._grip_gap))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._grip is not None:
            self._grip = None
            if self._is_dragging:
                self.released.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On a picture: go to it. Elsewhere it is a click like any other."""
        index = self.look.point_at(self.room(), event.position())
        if index >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.visit_requested.emit(index)
        else:
            self.mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        spot = QPointF(event.pos())
        index = self.look.point_at(self.room(), spot)
        self.select(index)
        self.menu_requested.emit(index, QPointF(*self._place(spot)), event.globalPos())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dragged_row(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        row = dragged_row(event.mimeData())
        if row is not None:
            event.acceptProposedAction()
            self.dropped.emit(row, *self._place(event.position()))

    def _place(self, spot: QPointF) -> tuple[float, float]:
        x, y = self.look.place(self.room(), spot)
        return min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)

    def _tell_cursor(self, spot: QPointF) -> None:
        self.cursor_moved.emit(*self._place(spot))

    def _tell_point(self, index: int, place: tuple[float, float]) -> None:
        self.point_moved.emit(index, *place)

    # --- the keyboard -----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, chosen = Qt.Key(event.key()), self.look.selected
        number = event.key() - Qt.Key.Key_1
        if key in ARROWS:
            self._step(ARROWS[key], event.modifiers())
        elif 0 <= number < min(9, len(self.look.pad.points)):
            self.select(number)
        elif key in GO and chosen >= 0:
            self.visit_requested.emit(chosen)
        elif key in REMOVE and chosen >= 0:
            self.remove_requested.emit(chosen)
        elif key == Qt.Key.Key_Escape and chosen >= 0:
            self.select(ON_CURSOR)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keys that mean something here are not taken by the window's commands; tips say what lies under the hand."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
            if plain and event.key() in (*ARROWS, *REMOVE, *GO):
                event.accept()
                return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def tip(self, spot: QPointF) -> str:
        """What can be done at a spot."""
        index = self.look.point_at(self.room(), spot)
        if index < 0:
            return self.tr("Click or drag: the nearer a picture, the more of it is in the mix.")
        share = shares(self.look.pad)[index]
        words = self.tr(
            "Picture {0}: {1} of the mix. Drag to move it, double click to go to it, Delete removes it."
        )
        return words.format(index + 1, f"{share:.1%}")

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes from picture to picture, and on from the last."""
        following = self.look.selected + (1 if forward else -1)
        if not ON_CURSOR <= following < len(self.look.pad.points):
            return super().focusNextPrevChild(forward)
        self.select(following)
        return True

    def _step(self, way: tuple[int, int], modifiers: Qt.KeyboardModifier) -> None:
        step = FINE_STEP if modifiers & Qt.KeyboardModifier.ShiftModifier else STEP
        pad, chosen = self.look.pad, self.look.selected
        if not pad.points:
            return
        self._rest.start()
        if modifiers & Qt.KeyboardModifier.AltModifier and chosen >= 0:
            point = pad.points[chosen]
            self._tell_point(chosen, _inside(point.x + way[0] * step, point.y + way[1] * step))
        else:
            x, y = pad.cursor
            self.cursor_moved.emit(*_inside(x + way[0] * step, y + way[1] * step))


def _inside(x: float, y: float) -> tuple[float, float]:
    return min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)
