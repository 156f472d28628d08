"""PadPanel: the blend pad with its buttons, its exact weights and its menu. GUI thread.

Invariant: `show_pad` and `show_frames` tell nobody.
"""

from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from studio.core.picture import Frame
from studio.core.project import BlendPad
from studio.ui.common.icon_button import IconButton
from studio.ui.common.icons import icon
from studio.ui.picture.blend.pad import Pad
from studio.ui.picture.blend.weight_list import WeightList


class PadPanel(QWidget):
    """Wishes: `add_requested` gives a place, or None for any; points are told by their index, what was `dropped` from
    the history strip by its row."""

    add_requested = Signal(object)
    dropped = Signal(int, float, float)
    cursor_moved = Signal(float, float)
    point_moved = Signal(int, float, float)
    visit_requested = Signal(int)
    remove_requested = Signal(int)
    weight_moved = Signal(int, float)
    by_distance_requested = Signal()
    clear_requested = Signal()
    released = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pad = BlendPad()
        self.pad = Pad()
        self.weights = WeightList()
        self.add_button = QPushButton(self.tr("Add to the pad"))
        self.add_button.setObjectName("pad-add")
        self.add_button.setIcon(icon("plus"))
        self.add_button.setToolTip(self.tr("Lay the picture on the canvas on the pad (Ctrl+3)"))
        self.remove_button = IconButton("trash-can-outline", self.tr("Take the chosen picture off the pad"))
        self.remove_button.setObjectName("pad-remove")
        self._lay_out()
        self._connect()
        self.show_pad(BlendPad(), is_shown=False)

    def show_pad(self, pad: BlendPad, is_shown: bool) -> None:
        """Show the pad of a document; is_shown: the canvas shows its mix."""
        self._pad = pad
        self.pad.show_pad(pad, is_shown)
        self.weights.show_pad(pad)
        self._show_removable()

    def show_frames(self, frames: tuple[Frame | None, ...]) -> None:
        """The small pictures of the points; None for those that are not drawn yet."""
        self.pad.show_frames(frames)
        self.weights.show_frames(frames)

    def menu(self, index: int, place: QPointF) -> QMenu:
        """What can be done with a point, or at an empty place of the pad (index -1); deletes itself once closed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if index >= 0:
            menu.addAction(self.tr("Go to this picture"), lambda: self.visit_requested.emit(index))
            menu.addAction(self.tr("Take it off the pad"), lambda: self.remove_requested.emit(index))
        else:
            here = (place.x(), place.y())
            menu.addAction(
                self.tr("Add the picture on the canvas here"), lambda: self.add_requested.emit(here)
            )
        menu.addSeparator()
        distance = menu.addAction(self.tr("Weights by distance"), self.by_distance_requested.emit)
        distance.setEnabled(bool(self._pad.weights))
        clear = menu.addAction(self.tr("Clear the pad"), self.clear_requested.emit)
        clear.setEnabled(bool(self._pad.points))
        return menu

    def _show_removable(self) -> None:
        self.remove_button.setEnabled(self.pad.look.selected >= 0)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.add_button)
        buttons.addStretch(1)
        buttons.addWidget(self.remove_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(buttons)
        for part in (self.pad, self.weights):
            column.addWidget(part)

    def _connect(self) -> None:
        self.add_button.clicked.connect(lambda: self.add_requested.emit(None))
        self.remove_button.clicked.connect(lambda: self.remove_requested.emit(self.pad.look.selected))
        pad, weights = self.pad, self.weights
        pad.cursor_moved.connect(self.cursor_moved)
        pad.dropped.connect(self.dropped)
        pad.point_moved.connect(self.point_moved)
        pad.visit_requested.connect(self.visit_requested)
        pad.remove_requested.connect(self.remove_requested)
        pad.selection_changed.connect(self._show_removable)
        pad.menu_requested.connect(self._pop_up)
        weights.moved.connect(self.weight_moved)
        weights.by_distance_requested.connect(self.by_distance_requested)
        for part in (pad, weights):
            part.released.connect(self.released)

    def _pop_up(self, index: int, place: QPointF, spot: QPoint) -> None:
        self.menu(index, place).popup(spot)
