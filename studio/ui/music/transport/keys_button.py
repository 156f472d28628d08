"""KeysButton: what is played on: the computer's keyboard, or a MIDI keyboard that is connected. GUI thread."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from studio.ui.common.icon_button import IconButton


class KeysButton(IconButton):
    """`list_requested` asks for the ports as the menu opens; `show_ports` fills them in once they are known."""

    typing_toggled = Signal(bool)
    port_chosen = Signal(str)
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
        menu.aboutToShow.connect(self.list_requested)
        self.setMenu(menu)

    def show_ports(self, names: Sequence[str], chosen: str) -> None:
        """The keyboards that are connected; the chosen one is checked."""
        for action in self._ports:
            self.menu().removeAction(action)
            action.deleteLater()
        self._ports = [self._port(name, name == chosen) for name in names]
        self._none.setVisible(not names)

    def _port(self, name: str, on: bool) -> QAction:
        action = QAction(name, self, checkable=True)
        action.setChecked(on)
        action.triggered.connect(lambda on: self.port_chosen.emit(name if on else ""))
        self.menu().addAction(action)
        return action
