"""WordsButton: quiet words that can be clicked, cut with … where there is no room. GUI thread."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from studio.ui.common.theme import FONT_SIZES, colour

HEIGHT_PX = 20
ARROW_PX = 10


class WordsButton(QToolButton):
    """As wide as its place; an arrow appears under the pointer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "words")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._words = ""

    def show_words(self, words: str) -> None:
        self._words = words
        self.update()

    @property
    def words(self) -> str:
        return self._words

    def sizeHint(self) -> QSize:
        return QSize(40, HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(20, HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, rect = QPainter(self), self.rect()
        active = self.underMouse() or self.hasFocus()
        if active:
            painter.setPen(colour("accent" if self.hasFocus() else "border"))
            painter.drawRoundedRect(rect.adjusted(0, 0, -1, -1), 3, 3)
        font = painter.font()
        font.setPixelSize(FONT_SIZES["small"])
        painter.setFont(font)
        painter.setPen(colour("text" if active else "text_soft"))
        place = rect.adjusted(4 if active else 0, 0, -ARROW_PX if active else 0, 0)
        words = painter.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
