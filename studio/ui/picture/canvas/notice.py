"""What the canvas says over the picture: nothing there yet, a problem with Retry, or busy. GUI thread."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget

from studio.core.errors import StudioError
from studio.ui.common.empty_state import EmptyState

BUSY_INSET_PX = 16


class CanvasNotice(QObject):
    """Owns the card in the middle of the canvas and the busy line at its foot."""

    retry_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = parent
        self.card = EmptyState(parent=parent)
        self.card.setObjectName("canvas-notice")
        self.card.action_button.setObjectName("canvas-retry")
        self.card.action_requested.connect(self.retry_requested)
        self.busy = QLabel(parent, alignment=Qt.AlignmentFlag.AlignCenter)
        self.busy.setObjectName("canvas-busy")
        self.busy.setProperty("role", "pill")
        self.clear()

    def clear(self) -> None:
        """Say nothing."""
        self.card.hide()
        self.busy.hide()

    def show_empty(self, title: str, text: str) -> None:
        self._show_card(title, text, "")

    def show_problem(self, error: StudioError) -> None:
        """One sentence, what to do, and Retry."""
        self._show_card(error.title, error.hint or error.detail, self.tr("Retry"))

    def show_busy(self, text: str) -> None:
        """A quiet line at the foot of the canvas; empty text takes it away."""
        self.busy.setText(text)
        self.busy.setAccessibleName(text)
        self.busy.setVisible(bool(text))
        self.place()

    def place(self) -> None:
        """Keep the card in the middle and the busy line at the foot."""
        room = self._canvas.rect()
        self.card.resize(min(self.card.maximumWidth(), room.width() - 32), 10)
        self.card.resize(self.card.width(), self.card.heightForWidth(self.card.width()))
        self.card.move(room.center() - self.card.rect().center())
        self.busy.adjustSize()
        bottom = room.bottom() - BUSY_INSET_PX - self.busy.height()
        self.busy.move(room.center().x() - self.busy.width() // 2, bottom)

    def _show_card(self, title: str, text: str, action: str) -> None:
        self.busy.hide()
        self.card.show_words(title, text, action)
        self.card.show()
        self.card.raise_()
        self.place()
