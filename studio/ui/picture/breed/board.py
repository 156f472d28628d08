"""Board: small pictures that can be gone to, selected and starred, by mouse and keyboard. GUI thread.

Invariant: `show_...` tells nobody; a picture is named by its key, which its owner chose.
"""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal, SignalInstance
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from studio.ui.picture.breed.cell import CellLook, draw_cell, star_rect

ARROWS = {
    Qt.Key.Key_Left: QPoint(-1, 0),
    Qt.Key.Key_Right: QPoint(1, 0),
    Qt.Key.Key_Up: QPoint(0, -1),
    Qt.Key.Key_Down: QPoint(0, 1),
}
ASIDE_COST = 3  # a neighbour to the side of where an arrow points counts as so much farther
MenuEntries = tuple[tuple[str, str, SignalInstance], ...]
GO_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Board(QWidget):
    """`chosen`: click or Enter; `star_toggled`: the star or K; `selection_changed`: Ctrl+click, Space or Esc;
    `again_requested`: B; `fresh_requested`: N; `breed_requested`: from one of them, by its menu; `focus_moved` gives
    the cell where the keyboard went. Cells lie where `place` put them."""

    chosen = Signal(int)
    star_toggled = Signal(int)
    again_requested = Signal()
    fresh_requested = Signal()
    breed_requested = Signal(int)
    selection_changed = Signal()
    focus_moved = Signal(QRect)
    has_stars = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.cells: dict[int, QRect] = {}
        self.selection: frozenset[int] = frozenset()
        self.starred: frozenset[int] = frozenset()
        self.shown: int | None = None
        self.focused: int | None = None
        self._hovered: int | None = None
        self._pictures: dict[int, QPixmap] = {}
        self._faded: set[int] = set()
        self._words: Mapping[int, str] = {}

    # --- what it shows ----------------------------------------------------------------------------------

    def show_cells(self, words: Mapping[int, str]) -> None:
        """Show these keys, each with the words that name it; pictures of before stay, faded, until theirs come."""
        self._words = words
        self.selection &= words.keys()
        self._pictures = {key: one for key, one in self._pictures.items() if key in words}
        self._faded = set(self._pictures)
        if self.focused not in words:
            self.focused = next(iter(words), None)
        self._hovered = None
        self.place()
        self.update()

    def show_picture(self, key: int, picture: QPixmap) -> None:
        self._pictures[key] = picture
        self._faded.discard(key)
        self.update(self.cells.get(key, QRect()))

    def show_state(self, starred: frozenset[int], shown: int | None) -> None:
        """Which are starred, and which one is on the canvas."""
        self.starred, self.shown = starred, shown
        self.update()

    def select(self, keys: frozenset[int]) -> None:
        self.selection = keys & self._words.keys()
        self.update()

    @property
    def pending(self) -> int:
        """How many pictures are still to come."""
        return len(self.cells.keys() - (self._pictures.keys() - self._faded))

    def place(self) -> None:
        """Set `cells`; called when the keys or the size have changed."""
        raise NotImplementedError

    def draw_ground(self, painter: QPainter) -> None:
        """What lies below the cells."""

    # --- Qt ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.draw_ground(painter)
        for key, cell in self.cells.items():
            if cell.intersects(event.rect()):
                draw_cell(painter, cell, self._pictures.get(key), self._look(key))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        key = self.key_at(event.position().toPoint())
        if key is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self._focus(key)
        if self.has_stars and star_rect(self.cells[key]).contains(event.position().toPoint()):
            self.star_toggled.emit(key)
        elif event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier):
            self._toggle(key)
        else:
            self.chosen.emit(key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.key_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)

    def event(self, event: QEvent) -> bool:
        """Words of the cell under the pointer; and its letters belong to the board, not to the window's commands."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            key = self.key_at(event.pos())
            QToolTip.showText(event.globalPos(), self.words(key) if key is not None else "", self)
            return True
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._is_own(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self.focused is None or not self._is_own(event):
            super().keyPressEvent(event)
        elif key in ARROWS:
            self._focus(self._neighbour(self.focused, ARROWS[key]))
        elif key in GO_KEYS:
            self.chosen.emit(self.focused)
        elif key == Qt.Key.Key_Space:
            self._toggle(self.focused)
        elif key == Qt.Key.Key_K:
            self.star_toggled.emit(self.focused)
        elif key == Qt.Key.Key_B:
            self.again_requested.emit()
        elif key == Qt.Key.Key_N:
            self.fresh_requested.emit()
        elif key == Qt.Key.Key_Escape:
            self._take(frozenset())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """At the pointer, or by the menu key at the picture that has the keyboard."""
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        key = self.key_at(event.pos()) if by_mouse else self.focused
        if key is not None:
            self._focus(key)
            self.context_menu(key).popup(
                event.globalPos() if by_mouse else self.mapToGlobal(self.cells[key].center())
            )

    def context_menu(self, key: int) -> QMenu:
        """What can be done with one picture; the menu deletes itself once closed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name, words, wish in self.menu_entries():
            action = menu.addAction(words)
            action.setObjectName(name)
            action.triggered.connect(lambda _=False, wish=wish: wish.emit(key))
        return menu

    def menu_entries(self) -> MenuEntries:
        """Name, words and signal of each entry."""
        raise NotImplementedError

    # --- inside -----------------------------------------------------------------------------------------

    def key_at(self, spot: QPoint) -> int | None:
        return next((key for key, cell in self.cells.items() if cell.contains(spot)), None)

    def words(self, key: int) -> str:
        """What a cell is, for tooltips and screen readers."""
        told = [self._words.get(key, "")]
        told += [self.tr("kept")] if self.has_stars and key in self.starred else []
        told += [self.tr("selected")] if key in self.selection else []
        return ", ".join(told)

    def _is_own(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        letters = (Qt.Key.Key_K, Qt.Key.Key_B, Qt.Key.Key_N) if self.has_stars else (Qt.Key.Key_B,)
        clears = key == Qt.Key.Key_Escape and bool(self.selection)
        return plain and (key in ARROWS or key in GO_KEYS or key in (*letters, Qt.Key.Key_Space) or clears)

    def _look(self, key: int) -> CellLook:
        return CellLook(
            selected=key in self.selection,
            shown=key == self.shown,
            focused=key == self.focused and self.hasFocus(),
            hovered=key == self._hovered,
            faded=key in self._faded,
            star=key in self.starred if self.has_stars else None,
        )

    def _neighbour(self, key: int, way: QPoint) -> int:
        """The nearest cell where an arrow points, the cell itself where there is none."""
        here = self.cells[key].center()

        def cost(other: int) -> tuple[bool, int]:
            step = self.cells[other].center() - here
            ahead, aside = QPoint.dotProduct(step, way), abs(step.x() * way.y()) + abs(step.y() * way.x())
            return ahead <= 0, ahead + ASIDE_COST * aside

        best = min((other for other in self.cells if other != key), key=cost, default=key)
        return best if not cost(best)[0] else key

    def _focus(self, key: int) -> None:
        self.focused = key
        self.setAccessibleDescription(self.words(key))
        self.focus_moved.emit(self.cells[key])
        self.update()

    def _hover(self, key: int | None) -> None:
        if key != self._hovered:
            self._hovered = key
            self.update()

    def _toggle(self, key: int) -> None:
        self._take(self.selection ^ {key})

    def _take(self, keys: frozenset[int]) -> None:
        self.select(keys)
        self.selection_changed.emit()
