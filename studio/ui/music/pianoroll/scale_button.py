"""ScaleButton: which scale the roll shows, and whether hands keep to it. GUI thread."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from studio.core.pitch import FLAT_NAMES
from studio.core.theory import SCALES, Scale

WIDTH_PX = 132


class ScaleButton(QToolButton):
    """`chosen(scale or None, keeps)` and `guess_requested()` are the person's wishes."""

    chosen = Signal(object, bool)
    guess_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("scale-button")
        words = self.tr("The scale that is shown on the rows, and kept by what you draw")
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setFixedWidth(WIDTH_PX)
        self._scale: Scale | None = None
        self._last, self._keeps = Scale(0, "major"), False
        menu = QMenu(self)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        self.setMenu(menu)
        self.show_scale(None, False)

    def show_scale(self, scale: Scale | None, keeps: bool) -> None:
        self._scale, self._keeps = scale, keeps
        self._last = scale or self._last
        self.setText(scale.title if scale else self.tr("No scale"))

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        group = QActionGroup(menu)
        self._add(menu, group, self.tr("No scale"), None, self._scale is None)
        listen = menu.addAction(self.tr("As the notes are"))
        listen.triggered.connect(self.guess_requested)
        menu.addSeparator()
        tonics = menu.addMenu(self.tr("Tonic: {0}").format(FLAT_NAMES[self._last.tonic]))
        for tonic, name in enumerate(FLAT_NAMES):
            self._add(
                tonics, QActionGroup(tonics), name, Scale(tonic, self._last.name), tonic == self._last.tonic
            )
        for name in SCALES:
            here = self._scale is not None and self._scale.name == name
            self._add(menu, group, name.capitalize(), Scale(self._last.tonic, name), here)
        menu.addSeparator()
        keeps = menu.addAction(self.tr("Keep what I draw and move on it"))
        keeps.setCheckable(True)
        keeps.setChecked(self._keeps)
        keeps.setEnabled(self._scale is not None)
        keeps.triggered.connect(lambda on: self.chosen.emit(self._scale, on))

    def _add(self, menu: QMenu, group: QActionGroup, words: str, scale: Scale | None, on: bool) -> None:
        action = QAction(words, menu, checkable=True)
        action.setChecked(on)
        action.triggered.connect(lambda: self.chosen.emit(scale, self._keeps))
        group.addAction(action)
        menu.addAction(action)
