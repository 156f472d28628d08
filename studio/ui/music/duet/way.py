"""Way: a thin line that fills towards the next answer, and through it. GUI thread. A view only."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.ui.common.theme import colour

HEIGHT_PX = 10


class Way(QWidget):
    """Grey while the person plays; in the accent once the answer stands."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("duet-way")
        self.setAccessibleName(self.tr("The way to the answer"))
        self.setFixedHeight(HEIGHT_PX)
        self._share, self._is_answer = 0.0, False

    def show_progress(self, share: float, is_answer: bool) -> None:
        """0 to 1; painted again only where a pixel changes."""
        moved = round(share * self.width()) != round(self._share * self.width())
        if moved or is_answer != self._is_answer:
            self.update()
        self._share, self._is_answer = share, is_answer

    def sizeHint(self) -> QSize:
        return QSize(120, HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(colour("border"))
        painter.setBrush(colour("sunken"))
        ground = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(ground, 3, 3)
        width = (ground.width() - 2) * self._share
        if width >= 1:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("accent" if self._is_answer else "note"))
            painter.drawRoundedRect(QRectF(1.5, 1.5, width, ground.height() - 2), 2, 2)
