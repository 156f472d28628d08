"""AskButtons: the six ways to ask a model, each with where it would write, or why it cannot. GUI thread."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from studio.ui.common.icons import icon

CONTINUE, INFILL, VARY, HARMONISE, ACCOMPANY, CHORDS = (
    "continue",
    "infill",
    "vary",
    "harmonise",
    "accompany",
    "chords",
)
COLUMNS = 2
HEIGHT_PX, ICON_PX = 32, 16
_ICONS = {
    CONTINUE: "ray-start-arrow",
    INFILL: "arrow-collapse-horizontal",
    VARY: "shuffle-variant",
    HARMONISE: "account-music",
    ACCOMPANY: "piano",
    CHORDS: "alpha-c-box-outline",
}


@dataclass(frozen=True, slots=True)
class Way:
    """One way to ask. where: what it would do now, in a few words ("Writes bars 5-8"), or why it cannot; model: who
    would answer."""

    can: bool
    where: str
    model: str = ""


class AskButtons(QWidget):
    """A grid of two by three. `requested` names the way that was pressed, `looked_at` the one under the pointer or with
    the focus, empty for none."""

    requested = Signal(str)
    looked_at = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ways: Mapping[str, Way] = {}
        self._on = True
        self._hints = {
            CONTINUE: self.tr("Plays on from your notes (Ctrl+Enter)"),
            INFILL: self.tr("Fills the marked bars, or the gap at the playhead, around your notes"),
            VARY: self.tr("Ideas in place of the marked bars, or of the selected notes"),
            HARMONISE: self.tr(
                "The missing voices of a choir, each on a track of its own; choose them under Voices"
            ),
            ACCOMPANY: self.tr("Bass and chords under the melody, on tracks of their own"),
            CHORDS: self.tr("Chord symbols above the melody"),
        }
        titles = {
            CONTINUE: self.tr("Continue"),
            INFILL: self.tr("Infill"),
            VARY: self.tr("Vary"),
            HARMONISE: self.tr("Harmonise"),
            ACCOMPANY: self.tr("Accompany"),
            CHORDS: self.tr("Chords"),
        }
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        self.buttons = {way: self._button(way, title) for way, title in titles.items()}
        for number, button in enumerate(self.buttons.values()):
            grid.addWidget(button, number // COLUMNS, number % COLUMNS)
            grid.setColumnStretch(number % COLUMNS, 1)

    def show_ways(self, ways: Mapping[str, Way]) -> None:
        """What each of them would do now."""
        self.ways = ways
        for name, way in ways.items():
            button = self.buttons[name]
            button.setEnabled(self._on and way.can)
            lines = (self._hints[name], way.where, self.tr("Asks {0}").format(way.model) if way.model else "")
            button.setToolTip("\n".join(line for line in lines if line))
            button.setAccessibleDescription(". ".join(line for line in lines if line))

    def use(self, on: bool) -> None:
        """Whether there is anybody to ask at all."""
        self._on = on
        for name, button in self.buttons.items():
            button.setEnabled(on and (name not in self.ways or self.ways[name].can))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell which way is looked at."""
        match event.type():
            case QEvent.Type.Enter | QEvent.Type.FocusIn:
                self.looked_at.emit(watched.property("way"))
            case QEvent.Type.Leave | QEvent.Type.FocusOut:
                self.looked_at.emit("")
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for way, button in self.buttons.items():
                button.setIcon(_icon(way))

    def _button(self, way: str, title: str) -> QPushButton:
        button = QPushButton(_icon(way), title, objectName=f"compose-{way}")
        button.setProperty("way", way)
        if way == CONTINUE:
            button.setProperty("role", "primary")
        button.setIconSize(QSize(ICON_PX, ICON_PX))
        button.setMinimumHeight(HEIGHT_PX)
        button.setMinimumWidth(0)
        button.setToolTip(self._hints[way])
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(lambda: self.requested.emit(way))
        button.installEventFilter(self)
        return button


def _icon(way: str) -> QIcon:
    return icon(_ICONS[way], "on_accent" if way == CONTINUE else "text")
