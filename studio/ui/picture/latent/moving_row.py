"""MovingRow: a labelled slider with tiny pictures at its ends, and signs of what was noted on it. GUI thread.

Signs and buttons come into being when they are first needed: most rows stay bare.
"""

from typing import Protocol

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QKeyEvent
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from studio.core.parameter import Parameter
from studio.core.picture import Frame
from studio.core.project import SliderNote
from studio.ui.common.icon_button import IconButton
from studio.ui.common.labelled_slider import LabelledSlider
from studio.ui.picture.latent.end_picture import EndPicture
from studio.ui.picture.latent.name_box import NameBox
from studio.ui.picture.latent.reach_popup import ReachPopup
from studio.ui.picture.latent.row_menu import key_of_row, reach_sign, reach_words, row_menu
from studio.ui.picture.latent.row_wishes import RowWishes

Reach = tuple[int, int] | None
ICONS = {"lock": "lock", "pin": "pin", "dots": "dots-vertical", "reset": "restore"}
ORDER = ("reach", "lock", "pin", "dots", "reset")  # from left to right


class Group(Protocol):
    """Where a row stands."""

    def let_go(self, row: "MovingRow") -> None: ...


class MovingRow(QWidget):
    """One slider. `moved` gives the parameter's name and the value; `key` is how notes call it; without `wishes`
    nothing can be noted on it."""

    moved = Signal(str, float)
    released = Signal()

    def __init__(
        self, parameter: Parameter, name: str, key: str = "", wishes: RowWishes | None = None
    ) -> None:
        super().__init__()
        self.parameter = parameter
        self.key = key or parameter.name
        self.wishes = wishes
        self.layers = 0  # of the network; 0: it cannot be said which of them the slider moves
        self.reach: Reach = None
        self.is_pinned = self.is_locked = self.is_moved = False
        self._group: Group | None = None
        self.slider = LabelledSlider(parameter, name)
        self.low_end = EndPicture(f"{name}-low", self.tr("Go to the low end of {}").format(parameter.label))
        self.high_end = EndPicture(
            f"{name}-high", self.tr("Go to the high end of {}").format(parameter.label)
        )
        self.reset_button: QToolButton | None = None
        self._signs: dict[str, QToolButton] = {}
        self.slider.add_ends(self.low_end, self.high_end)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.slider)
        self._connect()

    @property
    def words(self) -> str:
        """What the slider is called here."""
        return self.slider.label.text()

    # --- shown --------------------------------------------------------------------------------------------

    def show_value(self, value: float) -> None:
        """Show a value without telling anybody; costs next to nothing where it is shown already."""
        if abs(self.slider.value - value) > 0.5 * 10**-self.parameter.decimals:
            self.slider.show_value(value)
            self._show_reset(value)

    def show_ends(self, low: Frame | None, high: Frame | None) -> None:
        """What the two ends of the slider lead to; None takes the picture away."""
        self.low_end.show_frame(low)
        self.high_end.show_frame(high)

    def show_note(self, note: SliderNote) -> None:
        """Its own name, and whether it is pinned or locked."""
        self.slider.show_label(note.label or self.parameter.label)
        self.is_pinned, self.is_locked = note.pinned, note.locked
        self._sign("lock", note.locked, self.tr("Locked against chance and reset. Click to unlock."))
        self._sign("pin", note.pinned, self.tr("Pinned to the top. Click to unpin."))

    def show_reach(self, reach: Reach) -> None:
        """Which layers it moves."""
        if reach == self.reach:
            return
        self.reach = reach
        self._sign("reach", reach is not None, reach_words(reach, self.layers))
        if reach is not None:
            self._signs["reach"].setText(reach_sign(reach, self.layers))

    def stand_in(self, group: Group | None) -> None:
        """It comes to a group, and leaves the one before; None: it goes for good."""
        if self._group is not None:
            self._group.let_go(self)
        self._group = group

    # --- asked for ------------------------------------------------------------------------------------------

    def go_to_end(self, high: bool) -> None:
        self.slider.go_to(self.parameter.high if high else self.parameter.low)

    def rename(self) -> None:
        """Offer its name to be written anew, where it stands."""
        box = NameBox(self.words, self.slider.label)
        box.named.connect(self._rename)
        box.closed.connect(self.slider.slider.setFocus)
        box.open()

    def toggle_pin(self) -> None:
        self.wishes.pin_wished.emit(self.key, not self.is_pinned)

    def toggle_lock(self) -> None:
        self.wishes.lock_wished.emit(self.key, not self.is_locked)

    def choose_reach(self, reach: Reach) -> None:
        """Let it move these layers only, as one step."""
        self.wishes.reach_chosen.emit(self.key, reach)
        self.wishes.reach_released.emit()

    def open_reach(self) -> None:
        """Choose the layers exactly."""
        popup = ReachPopup(self.layers, self.reach or (0, self.layers - 1), self)
        popup.chosen.connect(lambda reach: self.wishes.reach_chosen.emit(self.key, reach))
        popup.closed.connect(self.wishes.reach_released)
        popup.move(self.mapToGlobal(QPoint(0, self.height())))
        popup.show()
        popup.first.setFocus()

    def open_menu(self) -> None:
        row_menu(self).popup(self.mapToGlobal(QPoint(self.width() // 2, self.height() // 2)))

    # --- the hand -------------------------------------------------------------------------------------------

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            row_menu(self).popup(event.globalPos())
        else:
            self.open_menu()

    def event(self, event: QEvent) -> bool:
        """Its keys are its own while it has the focus, whatever they do elsewhere."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and key_of_row(self, event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        run = key_of_row(self, event)
        if run is None:
            super().keyPressEvent(event)
        else:
            run()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._sign("dots", self.wishes is not None, self.tr("What can be done with this slider"))
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._sign("dots", False, "")
        super().leaveEvent(event)

    def _connect(self) -> None:
        self.slider.moved.connect(self._tell)
        self.slider.released.connect(self.released)
        self.low_end.clicked.connect(lambda: self.go_to_end(high=False))
        self.high_end.clicked.connect(lambda: self.go_to_end(high=True))

    def _tell(self, value: float) -> None:
        self.moved.emit(self.parameter.name, value)
        self._show_reset(value)

    def _rename(self, words: str) -> None:
        self.wishes.renamed.emit(self.key, "" if words == self.parameter.label else words)

    def _show_reset(self, value: float) -> None:
        moved = self.is_moved = abs(value - self.parameter.default) > 0.5 * 10**-self.parameter.decimals
        if self.reset_button is None and moved:
            self.reset_button = self._new_sign("reset", self.tr("Reset {}").format(self.words))
        if self.reset_button is not None and moved == self.reset_button.isHidden():
            self.reset_button.setVisible(moved)

    def _sign(self, what: str, is_on: bool, words: str) -> None:
        """Show a sign, made when it is first needed, or hide it."""
        if is_on and what not in self._signs:
            self._signs[what] = self._new_sign(what, words)
        if what in self._signs:
            self._signs[what].setVisible(is_on)
            self._signs[what].setToolTip(words)
            self._signs[what].setAccessibleName(words)

    def _new_sign(self, what: str, words: str) -> QToolButton:
        runs = {
            "lock": self.toggle_lock,
            "pin": self.toggle_pin,
            "dots": self.open_menu,
            "reset": self.slider.reset,
            "reach": self.open_reach,
        }
        sign = _button(ICONS.get(what), words)
        sign.setObjectName(f"{self.slider.objectName()}-{what}")
        sign.clicked.connect(runs[what])
        self.slider.add_corner(sign, ORDER.index(what))
        return sign


def _button(icon_name: str | None, words: str) -> QToolButton:
    """A tiny button, with a word in it where it has no icon; the keyboard has Delete, the menu key and keys of rows."""
    button = IconButton(icon_name, words, role="tiny") if icon_name else QToolButton()
    button.setProperty("role", "tiny" if icon_name else "sign")
    button.setToolTip(words)
    button.setAccessibleName(words)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button
