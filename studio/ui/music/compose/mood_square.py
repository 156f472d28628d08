"""MoodSquare: a point between tense, happy, sad and calm; without one, no mood is asked for. GUI thread.

Invariant: `show_mood` tells nobody; only the person's hand does. While a hand drags, the point follows the place on the
screen where the square was at first, so that a panel that grows under the hand does not move it.
"""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.core.mood import Mood
from studio.ui.common.paints_focus import PaintsFocus
from studio.ui.common.theme import colour

HEIGHT_PX, EDGE_PX, POINT_PX, WORDS_PX = 156, 10, 7, 8
STEP, FINE_STEP = 0.1, 0.02
ARROWS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1),
}  # fmt: skip
OFF_KEYS = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class MoodSquare(PaintsFocus):
    """Drag, or use the arrow keys (Shift: finely). Double-click or Delete: no mood. `moved` follows the hand,
    `released` says that it let go."""

    moved = Signal()
    released = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compose-mood-square")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setToolTip(
            self.tr(
                "Drag: right is glad, up is lively. Double-click or Delete: no mood. The tempo stays yours."
            )
        )
        self._mood: Mood | None = None
        self._grip = QPointF()  # from the square to the screen, as the drag began
        self._name_it()

    @property
    def mood(self) -> Mood | None:
        return self._mood

    def show_mood(self, mood: Mood | None) -> None:
        self._mood = mood
        self._name_it()
        self.update()

    def take(self, mood: Mood | None) -> None:
        """Another mood, by the person's wish; None switches it off."""
        if mood != self._mood:
            self.show_mood(mood)
            self.moved.emit()

    def words(self) -> str:
        """The mood for people, such as "Glad +0.50, lively -0.20"."""
        if self._mood is None:
            return self.tr("No mood")
        return self.tr("Glad {0}, lively {1}").format(
            f"{self._mood.valence:+.2f}", f"{self._mood.energy:+.2f}"
        )

    def sizeHint(self) -> QSize:
        return QSize(240, HEIGHT_PX)

    def place_of(self, mood: Mood) -> QPointF:
        """Where a mood lies in the widget."""
        room = self._room()
        x, y = (1 + mood.valence) / 2, (1 - mood.energy) / 2
        return QPointF(room.left() + x * room.width(), room.top() + y * room.height())

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(EDGE_PX, EDGE_PX, -EDGE_PX, -EDGE_PX)

    def _name_it(self) -> None:
        """What a screen reader says."""
        self.setAccessibleName(self.tr("Mood: {0}").format(self.words()))

    # --- paint -------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(colour("accent") if self.hasFocus() else colour("border"))
        painter.setBrush(colour("sunken"))
        painter.drawRoundedRect(frame, 4, 4)
        painter.setPen(colour("grid"))
        centre = frame.center()
        painter.drawLine(QPointF(frame.left() + 1, centre.y()), QPointF(frame.right() - 1, centre.y()))
        painter.drawLine(QPointF(centre.x(), frame.top() + 1), QPointF(centre.x(), frame.bottom() - 1))
        self._paint_words(painter, frame)
        if self._mood is not None:
            painter.setPen(colour("window"))
            painter.setBrush(colour("text"))
            painter.drawEllipse(self.place_of(self._mood), POINT_PX, POINT_PX)

    def _paint_words(self, painter: QPainter, frame: QRectF) -> None:
        """The corners; in the middle that there is no mood."""
        room, flag = frame.adjusted(WORDS_PX, 6, -WORDS_PX, -6), Qt.AlignmentFlag
        painter.setPen(colour("text_soft"))
        for words, where in (
            (self.tr("Tense"), flag.AlignTop | flag.AlignLeft),
            (self.tr("Happy"), flag.AlignTop | flag.AlignRight),
            (self.tr("Sad"), flag.AlignBottom | flag.AlignLeft),
            (self.tr("Calm"), flag.AlignBottom | flag.AlignRight),
        ):
            painter.drawText(room, where, words)
        if self._mood is None:
            words = self.tr("No mood")
            box = QRectF(painter.fontMetrics().boundingRect(words)).adjusted(-6, -2, 6, 2)
            box.moveCenter(frame.center())
            painter.fillRect(box, colour("sunken"))
            painter.drawText(box, flag.AlignCenter, words)

    # --- hand --------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grip = event.globalPosition() - event.position()
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            room, at = self._room(), event.globalPosition() - self._grip
            x, y = (at.x() - room.left()) / room.width(), (at.y() - room.top()) / room.height()
            self.take(Mood.near(2 * x - 1, 1 - 2 * y))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.released.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.take(None)

    def event(self, event: QEvent) -> bool:
        """Its keys are its own while it has the focus, before any command's."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_own(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = ARROWS.get(Qt.Key(event.key()))
        if way is not None:
            self._step(way, FINE_STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP)
        elif event.key() in OFF_KEYS and self._mood is not None:
            self.take(None)
            self.released.emit()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if Qt.Key(event.key()) in ARROWS and not event.isAutoRepeat():
            self.released.emit()
        super().keyReleaseEvent(event)

    def _step(self, way: tuple[int, int], step: float) -> None:
        here = self._mood or Mood()
        self.take(Mood.near(here.valence + way[0] * step, here.energy + way[1] * step))


def _is_own(event: QKeyEvent) -> bool:
    modifiers = Qt.KeyboardModifier
    plain = not event.modifiers() & ~(modifiers.ShiftModifier | modifiers.KeypadModifier)
    return plain and Qt.Key(event.key()) in (*ARROWS, *OFF_KEYS)
