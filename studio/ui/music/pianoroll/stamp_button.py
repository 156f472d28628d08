"""StampButton: what the pencil and the Enter key put down: a note, or a chord, and in which position. GUI thread."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from studio.core.stamps import MOST_INVERSIONS, Stamp

WIDTH_PX = 62


class StampButton(QToolButton):
    """`chosen(stamp)` is the person's wish; `show_stamp` tells nobody."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stamp-button")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFixedWidth(WIDTH_PX)
        self._stamp = Stamp()
        menu = QMenu(self)
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)
        self.show_stamp(self._stamp)

    def show_stamp(self, stamp: Stamp) -> None:
        self._stamp = stamp
        short, title = self._words()[stamp.kind]
        self.setText(short)
        words = self.tr("What the pencil and Enter draw: {0}").format(title)
        self.setToolTip(words)
        self.setAccessibleName(words)

    def next_inversion(self) -> None:
        """The position after this one, round and round."""
        self.chosen.emit(replace(self._stamp, inversion=(self._stamp.inversion + 1) % (MOST_INVERSIONS + 1)))

    def _fill(self) -> None:
        menu, now = self.menu(), self._stamp
        menu.clear()
        kinds = QActionGroup(menu)
        for kind, (_, title) in self._words().items():
            self._add(menu, title, replace(now, kind=kind), kind == now.kind, kinds)
            if kind in ("note", "power", "diminished seventh", "chord"):
                menu.addSeparator()
        turns = QActionGroup(menu)
        names = (
            self.tr("Root position"), self.tr("First inversion"), self.tr("Second inversion"),
            self.tr("Third inversion"),
        )  # fmt: skip
        for times, title in enumerate(names):
            self._add(menu, title, replace(now, inversion=times), times == now.inversion, turns)
        menu.addSeparator()
        words = self.tr("Smooth: nearest to the chord before")
        self._add(menu, words, replace(now, smooth=not now.smooth), now.smooth)

    def _add(
        self, menu: QMenu, words: str, stamp: Stamp, on: bool, group: QActionGroup | None = None
    ) -> None:
        action = QAction(words, menu, checkable=True)
        action.setChecked(on)
        action.triggered.connect(lambda: self.chosen.emit(stamp))
        if group is not None:
            group.addAction(action)
        menu.addAction(action)

    def _words(self) -> dict[str, tuple[str, str]]:
        """Short and whole, in the order of the menu."""
        return {
            "note": ("♪", self.tr("Single note")),
            "octave": (self.tr("oct"), self.tr("Octave")),
            "power": ("5", self.tr("Fifth and octave (power chord)")),
            "major": (self.tr("maj"), self.tr("Major triad")),
            "minor": (self.tr("min"), self.tr("Minor triad")),
            "sus4": ("sus4", self.tr("Suspended fourth")),
            "seventh": ("7", self.tr("Seventh")),
            "major seventh": ("maj7", self.tr("Major seventh")),
            "minor seventh": ("m7", self.tr("Minor seventh")),
            "diminished seventh": ("°7", self.tr("Diminished seventh")),
            "scale triad": (self.tr("triad"), self.tr("Triad of the scale that is shown")),
            "scale seventh": (self.tr("sev."), self.tr("Seventh chord of the scale that is shown")),
            "chord": (self.tr("chord"), self.tr("The chord written above")),
        }
