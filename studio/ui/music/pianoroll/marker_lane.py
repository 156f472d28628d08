"""MarkerLane: names of places as flags on the ruler, to be written, moved and taken away. GUI thread.

It takes no room while the score has no markers; `write_at` opens it for the first one.
"""

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPolygon
from PySide6.QtWidgets import QWidget

from studio.core import marker_edits
from studio.core.score import Marker, Score
from studio.ui.common.own_keys import keeps_key
from studio.ui.common.paints_focus import PaintsFocus
from studio.ui.common.theme import colour
from studio.ui.music.pianoroll import painter as paint
from studio.ui.music.pianoroll.name_editor import NameEditor
from studio.ui.music.pianoroll.state import RollState

MARKERS_HEIGHT_PX = 22
EDITOR_PX, FONT_PX = 130, 12
DRAG_PX = 4
TAIL_PX = 5  # of the flag's pointed end
LEAST_PX = 14


class MarkerLane(PaintsFocus):
    """A click on a flag goes there: `seek_requested(ticks)`. Changes go out through the state as single undo steps."""

    seek_requested = Signal(int)

    def __init__(self, state: RollState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("marker-lane")
        self.setAccessibleName(self.tr("Markers"))
        self.setToolTip(
            self.tr("Click: go there. Drag: move it. Double-click: name a place. Delete: take it away.")
        )
        self.setFixedHeight(MARKERS_HEIGHT_PX)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._state = state
        self.chosen: Marker | None = None
        self._drag: tuple[Score, Marker, float] | None = None  # base, marker, where it was pressed
        self._at = 0
        self.editor = NameEditor("marker-name", self.tr("Name of the place"), self.tr("Refrain"), self)
        self.editor.returnPressed.connect(self._take_name)
        self.editor.closed.connect(self._show, Qt.ConnectionType.QueuedConnection)  # the focus settles first
        state.changed.connect(self._show)
        state.playhead_moved.connect(self._repaint_playhead)
        self._show()

    # --- wishes ------------------------------------------------------------------------------------------

    def write_at(self, ticks: int) -> None:
        """Open the line for the name of a place."""
        marker = marker_edits.marker_at(self._state.score, ticks)
        self._at, self.chosen = ticks, marker
        self.setVisible(True)
        self.editor.open(self._editor_place(), marker.text if marker else "")

    def delete(self) -> None:
        if self.chosen is not None:
            after = marker_edits.removed(self._state.score, self.chosen)
            self._commit(after, self.tr("Delete a marker"))

    def _take_name(self) -> None:
        text, score = self.editor.text().strip(), self._state.score
        label = self.tr("Name a place") if text else self.tr("Delete a marker")
        self.editor.hide()
        self._commit(marker_edits.named(score, self._at, text), label)
        self.chosen = marker_edits.marker_at(self._state.score, self._at)
        self.setFocus()
        self._show()

    def _commit(self, score: Score, label: str) -> None:
        self._state.commit(score, label)
        self._state.end_gesture()

    # --- paint -------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("window"))
        font = painter.font()
        font.setPixelSize(FONT_PX)
        painter.setFont(font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for marker, flag in self._flags():
            self._paint_flag(painter, marker, flag)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        paint.paint_playhead(painter, self._state, paint.Stripe.of(event.rect(), self._state.geometry))

    def _paint_flag(self, painter: QPainter, marker: Marker, flag: QRect) -> None:
        """A pole with a flag whose end is pointed."""
        chosen = marker == self.chosen and self.hasFocus()
        painter.setPen(colour("text_soft" if chosen else "border"))
        painter.setBrush(colour("selection" if chosen else "raised"))
        left, right, top, bottom = flag.left(), flag.right(), flag.top(), flag.bottom()
        tail = QPoint(right, (top + bottom) // 2)
        corners = [QPoint(left, top), QPoint(right - TAIL_PX, top), tail, QPoint(right - TAIL_PX, bottom)]
        painter.drawPolygon(QPolygon([*corners, QPoint(left, bottom)]))
        painter.fillRect(left, top, 2, self.height() - top, colour("note"))
        room = flag.adjusted(7, 0, -TAIL_PX, 0)
        words = painter.fontMetrics().elidedText(marker.text, Qt.TextElideMode.ElideRight, room.width())
        painter.setPen(colour("text"))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)

    def _flags(self) -> list[tuple[Marker, QRect]]:
        """The markers in view and their flags, each cut where the next one stands."""
        geometry, markers = self._state.geometry, self._state.score.markers
        font = self.font()
        font.setPixelSize(FONT_PX)
        metrics = QFontMetrics(font)
        places = [geometry.x_of(marker.ticks) for marker in markers]
        flags: list[tuple[Marker, QRect]] = []
        for marker, x, after in zip(markers, places, [*places[1:], 1 << 30], strict=False):
            width = metrics.horizontalAdvance(marker.text) + 10 + 2 * TAIL_PX
            flag = QRect(x, 2, max(LEAST_PX, min(width, after - x - 2)), self.height() - 6)
            if flag.right() >= 0 and x <= self.width():
                flags.append((marker, flag))
        return flags

    def _editor_place(self) -> QRect:
        left = max(0, self._state.geometry.x_of(self._at))
        return QRect(min(left, self.width() - EDITOR_PX), 0, EDITOR_PX, self.height())

    def _show(self) -> None:
        """Take room only for something."""
        if self.chosen not in self._state.score.markers:
            self.chosen = None
        wanted = bool(self._state.score.markers) or not self.editor.isHidden()
        if self.window().focusWidget() in (self, self.editor) and not wanted:
            self.parentWidget().setFocus()
        self.setVisible(wanted)
        if not self.editor.isHidden():
            self.editor.setGeometry(self._editor_place())
        self.update()

    def _repaint_playhead(self, old: int, new: int) -> None:
        paint.repaint_playhead(self, self._state.geometry, old, new)

    # --- hand and keys -----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self.setFocus()
        place = event.position().toPoint()
        self.chosen = next((marker for marker, flag in reversed(self._flags()) if flag.contains(place)), None)
        if self.chosen is not None:
            self._drag = (self._state.score, self.chosen, event.position().x())
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            return
        base, marker, pressed = self._drag
        way = event.position().x() - pressed
        if abs(way) < DRAG_PX and self.chosen == marker:
            return
        ticks = marker.ticks + way / self._state.geometry.px_per_tick
        ticks = self._state.snap.nearest(base, max(0.0, ticks))
        self.chosen = Marker(ticks, marker.text)
        after = marker_edits.moved(base, marker, ticks)
        self._state.commit(after, self.tr("Move a marker"), self._state.gesture_name("marker"))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            return
        (_, marker, _), self._drag = self._drag, None
        if self.chosen == marker:
            self.seek_requested.emit(marker.ticks)
        self._state.end_gesture()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._drag = None
        ticks = self._state.geometry.ticks_at(event.position().x())
        self.write_at(
            self.chosen.ticks if self.chosen else self._state.snap.nearest(self._state.score, ticks)
        )

    def event(self, event: QEvent) -> bool:
        return keeps_key(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.delete()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.write_at(self.chosen.ticks if self.chosen else self._state.playhead_ticks)
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                way = 1 if event.key() == Qt.Key.Key_Right else -1
                shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self._shift(way) if shift else self._choose_next(way)
            case Qt.Key.Key_Escape:
                self._cancel_drag() if self._drag is not None else self.parentWidget().setFocus()
            case _:
                super().keyPressEvent(event)

    def _shift(self, way: int) -> None:
        """The chosen flag to the next line of the grid."""
        if self.chosen is not None:
            ticks, score = self._state.grid_step(self.chosen.ticks, way), self._state.score
            after, self.chosen = (
                marker_edits.moved(score, self.chosen, ticks),
                Marker(ticks, self.chosen.text),
            )
            self._commit(after, self.tr("Move a marker"))

    def _choose_next(self, way: int) -> None:
        markers = self._state.score.markers
        if markers:
            at = markers.index(self.chosen) + way if self.chosen in markers else 0
            self.chosen = markers[min(max(at, 0), len(markers) - 1)]
            self.seek_requested.emit(self.chosen.ticks)
            self.update()

    def _cancel_drag(self) -> None:
        assert self._drag is not None
        (base, self.chosen, _), self._drag = self._drag, None
        self._state.commit(base, self.tr("Cancel"), self._state.gesture_name("marker"))
        self._state.end_gesture()
