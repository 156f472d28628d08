"""MixTable: the mixing grid under mouse and keyboard. GUI thread.

Invariant: only the person's hand emits `chosen`, `seed_typed` and `menu_requested`.
"""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QPoint, QPointF, QRegularExpression, QSize, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegularExpressionValidator,
    QResizeEvent,
)
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QToolTip, QWidget

from studio.core.latent import MAX_SEED
from studio.core.picture import Frame
from studio.ui.common.frame_image import thumbnail
from studio.ui.picture.mixing.table_look import LARGEST_PX, NOWHERE, RIM, Place, TableLook

ARROWS = {
    Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
}  # fmt: skip
GO = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class SeedField(QLineEdit):
    """Where a seed is typed; Enter and Esc end here and do not go on to what lies below."""

    given_up = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("mix-seed-box")
        self.setAccessibleName(self.tr("Seed"))
        self.setToolTip(self.tr("The seed of this picture; Enter takes it"))
        self.setValidator(QRegularExpressionValidator(QRegularExpression(r"\d{1,10}"), self))
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        event.accept()


class MixTable(QWidget):
    """Arrows go from picture to picture. Enter goes to a cell; at the rim it opens the menu of that picture, and
    digits type the seed of another."""

    chosen = Signal(int, int)
    seed_typed = Signal(int, int, object)
    menu_requested = Signal(int, int, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = TableLook()
        self.seed_box = SeedField(self)
        self.seed_box.editingFinished.connect(self._take_seed)
        self.seed_box.given_up.connect(self._give_up_seed)
        self._editing: Place = NOWHERE
        self.setObjectName("mix-table")
        self.setAccessibleName(self.tr("Mixing grid"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    # --- showing ----------------------------------------------------------------------------------------

    def show_size(self, rows: int, columns: int) -> None:
        """How many rows and columns there are."""
        if (rows, columns) != (self.look.rows, self.look.columns):
            self.look.rows, self.look.columns = rows, columns
            self.look.current = self.look.neighbour((0, 0))
            self.updateGeometry()

    def show_pictures(self, frames: Mapping[Place, Frame], labels: Mapping[Place, str]) -> None:
        """The small pictures that are here, and the words at those of the rim."""
        ratio = self.devicePixelRatioF()
        self.look.pixmaps = {place: thumbnail(one, LARGEST_PX, ratio) for place, one in frames.items()}
        self.look.labels = dict(labels)
        self.update()

    def show_shown(self, places: frozenset[Place]) -> None:
        """Which cells the canvas shows."""
        if places != self.look.shown:
            self.look.shown = places
            self.update()

    def type_seed(self, place: Place, text: str = "") -> None:
        """Let the person type the seed of a picture at the rim."""
        self._editing = place
        area = self.look.area(place, self.width()).toRect()
        width = max(area.width(), 84)
        left = min(area.left(), max(0, self.width() - width))
        self.seed_box.setGeometry(left, area.bottom() - 26, width, 26)
        self.seed_box.setText(text)
        self.seed_box.show()
        self.seed_box.setFocus()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self.look.height_px(width - 2)

    def sizeHint(self) -> QSize:
        return QSize(264, self.heightForWidth(264))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 40)

    def paintEvent(self, event: QPaintEvent) -> None:
        self.look.has_focus = self.hasFocus()
        self.look.draw(QPainter(self), self.width() - 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.seed_box.hide()

    # --- the mouse --------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place(event.position())
        if place == NOWHERE or event.button() != Qt.MouseButton.LeftButton:
            return
        self.look.current = place
        self.update()
        self._go(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._place(event.position()) != NOWHERE
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def event(self, event: QEvent) -> bool:
        """Keys that mean something here are not taken by the window's commands; tips say what a click does."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
            if plain and (event.key() in (*ARROWS, *GO) or _is_digit(event)):
                event.accept()
                return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip(self._place(QPointF(event.pos()))), self)
            return True
        return super().event(event)

    def tip(self, place: Place) -> str:
        """What a click at a place does."""
        if place == NOWHERE:
            return ""
        row, column = place
        if row == RIM:
            return self.tr("Column {0}: {1}. Click for another.").format(
                column + 1, self.look.labels.get(place)
            )
        if column == RIM:
            return self.tr("Row {0}: {1}. Click for another.").format(row + 1, self.look.labels.get(place))
        return self.tr("Row {0} with column {1}. Click to go there.").format(row + 1, column + 1)

    def _place(self, spot: QPointF) -> Place:
        return self.look.place_at(spot, self.width() - 2)

    # --- the keyboard -----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in ARROWS:
            self.look.current = self.look.neighbour(ARROWS[key])
            self.setAccessibleDescription(self.tip(self.look.current))
            self.update()
        elif key in GO:
            self._go(self.look.current)
        elif _is_digit(event) and RIM in self.look.current:
            self.type_seed(self.look.current, event.text())
        else:
            super().keyPressEvent(event)

    def _go(self, place: Place) -> None:
        if RIM in place:
            foot = self.look.area(place, self.width() - 2).bottomLeft().toPoint()
            self.menu_requested.emit(*place, self.mapToGlobal(foot))
        else:
            self.chosen.emit(*place)

    def _give_up_seed(self) -> None:
        self._editing = NOWHERE
        self.setFocus()
        self.seed_box.hide()

    def _take_seed(self) -> None:
        place, self._editing = self._editing, NOWHERE
        text = self.seed_box.text()
        had_focus = self.seed_box.hasFocus()
        self.seed_box.hide()
        if had_focus:
            self.setFocus()
        if place != NOWHERE and text:
            self.seed_typed.emit(*place, min(int(text), MAX_SEED))


def _is_digit(event: QKeyEvent) -> bool:
    return len(event.text()) == 1 and event.text() in "0123456789"
