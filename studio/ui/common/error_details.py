"""ErrorDetails: all that is known of an error, to read and copy; it never blocks the window. GUI thread."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from studio.core.errors import StudioError


class ErrorDetails(QDialog):
    """Title, what to do, and the technical detail; deletes itself when closed."""

    def __init__(self, error: StudioError, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("error-details")
        self.setWindowTitle(self.tr("Details"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self._words = "\n\n".join(part for part in (error.title, error.hint, error.detail) if part)
        self.copy = QPushButton(self.tr("Copy"))
        self.copy.setObjectName("error-copy")
        self.copy.clicked.connect(self._copy)
        self._lay_out(error)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._words)

    def _lay_out(self, error: StudioError) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(8)
        column.addWidget(_words(error.title, "title"))
        if error.hint:
            column.addWidget(_words(error.hint, ""))
        column.addWidget(self._detail_box(error.detail), 1)
        column.addLayout(self._buttons())
        self.resize(460, 280)

    def _detail_box(self, detail: str) -> QPlainTextEdit:
        box = QPlainTextEdit(detail or self.tr("Nothing more is known."))
        box.setReadOnly(True)
        box.setObjectName("error-detail")
        box.setAccessibleName(self.tr("Technical detail"))
        return box

    def _buttons(self) -> QHBoxLayout:
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.close)
        close.setDefault(True)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.copy)
        row.addWidget(close)
        return row


def _words(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    return label
