"""EndPicture: a tiny picture at the end of a slider; a click goes there. GUI thread.

It paints itself and keeps its place while it is empty, so that eighty of them cost little and nothing jumps.
"""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QEnterEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QWidget

from studio.core.latent import Latent
from studio.core.picture import Frame
from studio.ui.common.frame_image import thumbnail
from studio.ui.common.theme import colour

END_PX = 24
CORNER_PX = 3


class EndPicture(QAbstractButton):
    """`subject` is the latent that the picture shows. The keyboard has Home and End instead."""

    def __init__(self, name: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.subject: Latent | None = None
        self._pixmap: QPixmap | None = None
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setFixedSize(END_PX, END_PX)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def has_picture(self) -> bool:
        return self._pixmap is not None

    def show_frame(self, frame: Frame | None, subject: Latent | None = None) -> None:
        """The picture that this end leads to; None takes it away."""
        self.subject = subject
        self._pixmap = thumbnail(frame, END_PX, self.devicePixelRatioF()) if frame is not None else None
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QPainterPath()
        frame.addRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), CORNER_PX, CORNER_PX)
        painter.save()
        painter.setClipPath(frame)
        if self._pixmap is None:
            painter.fillRect(self.rect(), colour("sunken"))
        else:
            painter.setOpacity(1.0 if self.isEnabled() else 0.4)
            painter.drawPixmap(0, 0, self._pixmap)
        painter.restore()
        painter.setPen(QPen(colour("text_soft" if self.underMouse() else "border"), 1))
        painter.drawPath(frame)
