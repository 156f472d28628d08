"""Welcome: the first ten seconds. A card with three things to try, and a picture that breathes. GUI thread."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from studio.ui.common.icons import icon

THINGS = (
    ("slider", "tune-variant", "Drag a slider", "Each one changes the picture in its own way."),
    ("style", "palette-outline", "Paint it over", "In the manner of Monet; 553 others to the left."),
    ("music", "music-note-outline", "Play with notes", "Draw a phrase and let the model answer."),
)


class WelcomeCard(QFrame):
    """Stands below the canvas until the person closes it."""

    wished = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcome-card")
        self.setProperty("role", "toast")
        self.setAccessibleName(self.tr("Three things to try"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 16)
        layout.setSpacing(12)
        layout.addLayout(self._build_title())
        row = QHBoxLayout()
        row.setSpacing(12)
        for thing in THINGS:
            row.addLayout(self._build_thing(*thing))
        layout.addLayout(row)

    def close_card(self) -> None:
        self.hide()
        self.closed.emit()

    def _build_title(self) -> QHBoxLayout:
        title = QLabel(self.tr("This picture was never painted. Play it."))
        title.setProperty("role", "title")
        close = QToolButton(objectName="welcome-close", icon=icon("close"))
        close.setProperty("role", "flat")
        close.setAccessibleName(self.tr("Close"))
        close.setToolTip(self.tr("Close. Help > Three things to try brings it back."))
        close.clicked.connect(self.close_card)
        row = QHBoxLayout()
        row.addWidget(title, 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _build_thing(self, wish: str, icon_name: str, title: str, text: str) -> QVBoxLayout:
        button = QPushButton(icon(icon_name), self.tr(title), objectName=f"welcome-{wish}")
        button.setMinimumHeight(28)
        button.clicked.connect(lambda: self.wished.emit(wish))
        words = QLabel(self.tr(text))
        words.setProperty("role", "soft")
        words.setWordWrap(True)
        words.setMinimumWidth(132)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(button)
        column.addWidget(words)
        return column
