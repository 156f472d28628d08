"""EmptyState: what a place says while there is nothing in it, and what to do about it. GUI thread."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

WIDTH_PX = 360


class EmptyState(QFrame):
    """A title, a sentence and, if asked for, one button. `action_requested` is the button's wish."""

    action_requested = Signal()

    def __init__(
        self, title: str = "", text: str = "", action: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.title_label = QLabel(wordWrap=True)
        self.title_label.setProperty("role", "title")
        self.text_label = QLabel(wordWrap=True)
        self.action_button = QPushButton(objectName="empty-state-action")
        self.action_button.clicked.connect(self.action_requested)
        self._lay_out()
        self.show_words(title, text, action)

    def show_words(self, title: str, text: str, action: str = "") -> None:
        """Say something else; an empty action takes the button away."""
        for part, words in ((self.title_label, title), (self.text_label, text), (self.action_button, action)):
            part.setText(words)
            part.setVisible(bool(words))
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.adjustSize()

    def _lay_out(self) -> None:
        self.setMaximumWidth(WIDTH_PX)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(8)
        for label in (self.title_label, self.text_label):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setTextFormat(Qt.TextFormat.PlainText)
            column.addWidget(label)
        column.addWidget(self.action_button, 0, Qt.AlignmentFlag.AlignCenter)
