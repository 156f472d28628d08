"""ColourPicker: the colour in hand, and the last few that were. GUI thread."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QColorDialog, QHBoxLayout, QWidget

from studio.ui.common.theme import colour as theme_colour

LARGE_PX, SMALL_PX = 28, 18


class Swatch(QAbstractButton):
    """A button filled with one colour."""

    def __init__(self, side_px: int, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedSize(QSize(side_px, side_px))
        self.shown = 0

    def show_colour(self, shown: int, words: str) -> None:
        self.shown = shown
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = "accent" if self.hasFocus() else "text_soft" if self.underMouse() else "border"
        painter.setPen(QPen(theme_colour(edge), 1))
        painter.setBrush(QColor.fromRgb(self.shown))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), 4, 4)


class ColourPicker(QWidget):
    """`chosen` tells 0xRRGGBB."""

    chosen = Signal(int)

    def __init__(self, recent: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.button = Swatch(LARGE_PX, "tool-colour")
        self.button.clicked.connect(self.open_dialog)
        row.addWidget(self.button)
        self.recent = [Swatch(SMALL_PX, f"tool-colour-{index}") for index in range(recent)]
        for swatch in self.recent:
            swatch.clicked.connect(lambda _=False, one=swatch: self.chosen.emit(one.shown))
            row.addWidget(swatch)
        self.dialog: QColorDialog | None = None

    def show_colours(self, now: int, recent: tuple[int, ...]) -> None:
        """Show without telling anybody."""
        self.button.show_colour(now, self.tr("Colour {}: click to choose another").format(_name(now)))
        for swatch, one in zip(self.recent, recent, strict=False):
            swatch.show_colour(one, self.tr("Paint with {}").format(_name(one)))

    def open_dialog(self) -> None:
        """Choose any colour; the window stays usable meanwhile."""
        if self.dialog is None:
            self.dialog = QColorDialog(self)
            self.dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
            self.dialog.setObjectName("tool-colour-dialog")
            self.dialog.colorSelected.connect(lambda found: self.chosen.emit(found.rgb() & 0xFFFFFF))
        self.dialog.setCurrentColor(QColor.fromRgb(self.button.shown))
        self.dialog.open()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()


def _name(value: int) -> str:
    return f"#{value:06X}"
