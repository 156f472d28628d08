"""KeysButton: what is played on: the computer's keyboard, or a MIDI keyboard that is connected. GUI thread."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from studio.ui.common.icon_button import IconButton


class KeysButton(IconButton):
    """`list_requested` asks for the ports as the menu opens; `show_ports` and `show_outputs` fill them in once they
    are known."""

    typing_toggled = Signal(bool)
    port_chosen = Signal(str)
    output_chosen = Signal(str)
    both_toggled = Signal(bool)
    list_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("piano", "", parent=parent)
        words = self.tr("Play on the computer's keyboard or a MIDI keyboard")
        self.setObjectName("transport-keys")
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        self.typing = menu.addAction(
            self.tr("Computer keyboard: A to ; are white keys, Z and X change the octave")
        )
        self.typing.setCheckable(True)
        self.typing.toggled.connect(self.typing_toggled)
        menu.addSeparator()
        self._none = menu.addAction(self.tr("No MIDI keyboard is connected"))
        self._none.setEnabled(False)
        self._ports: list[QAction] = []
        menu.addSeparator()
        self.outputs = menu.addMenu(self.tr("Play to a MIDI port"))
        self.both = QAction(self.tr("The built-in sound too"), self, checkable=True)
        self.both.triggered.connect(self.both_toggled)
        self.show_outputs((), "", False)
        menu.aboutToShow.connect(self.list_requested)
        self.setMenu(menu)

    def show_ports(self, names: Sequence[str], chosen: str) -> None:
        """The keyboards that are connected; the chosen one is checked."""
        for action in self._ports:
            self.menu().removeAction(action)
            action.deleteLater()
        self._ports = [self._port(name, name == chosen) for name in names]
        self._none.setVisible(not names)

    def show_outputs(self, names: Sequence[str], chosen: str, both: bool) -> None:
        """The ports that can be played to; one that was chosen and is away stays in the list."""
        self.outputs.clear()
        for name in ("", *dict.fromkeys((*names, *filter(None, [chosen])))):
            action = self.outputs.addAction(name or self.tr("None: the built-in sound"))
            action.setCheckable(True)
            action.setChecked(name == chosen)
            action.triggered.connect(lambda _, name=name: self.output_chosen.emit(name))
        self.outputs.addSeparator()
        self.both.setChecked(both)
        self.both.setEnabled(bool(chosen))
        self.outputs.addAction(self.both)

    def _port(self, name: str, on: bool) -> QAction:
        action = QAction(name, self, checkable=True)
        action.setChecked(on)
        action.triggered.connect(lambda on: self.port_chosen.emit(name if on else ""))
        self.menu().insertAction(self._none, action)
        return action
