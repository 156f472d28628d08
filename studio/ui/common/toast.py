"""Toasts: short messages at the bottom right that never stop the work. GUI thread.

Invariant: at most MOST at once, the oldest goes first. They appear and go without motion.
"""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from studio.core.errors import StudioError
from studio.ui.common.error_details import ErrorDetails
from studio.ui.common.icon_button import IconButton
from studio.ui.common.icons import icon

MOST = 3
ERROR_MS, NOTICE_MS = 8000, 4000
WIDTH_PX, GAP_PX, INSET_PX = 380, 8, 16


class Toast(QFrame):
    """One message. It waits while the pointer rests on it; Esc or the cross closes it."""

    closed = Signal()
    details_requested = Signal()

    def __init__(self, words: str, is_error: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self.setProperty("role", "toast")
        self.setAccessibleName(words)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedWidth(min(WIDTH_PX, max(160, parent.width() - 2 * INSET_PX)))
        self._rest = QTimer(self, singleShot=True, interval=ERROR_MS if is_error else NOTICE_MS)
        self._rest.timeout.connect(self.close_now)
        self._lay_out(words, is_error)
        self.setFixedHeight(self.heightForWidth(self.width()))
        self._rest.start()
        self.show()

    def close_now(self) -> None:
        self._rest.stop()
        self.hide()
        self.closed.emit()

    def enterEvent(self, event: QEvent) -> None:
        self._rest.stop()

    def leaveEvent(self, event: QEvent) -> None:
        self._rest.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_now()
        else:
            super().keyPressEvent(event)

    def _lay_out(self, words: str, is_error: bool) -> None:
        sign = QLabel()
        name, token = ("alert-circle-outline", "danger") if is_error else ("check-circle-outline", "good")
        sign.setPixmap(icon(name, token).pixmap(20, 20))
        text = QLabel(words)
        text.setWordWrap(True)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(sign)
        row.addWidget(text, 1)
        if is_error:
            row.addWidget(self._details_button())
        row.addWidget(self._cross())

    def _details_button(self) -> QPushButton:
        button = QPushButton(self.tr("Details"))
        button.setObjectName("toast-details")
        button.clicked.connect(self.details_requested)
        return button

    def _cross(self) -> IconButton:
        cross = IconButton("close", self.tr("Close this message"))
        cross.setObjectName("toast-close")
        cross.clicked.connect(self.close_now)
        return cross


class Toasts(QObject):
    """Owns the messages over `parent`, newest at the bottom."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._ground = parent
        self.toasts: list[Toast] = []
        parent.installEventFilter(self)

    def show_error(self, error: StudioError) -> Toast:
        """One sentence and what to do; Details tells the rest."""
        toast = self._add(error.sentence(), is_error=True)
        toast.details_requested.connect(lambda: self._show_details(error))
        return toast

    def show_notice(self, text: str) -> Toast:
        """Something went well."""
        return self._add(text, is_error=False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _add(self, words: str, is_error: bool) -> Toast:
        toast = Toast(words, is_error, self._ground)
        toast.closed.connect(lambda: self._remove(toast))
        self.toasts.append(toast)
        while len(self.toasts) > MOST:
            self.toasts[0].close_now()
        self._place()
        QAccessible.updateAccessibility(QAccessibleEvent(toast, QAccessible.Event.Alert))
        return toast

    def _remove(self, toast: Toast) -> None:
        if toast in self.toasts:
            self.toasts.remove(toast)
            toast.deleteLater()
            self._place()

    def _show_details(self, error: StudioError) -> None:
        ErrorDetails(error, self._ground.window()).show()

    def _place(self) -> None:
        """Stack them upwards from the bottom right."""
        bottom = self._ground.height() - INSET_PX
        for toast in reversed(self.toasts):
            bottom -= toast.height()
            toast.move(self._ground.width() - INSET_PX - toast.width(), bottom)
            toast.raise_()
            bottom -= GAP_PX
